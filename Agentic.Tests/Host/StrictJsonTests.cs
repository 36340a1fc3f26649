using System.Text;
using System.Text.Json;
using Agentic.Host.Http;

namespace Agentic.Tests.Host;

internal sealed class StrictJsonTests
{
    [TestCase("{}")]
    [TestCase("\uFEFF{\"a\":1}")]
    [TestCase("""{"a":{"a":1},"b":[{"a":1},{"a":2}],"é":"\ud83d\ude00"}""")]
    public void Reads_what_is_sound(string text) => Assert.That(StrictJson.Read(Encoding.UTF8.GetBytes(text)).IsRefused, Is.False);

    [TestCase("", "line 1, column 1")]
    [TestCase("{} {}", "line 1, column 4")]
    [TestCase("{\"a\":1,}", "line 1, column 8")]
    [TestCase("{\n\"a\": 01}", "line 2, column")]
    [TestCase("{\"a\":1,\n  \"a\":2}", "'a' stands twice in one object; send it once (line 2, column 3)")]
    [TestCase("{\"x\":{\"\\u0061\":1,\"a\":2}}", "'a' stands twice")]
    [TestCase("{\"\\udc00\":1}", "half of a surrogate pair")]
    [TestCase("[-1e400]", "larger than a double")]
    public void Says_where_it_is_not(string text, string words)
    {
        var refused = StrictJson.Read(Encoding.UTF8.GetBytes(text));

        Assert.That(refused.Refusal?.Reason, Does.Contain(words));
    }

    [TestCase(48, false)]
    [TestCase(49, true)]
    [TestCase(100_000, true)]
    public void Holds_depth_to_its_limit(int depth, bool isRefused)
    {
        var refused = StrictJson.Read(Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth)));

        Assert.That(refused.IsRefused, Is.EqualTo(isRefused));
    }

    [Test]
    public void Never_throws_whatever_the_bytes()
    {
        var chance = new Random(3);
        var sound = Encoding.UTF8.GetBytes("""{"name":"rye","list":[1,2.5e3,true,null,"\u00e9\ud83d\ude00"],"inner":{"a":{"b":"c"}}}""");

        for (var round = 0; round < 5000; round++)
        {
            var damaged = (byte[])sound.Clone();
            for (var times = chance.Next(1, 6); times > 0; times--)
                damaged[chance.Next(damaged.Length)] = (byte)chance.Next(256);
            damaged = damaged[..chance.Next(damaged.Length + 1)];
            var read = StrictJson.Read(damaged);
            // What was accepted can be written again: nothing half-read goes further.
            if (!read.IsRefused)
                Assert.That(() => JsonSerializer.Serialize(read.Value), Throws.Nothing, Encoding.Latin1.GetString(damaged));
        }
    }
}
