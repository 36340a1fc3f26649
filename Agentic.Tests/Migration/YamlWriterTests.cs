using Agentic.Agents.Migration.Workflows;
using YamlDotNet.RepresentationModel;

namespace Agentic.Tests.Migration;

internal sealed class YamlWriterTests
{
    private static string ReadBack(string value)
    {
        var map = new YamlMap();
        map.Add("run", Yaml.Of(value));
        map.Add("next", Yaml.Of("x"));
        var stream = new YamlStream();
        stream.Load(new StringReader(YamlWriter.Write(map, ["heading"]).Text));
        var root = (YamlMappingNode)stream.Documents[0].RootNode;
        Assert.That(root["next"].ToString(), Is.EqualTo("x"));
        return ((YamlScalarNode)root["run"]).Value!;
    }

    [TestCase("")]
    [TestCase("true")]
    [TestCase("1.20")]
    [TestCase("0x1F")]
    [TestCase("on")]
    [TestCase("null")]
    [TestCase("a: b")]
    [TestCase("a #b")]
    [TestCase("- a")]
    [TestCase("'quoted'")]
    [TestCase("\"quoted\"")]
    [TestCase("*x")]
    [TestCase("!x")]
    [TestCase("${{ env.A }}")]
    [TestCase("\n    indented\n        more\n    ")]
    [TestCase("a\n\n\n")]
    [TestCase("a\n  b  \n\tc\n")]
    [TestCase("  first\nsecond")]
    [TestCase("line\rend")]
    [TestCase("bell\u0007")]
    [TestCase("smile 😀\nnext")]
    [TestCase("   \n  ")]
    [TestCase("2001-01-01")]
    [TestCase("12:30:45")]
    public void Writes_text_that_reads_back_the_same(string value) => Assert.That(ReadBack(value), Is.EqualTo(value));

    [Test]
    public void Writes_any_text_so_that_it_reads_back_the_same()
    {
        var random = new Random(4711);
        const string letters = "ab 01:#-'\"\\\n\n\t{}[]&*!|>%@`,?$=~.\u00e9";
        for (var round = 0; round < 3000; round++)
        {
            var value = string.Concat(Enumerable.Range(0, random.Next(1, 24)).Select(_ => letters[random.Next(letters.Length)]));

            Assert.That(ReadBack(value), Is.EqualTo(value), () => "for " + string.Join(' ', value.Select(c => (int)c)));
        }
    }

    [Test]
    public void Keeps_a_script_readable_as_a_literal_block()
    {
        var map = new YamlMap();
        map.Add("run", Yaml.Of("set -e\nmake"));

        Assert.That(YamlWriter.Write(map, []).Text, Is.EqualTo("run: |-\n  set -e\n  make\n"));
    }
}
