using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>What happened to a workflow, in the order it happened. Stored: never renamed, members only ever added with a default.</summary>
internal interface IPlannerEvent : IJournalled
{
    DateTimeOffset At { get; }
}

/// <summary>An event about one task of the plan.</summary>
internal interface ITaskEvent : IPlannerEvent
{
    string TaskId { get; }
}

/// <param name="RequestDigest">Digest of the request, so that a replayed idempotency key with another body is seen.</param>
internal sealed record WorkflowCreated(string WorkflowId, Plan Plan, Caller Caller, string? RequestedBy, string RequestDigest, string? TraceParent, DateTimeOffset At) : IPlannerEvent;

/// <summary>The task's dependencies are met; it starts by itself at <paramref name="NotBefore"/>.</summary>
internal sealed record TaskScheduled(string TaskId, DateTimeOffset NotBefore, DateTimeOffset At) : ITaskEvent;

/// <param name="Digest">Digest over operation and resolved input: what a person approves, and nothing else.</param>
internal sealed record ApprovalRequested(string TaskId, string Digest, string Summary, Scope RequiredScope, DateTimeOffset ExpiresAt, DateTimeOffset At) : ITaskEvent;

internal sealed record TaskApproved(string TaskId, string Digest, string By, DateTimeOffset At) : ITaskEvent;

/// <param name="By">Null when the approval expired.</param>
internal sealed record TaskRejected(string TaskId, string? By, string Reason, DateTimeOffset At) : ITaskEvent;

/// <param name="InputDigest">With the workflow and task, the effect key of this try.</param>
internal sealed record TaskStarted(string TaskId, int Attempt, string InputDigest, DateTimeOffset At) : ITaskEvent;

internal sealed record TaskCompleted(string TaskId, int Attempt, JsonNode? Result, DateTimeOffset At) : ITaskEvent;

internal sealed record TaskAttemptFailed(string TaskId, int Attempt, TaskError Error, DateTimeOffset RetryAt, DateTimeOffset At) : ITaskEvent;

/// <summary>The last try failed, or the refusal is one that no retry changes: the task is in the dead letters until a person acts.</summary>
internal sealed record TaskFailed(string TaskId, int Attempt, TaskError Error, DateTimeOffset At) : ITaskEvent;

/// <param name="By">Null when a <c>when</c> condition was false.</param>
internal sealed record TaskSkipped(string TaskId, string Reason, string? By, DateTimeOffset At) : ITaskEvent;

internal sealed record TaskCancelled(string TaskId, DateTimeOffset At) : ITaskEvent;

/// <param name="Input">A corrected input that replaces the plan's; null to try again as it was.</param>
/// <param name="RunAs">Whose rights a corrected input runs with; null for the workflow's own caller.</param>
internal sealed record TaskRetried(string TaskId, string By, JsonObject? Input, Caller? RunAs, DateTimeOffset At) : ITaskEvent;

internal sealed record CompensationStarted(string Reason, DateTimeOffset At) : IPlannerEvent;

internal sealed record TaskCompensating(string TaskId, int Attempt, string InputDigest, DateTimeOffset At) : ITaskEvent;

internal sealed record TaskCompensated(string TaskId, JsonNode? Result, DateTimeOffset At) : ITaskEvent;

/// <summary>An undo failed and is tried again at <paramref name="RetryAt"/>.</summary>
internal sealed record CompensationAttemptFailed(string TaskId, int Attempt, TaskError Error, DateTimeOffset RetryAt, DateTimeOffset At) : ITaskEvent;

internal sealed record CompensationFailed(string TaskId, TaskError Error, DateTimeOffset At) : ITaskEvent;

internal sealed record WorkflowPaused(string By, DateTimeOffset At) : IPlannerEvent;

internal sealed record WorkflowResumed(string By, DateTimeOffset At) : IPlannerEvent;

internal sealed record WorkflowCancelled(string By, string? Reason, DateTimeOffset At) : IPlannerEvent;

/// <summary>An idempotency key was used for a command on this workflow, so that its repeat changes nothing.</summary>
/// <param name="Key">Digest of the key: what a client chose as a key is not kept as it is.</param>
internal sealed record KeyUsed(string Key, string CommandDigest, DateTimeOffset At) : IPlannerEvent;

