using Agentic.Agents.Deployment;
using Agentic.Agents.Operations;

namespace Agentic.Tests.Deployment;

public class LanesTests
{
    [Test]
    public void Refuses_a_second_rollout_while_one_is_in_progress()
    {
        var a = ARollout.Serving("1");
        a.Deploy("dep-1", "2");

        var refusal = a.Deploy("dep-2", "3").Refusal;

        Assert.That(refusal!.Kind, Is.EqualTo(RefusalKind.Conflict));
        Assert.That(refusal.Reason, Does.Contain("dep-1 is in progress"));
    }

    [Test]
    public void Queues_as_asked_and_goes_on_with_the_next()
    {
        var a = ARollout.Serving("1");
        a.Deploy("dep-1", "2");
        a.Deploy("dep-2", "3", mayQueue: true);
        Assert.That(a["dep-2"].Status, Is.EqualTo(RolloutStatus.Pending));

        a.Complete("dep-1");

        Assert.That(a["dep-2"].Phase, Is.EqualTo(RolloutPhase.Preparing));
        Assert.That(a["dep-2"].Stable!.Version, Is.EqualTo("2"));
    }

    [Test]
    public void Takes_a_second_delivery_of_the_same_deployment_as_the_first()
    {
        var a = ARollout.Serving("1");
        a.Deploy("dep-1", "2");

        var again = a.Deploy("dep-1", "2");

        Assert.That(again.Refusal, Is.Null);
        Assert.That(again.Events, Is.Empty);
    }

    [Test]
    public void Rolls_back_to_any_kept_version_and_quarantines_the_bad_one()
    {
        var a = ARollout.Serving("1");
        a.Deploy("dep-1", "2");
        a.Complete("dep-1");
        a.Deploy("dep-2", "3");
        a.Complete("dep-2");

        a.Tell(new RollBack("dep-2", "dep-3", "1", "ana", "wrong totals", RolloutPlan.For(Strategy.BlueGreen) with { Gates = ARollout.ErrorGate }, null));
        a.Complete("dep-3");

        Assert.That(a.Lanes.Lane(ARollout.Key).Stable!.Version, Is.EqualTo("1"));
        Assert.That(a.Deploy("dep-4", "3").Refusal!.Reason, Does.Contain("quarantined").And.Contain("wrong totals"));
        a.Tell(new LiftQuarantine(ARollout.Key, ARollout.Digest("3")[..12], "ana"));
        Assert.That(a.Deploy("dep-4", "3").Refusal, Is.Null);
    }

    [Test]
    public void Rolls_back_one_in_progress_by_giving_its_traffic_back()
    {
        var a = ARollout.Serving("1");
        a.Deploy("dep-1", "2");
        a.Done("dep-1");
        a.Done("dep-1");

        a.Tell(new RollBack("dep-1", "dep-9", null, "ana", "bad", RolloutPlan.For(Strategy.BlueGreen), null));
        a.Done("dep-1");
        a.Done("dep-1");

        Assert.That(a["dep-1"].Status, Is.EqualTo(RolloutStatus.RolledBack));
        Assert.That(a.Lanes.Lane(ARollout.Key).Stable!.Version, Is.EqualTo("1"));
        Assert.That(a.Lanes.Lane(ARollout.Key).Quarantine, Has.Count.EqualTo(1));
    }

    [TestCase("staging", true)]
    [TestCase("dev", false)]
    public void Quarantines_what_its_gates_rolled_back_where_policy_binds(string environment, bool isQuarantined)
    {
        var a = new ARollout();
        var key = ARollout.Key with { Environment = environment };
        a.Tell(new StartRollout("dep-1", ARollout.Request("1") with { Key = key }, false));
        a.Complete("dep-1");
        a.Tell(new StartRollout("dep-2", ARollout.Request("2") with { Key = key }, false));
        while (a["dep-2"].Effect != RolloutEffect.Observe)
        {
            a.Done("dep-2");
        }

        a.Measure("dep-2", 1000, 300);

        Assert.That(a["dep-2"].IsUnwinding);
        Assert.That(a.Lanes.Lane(key).Quarantine.ContainsKey(ARollout.Digest("2")), Is.EqualTo(isQuarantined));
    }

