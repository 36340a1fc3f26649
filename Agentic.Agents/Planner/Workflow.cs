using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

internal enum WorkflowPhase
{
    Running,
    Compensating,
    Completed,
    Failed,
    Cancelled,
}

internal enum TaskPhase
{
    Pending,
    Scheduled,
    WaitingApproval,
    InProgress,
    Retrying,
    Completed,
    Failed,
    Rejected,
    Skipped,
    Cancelled,
    Compensating,
    Compensated,
}

/// <summary>One workflow as its events made it. Immutable; what may happen next is decided in <see cref="WorkflowDecisions"/>.</summary>
internal sealed record Workflow
{
    public required string Id { get; init; }

    public required Plan Plan { get; init; }

    public required Caller Caller { get; init; }

    public required string? RequestedBy { get; init; }

    public required string RequestDigest { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string? TraceParent { get; init; }

    public WorkflowPhase Phase { get; init; }

    public bool IsPaused { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string? Reason { get; init; }

    public ImmutableArray<TaskState> Tasks { get; init; }

    /// <summary>How many events made this state: the journal sequence number of the last.</summary>
    public long Revision { get; init; }

    public ImmutableDictionary<string, string> UsedKeys { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Every place the plan and its tasks name as they now stand, so that nobody steers work in a place that is closed to them.</summary>
    public IEnumerable<string> Environments =>
        Tasks.Select(task => WorkflowDecisions.PlaceOf(task.EffectiveInput)).Prepend(Plan.Environment).OfType<string>()
            .Where(place => !References.Any(JsonValue.Create(place))).Distinct(StringComparer.Ordinal);

    public bool IsEnded => Phase is WorkflowPhase.Completed or WorkflowPhase.Failed or WorkflowPhase.Cancelled;

    public TaskState? Find(string taskId)
    {
        foreach (var task in Tasks)
            if (task.Planned.Id == taskId)
                return task;
        return null;
    }

    public static Workflow Start(WorkflowCreated created) => new()
    {
        Id = created.WorkflowId,
        Plan = created.Plan,
        Caller = created.Caller,
        RequestedBy = created.RequestedBy,
        RequestDigest = created.RequestDigest,
        TraceParent = created.TraceParent,
        CreatedAt = created.At,
        Tasks = [.. created.Plan.Tasks.Select(task => new TaskState(task))],
        Revision = 1,
    };

    public Workflow Apply(IPlannerEvent happened) => (happened switch
    {
        TaskScheduled e => With(e, task => task with { Phase = TaskPhase.Scheduled, NotBefore = e.NotBefore }),
        ApprovalRequested e => With(e, task => task with { Phase = TaskPhase.WaitingApproval, Approval = e, NotBefore = null }),
        TaskApproved e => With(e, task => task with { Phase = TaskPhase.Pending, ApprovedDigest = e.Digest, Approval = null }),
        TaskRejected e => With(e, task => task with
        {
            Phase = TaskPhase.Rejected, Approval = null, CompletedAt = e.At, Error = new TaskError("rejected", e.Reason),
        }),
        TaskStarted e => With(e, task => task with
        {
            Phase = TaskPhase.InProgress, Attempts = e.Attempt, InputDigest = e.InputDigest, StartedAt = task.StartedAt ?? e.At, NotBefore = null, Error = null,
        }),
        TaskCompleted e => With(e, task => task with { Phase = TaskPhase.Completed, Result = e.Result, CompletedAt = e.At, Error = null, EndedAs = Revision + 1 }),
        TaskAttemptFailed e => With(e, task => task with { Phase = TaskPhase.Retrying, Error = e.Error, NotBefore = e.RetryAt }),
        TaskFailed e => With(e, task => task with { Phase = TaskPhase.Failed, Error = e.Error, CompletedAt = e.At, NotBefore = null }),
        TaskSkipped e => Reopen() with { Tasks = Changed(e, task => task with { Phase = TaskPhase.Skipped, SkipReason = e.Reason, CompletedAt = e.At, Approval = null, NotBefore = null }) },
        TaskCancelled e => With(e, task => task with { Phase = TaskPhase.Cancelled, CompletedAt = e.At, Approval = null, NotBefore = null }),
        TaskRetried e => Reopen() with
        {
            Tasks = Changed(e, task => task with
            {
                Phase = TaskPhase.Pending, Input = e.Input ?? task.Input, RunAs = e.RunAs ?? task.RunAs, AttemptsBefore = task.Attempts,
                CompletedAt = null, Error = null, ApprovedDigest = null, Result = null,
            }),
        },
        CompensationStarted e => this with { Phase = WorkflowPhase.Compensating, Reason = e.Reason },
        TaskCompensating e => With(e, task => task with
        {
            Phase = TaskPhase.Compensating, Attempts = e.Attempt, InputDigest = e.InputDigest, NotBefore = null,
            AttemptsBefore = task.Phase == TaskPhase.Compensating ? task.AttemptsBefore : task.Attempts,
        }),
        CompensationAttemptFailed e => With(e, task => task with { Error = e.Error, NotBefore = e.RetryAt }),
        TaskCompensated e => With(e, task => task with { Phase = TaskPhase.Compensated, CompletedAt = e.At, Error = null }),
        CompensationFailed e => With(e, task => task with { Phase = TaskPhase.Failed, Error = e.Error, CompletedAt = e.At, NotBefore = null }),
        WorkflowPaused => this with { IsPaused = true },
        WorkflowResumed => this with { IsPaused = false },
        WorkflowCancelled e => this with { Phase = WorkflowPhase.Cancelled, EndedAt = e.At, Reason = e.Reason, IsPaused = false },
        WorkflowCompleted e => this with { Phase = WorkflowPhase.Completed, EndedAt = e.At },
        WorkflowFailed e => this with { Phase = WorkflowPhase.Failed, EndedAt = e.At, Reason = e.Reason },
        KeyUsed e => this with { UsedKeys = UsedKeys.SetItem(e.Key, e.CommandDigest) },
        _ => throw new InvalidOperationException($"A workflow cannot apply {happened.GetType().Name}."),
    }) with { Revision = Revision + 1 };

    public WorkflowRecord ToRecord() => WorkflowView.Of(this);

    /// <summary>For lists and searches: how each task is doing, without what it made, which may be large.</summary>
    public WorkflowRecord ToListed()
    {
        var record = WorkflowView.Of(this);
        return record with { Tasks = [.. record.Tasks.Select(task => task with { Result = null })] };
    }

    private Workflow Reopen() => this with { Phase = WorkflowPhase.Running, EndedAt = null, Reason = null };

    private Workflow With(ITaskEvent happened, Func<TaskState, TaskState> change) => this with { Tasks = Changed(happened, change) };

    private ImmutableArray<TaskState> Changed(ITaskEvent happened, Func<TaskState, TaskState> change)
    {
        for (var i = 0; i < Tasks.Length; i++)
            if (Tasks[i].Planned.Id == happened.TaskId)
                return Tasks.SetItem(i, change(Tasks[i]));
        throw new InvalidOperationException($"Workflow {Id} has no task '{happened.TaskId}'.");
    }
}

/// <summary>One task of a workflow as its events made it.</summary>
internal sealed record TaskState(PlannedTask Planned)
{
    public TaskPhase Phase { get; init; }

    /// <summary>Number of the last attempt; never goes back, so that a late reply is recognised.</summary>
    public int Attempts { get; init; }

    /// <summary>Attempts used up before a person asked for another round.</summary>
    public int AttemptsBefore { get; init; }

    public JsonObject? Input { get; init; }

    public Caller? RunAs { get; init; }

    public string? InputDigest { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public JsonNode? Result { get; init; }

    public TaskError? Error { get; init; }

    public string? SkipReason { get; init; }

    public ApprovalRequested? Approval { get; init; }

    public string? ApprovedDigest { get; init; }

    /// <summary>Revision of the workflow at which it completed: compensation runs in the reverse of this order.</summary>
    public long EndedAs { get; init; }

    public JsonObject EffectiveInput => Input ?? Planned.Input;

    public bool IsSatisfied => Phase is TaskPhase.Completed or TaskPhase.Skipped;

    public bool IsRunning => Phase is TaskPhase.InProgress or TaskPhase.Retrying or TaskPhase.Compensating;
}
