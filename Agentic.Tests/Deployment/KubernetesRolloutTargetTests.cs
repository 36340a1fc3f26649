using Agentic.Agents.Deployment;
using Agentic.Agents.Integrations.Kubernetes;

namespace Agentic.Tests.Deployment;

public class KubernetesRolloutTargetTests : RolloutTargetConformance
{
    private static readonly KubernetesOptions Options = With(TimeSpan.FromMilliseconds(5));

    private KubernetesDouble _server = null!;
    private k8s.Kubernetes _client = null!;
    private KubernetesRolloutTarget _target = null!;

    private protected override IRolloutTarget Target => _target;

    [SetUp]
    public async Task Begin()
    {
        _server = await KubernetesDouble.Start();
        _client = _server.Client();
        _target = new KubernetesRolloutTarget(_client, Options, TimeProvider.System);
    }

    [TearDown]
    public async Task End()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    private static KubernetesOptions With(TimeSpan poll) => new() { Replicas = 4, PollInterval = poll, ReadyLimit = TimeSpan.FromSeconds(30) };

    private KubernetesRolloutTarget Make(TimeSpan poll) => new(_client, With(poll), TimeProvider.System);

    private protected override Revision Good(string version) => ARollout.Revision(version) with { Artifact = $"registry.local/tiny:{version}" };

    private protected override Revision Broken(string version) => ARollout.Revision(version) with { Artifact = $"registry.local/tiny:{version}-broken" };

