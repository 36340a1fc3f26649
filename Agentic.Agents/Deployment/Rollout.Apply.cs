namespace Agentic.Agents.Deployment;

internal sealed partial record Rollout
{
    public static Rollout From(RolloutAccepted accepted) => new()
    {
        Id = accepted.Id,
        Request = accepted.Request,
        Plan = accepted.Request.Plan,
        AcceptedAt = accepted.At,
        Since = accepted.At,
    };

    public Rollout Apply(IRolloutEvent happened) => happened switch
    {
        RolloutAdmitted e => Begin(Request.NeedsApproval ? RolloutPhase.WaitingApproval : RolloutPhase.Preparing, e.At) with
        {
            Stable = e.Stable, Plan = e.Plan, AdmittedAt = e.At,
        },
        RolloutApproved e => Begin(RolloutPhase.Preparing, e.At) with { ApprovedBy = e.By },
        CandidatePrepared e => this with { PreparedAt = e.At },
        WeightRequested e => Begin(RolloutPhase.Shifting, e.At) with { Step = e.Step, Wanted = e.Weight },
        WeightShifted e => Begin(e.Weight == 100 ? RolloutPhase.Verifying : RolloutPhase.Observing, e.At) with { Weight = e.Weight },
        EffectFailed e => this with { Attempts = e.Attempt, Reason = e.Reason },
        GateJudged e => this with
        {
            Gates = [.. Gates.Where(gate => gate.Name != e.Reading.Name), e.Reading],
            HasTraffic = HasTraffic || e.HasTraffic,
        },
        RolloutHeld e => this with { IsHeld = true, HoldReason = e.Reason },
        RolloutReleased => this with { IsHeld = false, HoldReason = null },
        RetirementStarted e => Begin(RolloutPhase.Retiring, e.At) with { IsHeld = false, HoldReason = null },
        UnwindStarted e => Begin(MayTakeTraffic ? RolloutPhase.Restoring : RolloutPhase.Removing, e.At) with
        {
            Wanted = 0, End = e.End, Reason = e.Reason, IsHeld = false, HoldReason = null,
        },
        TrafficRestored e => Begin(RolloutPhase.Removing, e.At) with { Weight = 0 },
        RolloutEnded e => Begin(RolloutPhase.Ended, e.At) with { End = e.End, Reason = e.Reason, EndedAt = e.At, IsHeld = false },
        _ => this,
    };

    private Rollout Begin(RolloutPhase phase, DateTimeOffset at) => this with { Phase = phase, Since = at, Run = Run + 1, Attempts = 0 };
}
