using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment;
using Agentic.Agents.Integrations.Kubernetes;
using Agentic.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Agentic.Tests.Deployment;

/// <summary>An image is no file of this host; how it would run is judged in its place.</summary>
internal sealed class DeclaredPolicyTests
{
    private static readonly string Image = $"registry.local/shop@sha256:{ARollout.Digest("shop")}";

    private FakeRolloutTarget _target = null!;
    private AgenticHost _host = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _target = new FakeRolloutTarget();
        _host = await AgenticHost.StartAsync(options =>
        {
            options.Settings["Deployment:Target"] = "fake";
            options.Services = services => services.AddSingleton<IRolloutTarget>(_target).AddSingleton<IMetricSource>(_target);
        });
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Writes_manifests_that_its_own_policy_has_nothing_against_in_production()
    {
        var manifest = KubernetesManifests.Declaration(new ServiceKey("shop", "production"), new Revision("1.0.0", ARollout.Digest("shop"), Image), new KubernetesOptions());

        using var answer = await _host.Client.PostAsJsonAsync("/policy/validate", new { type = "kubernetes", content = manifest, encoding = "plain", environment = "production" });
        var verdict = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;

        Assert.That(verdict["violations"]!.AsArray().Select(violation => violation!.ToJsonString()), Is.Empty, verdict.ToJsonString());
    }

    [Test]
    public async Task Takes_an_image_to_production_only_with_a_manifest_that_policy_allows()
    {
        var key = new ServiceKey("shop", "production");
        _target.Declared = KubernetesManifests.Declaration(key, new Revision("1.0.0", ARollout.Digest("shop"), Image), new KubernetesOptions());
        var allowed = await Preview();
        _target.Declared = _target.Declared.Replace("allowPrivilegeEscalation: false", "privileged: true", StringComparison.Ordinal);
        var refused = await Preview();
        _target.Declared = null;
        var unknown = await Preview();

        Assert.That((string?)allowed["policy"], Does.StartWith("manifest ").And.EndWith("the image itself was not checked here"), allowed.ToJsonString());
        Assert.That((string?)allowed["objection"], Is.Null);
        Assert.That((string?)refused["objection"], Does.StartWith("Policy refuses the manifest of 1.0.0 for production"));
        Assert.That((string?)unknown["objection"], Does.Contain("takes only what policy has checked"));
    }

    [Test]
    public void Says_at_once_that_a_cluster_runs_images()
    {
        var refusal = KubernetesManifests.Objection(new Revision("1.0.0", ARollout.Digest("shop"), "/artifacts/x"), "kubernetes");

        Assert.That(refusal!.Reason, Does.Contain("runs images").And.Contain("@sha256:"));
        Assert.That(KubernetesManifests.Objection(new Revision("1.0.0", ARollout.Digest("shop"), Image), "kubernetes"), Is.Null);
    }

    private async Task<JsonObject> Preview()
    {
        using var answer = await _host.Client.PostAsJsonAsync("/deployments/preview", new { service = "shop", version = "1.0.0", environment = "production", artifact = Image });
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }
}
