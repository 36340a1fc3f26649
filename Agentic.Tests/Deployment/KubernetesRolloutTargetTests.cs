using Agentic.Agents.Integrations.Kubernetes;

namespace Agentic.Tests.Deployment;

public class KubernetesRolloutTargetTests : KubernetesTargetConformance
{
    [Test]
    public async Task Shares_traffic_by_the_number_of_pods_and_back_by_the_selector()
    {
        await Target.Prepare(Key, Good("1"), default);
        await Target.Shift(Key, [new(Good("1"), 100)], default);
        await Target.Prepare(Key, Good("2"), default);
        Assert.That(Server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 4 }));

        await Target.Shift(Key, [new(Good("1"), 80), new(Good("2"), 20)], default);
        Assert.That(Server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 4, [Good("2").Name] = 1 }));

        await Target.Shift(Key, [new(Good("1"), 100)], default);
        Assert.That(Server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 4 }));
    }

    [Test]
    public async Task Leaves_the_autoscaler_its_number_and_has_it_follow_the_version_that_serves()
    {
        await Target.Prepare(Key, Good("1"), default);
        await Target.Shift(Key, [new(Good("1"), 100)], default);
        var (old, young) = (KubernetesManifests.DeploymentName(Key, Good("1").Name), KubernetesManifests.DeploymentName(Key, Good("2").Name));
        Server.Autoscalers["tiny"] = System.Text.Json.Nodes.JsonNode.Parse($$"""{ "metadata": { "name": "tiny" }, "spec": { "maxReplicas": 20, "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "{{old}}" } } }""")!.AsObject();
        Server.Scale(old, 9);

        await Target.Prepare(Key, Good("2"), default);
        await Target.Shift(Key, [new(Good("1"), 50), new(Good("2"), 50)], default);
        Assert.That(Server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 9, [Good("2").Name] = 9 }));
        await Target.Shift(Key, [new(Good("2"), 100)], default);

        Assert.That(Server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("2").Name] = 9 }));
        Assert.That(Server.Autoscalers["tiny"]["spec"]!["scaleTargetRef"]!["name"]!.GetValue<string>(), Is.EqualTo(young));
        Assert.That(Server.Autoscalers["tiny"]["spec"]!["maxReplicas"]!.GetValue<int>(), Is.EqualTo(20), "the rest is its owner's");
    }

    [Test]
    public async Task Keeps_to_a_disruption_budget_when_it_removes_the_old_version()
    {
        await Target.Prepare(Key, Good("1"), default);
        await Target.Prepare(Key, Good("2"), default);
        await Target.Shift(Key, [new(Good("2"), 100)], default);
        Server.Budgets["tiny"] = System.Text.Json.Nodes.JsonNode.Parse("""{ "metadata": { "name": "tiny" }, "spec": { "selector": { "matchLabels": { "app.kubernetes.io/name": "tiny" } } }, "status": { "currentHealthy": 8, "desiredHealthy": 6, "disruptionsAllowed": 2, "expectedPods": 8 } }""")!.AsObject();

        var refused = await Target.Retire(Key, Good("1"), default);
        Server.Budgets["tiny"]["status"]!["desiredHealthy"] = 3;

        Assert.That(refused.Reason, Does.Contain("demands 6 healthy pods, and 4 would be left"));
        Assert.That(refused.MayRetry, Is.True);
        Assert.That((await Target.Retire(Key, Good("1"), default)).Succeeded, Is.True);
    }

    [Test]
    public async Task Gives_the_pods_own_reason()
    {
        var outcome = await Target.Prepare(Key, Broken("2"), default);

        Assert.That(outcome.Reason, Does.Contain("CrashLoopBackOff").And.Contain("last exit code 1").And.Contain("Readiness probe failed"));
        Assert.That(outcome.MayRetry, Is.False);
    }

    [Test]
    public async Task Watches_from_the_version_it_listed_instead_of_asking_again_and_again()
    {
        var outcome = await Over(Client, TimeSpan.FromHours(1)).Prepare(Key, Good("1"), default);

        Assert.That(outcome.Succeeded, outcome.Reason);
        Assert.That(Server.Requests, Has.Some.Match("GET .*/deployments\\?.*resourceVersion=[0-9]+.*watch=true").Or.Some.Match("GET .*/deployments\\?.*watch=true.*resourceVersion=[0-9]+"));
    }

    [TestCase(true, 0)]
    [TestCase(false, int.MaxValue)]
    public async Task Reads_instead_where_it_may_not_watch_or_theServer_forgot(bool isForbidden, int forgotten)
    {
        (Server.ForbidsWatching, Server.Forgotten) = (isForbidden, forgotten);

        Assert.That((await Target.Prepare(Key, Good("1"), default)).Succeeded);
        Assert.That((await Target.Shift(Key, [new(Good("1"), 100)], default)).Succeeded);
    }

    [Test]
    public async Task Begins_a_list_again_when_its_pages_expired()
    {
        foreach (var version in (string[])["1", "2", "3"])
        {
            await Target.Prepare(Key, Good(version), default);
        }

        Server.ExpiredPages = 2;

        Assert.That((await Target.Observe(Key, default)).Revisions, Has.Count.EqualTo(3));
        Assert.That(Server.ExpiredPages, Is.Zero);
    }

    [Test]
    public async Task Comes_back_when_theServer_said_to()
    {
        Server.RetryAfter = "0";
        Server.Failures.Enqueue(429);
        Server.Failures.Enqueue(429);

        Assert.That((await Target.Prepare(Key, Good("1"), default)).Succeeded);
    }

    [Test]
    public async Task Says_which_namespace_is_missing_and_what_to_do()
    {
        Server.MissingNamespaces.Add("dev");

        var outcome = await Target.Prepare(Key, Good("1"), default);

        Assert.That(outcome.Reason, Is.EqualTo("the Kubernetes API server answers 404: namespaces \"dev\" not found. Make the namespace, or name another in Kubernetes:Namespaces"));
        Assert.That(outcome.MayRetry, Is.False);
    }

    [Test]
    public async Task Leaves_no_pods_of_a_third_revision_behind_a_shared_selector()
    {
        foreach (var version in (string[])["0", "1", "2"])
        {
            await Target.Prepare(Key, Good(version), default);
        }

        await Target.Shift(Key, [new(Good("1"), 50), new(Good("2"), 50)], default);

        Assert.That(Server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("0").Name] = 0, [Good("1").Name] = 4, [Good("2").Name] = 4 }));
        Assert.That((await Target.Prepare(Key, Good("0"), default)).Succeeded);
        Assert.That((await Target.Observe(Key, default)).Find(Good("0"))!.Ready, Is.EqualTo(4), "and it can be had again");
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
            Server.Failures.Enqueue(status);
        }

        var outcome = await Target.Prepare(Key, Good("1"), default);

        Assert.That(outcome.Succeeded, Is.False);
        Assert.That(outcome.MayRetry, Is.EqualTo(mayRetry));
        Assert.That(outcome.Reason, Does.Contain($"answers {status}"));
    }

    [TestCase(true, "did not answer in time")]
    [TestCase(false, "not its API")]
    public async Task Leaves_everything_as_it_is_where_theServer_is_slow_or_is_none(bool isSlow, string words)
    {
        await Target.Prepare(Key, Good("1"), default);
        await Target.Shift(Key, [new(Good("1"), 100)], default);
        using var hasty = Server.Client(limit: TimeSpan.FromMilliseconds(300));
        (Server.Delay, Server.Page) = isSlow ? (TimeSpan.FromSeconds(1), null) : (TimeSpan.Zero, "<html>Sign in</html>");
        var target = Over(hasty);

        var outcome = await target.Prepare(Key, Good("2"), default);
        var probe = await target.Probe(Key, Good("1"), default);
        (Server.Delay, Server.Page) = (TimeSpan.Zero, null);

        Assert.That(outcome.Reason, Does.Contain(words));
        Assert.That(outcome.MayRetry);
        Assert.That(probe.Passed, Is.False, "what cannot be seen is not claimed");
        Assert.That((await Target.Observe(Key, default)).Find(Good("1"))!.Weight, Is.EqualTo(100));
    }

    [Test]
    public async Task Says_that_its_token_is_refused_or_theServer_gone()
    {
        using var stranger = Server.Client("wrong");
        Assert.That((await Over(stranger).Prepare(Key, Good("1"), default)).Reason, Does.Contain("answers 401"));

        await Server.DisposeAsync();
        var gone = await Target.Prepare(Key, Good("1"), default);
        Assert.That(gone.MayRetry);
        Assert.That(gone.Reason, Does.Contain("cannot be reached"));
    }
}
