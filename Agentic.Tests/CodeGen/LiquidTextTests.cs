using System.Diagnostics;
using Agentic.Agents.CodeGen;

namespace Agentic.Tests.CodeGen;

internal sealed class LiquidTextTests
{
    private static readonly Dictionary<string, object> Answers = new()
    {
        ["name"] = "user",
        ["empty"] = "",
        ["places"] = (IReadOnlyList<string>)["dev", "production"],
        ["pins"] = (IReadOnlyDictionary<string, string>)new Dictionary<string, string> { ["checkout"] = "a@b" },
    };

    [TestCase("plain } text { % with braces", "plain } text { % with braces")]
    [TestCase("{{ name }} {{ name | upcase | append: '!' }}", "user USER!")]
    [TestCase("{{ pins.checkout }}", "a@b")]
    [TestCase("{{ name | json }}", "\"user\"")]
    [TestCase("{% if name == \"user\" and empty == '' %}yes{% else %}no{% endif %}", "yes")]
    [TestCase("{% if name == 'x' or name contains 'se' %}yes{% endif %}", "yes")]
    [TestCase("{% if name == 'x' %}a{% elsif name == 'user' %}b{% else %}c{% endif %}", "b")]
    [TestCase("{% if (name == 'x' or name == 'user') and empty != '' %}yes{% else %}no{% endif %}", "no")]
    [TestCase("{% unless name == 'x' %}other{% endunless %}", "other")]
    [TestCase("{% for place in places %}<{{ place }}>{% endfor %}", "<dev><production>")]
    [TestCase("{% assign more = name | append: 's' %}{{ more }}", "users")]
    [TestCase("a{% raw %}{{ name }}{% endraw %}b", "a{{ name }}b")]
    [TestCase("a{% comment %} {{ nothing }} {% endcomment %}b", "ab")]
    [TestCase("a \n{%- if true %} b{% endif -%} \n c", "a bc")]
    [TestCase("${{ '{{' }} github.sha }}", "${{ github.sha }}")]
    public void Renders(string template, string expected) => Assert.That(Render(template), Is.EqualTo(expected));

    [TestCase("a\n{{ nothing }}", "t, line 2: nothing is called 'nothing' here.")]
    [TestCase("{{ pins.other }}", "t, line 1: 'pins' has no member 'other'.")]
    [TestCase("{{ places }}", "t, line 1: 'places' is not text.")]
    [TestCase("{% for x in name %}{% endfor %}", "t, line 1: 'name' is not a list.")]
    [TestCase("\n\n{% if name %}", "t, line 3: ==, != or contains is expected.")]
    [TestCase("{% if name == 'x' %}\n", "t, line 1: the block that begins here has no 'endif'.")]
    [TestCase("{% include 'secrets' %}", "t, line 1: there is no tag 'include'; use if, unless, for, assign, raw or comment.")]
    [TestCase("{{ name", "t, line 1: '{{' has no '}}'.")]
    [TestCase("{{ name | file }}", "t, line 1: there is no filter 'file'; use append, camel, dashed, downcase, json, prepend, remove, spaced, upcase.")]
    [TestCase("{% endif %}", "t, line 1: there is no tag 'endif'; use if, unless, for, assign, raw or comment.")]
    [TestCase("{{ 'open }}", "t, line 1: a quoted text has no end.")]
    public void Says_what_is_wrong_and_in_which_line(string template, string expected) => Assert.That(Render(template), Is.EqualTo(expected));

    [Test]
    public void Stops_a_template_that_grows_a_value_without_end()
    {
        var doubling = string.Concat(Enumerable.Repeat("{% assign name = name | append: name %}", 40));

        Assert.That(Render(doubling), Does.Contain("makes more than 1048576 characters"));
    }

    [Test]
    public void Stops_a_template_that_writes_without_end()
    {
        var big = "{% assign b = name %}" + string.Concat(Enumerable.Repeat("{% assign b = b | append: b %}", 17)) + string.Concat(Enumerable.Repeat("{{ b }}", 8));

        Assert.That(Render(big), Does.Contain("the output is longer than 1048576 characters"));
    }

    [Test]
    public void Stops_loops_within_loops()
    {
        var nested = string.Concat(Enumerable.Range(0, 17).Select(level => $"{{% for x{level} in places %}}")) + "x" + string.Concat(Enumerable.Repeat("{% endfor %}", 17));

        Assert.That(Render(nested), Does.Contain("takes more than 50000 steps"));
    }

    [Test]
    public void Refuses_blocks_and_parentheses_nested_too_deep()
    {
        Assert.That(Render(string.Concat(Enumerable.Repeat("{% if true %}", 5_000))), Does.Contain("nested deeper than 40"));
        Assert.That(Render("{% if " + new string('(', 5_000)), Does.Contain("has no '%}'"));
        Assert.That(Render("{% if " + new string('(', 5_000) + " %}"), Does.Contain("nested deeper than 40"));
    }

    [Test]
    public void Answers_any_text_with_output_or_a_reason()
    {
        string[] parts = ["{%", "%}", "{{", "}}", "if", "endif", "name", "'", "\"", "-", " ", "|", "==", "for x in places", "endfor", "raw", "endraw", "\n", "(", ")", "é", "append:", "{"];
        var random = new Random(7);
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < 20_000; round++)
        {
            var template = string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => parts[random.Next(parts.Length)]));
            Assert.That(Render(template), Is.Not.Null);
        }

        TestContext.Out.WriteLine($"20000 texts in {watch.ElapsedMilliseconds} ms");
    }

    private static string Render(string template)
    {
        var parsed = LiquidText.Parse("t", template);
        if (parsed.IsRefused)
            return parsed.Refusal.Reason;
        var rendered = parsed.Value.Render(Answers);
        return rendered.IsRefused ? rendered.Refusal.Reason : rendered.Value;
    }
}
