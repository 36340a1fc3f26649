using System.Text;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Tests.Policy.Kubernetes;

public sealed class YamlReaderTests
{
    [Test]
    public void Keeps_the_line_of_every_value_across_documents()
    {
        var documents = YamlReader.Read("# head\na: 1\n---\nb:\n  - x\n  - y: 2\n");

        Assert.That(documents, Has.Count.EqualTo(2));
        Assert.That(documents[1].Root!.Get("b")!.Items[1].Get("y")!.Line, Is.EqualTo(6));
    }

    [Test]
    public void Reads_the_documents_around_a_broken_one()
    {
        var documents = YamlReader.Read("a: 1\n---\nb: [1, 2\n---\nc: 3\n");

        Assert.That(documents.Select(document => document.Error is null), Is.EqualTo(new[] { true, false, true }));
        Assert.That(documents[1].Error, Does.StartWith("line "));
    }

    [Test]
    public void Merges_anchored_maps_with_own_keys_first()
    {
        var root = YamlReader.Read("base: &base {cpu: 1, memory: 2}\nuse:\n  <<: *base\n  cpu: 5\n")[0].Root!;

        Assert.That(root.Get("use", "cpu")!.Text, Is.EqualTo("5"));
        Assert.That(root.Get("use", "memory")!.Text, Is.EqualTo("2"));
    }

    [TestCase("a:\n    b: \"one\n  two\n three\"\n    c: [\"x\ny\", 1]\n", "one two three", "x y")]
    [TestCase("a:\n    b: 'it''s\n\n  so'\n    c: ['x\ny']\n", "it's\nso", "x y")]
    [TestCase("a:\n    b: \"say \\\"a\\\" \\\n  and b\"\n    c: [\"x\"]\n", "say \"a\" and b", "x")]
    public void Reads_quoted_text_that_continues_further_left(string text, string first, string second)
    {
        var root = YamlReader.Read(text).Single().Root!;

        Assert.That(root.Get("a", "b")!.Text, Is.EqualTo(first));
        Assert.That(root.Get("a", "c")!.Items[0].Text, Is.EqualTo(second));
    }

    [Test]
    public void Refuses_quoted_text_that_never_ends() =>
        Assert.That(YamlReader.Read("a:\n  b: \"one\ntwo\nc: 1\n").Single().Error, Does.StartWith("line "));

    [Test]
    public void Reads_an_alias_bomb_at_the_cost_of_its_text()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");

        for (var i = 1; i < 30; i++)
        {
            text.Append($"a{i}: &a{i} [").AppendJoin(", ", Enumerable.Repeat($"*a{i - 1}", 10)).Append("]\n");
        }

        var root = YamlReader.Read(text.ToString())[0].Root!;

        Assert.That(root.Entries, Has.Count.EqualTo(30));
    }

    [Test]
    public void Refuses_a_value_that_contains_itself()
    {
        Assert.That(YamlReader.Read("a: &a [*a]\n")[0].Error, Does.Contain("no anchor"));
    }

    [Test]
    public void Refuses_nesting_beyond_its_limit()
    {
        Assert.That(YamlReader.Read(new string('[', 5000))[0].Error, Does.Contain("deeper"));
    }

    [Test]
    public void Never_throws_on_mangled_manifests()
    {
        var random = new Random(20240517);
        var seeds = Directory.EnumerateFiles(Path.Combine(Support.SourceTree.Cases("Policy"), "kubernetes"), "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(File.ReadAllText).ToList();

        for (var round = 0; round < 1500; round++)
        {
            var text = new StringBuilder(seeds[random.Next(seeds.Count)]);

            for (var edit = random.Next(1, 8); edit > 0 && text.Length > 2; edit--)
            {
                Engines.Mangle.Once(text, random, "{}[]:,&*!|>'\"%@`#-\n\t \u0000\uD800");
            }

            Assert.That(() => KubernetesPolicy.Check(text.ToString(), "x.yaml"), Throws.Nothing);
        }
    }
}
