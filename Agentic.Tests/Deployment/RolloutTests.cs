using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Analysis;
using Agentic.Agents.Operations;

namespace Agentic.Tests.Deployment;

public class RolloutTests
{
    [Test]
    public void Climbs_10_50_100_and_removes_the_old_version_last()
    {
        var a = ARollout.Serving("1");

        a.Deploy("dep-1", "2");
        a.Complete("dep-1");

        var weights = a.Events.OfType<WeightShifted>().Where(e => e.Id == "dep-1").Select(e => e.Weight);
        Assert.That(weights, Is.EqualTo(new[] { 10, 50, 100 }));
        Assert.That(a.Events.Where(e => e is IRolloutEvent { Id: "dep-1" }).TakeLast(2).Select(e => e.GetType().Name), Is.EqualTo(new[] { "RetirementStarted", "RolloutEnded" }));
        Assert.That(a.Lanes.Lane(ARollout.Key).Stable!.Version, Is.EqualTo("2"));
    }

    [Test]
    public void Sends_a_first_deployment_through_probes_and_gates()
    {
        var a = new ARollout();

        a.Deploy("dep-1", "1");
        a.Done("dep-1");
        a.Done("dep-1");

        Assert.That(a["dep-1"].Plan.Steps.Select(step => step.Weight), Is.EqualTo(new[] { 0, 100 }));
        Assert.That(a["dep-1"].Shares, Is.Empty);
        a.Tell(new ReportMeasured("dep-1", a["dep-1"].Run, new Measurement { Trouble = "exited with code 1" }));
        Assert.That(a["dep-1"].Effect, Is.EqualTo(RolloutEffect.Remove));
        a.Done("dep-1");
        Assert.That(a["dep-1"].Status, Is.EqualTo(RolloutStatus.Failed));
        Assert.That(a["dep-1"].Reason, Does.Contain("exited with code 1"));
    }

    [Test]
    public void Shifts_all_traffic_back_before_it_cleans_up()
    {
        var a = ARollout.Serving("1");
        a.Deploy("dep-1", "2");
        a.Done("dep-1");
        a.Done("dep-1");

        a.Measure("dep-1", 50, 10);

        Assert.That(a["dep-1"].Effect, Is.EqualTo(RolloutEffect.Shift));
        Assert.That(a["dep-1"].Shares, Is.EqualTo(new[] { new Share(ARollout.Revision("1"), 100) }));
        a.Done("dep-1");
        Assert.That(a["dep-1"].Effect, Is.EqualTo(RolloutEffect.Remove));
        a.Done("dep-1");
        Assert.That(a["dep-1"].Status, Is.EqualTo(RolloutStatus.RolledBack));
        Assert.That(a["dep-1"].Reason, Does.StartWith("gate error-rate failed: 10 of 50 requests failed"));
    }

    [Test]
    public void Never_gives_up_shifting_back()
    {
        var a = ARollout.Serving("1");
        a.Deploy("dep-1", "2");
        a.Done("dep-1");
        a.Done("dep-1");
        a.Tell(new AbortRollout("dep-1", "ana", "looks wrong"));

        for (var i = 0; i < 100; i++)
        {
            a.Fail("dep-1", "cluster unreachable", mayRetry: false);
        }

        Assert.That(a["dep-1"].Phase, Is.EqualTo(RolloutPhase.Restoring));
        a.Done("dep-1");
        a.Done("dep-1");
        Assert.That(a["dep-1"].Status, Is.EqualTo(RolloutStatus.Aborted));
    }

    [Test]
    public void Ignores_a_late_report_of_an_earlier_effect()
    {
        var a = ARollout.Serving("1");
        a.Deploy("dep-1", "2");
        a.Done("dep-1");
        var shiftingForward = a["dep-1"].Run;
        a.Tell(new AbortRollout("dep-1", "ana", "looks wrong"));

        a.Tell(new ReportDone("dep-1", shiftingForward));

        Assert.That(a["dep-1"].Phase, Is.EqualTo(RolloutPhase.Restoring));
    }

    [Test]
    public void Fails_when_preparation_takes_too_long()
    {
        var a = ARollout.Serving("1");
        a.Deploy("dep-1", "2");

        a.Now += TimeSpan.FromMinutes(10);
        a.Tell(new Tick("dep-1"));
        a.Done("dep-1");

        Assert.That(a["dep-1"].Status, Is.EqualTo(RolloutStatus.Failed));
        Assert.That(a["dep-1"].Reason, Is.EqualTo("not ready within 600 s"));
    }

