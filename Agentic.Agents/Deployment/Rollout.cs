using System.Globalization;
using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Agents.Deployment;

internal enum RolloutPhase
{
    Queued,
    WaitingApproval,
    Preparing,
    Shifting,
    Observing,
    Verifying,
    Retiring,
    Restoring,
    Removing,
    Ended,
}

/// <summary>What the outside world has to do next for a rollout.</summary>
internal enum RolloutEffect
{
    None,
    Prepare,
    Shift,
    Observe,
    Retire,
    Remove,
}

/// <summary>
/// One deployment from request to end, as a value. Decisions are in <see cref="RolloutDecisions"/>; what is to be done outside follows from the state alone, so a restart resumes in every phase.
/// </summary>
internal sealed record Rollout
{
    public required string Id { get; init; }

    public required RolloutRequest Request { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>The ladder in force: the request's, shortened where there is no stable version.</summary>
    public required RolloutPlan Plan { get; init; }

    public RolloutPhase Phase { get; init; } = RolloutPhase.Queued;

    /// <summary>The version that had all the traffic when this rollout was admitted; null for the first one.</summary>
    public Revision? Stable { get; init; }

    public int Step { get; init; }

    /// <summary>The candidate's share as last confirmed by the target.</summary>
    public int Weight { get; init; }

    /// <summary>The candidate's share as last asked for; the truth is one of the two until it is confirmed.</summary>
    public int Wanted { get; init; }

    /// <summary>Grows with every change of effect, so that a late report of an earlier one is recognised.</summary>
    public int Run { get; init; }

    public int Attempts { get; init; }

    public bool IsHeld { get; init; }

    public string? HoldReason { get; init; }

    /// <summary>When the phase or step in progress began.</summary>
    public DateTimeOffset Since { get; init; }

    public DateTimeOffset? AdmittedAt { get; init; }

    public DateTimeOffset? PreparedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public IReadOnlyList<GateReading> Gates { get; init; } = [];

    public bool HasTraffic { get; init; }

    public string? ApprovedBy { get; init; }

    /// <summary>Who did what and why, oldest first, for people.</summary>
    public IReadOnlyList<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>Where the unwinding leads, once it has begun.</summary>
    public RolloutEnd? End { get; init; }

    public string? Reason { get; init; }

    /// <summary>What the target calls its last shift, where it has a name for it.</summary>
    public string? Reference { get; init; }

    public bool IsOver => Phase == RolloutPhase.Ended;

    public bool IsUnwinding => Phase is RolloutPhase.Restoring or RolloutPhase.Removing;

    /// <summary>True until the candidate was confirmed to be without traffic.</summary>
    public bool MayTakeTraffic => Weight > 0 || Wanted > 0;

    public RolloutEffect Effect => Phase switch
    {
        RolloutPhase.Preparing => RolloutEffect.Prepare,
        RolloutPhase.Shifting or RolloutPhase.Restoring => RolloutEffect.Shift,
        RolloutPhase.Observing or RolloutPhase.Verifying => RolloutEffect.Observe,
        RolloutPhase.Retiring => RolloutEffect.Retire,
        RolloutPhase.Removing => RolloutEffect.Remove,
        _ => RolloutEffect.None,
    };

    /// <summary>Who shall take which part of the traffic; sums to 100, or is empty when nothing shall be served.</summary>
    public IReadOnlyList<Share> Shares => SharesAt(Wanted);

    public RolloutStatus Status => Phase switch
    {
        RolloutPhase.Queued => RolloutStatus.Pending,
        RolloutPhase.WaitingApproval => RolloutStatus.WaitingApproval,
        RolloutPhase.Ended => End switch
        {
            RolloutEnd.Completed => RolloutStatus.Completed,
            RolloutEnd.Aborted => RolloutStatus.Aborted,
            RolloutEnd.RolledBack => RolloutStatus.RolledBack,
            _ => RolloutStatus.Failed,
        },
        _ when IsHeld && !IsUnwinding => RolloutStatus.Paused,
        RolloutPhase.Verifying or RolloutPhase.Retiring => RolloutStatus.Verifying,
        _ => RolloutStatus.Deploying,
    };

    /// <summary>When the clock alone may change something; null while only a report or a person can.</summary>
    public DateTimeOffset? Deadline => Phase == RolloutPhase.Preparing ? Since + Plan.PreparationLimit : null;

    /// <summary>The shares when the candidate has this weight.</summary>
    public IReadOnlyList<Share> SharesAt(int weight)
    {
        if (Stable is null)
        {
            return weight == 0 ? [] : [new Share(Request.Candidate, 100)];
        }

        return weight switch
        {
            0 => [new Share(Stable, 100)],
            100 => [new Share(Request.Candidate, 100)],
            _ => [new Share(Stable, 100 - weight), new Share(Request.Candidate, weight)],
        };
    }

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
        // That a gate cannot tell at first is no news.
        GateJudged { Reading.Verdict: Verdict.Inconclusive } e when Gates.All(gate => gate.Name != e.Reading.Name) => null,
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
        WeightShifted e => Begin(e.Weight == 100 ? RolloutPhase.Verifying : RolloutPhase.Observing, e.At) with { Weight = e.Weight, Reference = e.Reference ?? Reference },
        EffectFailed e => this with { Attempts = e.Attempt, Reason = e.Reason },
        GateJudged e => this with
        {
            Gates = [.. Gates.Where(gate => gate.Name != e.Reading.Name), e.Reading],
            HasTraffic = HasTraffic || e.HasTraffic,
        },
        RolloutHeld e => this with { IsHeld = true, HoldReason = e.Reason },
        RolloutReleased => this with { IsHeld = false, HoldReason = null },
        RetirementStarted e => Begin(RolloutPhase.Retiring, e.At) with { IsHeld = false, HoldReason = null },
        UnwindStarted e => Begin(MayTakeTraffic || Request.Kind == RolloutKind.Withdrawal ? RolloutPhase.Restoring : RolloutPhase.Removing, e.At) with
        {
            Wanted = 0, End = e.End, Reason = e.Reason, IsHeld = false, HoldReason = null,
        },
        TrafficRestored e => Begin(RolloutPhase.Removing, e.At) with { Weight = 0 },
        RolloutEnded e => Begin(RolloutPhase.Ended, e.At) with { End = e.End, Reason = e.Reason, EndedAt = e.At, IsHeld = false },
        _ => this,
    };

    private Rollout Begin(RolloutPhase phase, DateTimeOffset at) => this with { Phase = phase, Since = at, Run = Run + 1, Attempts = 0 };
}

/// <param name="By">Null: the agent itself.</param>
internal sealed record TimelineEntry(DateTimeOffset At, string What, string? By);

/// <summary>What users see; the words of the API.</summary>
internal enum RolloutStatus
{
    Pending,
    WaitingApproval,
    Deploying,
    Paused,
    Verifying,
    Completed,
    Failed,
    Aborted,
    RolledBack,
}
