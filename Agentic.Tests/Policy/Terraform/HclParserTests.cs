using Agentic.Agents.Policy.Rules;
using Agentic.Agents.Policy.Terraform;
using Agentic.Tests.Support;

namespace Agentic.Tests.Policy.Terraform;

internal sealed class HclParserTests
{
    private static HclFile Parse(string text) => HclParser.Parse("main.tf", text);

    [Test]
    public void Reads_blocks_with_labels_and_their_lines()
    {
        var file = Parse("# first\nresource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n");

        var block = file.Body.Blocks.Single();
        Assert.That(block.Labels, Is.EqualTo((string[])["aws_vpc", "main"]));
        Assert.That((block.Span.Line, block.Span.EndLine, block.Body.Attributes[0].Span.Line), Is.EqualTo((2, 4, 3)));
        Assert.That(file.Problems, Is.Empty);
    }

    [Test]
    public void Keeps_comments_of_every_kind()
    {
        var file = Parse("# a\n// b\n/* c\nd */ x = 1 # e\n");

        Assert.That(file.Comments.Select(comment => (comment.Line, comment.Text)), Is.EqualTo(((int, string)[])[(1, "# a"), (2, "// b"), (3, "/* c\nd */"), (4, "# e")]));
    }

    [TestCase("a = 1 + 2 * 3")]
    [TestCase("a = [for k, v in var.m : \"${k}=${v}\" if v != null]")]
    [TestCase("a = { for s in var.list : s.name => s... }")]
    [TestCase("a = aws_instance.web[*].private_ip")]
    [TestCase("a = aws_instance.web.*.id[0]")]
    [TestCase("a = var.x == \"y\" ? { b = 1, c : 2 } : null")]
    [TestCase("a = (\n  1 +\n  2\n)")]
    [TestCase("a = f(\n  1,\n  2...\n)")]
    [TestCase("a = \"%{ if var.b }x%{ else }y%{ endif }\"")]
    [TestCase("a = \"$${not} %%{these} \\\"q\\\" ${\"in ${\"in\"}\"}\"")]
    [TestCase("a = <<EOF\nline ${var.x}\nEOF\nb = 2")]
    [TestCase("a = [\n  1,\n  2, # two\n]")]
    [TestCase("b \"x\" y { c = 1 }")]
    [TestCase("a = -var.n\nb = !var.c")]
    [TestCase("\uFEFFa = 1\r\nb = 2\r\n")]
    public void Reads(string text) => Assert.That(Parse(text).Problems, Is.Empty);

    [TestCase("a = ", 1)]
    [TestCase("a = 1\nb = = 2\nc = 3", 2)]
    [TestCase("resource \"x\" \"y\" {\n  a = 1\n", 3)]
    [TestCase("a = \"never closed\nb = 1", 1)]
    [TestCase("a = [1, 2\nb = 3", 2)]
    [TestCase("}", 1)]
    [TestCase("a 1", 1)]
    public void Names_the_line_of_what_it_cannot_read(string text, int line) => Assert.That(Parse(text).Problems[0].Line, Is.EqualTo(line));

    [Test]
    public void Reads_on_after_a_problem_and_marks_only_the_block_around_it()
    {
        var file = Parse("resource \"a\" \"one\" {\n  x = = 1\n}\nresource \"a\" \"two\" {\n  x = 1\n}\n");

        Assert.That(file.Body.Blocks.Select(block => (block.Labels[1], block.IsBroken)), Is.EqualTo(((string, bool)[])[("one", true), ("two", false)]));
    }

    [Test]
    public void Strips_the_indentation_of_an_indented_heredoc()
    {
        var (graph, _) = TerraformConfiguration.Read(new Dictionary<string, string> { ["a.tf"] = "resource \"x\" \"y\" {\n  t = <<-EOT\n    one\n      two\n  EOT\n}\n" });

        Assert.That(graph.All[0].At("t").Text, Is.EqualTo("one\n  two\n"));
    }

    [TestCase('(')]
    [TestCase('[')]
    [TestCase('{')]
    [TestCase('!')]
    [TestCase('-')]
    public void Refuses_what_nests_too_deeply_without_falling_over(char opener) =>
        Assert.That(Parse("a = " + new string(opener, 100_000)).Problems, Is.Not.Empty);

    [Test]
    public void Refuses_chains_and_nested_strings_that_never_end()
    {
        Assert.That(Parse("a = 1" + string.Concat(Enumerable.Repeat(" + 1", 100_000))).Problems, Is.Not.Empty);
        Assert.That(Parse("a = x" + string.Concat(Enumerable.Repeat(".y", 100_000))).Problems, Is.Not.Empty);
        Assert.That(Parse("a = " + string.Concat(Enumerable.Repeat("\"${", 5_000))).Problems, Is.Not.Empty);
        Assert.That(Parse(string.Concat(Enumerable.Repeat("b {\n", 50_000))).Problems, Is.Not.Empty);
    }

    [Test]
    public void Survives_every_truncation_of_every_case()
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(SourceTree.Cases("Policy"), "terraform"), "*.tf").Order(StringComparer.Ordinal).Where((_, i) => i % 12 == 0))
        {
            var text = File.ReadAllText(path);
            for (var length = 0; length < text.Length; length += 23)
            {
                var (graph, _) = TerraformConfiguration.Read(new Dictionary<string, string> { ["main.tf"] = text[..length] });
                TerraformRules.Check(graph, OrganisationRules.Default);
            }
        }
    }

    [Test]
    public void Survives_random_damage()
    {
        var random = new Random(20240501);
        const string alphabet = "{}[]()\"$%<=>?:.,*!-+/#~\\ \n aEOF0'_";
        var texts = Directory.EnumerateFiles(Path.Combine(SourceTree.Cases("Policy"), "terraform"), "*.tf").Order(StringComparer.Ordinal).Select(File.ReadAllText).ToList();
        for (var round = 0; round < 600; round++)
        {
            var text = texts[random.Next(texts.Count)].ToCharArray();
            for (var edits = random.Next(1, 12); edits > 0; edits--)
            {
                text[random.Next(text.Length)] = alphabet[random.Next(alphabet.Length)];
            }

            var (graph, _) = TerraformConfiguration.Read(new Dictionary<string, string> { ["main.tf"] = new string(text) });
            TerraformRules.Check(graph, OrganisationRules.Default);
        }
    }
}
