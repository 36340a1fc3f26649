using Agentic.Agents.Deployment;

namespace Agentic.Tests.Deployment;

/// <summary>What every target must do; a target's own tests inherit it and say how to make one and its revisions.</summary>
public abstract class RolloutTargetConformance
{
    private protected static readonly ServiceKey Key = new("tiny", "dev");

    private protected abstract IRolloutTarget Target { get; }

    private protected abstract Revision Good(string version);

    private protected abstract Revision Broken(string version);

    [Test]
    public async Task Prepares_beside_what_runs_without_giving_traffic_and_may_be_asked_twice()
    {
        await Served(Good("1"));

        Assert.That(await Target.Prepare(Key, Good("2"), default), Is.EqualTo(TargetOutcome.Done));
        Assert.That(await Target.Prepare(Key, Good("2"), default), Is.EqualTo(TargetOutcome.Done));

        var view = await Target.Observe(Key, default);
        Assert.That(view.Find(Good("1"))!.Weight, Is.EqualTo(100));
        Assert.That(view.Find(Good("2"))!.Weight, Is.Zero);
        Assert.That(view.Find(Good("2"))!.Ready, Is.GreaterThan(0));
    }

    [Test]
    public async Task Shifts_and_shifts_back()
    {
        await Served(Good("1"));
        await Target.Prepare(Key, Good("2"), default);

        Assert.That((await Target.Shift(Key, [new(Good("1"), 50), new(Good("2"), 50)], default)).Succeeded);
        Assert.That((await Target.Observe(Key, default)).Find(Good("2"))!.Weight, Is.EqualTo(50));
        Assert.That((await Target.Shift(Key, [new(Good("1"), 100)], default)).Succeeded);
        Assert.That((await Target.Shift(Key, [new(Good("1"), 100)], default)).Succeeded);

        var view = await Target.Observe(Key, default);
        Assert.That(view.Find(Good("1"))!.Weight, Is.EqualTo(100));
        Assert.That(view.Find(Good("2"))!.Weight, Is.Zero);
    }

    [Test]
    public async Task Does_not_remove_what_has_traffic()
    {
        await Served(Good("1"));

        var outcome = await Target.Retire(Key, Good("1"), default);

        Assert.That(outcome.Succeeded, Is.False);
        Assert.That((await Target.Observe(Key, default)).Find(Good("1"))!.Weight, Is.EqualTo(100));
    }

    [Test]
    public async Task Retires_what_has_no_traffic_and_may_be_asked_twice()
    {
        await Served(Good("1"));
        await Target.Prepare(Key, Good("2"), default);
        await Target.Shift(Key, [new(Good("2"), 100)], default);

        Assert.That((await Target.Retire(Key, Good("1"), default)).Succeeded);
        Assert.That((await Target.Retire(Key, Good("1"), default)).Succeeded);

        var view = await Target.Observe(Key, default);
        Assert.That(view.Find(Good("1")), Is.Null);
        Assert.That(view.Find(Good("2"))!.Weight, Is.EqualTo(100));
    }

    [Test]
    public async Task Says_why_a_revision_does_not_come_up_and_leaves_the_old_one_serving()
    {
        await Served(Good("1"));

        var outcome = await Target.Prepare(Key, Broken("2"), default);

        Assert.That(outcome.Succeeded, Is.False);
        Assert.That(outcome.Reason, Is.Not.Empty);
        Assert.That((await Target.Observe(Key, default)).Find(Good("1"))!.Weight, Is.EqualTo(100));
        Assert.That((await Target.Retire(Key, Broken("2"), default)).Succeeded);
        Assert.That((await Target.Observe(Key, default)).Find(Broken("2")), Is.Null);
    }

    [Test]
    public async Task Gives_no_traffic_to_what_was_not_prepared()
    {
        await Served(Good("1"));

        Assert.That((await Target.Shift(Key, [new(Good("2"), 100)], default)).Succeeded, Is.False);

        Assert.That((await Target.Observe(Key, default)).Find(Good("1"))!.Weight, Is.EqualTo(100));
    }

    [Test]
    public async Task Probes_what_runs_and_only_that()
    {
        await Served(Good("1"));

        Assert.That((await Target.Probe(Key, Good("1"), default)).Passed);
        Assert.That((await Target.Probe(Key, Good("2"), default)).Passed, Is.False);
    }

    private async Task Served(Revision revision)
    {
        var prepared = await Target.Prepare(Key, revision, default);
        Assert.That(prepared.Succeeded, prepared.Reason);
        var shifted = await Target.Shift(Key, [new(revision, 100)], default);
        Assert.That(shifted.Succeeded, shifted.Reason);
    }
}
