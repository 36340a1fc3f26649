using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Dockerfiles;
using Agentic.Tests.Policy.Engines;

namespace Agentic.Tests.Policy.Dockerfiles;

/// <summary>Runs every case file under <c>cases/dockerfile/&lt;rule&gt;/</c>; the file name says what is expected.</summary>
public sealed class DockerfilePolicyTests
{
    private static IEnumerable<TestCaseData> Cases() => RuleCases.In("dockerfile");

    private static IEnumerable<string> RuleIds() => DockerfilePolicy.Rules.Select(rule => rule.Id);

    [TestCaseSource(nameof(Cases))]
    public void Reports_the_rule_exactly_where_a_case_fails(string rule, bool fails, string file)
    {
        var result = DockerfilePolicy.Check(File.ReadAllText(file), Path.GetFileName(file));

        var hits = result.Findings.Where(finding => finding.Rule == rule).ToList();
        Assert.That(result.NotChecked, Is.Empty);
        Assert.That(hits.Count > 0, Is.EqualTo(fails));
        Assert.That(hits, Has.All.Matches<Finding>(hit => hit is { Line: > 0, Resource: not null }));
    }

    [TestCaseSource(nameof(RuleIds))]
    public void Has_at_least_two_failing_and_two_passing_cases(string rule) => RuleCases.AssertCovered("dockerfile", rule);

    [Test]
    public void Says_what_it_could_not_read()
    {
        Assert.That(DockerfilePolicy.Check("", "Dockerfile").NotChecked, Has.Count.EqualTo(1));
        Assert.That(DockerfilePolicy.Check("FROM a:1\nRNU make\n", "Dockerfile").NotChecked[0].Why, Does.Contain("Line 2").And.Contain("RNU"));
    }
}
