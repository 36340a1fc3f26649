namespace Agentic.Tests.Deployment;

/// <summary>The Kubernetes target on a cluster that knows Rollouts.</summary>
public class ArgoRolloutsTargetTests : KubernetesTargetConformance
{
    [SetUp]
    public void KnowRollouts() => Server.HasArgoRollouts = true;

    [Test]
    public async Task Keeps_all_pods_of_the_version_that_could_take_over()
    {
        await Target.Prepare(Key, Good("1"), default);
        await Target.Shift(Key, [new(Good("1"), 100)], default);
        await Target.Prepare(Key, Good("2"), default);
        Assert.That(Server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 4 }), "the candidate runs and gets nothing");

        await Target.Shift(Key, [new(Good("1"), 80), new(Good("2"), 20)], default);
        Assert.That(Server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 4, [Good("2").Name] = 1 }));

        await Target.Shift(Key, [new(Good("2"), 100)], default);
        Assert.That(Server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("2").Name] = 4 }));
        Assert.That((await Target.Observe(Key, default)).Find(Good("1"))!.Ready, Is.EqualTo(4), "ready to take everything back at once");

        Assert.That((await Target.Retire(Key, Good("1"), default)).Succeeded);
        Assert.That(Server.Requests, Has.Some.StartsWith("PATCH /apis/argoproj.io/v1alpha1/namespaces/dev/rollouts/tiny/status"), "promoted, as by hand");
        Assert.That(Server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("2").Name] = 4 }));
    }

    [Test]
    public async Task Aborts_and_is_healthy_again_after_a_rollback()
    {
        await Target.Prepare(Key, Good("1"), default);
        await Target.Shift(Key, [new(Good("1"), 100)], default);
        await Target.Prepare(Key, Good("2"), default);
        await Target.Shift(Key, [new(Good("1"), 50), new(Good("2"), 50)], default);

        await Target.Shift(Key, [new(Good("1"), 100)], default);
        Assert.That(Server.PodsBehind("tiny"), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 4 }));
        Assert.That((await Target.Retire(Key, Good("2"), default)).Succeeded);

        Assert.That((await Target.Observe(Key, default)).Revisions.Select(running => running.Name), Is.EqualTo(new[] { Good("1").Name }));
        Assert.That((await Target.Prepare(Key, Good("2"), default)).Succeeded, "and the same version can be tried again");
        Assert.That((await Target.Shift(Key, [], default)).Succeeded);
        Assert.That((await Target.Retire(Key, Good("2"), default)).Succeeded);
        Assert.That((await Target.Retire(Key, Good("1"), default)).Succeeded);
        Assert.That((await Target.Observe(Key, default)).Revisions, Is.Empty);
    }

    [Test]
    public async Task Leaves_a_service_that_runs_as_deployments_what_it_is()
    {
        Server.HasArgoRollouts = false;
        await Target.Prepare(Key, Good("1"), default);
        await Target.Shift(Key, [new(Good("1"), 100)], default);
        Server.HasArgoRollouts = true;

        var target = Over(Client);
        Assert.That((await target.Prepare(Key, Good("2"), default)).Succeeded);

        Assert.That(Server.Requests, Has.None.Match("PATCH .*/rollouts/"));
    }
}
