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

    [Test]
    public void Judges_files_that_came_together_as_one_bundle()
    {
        const string pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec:\n  serviceAccountName: web\n  containers: [{name: a, image: a:1}]\n";
        const string account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop}\nautomountServiceAccountToken: false\n";

        bool Mounts(params (string Path, string Text)[] files) =>
            KubernetesPolicy.Check([.. files.Select(file => KeyValuePair.Create(file.Path, file.Text))]).Findings.Any(finding => finding.Rule == "k8s-service-account-token");

        Assert.That(Mounts(("pod.yaml", pod)), Is.True);
        Assert.That(Mounts(("pod.yaml", pod), ("account.yaml", account)), Is.False);
        Assert.That(Mounts(("pod.yaml", pod), ("account.yaml", account.Replace("shop", "elsewhere", StringComparison.Ordinal))), Is.True);
    }
}
