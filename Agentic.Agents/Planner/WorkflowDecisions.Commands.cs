using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

internal static partial class WorkflowDecisions
{
    /// <summary>A person's command. A repeated idempotency key is answered by the shell before it comes here.</summary>
    public static Outcome<IReadOnlyList<IPlannerEvent>> Decide(this Workflow workflow, IWorkflowCommand command, Caller by, DateTimeOffset now)
    {
        foreach (var environment in workflow.Environments)
            if (!by.MayTouch(environment))
                return Refusal.Forbidden($"{by.Name} may not act on workflows of the environment '{environment}'.");
        return command switch
        {
            CancelWorkflow cancel => workflow.Cancel(cancel, by, now),
            PauseWorkflow => workflow.Pause(by, now),
            ResumeWorkflow => workflow.Resume(by, now),
            RetryWorkflow => workflow.RetryAll(by, now),
            RetryTask retry => workflow.Retry(retry, by, now),
            SkipTask skip => workflow.Skip(skip, by, now),
            ApproveTask approve => workflow.Approve(approve, by, now),
            RejectTask reject => workflow.Reject(reject, by, now),
            _ => throw new InvalidOperationException($"A workflow does not decide {command.GetType().Name}."),
        };
    }

    private static Outcome<IReadOnlyList<IPlannerEvent>> Cancel(this Workflow workflow, CancelWorkflow cancel, Caller by, DateTimeOffset now)
    {
        if (workflow.IsEnded)
            return Refusal.Conflict($"{workflow.Id} has already ended ({WorkflowView.Word(workflow.Phase)}); there is nothing to cancel.");
        if (workflow.Phase == WorkflowPhase.Compensating)
            return Refusal.Conflict($"{workflow.Id} is undoing its changes already and ends by itself; stopping that would leave them half undone.");
        var decided = new Decided(workflow, []);
        foreach (var task in workflow.Tasks.Where(task => !task.IsSatisfied && task.Phase is not (TaskPhase.Failed or TaskPhase.Rejected or TaskPhase.Compensated)))
            decided = decided.And(new TaskCancelled(task.Planned.Id, now));
        return Done(decided.And(new WorkflowCancelled(by.Name, cancel.Reason, now)));
    }

    private static Outcome<IReadOnlyList<IPlannerEvent>> Pause(this Workflow workflow, Caller by, DateTimeOffset now)
    {
        if (workflow.IsEnded || workflow.IsPaused)
            return Refusal.Conflict($"{workflow.Id} is {WorkflowView.StatusOf(workflow)}; only a running workflow can be paused.");
        return workflow.Phase == WorkflowPhase.Compensating
            ? Refusal.Conflict($"{workflow.Id} is undoing its changes, which cannot be paused.")
            : Done(new Decided(workflow, []).And(new WorkflowPaused(by.Name, now)));
    }

    private static Outcome<IReadOnlyList<IPlannerEvent>> Resume(this Workflow workflow, Caller by, DateTimeOffset now) =>
        workflow.IsPaused
            ? Done(Advance(new Decided(workflow, []).And(new WorkflowResumed(by.Name, now)), now))
            : Refusal.Conflict($"{workflow.Id} is {WorkflowView.StatusOf(workflow)}, not paused.");

    private static Outcome<IReadOnlyList<IPlannerEvent>> RetryAll(this Workflow workflow, Caller by, DateTimeOffset now)
    {
        var failed = workflow.Tasks.Where(task => task.Phase is TaskPhase.Failed or TaskPhase.Rejected).ToList();
        if (workflow.Phase != WorkflowPhase.Failed || failed.Count == 0)
            return Refusal.Conflict($"{workflow.Id} is {WorkflowView.StatusOf(workflow)}; only a failed workflow can be retried.");
        if (IsOver(workflow) is { } refusal)
            return refusal;
        var decided = failed.Aggregate(new Decided(workflow, []), (so, task) => so.And(new TaskRetried(task.Planned.Id, by.Name, null, null, now)));
        return Done(Advance(decided, now));
    }

    private static Outcome<IReadOnlyList<IPlannerEvent>> Retry(this Workflow workflow, RetryTask retry, Caller by, DateTimeOffset now)
    {
        if (workflow.Find(retry.TaskId) is not { } task)
            return NoTask(workflow, retry.TaskId);
        if (task.Phase is not (TaskPhase.Failed or TaskPhase.Rejected))
            return Refusal.Conflict($"'{retry.TaskId}' is {WorkflowView.Word(task.Phase)}; only a failed or rejected task can be retried.");
        return IsOver(workflow) is { } refusal
            ? refusal
            : Done(Advance(new Decided(workflow, []).And(new TaskRetried(retry.TaskId, by.Name, retry.Input, retry.Input is null ? null : by, now)), now));
    }