    [Test]
    public void Says_so_when_there_is_nothing_to_go_back_to()
    {
        var a = ARollout.Serving("1");

        var refusal = a.Tell(new RollBack("dep-0", "dep-9", null, "ana", "bad", RolloutPlan.For(Strategy.BlueGreen), null)).Refusal;

        Assert.That(refusal!.Reason, Is.EqualTo("user-service@staging has no earlier version to go back to."));
    }

    [Test]
    public void Promotes_the_same_digest_only()
    {
        var a = ARollout.Serving("1");
        var to = ARollout.Request("ignored") with { Key = new ServiceKey("user-service", "production") };

        Assert.That(a.Tell(new PromoteEnvironment("dep-1", ARollout.Key, "2", to, false)).Refusal!.Reason, Does.Contain("serves 1, not 2"));
        a.Tell(new PromoteEnvironment("dep-1", ARollout.Key, "1", to, false));

        Assert.That(a["dep-1"].Request.Candidate, Is.EqualTo(ARollout.Revision("1")));
        Assert.That(a["dep-1"].Request.Kind, Is.EqualTo(RolloutKind.Promotion));
    }

    [Test]
    public void Refuses_another_digest_under_a_known_version()
    {
        var a = ARollout.Serving("1");
        var changed = ARollout.Request("1") with { Candidate = ARollout.Revision("1") with { Digest = ARollout.Digest("other") } };

        var refusal = a.Tell(new StartRollout("dep-1", changed, false)).Refusal;

        Assert.That(refusal!.Reason, Does.Contain("a version never changes"));
    }

    [Test]
    public void Holds_a_lock_against_deployments_and_lets_rollbacks_through()
    {
        var a = ARollout.Serving("1");
        a.Deploy("dep-1", "2");
        a.Complete("dep-1");
        a.Tell(new LockEnvironment("staging", "ana", "load test"));

        Assert.That(a.Deploy("dep-2", "3").Refusal!.Reason, Does.Contain("locked by ana").And.Contain("load test"));
        Assert.That(a.Tell(new RollBack("dep-1", "dep-3", null, "ana", "bad", RolloutPlan.For(Strategy.BlueGreen), null)).Refusal, Is.Null);
        a.Tell(new UnlockEnvironment("staging", "ana"));
        Assert.That(a.Deploy("dep-4", "3", mayQueue: true).Refusal, Is.Null);
    }

    [TestCase("2026-03-06T21:59:00Z", true)]
    [TestCase("2026-03-06T22:00:00Z", false)]
    [TestCase("2026-03-07T05:59:00Z", false)]
    [TestCase("2026-03-07T06:00:00Z", true)]
    [TestCase("2026-03-07T23:00:00Z", true)]
    public void Opens_a_window_past_midnight_on_the_day_it_begins(string now, bool isClosed)
    {
        var calendar = new DeploymentCalendar([], [new DeploymentWindow("production", [DayOfWeek.Friday], new TimeOnly(22, 0), new TimeOnly(6, 0))]);

        var objection = calendar.Objection("production", DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));

        Assert.That(objection is not null, Is.EqualTo(isClosed));
    }

    [Test]
    public void Names_the_freeze_that_is_in_force()
    {
        var calendar = new DeploymentCalendar([new Freeze(null, ARollout.Start, ARollout.Start.AddDays(1), "year end")], []);

        Assert.That(calendar.Objection("dev", ARollout.Start), Is.EqualTo("dev is frozen until 2026-03-03 12:00:00Z: year end"));
        Assert.That(calendar.Objection("dev", ARollout.Start.AddDays(1)), Is.Null);
    }
}
