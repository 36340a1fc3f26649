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
/// One deployment from request to end, as a value. Decisions are in <c>Rollout.Decide.cs</c>, the effect of an event in
/// <c>Rollout.Apply.cs</c>; what is to be done outside follows from the state alone, so a restart resumes in every phase.
/// </summary>
internal sealed partial record Rollout
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