    private static Refusal? IsOver(Workflow workflow) =>
        workflow.Phase == WorkflowPhase.Cancelled ? Refusal.Conflict($"{workflow.Id} was cancelled, and the steps that were stopped never run; create a new workflow instead.") :
        workflow.Phase == WorkflowPhase.Compensating || workflow.Tasks.Any(task => task.Phase == TaskPhase.Compensated)
            ? Refusal.Conflict($"{workflow.Id} has undone its changes; create a new workflow instead.")
            : null;

    private static Outcome<IReadOnlyList<IPlannerEvent>> Skip(this Workflow workflow, SkipTask skip, Caller by, DateTimeOffset now)
    {
        if (workflow.Find(skip.TaskId) is not { } task)
            return NoTask(workflow, skip.TaskId);
        if (task.IsSatisfied || task.Phase is TaskPhase.InProgress or TaskPhase.Cancelled or TaskPhase.Compensating or TaskPhase.Compensated)
            return Refusal.Conflict($"'{skip.TaskId}' is {WorkflowView.Word(task.Phase)}; only a task that waits or failed can be skipped.");
        return IsOver(workflow) is { } refusal
            ? refusal
            : Done(Advance(new Decided(workflow, []).And(new TaskSkipped(skip.TaskId, skip.Reason, by.Name, now)), now));
    }

    private static Outcome<IReadOnlyList<IPlannerEvent>> Approve(this Workflow workflow, ApproveTask approve, Caller by, DateTimeOffset now)
    {
        var waiting = workflow.Waiting(approve.TaskId, by);
        if (waiting.Refusal is { } refusal)
            return refusal;
        var approval = waiting.Value!;
        if (approve.Digest != approval.Digest)
            return Refusal.Conflict($"That digest is not what '{approve.TaskId}' waits for; look at the approval again and approve what it shows now.");
        if (approval.ExpiresAt <= now)
            return Refusal.Conflict($"The approval of '{approve.TaskId}' expired at {approval.ExpiresAt:O}. Retry the task to ask again.");
        var resolved = References.Resolve(workflow.Find(approve.TaskId)!.EffectiveInput, References.Of(workflow));
        if (!resolved.IsRefused && PlaceOf(resolved.Value) is { } place && !by.MayTouch(place))
            return Refusal.Forbidden($"{by.Name} may not approve a change of the environment '{place}'.");
        if ((by.Name == workflow.Caller.Name || by.Name == workflow.Find(approve.TaskId)!.RunAs?.Name) && !by.IsLocal)
            return Refusal.Forbidden("Nobody approves their own request; ask a colleague with the scope 'approve'.");
        return Done(Advance(new Decided(workflow, []).And(new TaskApproved(approve.TaskId, approve.Digest, by.Name, now)), now));
    }

    private static Outcome<IReadOnlyList<IPlannerEvent>> Reject(this Workflow workflow, RejectTask reject, Caller by, DateTimeOffset now)
    {
        var waiting = workflow.Waiting(reject.TaskId, by);
        return waiting.Refusal is { } refusal
            ? refusal
            : Done(Advance(new Decided(workflow, []).And(new TaskRejected(reject.TaskId, by.Name, reject.Reason ?? $"Rejected by {by.Name}.", now)), now));
    }

    private static Outcome<ApprovalRequested> Waiting(this Workflow workflow, string taskId, Caller by)
    {
        if (workflow.Find(taskId) is not { } task)
            return NoTask(workflow, taskId);
        if (workflow.IsEnded || task.Approval is not { } approval)
            return Refusal.Conflict($"'{taskId}' is {WorkflowView.Word(task.Phase)} in a workflow that is {WorkflowView.StatusOf(workflow)}; it does not wait for an approval.");
        return by.Has(approval.RequiredScope)
            ? approval
            : Refusal.Forbidden($"Approving needs the scope '{WorkflowView.Word(approval.RequiredScope)}', which {by.Name} does not have.");
    }

    private static Refusal NoTask(Workflow workflow, string taskId) =>
        Refusal.NotFound($"{workflow.Id} has no task '{taskId}'; it has {string.Join(", ", workflow.Tasks.Select(task => task.Planned.Id))}.");

    private static Outcome<IReadOnlyList<IPlannerEvent>> Done(Decided decided) => Outcome<IReadOnlyList<IPlannerEvent>>.Of(decided.Events);
}
