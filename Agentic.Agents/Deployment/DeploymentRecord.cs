using System.Globalization;
using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Agents.Deployment;

/// <summary>A deployment as users see it.</summary>
/// <param name="Weight">Percent of the traffic that goes to this version.</param>
/// <param name="WaitingFor">What it waits for, in words; null when it works or has ended.</param>
internal sealed record DeploymentRecord(
    string DeploymentId,
    string Service,
    string Environment,
    string Version,
    string Digest,
    Strategy Strategy,
    RolloutKind Kind,
    RolloutStatus Status,
    string Phase,
    int Weight,
    int Step,
    int Steps,
    IReadOnlyList<GateRecord> Gates,
    string Target,
    string RequestedBy,
    string? Reason,
    string? WaitingFor,
    string? WorkflowId,
    string? PolicyDecision,
    string? ApprovedBy,
    string? PreviousVersion,
    CommitRange? Commits,
    string? Undoes,
    DateTimeOffset StartedAt,
    DateTimeOffset? CompletedAt,
    string? Duration,
    IReadOnlyList<TimelineEntry> History)
{
    /// <summary>Where users reach the service now; null while it is not known.</summary>
    public string? Url { get; init; }

    public string? ArgocdAppUrl { get; init; }

    /// <summary>The workflow that takes the bad commits back in Git; only in the answer to a rollback.</summary>
    public string? RevertWorkflowId { get; init; }

    /// <summary>What an approval is bound to; only while it waits for one.</summary>
    public string? ApprovalDigest { get; init; }

    /// <summary>Whether there was a way back when it was accepted.</summary>
    public RollbackReadiness? Rollback { get; init; }

    public static DeploymentRecord Of(Rollout rollout)
    {
        var request = rollout.Request;
        return new DeploymentRecord(
            rollout.Id, request.Key.Service, request.Key.Environment, request.Candidate.Version, request.Candidate.BareDigest, rollout.Plan.Strategy, request.Kind,
            rollout.Status, rollout.Phase.ToString().ToLowerInvariant(), rollout.Weight, rollout.Step + 1, rollout.Plan.Steps.Count,
            [.. rollout.Gates.Select(gate => new GateRecord(gate.Name, gate.Verdict, gate.Samples, gate.Detail))],
            request.Target, request.RequestedBy, rollout.Reason ?? request.Reason, Waiting(rollout), request.WorkflowId, request.PolicyDecision, rollout.ApprovedBy ?? (request.ApprovedInWorkflow == true ? $"a person, in {request.WorkflowId}" : null),
            rollout.Stable?.Version, rollout.Stable?.Commit is { } from && request.Candidate.Commit is { } to ? new CommitRange(from, to) : null, request.Undoes,
            rollout.AcceptedAt, rollout.EndedAt, rollout.EndedAt is { } end ? Spell(end - rollout.AcceptedAt) : null, rollout.Timeline)
        {
            ApprovalDigest = rollout.Phase == RolloutPhase.WaitingApproval ? request.ApprovalDigest : null,
            Rollback = request.Rollback,
        };
    }

    private static string? Waiting(Rollout rollout) => rollout.Phase switch
    {
        RolloutPhase.Queued => "the deployment in progress",
        RolloutPhase.WaitingApproval => $"an approval of {rollout.Request.ApprovalDigest}",
        _ => rollout.HoldReason,
    };

    private static string Spell(TimeSpan span) => span.TotalMinutes >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes}m{span.Seconds}s")
        : string.Create(CultureInfo.InvariantCulture, $"{span.Seconds}s");
}

internal sealed record GateRecord(string Name, Verdict Verdict, long Samples, string Detail);

internal sealed record CommitRange(string From, string To);

/// <summary>What differs between what serves and what would.</summary>
internal sealed record DeploymentDiff(RevisionRecord? Serves, RevisionRecord? Other, bool IsSame, CommitRange? Commits, IReadOnlyList<string> Variables)
{
    public static DeploymentDiff Between(Revision? serves, Revision? other)
    {
        var (mine, theirs) = (serves?.Variables ?? new Dictionary<string, string>(), other?.Variables ?? new Dictionary<string, string>());
        var variables = mine.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal).Where(name => mine.GetValueOrDefault(name) != theirs.GetValueOrDefault(name)).ToList();
        return new DeploymentDiff(
            RevisionRecord.Of(serves), RevisionRecord.Of(other), serves?.BareDigest == other?.BareDigest && variables.Count == 0,
            serves?.Commit is { } from && other?.Commit is { } to ? new CommitRange(from, to) : null, variables);
    }
}

internal sealed record RevisionRecord(string Version, string Digest, string? Commit)
{
    public static RevisionRecord? Of(Revision? revision) => revision is null ? null : new RevisionRecord(revision.Version, revision.BareDigest, revision.Commit);
}
