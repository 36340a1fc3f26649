using Agentic.Agents.Deployment;
using Agentic.Agents.Integrations.Kubernetes;

namespace Agentic.Tests.Deployment;

/// <summary>The Kubernetes target on a cluster that knows Rollouts.</summary>
public class ArgoRolloutsTargetTests : RolloutTargetConformance
{
    private KubernetesDouble _server = null!;
    private k8s.Kubernetes _client = null!;
    private KubernetesRolloutTarget _target = null!;

    private protected override IRolloutTarget Target => _target;

    [SetUp]
    public async Task Begin()
    {
        _server = await KubernetesDouble.Start();
        _server.HasArgoRollouts = true;
        _client = _server.Client();
        _target = new KubernetesRolloutTarget(_client, new KubernetesOptions { Replicas = 4, PollInterval = TimeSpan.FromMilliseconds(5), ReadyLimit = TimeSpan.FromSeconds(30) }, TimeProvider.System);
    }

    [TearDown]
    public async Task End()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    private protected override Revision Good(string version) => ARollout.Revision(version) with { Artifact = $"registry.local/tiny:{version}" };

    private protected override Revision Broken(string version) => ARollout.Revision(version) with { Artifact = $"registry.local/tiny:{version}-broken" };

    [Test]
    public async Task Keeps_all_pods_of_the_version_that_could_take_over()
    {
        await _target.Prepare(Key, Good("1"), default);
        await _target.Shift(Key, [new(Good("1"), 100)], default);
        await _target.Prepare(Key, Good("2"), default);
        Assert.That(_server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 4 }), "the candidate runs and gets nothing");

        await _target.Shift(Key, [new(Good("1"), 80), new(Good("2"), 20)], default);
        Assert.That(_server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 4, [Good("2").Name] = 1 }));

        await _target.Shift(Key, [new(Good("2"), 100)], default);
        Assert.That(_server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("2").Name] = 4 }));
        Assert.That((await _target.Observe(Key, default)).Find(Good("1"))!.Ready, Is.EqualTo(4), "ready to take everything back at once");

        Assert.That((await _target.Retire(Key, Good("1"), default)).Succeeded);
        Assert.That(_server.Requests, Has.Some.StartsWith("PATCH /apis/argoproj.io/v1alpha1/namespaces/dev/rollouts/tiny/status"), "promoted, as by hand");
        Assert.That(_server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("2").Name] = 4 }));
    }

    [Test]
    public async Task Aborts_and_is_healthy_again_after_a_rollback()
    {
        await _target.Prepare(Key, Good("1"), default);
        await _target.Shift(Key, [new(Good("1"), 100)], default);
        await _target.Prepare(Key, Good("2"), default);
        await _target.Shift(Key, [new(Good("1"), 50), new(Good("2"), 50)], default);

        await _target.Shift(Key, [new(Good("1"), 100)], default);
        Assert.That(_server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 4 }));
        Assert.That((await _target.Retire(Key, Good("2"), default)).Succeeded);

        Assert.That((await _target.Observe(Key, default)).Revisions.Select(running => running.Name), Is.EqualTo(new[] { Good("1").Name }));
        Assert.That((await _target.Prepare(Key, Good("2"), default)).Succeeded, "and the same version can be tried again");
        Assert.That((await _target.Shift(Key, [], default)).Succeeded);
        Assert.That((await _target.Retire(Key, Good("2"), default)).Succeeded);
        Assert.That((await _target.Retire(Key, Good("1"), default)).Succeeded);
        Assert.That((await _target.Observe(Key, default)).Revisions, Is.Empty);
    }

    [Test]
    public async Task Leaves_a_service_that_runs_as_deployments_what_it_is()
    {
        _server.HasArgoRollouts = false;
        await _target.Prepare(Key, Good("1"), default);
        await _target.Shift(Key, [new(Good("1"), 100)], default);
        _server.HasArgoRollouts = true;

        var target = new KubernetesRolloutTarget(_client, new KubernetesOptions { Replicas = 4, PollInterval = TimeSpan.FromMilliseconds(5) }, TimeProvider.System);
        Assert.That((await target.Prepare(Key, Good("2"), default)).Succeeded);

        Assert.That(_server.Requests, Has.None.Match("PATCH .*/rollouts/"));
    }
}