    [Test]
    public async Task Shares_traffic_by_the_number_of_pods_and_back_by_the_selector()
    {
        await _target.Prepare(Key, Good("1"), default);
        await _target.Shift(Key, [new(Good("1"), 100)], default);
        await _target.Prepare(Key, Good("2"), default);
        Assert.That(_server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 4 }));

        await _target.Shift(Key, [new(Good("1"), 80), new(Good("2"), 20)], default);
        Assert.That(_server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 4, [Good("2").Name] = 1 }));

        await _target.Shift(Key, [new(Good("1"), 100)], default);
        Assert.That(_server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 4 }));
    }

    [Test]
    public async Task Leaves_the_autoscaler_its_number_and_has_it_follow_the_version_that_serves()
    {
        await _target.Prepare(Key, Good("1"), default);
        await _target.Shift(Key, [new(Good("1"), 100)], default);
        var (old, young) = (KubernetesManifests.DeploymentName(Key, Good("1").Name), KubernetesManifests.DeploymentName(Key, Good("2").Name));
        _server.Autoscalers["tiny"] = System.Text.Json.Nodes.JsonNode.Parse($$"""{ "metadata": { "name": "tiny" }, "spec": { "maxReplicas": 20, "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "{{old}}" } } }""")!.AsObject();
        _server.Scale(old, 9);

        await _target.Prepare(Key, Good("2"), default);
        await _target.Shift(Key, [new(Good("1"), 50), new(Good("2"), 50)], default);
        Assert.That(_server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 9, [Good("2").Name] = 9 }));
        await _target.Shift(Key, [new(Good("2"), 100)], default);

        Assert.That(_server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("2").Name] = 9 }));
        Assert.That(_server.Autoscalers["tiny"]["spec"]!["scaleTargetRef"]!["name"]!.GetValue<string>(), Is.EqualTo(young));
        Assert.That(_server.Autoscalers["tiny"]["spec"]!["maxReplicas"]!.GetValue<int>(), Is.EqualTo(20), "the rest is its owner's");
    }

    [Test]
    public async Task Keeps_to_a_disruption_budget_when_it_removes_the_old_version()
    {
        await _target.Prepare(Key, Good("1"), default);
        await _target.Prepare(Key, Good("2"), default);
        await _target.Shift(Key, [new(Good("2"), 100)], default);
        _server.Budgets["tiny"] = System.Text.Json.Nodes.JsonNode.Parse("""{ "metadata": { "name": "tiny" }, "spec": { "selector": { "matchLabels": { "app.kubernetes.io/name": "tiny" } } }, "status": { "currentHealthy": 8, "desiredHealthy": 6, "disruptionsAllowed": 2, "expectedPods": 8 } }""")!.AsObject();

        var refused = await _target.Retire(Key, Good("1"), default);
        _server.Budgets["tiny"]["status"]!["desiredHealthy"] = 3;

        Assert.That(refused.Reason, Does.Contain("demands 6 healthy pods, and 4 would be left"));
        Assert.That(refused.MayRetry, Is.True);
        Assert.That((await _target.Retire(Key, Good("1"), default)).Succeeded, Is.True);
    }

    [Test]
    public async Task Gives_the_pods_own_reason()
    {
        var outcome = await _target.Prepare(Key, Broken("2"), default);

        Assert.That(outcome.Reason, Does.Contain("CrashLoopBackOff").And.Contain("last exit code 1").And.Contain("Readiness probe failed"));
        Assert.That(outcome.MayRetry, Is.False);
    }

    [Test]
    public async Task Watches_from_the_version_it_listed_instead_of_asking_again_and_again()
    {
        var outcome = await Make(TimeSpan.FromHours(1)).Prepare(Key, Good("1"), default);

        Assert.That(outcome.Succeeded, outcome.Reason);
        Assert.That(_server.Requests, Has.Some.Match("GET .*/deployments\\?.*resourceVersion=[0-9]+.*watch=true").Or.Some.Match("GET .*/deployments\\?.*watch=true.*resourceVersion=[0-9]+"));
    }

    [TestCase(true, 0)]
    [TestCase(false, int.MaxValue)]
    public async Task Reads_instead_where_it_may_not_watch_or_the_server_forgot(bool isForbidden, int forgotten)
    {
        (_server.ForbidsWatching, _server.Forgotten) = (isForbidden, forgotten);

        Assert.That((await _target.Prepare(Key, Good("1"), default)).Succeeded);
        Assert.That((await _target.Shift(Key, [new(Good("1"), 100)], default)).Succeeded);
    }

    [Test]
    public async Task Begins_a_list_again_when_its_pages_expired()
    {
        foreach (var version in (string[])["1", "2", "3"])
        {
            await _target.Prepare(Key, Good(version), default);
        }

        _server.ExpiredPages = 2;

        Assert.That((await _target.Observe(Key, default)).Revisions, Has.Count.EqualTo(3));
        Assert.That(_server.ExpiredPages, Is.Zero);
    }

    [Test]
    public async Task Comes_back_when_the_server_said_to()
    {
        _server.RetryAfter = "0";
        _server.Failures.Enqueue(429);
        _server.Failures.Enqueue(429);

        Assert.That((await _target.Prepare(Key, Good("1"), default)).Succeeded);
    }

    [Test]
    public async Task Says_which_namespace_is_missing_and_what_to_do()
    {
        _server.MissingNamespaces.Add("dev");

        var outcome = await _target.Prepare(Key, Good("1"), default);

        Assert.That(outcome.Reason, Is.EqualTo("the Kubernetes API server answers 404: namespaces \"dev\" not found. Make the namespace, or name another in Kubernetes:Namespaces"));
        Assert.That(outcome.MayRetry, Is.False);
    }

    [Test]
    public async Task Leaves_no_pods_of_a_third_revision_behind_a_shared_selector()
    {
        foreach (var version in (string[])["0", "1", "2"])
        {
            await _target.Prepare(Key, Good(version), default);
        }

        await _target.Shift(Key, [new(Good("1"), 50), new(Good("2"), 50)], default);

        Assert.That(_server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("0").Name] = 0, [Good("1").Name] = 4, [Good("2").Name] = 4 }));
        Assert.That((await _target.Prepare(Key, Good("0"), default)).Succeeded);
        Assert.That((await _target.Observe(Key, default)).Find(Good("0"))!.Ready, Is.EqualTo(4), "and it can be had again");
    }

    [TestCase(500, true)]
    [TestCase(503, true)]
    [TestCase(409, true)]
    [TestCase(429, true)]
    [TestCase(403, false)]
    [TestCase(422, false)]
    public async Task Tells_what_may_be_tried_again(int status, bool mayRetry)
    {
        for (var i = 0; i < 10; i++)
        {
            _server.Failures.Enqueue(status);
        }

        var outcome = await _target.Prepare(Key, Good("1"), default);

        Assert.That(outcome.Succeeded, Is.False);
        Assert.That(outcome.MayRetry, Is.EqualTo(mayRetry));
        Assert.That(outcome.Reason, Does.Contain($"answers {status}"));
    }

    [TestCase(true, "did not answer in time")]
    [TestCase(false, "not its API")]
    public async Task Leaves_everything_as_it_is_where_the_server_is_slow_or_is_none(bool isSlow, string words)
    {
        await _target.Prepare(Key, Good("1"), default);
        await _target.Shift(Key, [new(Good("1"), 100)], default);
        using var hasty = _server.Client(limit: TimeSpan.FromMilliseconds(300));
        (_server.Delay, _server.Page) = isSlow ? (TimeSpan.FromSeconds(1), null) : (TimeSpan.Zero, "<html>Sign in</html>");
        var target = new KubernetesRolloutTarget(hasty, Options, TimeProvider.System);

        var outcome = await target.Prepare(Key, Good("2"), default);
        var probe = await target.Probe(Key, Good("1"), default);
        (_server.Delay, _server.Page) = (TimeSpan.Zero, null);

        Assert.That(outcome.Reason, Does.Contain(words));
        Assert.That(outcome.MayRetry);
        Assert.That(probe.Passed, Is.False, "what cannot be seen is not claimed");
        Assert.That((await _target.Observe(Key, default)).Find(Good("1"))!.Weight, Is.EqualTo(100));
    }

    [Test]
    public async Task Says_that_its_token_is_refused_or_the_server_gone()
    {
        using var stranger = _server.Client("wrong");
        Assert.That((await new KubernetesRolloutTarget(stranger, Options, TimeProvider.System).Prepare(Key, Good("1"), default)).Reason, Does.Contain("answers 401"));

        await _server.DisposeAsync();
        var gone = await _target.Prepare(Key, Good("1"), default);
        Assert.That(gone.MayRetry);
        Assert.That(gone.Reason, Does.Contain("cannot be reached"));
    }
}
