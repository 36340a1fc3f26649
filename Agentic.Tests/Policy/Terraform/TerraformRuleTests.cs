using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Rules;
using Agentic.Agents.Policy.Terraform;
using Agentic.Tests.Support;

namespace Agentic.Tests.Policy.Terraform;

/// <summary>Every terraform rule of the catalogue against cases that fail and pass, as HCL and as the plan of it.</summary>
internal sealed class TerraformRuleTests
{
    internal sealed record RuleCase(string Rule, bool Fails, string Name, string Text)
    {
        public override string ToString() => $"{Rule}, {(Fails ? "fails" : "passes")}: {Name}";
    }

    private static readonly Lazy<IReadOnlyList<RuleCase>> Cases = new(() =>
        [.. Directory.EnumerateFiles(Path.Combine(SourceTree.Cases("Policy"), "terraform"), "*.tf").Order(StringComparer.Ordinal).SelectMany(Read)]);

    private static IEnumerable<RuleCase> Read(string path)
    {
        foreach (var section in File.ReadAllText(path).Split("#### ", StringSplitOptions.RemoveEmptyEntries))
        {
            var end = section.IndexOf('\n', StringComparison.Ordinal);
            var head = section[..end].Split(": ", 2);
            yield return new RuleCase(Path.GetFileNameWithoutExtension(path), head[0] == "fail", head[1], section[(end + 1)..]);
        }
    }

    private static IEnumerable<RuleCase> AllCases() => Cases.Value;

    private static IEnumerable<string> TerraformRuleIds() => PolicyCatalogue.BuiltIn.All.Where(rule => rule.Type == "terraform").Select(rule => rule.Id);

    [TestCaseSource(nameof(AllCases))]
    public void Judges_the_case_as_HCL(RuleCase given)
    {
        var (graph, _) = TerraformConfiguration.Read(new Dictionary<string, string> { ["main.tf"] = given.Text });

        var hit = TerraformRules.Check(graph, OrganisationRules.Default).Any(found => found.Finding.Rule == given.Rule);

        Assert.That(graph.NotChecked, Is.Empty);
        Assert.That(graph.All, Is.Not.Empty);
        Assert.That(hit, Is.EqualTo(given.Fails));
    }

    [TestCaseSource(nameof(AllCases))]
    public void Judges_the_plan_of_the_case_the_same_resource_by_resource(RuleCase given)
    {
        var (graph, _) = TerraformConfiguration.Read(new Dictionary<string, string> { ["main.tf"] = given.Text });
        var fromConfiguration = Resources(TerraformRules.Check(graph, OrganisationRules.Default), given.Rule);

        var (plan, refusal) = PlanReader.Read(PlanOf.Resources(graph));

        Assert.That(refusal, Is.Null);
        Assert.That(Resources(TerraformRules.Check(plan!, OrganisationRules.Default), given.Rule), Is.EquivalentTo(fromConfiguration));
    }

    private static List<string?> Resources(IEnumerable<ResourceFinding> findings, string rule) =>
        [.. findings.Where(found => found.Finding.Rule == rule).Select(found => found.Finding.Resource).Distinct()];

    [TestCaseSource(nameof(TerraformRuleIds))]
    public void Has_two_failing_and_two_passing_cases_at_least(string rule)
    {
        var cases = Cases.Value.Where(given => given.Rule == rule).ToList();

        Assert.That(cases.Count(given => given.Fails), Is.GreaterThanOrEqualTo(2));
        Assert.That(cases.Count(given => !given.Fails), Is.GreaterThanOrEqualTo(2));
    }

    [TestCaseSource(nameof(TerraformRuleIds))]
    public void Is_written_in_code(string rule) => Assert.That(TerraformRules.All.Select(known => known.Id), Does.Contain(rule));

    [Test]
    public void Names_the_line_of_the_attribute_that_fails()
    {
        var (graph, _) = TerraformConfiguration.Read(new Dictionary<string, string>
        {
            ["db.tf"] = "resource \"aws_db_instance\" \"main\" {\n  engine            = \"postgres\"\n  storage_encrypted = false\n}\n",
        });

        var finding = TerraformRules.Check(graph, OrganisationRules.Default).Single(found => found.Finding.Rule == "aws-rds-encryption").Finding;

        Assert.That((finding.File, finding.Line, finding.Resource), Is.EqualTo(("db.tf", 3, "aws_db_instance.main")));
    }
}