internal sealed record WorkflowCompleted(DateTimeOffset At) : IPlannerEvent;

internal sealed record WorkflowFailed(string Reason, DateTimeOffset At) : IPlannerEvent;

/// <param name="Kind">A refusal kind in snake_case, or <c>crashed</c>, <c>timed_out</c>, <c>unresolved</c>.</param>
internal sealed record TaskError(string Kind, string Reason, IReadOnlyList<MemberError>? Errors = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(WorkflowCreated))]
[JsonSerializable(typeof(TaskScheduled))]
[JsonSerializable(typeof(ApprovalRequested))]
[JsonSerializable(typeof(TaskApproved))]
[JsonSerializable(typeof(TaskRejected))]
[JsonSerializable(typeof(TaskStarted))]
[JsonSerializable(typeof(TaskCompleted))]
[JsonSerializable(typeof(TaskAttemptFailed))]
[JsonSerializable(typeof(TaskFailed))]
[JsonSerializable(typeof(TaskSkipped))]
[JsonSerializable(typeof(TaskCancelled))]
[JsonSerializable(typeof(TaskRetried))]
[JsonSerializable(typeof(CompensationStarted))]
[JsonSerializable(typeof(TaskCompensating))]
[JsonSerializable(typeof(TaskCompensated))]
[JsonSerializable(typeof(CompensationAttemptFailed))]
[JsonSerializable(typeof(CompensationFailed))]
[JsonSerializable(typeof(WorkflowPaused))]
[JsonSerializable(typeof(WorkflowResumed))]
[JsonSerializable(typeof(WorkflowCancelled))]
[JsonSerializable(typeof(KeyUsed))]
[JsonSerializable(typeof(WorkflowCompleted))]
[JsonSerializable(typeof(WorkflowFailed))]
internal sealed partial class PlannerEventJson : JsonSerializerContext;

internal sealed class PlannerEvents : IEventSource
{
    public const string Tag = "workflow";

    public IEnumerable<EventType> Events =>
    [
        new("workflow.created", PlannerEventJson.Default.WorkflowCreated, Tag),
        new("task.scheduled", PlannerEventJson.Default.TaskScheduled, Tag),
        new("approval.requested", PlannerEventJson.Default.ApprovalRequested, Tag),
        new("task.approved", PlannerEventJson.Default.TaskApproved, Tag),
        new("task.rejected", PlannerEventJson.Default.TaskRejected, Tag),
        new("task.started", PlannerEventJson.Default.TaskStarted, Tag),
        new("task.completed", PlannerEventJson.Default.TaskCompleted, Tag),
        new("task.attempt_failed", PlannerEventJson.Default.TaskAttemptFailed, Tag),
        new("task.failed", PlannerEventJson.Default.TaskFailed, Tag),
        new("task.skipped", PlannerEventJson.Default.TaskSkipped, Tag),
        new("task.cancelled", PlannerEventJson.Default.TaskCancelled, Tag),
        new("task.retried", PlannerEventJson.Default.TaskRetried, Tag),
        new("compensation.started", PlannerEventJson.Default.CompensationStarted, Tag),
        new("task.compensating", PlannerEventJson.Default.TaskCompensating, Tag),
        new("task.compensated", PlannerEventJson.Default.TaskCompensated, Tag),
        new("compensation.attempt_failed", PlannerEventJson.Default.CompensationAttemptFailed, Tag),
        new("compensation.failed", PlannerEventJson.Default.CompensationFailed, Tag),
        new("workflow.paused", PlannerEventJson.Default.WorkflowPaused, Tag),
        new("workflow.resumed", PlannerEventJson.Default.WorkflowResumed, Tag),
        new("workflow.cancelled", PlannerEventJson.Default.WorkflowCancelled, Tag),
        new("workflow.key_used", PlannerEventJson.Default.KeyUsed, Tag),
        new("workflow.completed", PlannerEventJson.Default.WorkflowCompleted, Tag),
        new("workflow.failed", PlannerEventJson.Default.WorkflowFailed, Tag),
    ];
}
