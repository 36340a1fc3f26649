using Agentic.Agents.Operations;
using Agentic.Agents.Planner;

namespace Agentic.Tests.Planner;

public class PlanTemplateReaderTests
{
    private const string Template = """
        name: ship
        version: 1.0.0
        summary: Ships.
        parameters: { type: object }
        tasks:
          - id: build
            operation: generate_service
            input: { serviceName: shop, language: go, extra: INPUT }
        """;

    [Test]
    public void Reads_what_an_organisation_nests_within_reason()
    {
        var read = PlanTemplateReader.Read(Template.Replace("INPUT", new string('[', 30) + new string(']', 30), StringComparison.Ordinal), "ship.yaml");

        Assert.That(read.Refusal?.Reason, Is.Null);
        Assert.That(read.Value!.Name, Is.EqualTo("ship"));
    }

    [TestCase('[', 60_000)]
    [TestCase('{', 60_000)]
    [TestCase('[', 41)]
    public void Refuses_what_is_nested_too_deep_before_the_stack_ends(char bracket, int levels)
    {
        var read = PlanTemplateReader.Read(Template.Replace("INPUT", new string(bracket, levels), StringComparison.Ordinal), "ship.yaml");

        Assert.That(read.Refusal?.Kind, Is.EqualTo(RefusalKind.Malformed));
        Assert.That(read.Refusal!.Reason, Does.StartWith("ship.yaml, line 8: it is nested deeper than 40 levels"));
    }

    [Test]
    public void Refuses_a_member_whose_name_is_no_text() =>
        Assert.That(PlanTemplateReader.Read("? [name]\n: ship\n", "ship.yaml").Refusal?.Reason, Is.EqualTo("ship.yaml, line 1: a member's name is plain text."));

    [Test]
    public void Refuses_aliases_that_would_grow_without_end()
    {
        var lines = Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]");

        var read = PlanTemplateReader.Read("a0: &a0 [x, x, x]\n" + string.Join('\n', lines), "bomb.yaml");

        Assert.That(read.Refusal?.Reason, Does.Contain("too large or too deep"));
    }
}
