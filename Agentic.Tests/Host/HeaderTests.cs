using Agentic.Host.Http;

namespace Agentic.Tests.Host;

/// <summary>The small languages of two request headers.</summary>
internal sealed class HeaderTests
{
    [TestCase("wait=10", 10)]
    [TestCase("respond-async, wait=10", 10)]
    [TestCase("Wait = 7 ; x=y", 7)]
    [TestCase("wait=\"9\"", 9)]
    [TestCase("wait=90", 25)]
    [TestCase("wait=3, wait=9", 3)]
    [TestCase("wait=0", 0)]
    [TestCase("wait=-1", 0)]
    [TestCase("wait=soon", 0)]
    [TestCase("wait", 0)]
    [TestCase("handling=lenient", 0)]
    [TestCase("", 0)]
    public void Reads_how_long_a_client_will_wait(string prefer, int seconds) =>
        Assert.That(Preferences.Wait(prefer), Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [TestCase("abc-123", "abc-123")]
    [TestCase("\"abc-123\"", "abc-123")]
    public void Reads_an_idempotency_key_quoted_or_bare(string header, string key) =>
        Assert.That(IdempotencyKey.Of(header).Value, Is.EqualTo(key));

    [TestCase("")]
    [TestCase("\"\"")]
    [TestCase("schlüssel")]
    [TestCase("a\tb")]
    public void Refuses_a_key_that_is_none(string header) => Assert.That(IdempotencyKey.Of(header).IsRefused, Is.True);

    [Test]
    public void Refuses_a_key_that_is_too_long_or_given_twice()
    {
        Assert.That(IdempotencyKey.Of(new string('k', 256)).IsRefused, Is.True);
        Assert.That(IdempotencyKey.Of(new Microsoft.Extensions.Primitives.StringValues(["a", "b"])).IsRefused, Is.True);
        Assert.That(IdempotencyKey.Of(default).Value, Is.Empty);
    }
}
