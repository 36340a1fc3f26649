using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Agentic.Agents.Planner;

/// <summary>One workflow as lists show it; projected from the journal and rebuildable from it. Also what <c>GET /workflows/{id}</c> answers.</summary>
/// <param name="Status">pending, in_progress, waiting_approval, paused, compensating, completed, failed or cancelled.</param>
/// <param name="CreatedAt">Absent in a plan that was only asked for.</param>
/// <param name="Duration">For people: <c>5m32s</c>; null while it runs.</param>
internal sealed record WorkflowRecord(
    string WorkflowId,
    string Status,
    string Plan,
    string? Template,
    string? TemplateVersion,
    JsonObject Parameters,
    string? Goal,
    string? ServiceName,
    string? Environment,
    string RequestedBy,
    string Caller,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] DateTimeOffset CreatedAt,
    DateTimeOffset? CompletedAt,
    string? Duration,
    string? Reason,
    IReadOnlyList<TaskRecord> Tasks)
{
    /// <summary>Journal sequence number of the last event in it; the <c>id</c> of that event in the live stream.</summary>
    public long Revision { get; init; }
}

/// <param name="Status">The workflow statuses, or skipped, rejected, compensated.</param>
/// <param name="WaitingFor">A sentence: the approval, the timer, the tasks before it; null while it runs or once it ended.</param>
internal sealed record TaskRecord(
    string TaskId,
    string Agent,
    string Operation,
    string Status,
    int Priority,
    IReadOnlyList<string> DependsOn,
    string EstimatedDuration,
    int Attempts,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    JsonNode? Result,
    TaskError? Error,
    string? WaitingFor,
    PendingApproval? Approval)
{
    /// <summary>The last attempt it is allowed, for "attempt n of m".</summary>
    public int MaxAttempts { get; init; }

    /// <summary>Its input as planned, references included; only where one workflow is asked for.</summary>
    public JsonObject? Input { get; init; }
}

/// <param name="Digest">What an approval must repeat; a stale one is refused.</param>
internal sealed record PendingApproval(string Digest, string Summary, string RequiredScope, DateTimeOffset ExpiresAt, JsonNode? Input);

/// <summary>A task that ran out of attempts and waits for a person.</summary>
/// <param name="Id"><c>{workflowId}:{taskId}</c>.</param>
internal sealed record DeadLetter(string Id, string WorkflowId, string TaskId, string Operation, int Attempts, TaskError Error, DateTimeOffset FailedAt);

/// <summary>One journalled transition, as the history and the live stream show it.</summary>
/// <param name="Sequence">Journal sequence number; <c>Last-Event-ID</c> resumes after it.</param>
/// <param name="Type">The event's manifest, e.g. <c>task.completed</c>.</param>
internal sealed record WorkflowTransition(long Sequence, string Type, DateTimeOffset At, string? TaskId, JsonObject Detail);
