using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Tests.Policy.Kubernetes;

public sealed class KustomizationsTests
{
    private const string Deployment =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers: [{name: web, image: web:1}]\n";

    private const string Patch =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      hostNetwork: true\n      containers: [{name: web, securityContext: {privileged: true}}]\n";

    private const string Base = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [deployment.yaml]\n";

    [TestCase("patches:\n- path: ./patch.yaml\n")]
    [TestCase("patchesStrategicMerge: [patch.yaml]\n")]
    public void Asks_of_a_patch_only_what_it_writes(string patches)
    {
        var result = Check(("overlay/kustomization.yaml", Base.Replace("deployment.yaml", "../base", StringComparison.Ordinal) + patches), ("overlay/patch.yaml", Patch));

        Assert.That(result.Findings.Select(finding => finding.Rule).Order(StringComparer.Ordinal), Is.EqualTo(new[] { "k8s-host-namespaces", "k8s-privileged" }));
        Assert.That(result.NotChecked.Select(left => (left.What, left.IsLimit)), Is.EqualTo(new[] { ("overlay/patch.yaml", true) }));
    }

    [Test]
    public void Asks_everything_of_a_patch_that_is_a_resource_as_well()
    {
        var result = Check(("kustomization.yaml", Base + "patches: [{path: deployment.yaml}]\n"), ("deployment.yaml", Deployment));

        Assert.That(result.Findings.Select(finding => finding.Rule), Does.Contain("k8s-drop-all"));
        Assert.That(result.NotChecked, Is.Empty);
    }

    [Test]
    public void Does_not_ask_a_patch_of_operations_to_be_an_object()
    {
        var result = Check(("kustomization.yaml", Base + "patchesJson6902:\n- {path: ops.yaml}\n"), ("ops.yaml", "- {op: add, path: /metadata/labels/apiVersion, value: kind}\n"));

        Assert.That(result.Findings, Is.Empty);
        Assert.That(result.NotChecked.Single().Why, Does.Contain("kustomize build"));
    }

    [TestCase("namespace: shop\n", false)]
    [TestCase("namespace: default\n", true)]
    [TestCase("", true)]
    public void Knows_the_namespace_an_overlay_gives_to_its_base(string space, bool isDefault)
    {
        var result = Check(
            ("deploy/base/kustomization.yaml", Base),
            ("deploy/base/deployment.yaml", Deployment),
            ("deploy/overlay/kustomization.yaml", Base.Replace("deployment.yaml", "../base/", StringComparison.Ordinal) + space));

        Assert.That(result.Findings.Any(finding => finding.Rule == "k8s-default-namespace"), Is.EqualTo(isDefault));
    }

    [Test]
    public void Ends_where_kustomizations_name_each_other()
    {
        var result = Check(
            ("a/kustomization.yaml", Base.Replace("deployment.yaml", "../b", StringComparison.Ordinal) + "namespace: shop\n"),
            ("b/kustomization.yaml", Base.Replace("deployment.yaml", "../a", StringComparison.Ordinal) + "namespace: shop\n"));

        Assert.That(result.Findings, Is.Empty);
    }

    private static Checked Check(params (string Path, string Text)[] files) =>
        KubernetesPolicy.Check([.. files.Select(file => KeyValuePair.Create(file.Path, file.Text))]);
}
