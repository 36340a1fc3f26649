using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Kubernetes;
using Agentic.Tests.Policy.Engines;

namespace Agentic.Tests.Policy.Kubernetes;

/// <summary>Runs every case file under <c>cases/kubernetes/&lt;rule&gt;/</c>; the file name says what is expected.</summary>
public sealed class KubernetesPolicyTests
{
    private static IEnumerable<TestCaseData> Cases() => RuleCases.In("kubernetes");

    private static IEnumerable<string> RuleIds() => KubernetesPolicy.Rules.Select(rule => rule.Id);

    [TestCaseSource(nameof(Cases))]
    public void Reports_the_rule_exactly_where_a_case_fails(string rule, bool fails, string file)
    {
        var result = KubernetesPolicy.Check(File.ReadAllText(file), Path.GetFileName(file));

        var hits = result.Findings.Where(finding => finding.Rule == rule).ToList();
        Assert.That(result.NotChecked, Is.Empty);
        Assert.That(hits.Count > 0, Is.EqualTo(fails));
        Assert.That(hits, Has.All.Matches<Finding>(hit => hit is { Line: > 0, Resource: not null }));
    }

    [TestCaseSource(nameof(RuleIds))]
    public void Has_at_least_two_failing_and_two_passing_cases(string rule) => RuleCases.AssertCovered("kubernetes", rule);
}
