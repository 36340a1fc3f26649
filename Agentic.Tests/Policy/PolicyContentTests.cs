using System.IO.Compression;
using System.Text;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy;

namespace Agentic.Tests.Policy;

internal sealed class PolicyContentTests
{
    private static string Zip(params (string Name, byte[] Bytes)[] entries)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                using var target = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                target.Write(bytes);
            }
        }

        return Convert.ToBase64String(stream.ToArray());
    }

    [Test]
    public void Reads_base64_and_plain_text_alike()
    {
        var plain = PolicyContent.Read("dockerfile", "FROM scratch\n", "plain").Value!;
        var encoded = PolicyContent.Read("dockerfile", Convert.ToBase64String("FROM scratch\n"u8), null).Value!;

        Assert.That(encoded.Files, Is.EqualTo(plain.Files));
    }

    [Test]
    public void Reads_an_archive_and_leaves_binaries_out()
    {
        var content = PolicyContent.Read("files", Zip(("a/main.tf", "x = 1"u8.ToArray()), ("logo.png", [0x89, 0, 1, 2, 0])), null).Value!;

        Assert.That(content.Files.Keys, Is.EqualTo((string[])["a/main.tf"]));
    }

    [Test]
    public void Reads_a_map_of_files()
    {
        var content = PolicyContent.Read("files", "{\"main.tf\": \"x = 1\"}", "plain").Value!;

        Assert.That(content.Files["main.tf"], Is.EqualTo("x = 1"));
    }

    [TestCase("../../etc/passwd")]
    [TestCase("/etc/passwd")]
    [TestCase("a\\..\\..\\b")]
    [TestCase("C:/windows/system.ini")]
    public void Refuses_an_archive_that_reaches_outside_of_itself(string name) =>
        Assert.That(PolicyContent.Read("files", Zip((name, "x"u8.ToArray())), null).Refusal!.Reason, Does.Contain("outside of itself"));

    [Test]
    public void Stops_unpacking_a_bomb()
    {
        var entries = Enumerable.Range(0, 12).Select(n => ($"{n}.txt", new byte[40 * 1024 * 1024])).ToArray();

        Assert.That(PolicyContent.Read("files", Zip(entries), null).Refusal!.Kind, Is.EqualTo(RefusalKind.TooLarge));
    }

    [TestCase("files", "!!! not base64 !!!", null, "not base64")]
    [TestCase("files", "", null, "empty")]
    [TestCase("files", "   ", "plain", "blank")]
    [TestCase("files", "UEsDBAAAAAA=", null, "damaged")]
    [TestCase("terraform", "H4sIAAAAAAAA", null, "gzip")]
    public void Refuses_and_says_why(string type, string content, string? encoding, string why) =>
        Assert.That(PolicyContent.Read(type, content, encoding).Refusal!.Reason, Does.Contain(why));

    [Test]
    public void Survives_damaged_archives()
    {
        var random = new Random(7);
        var whole = Convert.FromBase64String(Zip(("main.tf", Encoding.UTF8.GetBytes(new string('x', 5000))), ("b.yaml", "a: 1"u8.ToArray())));
        for (var round = 0; round < 500; round++)
        {
            var bytes = whole[..random.Next(8, whole.Length)];
            bytes[random.Next(4, bytes.Length)] ^= (byte)random.Next(1, 255);

            PolicyContent.Read("files", Convert.ToBase64String(bytes), null);
        }
    }
}