    [Test]
    public void Holds_for_a_person_when_the_gates_cannot_tell()
    {
        var a = ARollout.Serving("1");
        a.Deploy("dep-1", "2", Strategy.Rolling);
        a.Done("dep-1");
        for (var i = 0; i < 4; i++)
        {
            a.Done("dep-1");
            a.Measure("dep-1", 3, 0, TimeSpan.FromSeconds(20));
        }

        a.Measure("dep-1", 20, 0, TimeSpan.FromMinutes(11));

        Assert.That(a["dep-1"].Status, Is.EqualTo(RolloutStatus.Paused));
        a.Tell(new PromoteRollout("dep-1", "ana"));
        a.Done("dep-1");
        Assert.That(a["dep-1"].Status, Is.EqualTo(RolloutStatus.Completed));
    }

    [Test]
    public void Goes_by_probes_only_where_there_was_no_request_at_all()
    {
        var a = ARollout.Serving("1");
        var plan = RolloutPlan.For(Strategy.BlueGreen) with { Verification = TimeSpan.FromMinutes(1) };
        a.Deploy("dep-1", "2", plan: plan);
        a.Done("dep-1");
        a.Done("dep-1");
        a.Measure("dep-1", 0, 0, TimeSpan.FromSeconds(10));
        a.Done("dep-1");

        a.Measure("dep-1", 1, 0, TimeSpan.FromMinutes(2));
        Assert.That(a["dep-1"].Phase, Is.EqualTo(RolloutPhase.Verifying));

        var b = ARollout.Serving("1");
        b.Deploy("dep-1", "2", plan: plan);
        b.Done("dep-1");
        b.Done("dep-1");
        b.Measure("dep-1", 0, 0, TimeSpan.FromSeconds(10));
        b.Done("dep-1");
        b.Measure("dep-1", 0, 0, TimeSpan.FromMinutes(2));
        Assert.That(b["dep-1"].Phase, Is.EqualTo(RolloutPhase.Retiring));
    }

    [Test]
    public void Watches_the_gates_while_paused()
    {
        var a = ARollout.Serving("1");
        a.Deploy("dep-1", "2");
        a.Done("dep-1");
        a.Done("dep-1");
        a.Tell(new PauseRollout("dep-1", "ana", "lunch"));

        a.Measure("dep-1", 2000, 0, TimeSpan.FromHours(1));
        Assert.That(a["dep-1"].Weight, Is.EqualTo(10));
        Assert.That(a["dep-1"].Status, Is.EqualTo(RolloutStatus.Paused));

        a.Measure("dep-1", 4000, 400);
        Assert.That(a["dep-1"].Phase, Is.EqualTo(RolloutPhase.Restoring));
    }

    [Test]
    public void Does_not_promote_past_a_failing_gate_and_sets_a_weight_by_hand()
    {
        var a = ARollout.Serving("1");
        a.Deploy("dep-1", "2");
        a.Done("dep-1");
        a.Done("dep-1");

        a.Tell(new SetWeight("dep-1", 30, "ana"));
        a.Done("dep-1");

        Assert.That(a["dep-1"].Shares.Select(share => share.Weight), Is.EqualTo(new[] { 70, 30 }));
        Assert.That(a["dep-1"].Status, Is.EqualTo(RolloutStatus.Paused));
        a.Tell(new PromoteRollout("dep-1", "ana"));
        Assert.That(a["dep-1"].Wanted, Is.EqualTo(50));
        Assert.That(a.Tell(new SetWeight("dep-1", 101, "ana")).Refusal, Is.Not.Null);
    }

    [Test]
    public void Binds_an_approval_to_artifact_target_and_plan()
    {
        var a = new ARollout();
        var request = ARollout.Request("1") with { NeedsApproval = true };
        a.Tell(new StartRollout("dep-1", request, false));

        Assert.That(a["dep-1"].Status, Is.EqualTo(RolloutStatus.WaitingApproval));
        Assert.That(a.Tell(new ApproveRollout("dep-1", (request with { Target = "kubernetes" }).ApprovalDigest, "bob")).Refusal!.Kind, Is.EqualTo(RefusalKind.Conflict));
        Assert.That(a.Tell(new ApproveRollout("dep-1", request.ApprovalDigest, "ana")).Refusal!.Kind, Is.EqualTo(RefusalKind.Forbidden));
        a.Tell(new ApproveRollout("dep-1", request.ApprovalDigest, "bob"));
        Assert.That(a["dep-1"].Effect, Is.EqualTo(RolloutEffect.Prepare));
    }

    [TestCase(new[] { 50, 10, 100 })]
    [TestCase(new[] { 10, 50 })]
    [TestCase(new[] { 10, 110 })]
    [TestCase(new[] { -1, 100 })]
    [TestCase(new int[0])]
    public void Refuses_weights_out_of_order(int[] weights)
    {
        var plan = RolloutPlan.For(Strategy.Canary) with { Steps = [.. weights.Select(w => new RolloutStep(w, TimeSpan.Zero))] };

        var refusal = new ARollout().Deploy("dep-1", "1", plan: plan).Refusal;

        Assert.That(refusal!.Kind, Is.EqualTo(RefusalKind.Unprocessable));
    }
}
