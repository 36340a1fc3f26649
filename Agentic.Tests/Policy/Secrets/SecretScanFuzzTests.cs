using System.Text;
using Agentic.Agents.Policy.Secrets;
using Agentic.Tests.Policy.Engines;

namespace Agentic.Tests.Policy.Secrets;

public sealed class SecretScanFuzzTests
{
    private const string Alphabet = "{}[]:=,<>|'\"\\$%@`#-_.~\n\t keytokenSKAKIAeyJs.Q~0123456789abcdef-----BEGIN";

    [Test]
    public void Never_throws_and_stays_inside_the_text()
    {
        var random = new Random(4711);

        for (var round = 0; round < 1500; round++)
        {
            var sample = SecretSamples.Tokens[random.Next(SecretSamples.Tokens.Length)];
            var text = new StringBuilder($"apiVersion: v1\nkind: Secret\ndata:\n  a: {SecretSamples.Fill('b', 24, random)}\ncurl -u a:b -H \"X-Key: {SecretSamples.Make(sample.Shape, random)}\"\n-----BEGIN PRIVATE KEY-----\n{SecretSamples.Fill('b', 80, random)}\npassword = \"{SecretSamples.Fill('a', 12, random)}\"\n");

            for (var edit = random.Next(1, 10); edit > 0; edit--)
            {
                Mangle.Once(text, random, Alphabet);
            }

            var whole = text.ToString();

            foreach (var match in SecretScan.Find(whole, "a.yaml"))
            {
                Assert.That(match.Start >= 0 && match.Length > 0 && match.Start + match.Length <= whole.Length, match.Rule);
            }

            Assert.That(() => SecretPolicy.Check(whole, "nuget.config"), Throws.Nothing);
        }
    }

    [TestCase("key=")]
    [TestCase("eyJ")]
    [TestCase("-----BEGIN PRIVATE KEY-----")]
    [TestCase("curl -u ")]
    [TestCase("AKIA")]
    [TestCase("kind: Secret\ndata:\n a: ")]
    [TestCase("variable \"key\" {")]
    [TestCase("Authorization: Basic ")]
    [TestCase("token,")]
    [TestCase("<token>\n")]
    [TestCase("LS0tLS1CRUdJTi")]
    public void Reads_one_keyword_over_and_over_in_linear_time(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 200_000 / piece.Length));

        Assert.That(() => SecretScan.Find(text, "a.yaml"), Throws.Nothing);
    }
}
