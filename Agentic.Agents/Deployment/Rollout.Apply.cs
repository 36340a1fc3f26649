using System.Globalization;

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
        Timeline = [new TimelineEntry(accepted.At, $"asked to {accepted.Request.Kind.ToString().ToLowerInvariant()} {accepted.Request.Candidate.Version}{Because(accepted.Request.Reason)}", accepted.Request.RequestedBy)],
    };

    public Rollout Apply(IRolloutEvent happened)
    {
        var next = Change(happened);
        return Describe(happened) is { } entry ? next with { Timeline = [.. Timeline, entry] } : next;
    }

    private TimelineEntry? Describe(IRolloutEvent happened) => happened switch
    {
        RolloutAdmitted e => new(e.At, e.Stable is null ? "begins; nothing serves yet" : $"begins; {e.Stable.Version} serves", null),
        RolloutApproved e => new(e.At, "approved", e.By),
        CandidatePrepared e => new(e.At, "the candidate is ready", null),
        WeightShifted e => new(e.At, string.Create(CultureInfo.InvariantCulture, $"{e.Weight} % of the traffic goes to {Request.Candidate.Version}"), null),
        EffectFailed { Attempt: <= 3 } e => new(e.At, string.Create(CultureInfo.InvariantCulture, $"attempt {e.Attempt} failed: {e.Reason}"), null),
        GateJudged e => new(e.At, $"gate {e.Reading.Name}: {e.Reading.Verdict.ToString().ToLowerInvariant()} ({e.Reading.Detail})", null),
        RolloutHeld e => new(e.At, $"paused: {e.Reason}", e.By),
        RolloutReleased e => new(e.At, "goes on", e.By),
        RetirementStarted e => new(e.At, Stable is null ? "verified" : $"verified; {Stable.Version} is removed", e.By),
        UnwindStarted e => new(e.At, $"turns back: {e.Reason}", e.By),
        TrafficRestored e => new(e.At, Stable is null ? "the candidate has no traffic" : $"all traffic is back at {Stable.Version}", null),
        RolloutEnded e => new(e.At, $"ended: {e.End.ToString().ToLowerInvariant()}{Because(e.Reason)}", null),
        _ => null,
    };

    private static string Because(string? reason) => string.IsNullOrEmpty(reason) ? "" : $" ({reason})";

    private Rollout Change(IRolloutEvent happened) => happened switch
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
