using System.Text;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>
/// What may happen next to a workflow. Pure: every decision is a list of events or a <see cref="Refusal"/>, and includes all that follows
/// from it at once (a completion and the starts it allows), so that one write to the journal holds it.
/// </summary>
internal static partial class WorkflowDecisions
{
    private static readonly TimeSpan ApprovalLasts = TimeSpan.FromDays(7);

    public static IReadOnlyList<IPlannerEvent> Create(StartWorkflow start, Caller by, DateTimeOffset now)
    {
        var created = new WorkflowCreated(start.Id, start.Plan, by, start.RequestedBy, start.RequestDigest, start.TraceParent, now);
        var decided = new Decided(Workflow.Start(created), [created]);
        return Advance(decided, now).Events;
    }

    /// <summary>The end of one attempt. A late one (another attempt runs, or the task ended) decides nothing.</summary>
    public static IReadOnlyList<IPlannerEvent> Ended(this Workflow workflow, string taskId, int attempt, Outcome<JsonNode?> outcome, string? failure, DateTimeOffset now)
    {
        if (workflow.Find(taskId) is not { } task || task.Attempts != attempt || workflow.IsEnded)
            return [];
        if (task.Phase == TaskPhase.Compensating)
            return workflow.CompensationEnded(task, outcome, failure, now);
        if (task.Phase != TaskPhase.InProgress)
            return [];
        var happened = outcome.Refusal is null && failure is null
            ? new TaskCompleted(taskId, attempt, outcome.Value, now)
            : workflow.Failure(task, outcome.Refusal, failure, now);
        return Advance(new Decided(workflow, []).And(happened), now).Events;
    }

    /// <summary>A timer went off: a delay is over, a retry is due, an approval has expired. Also what a restart asks for every due timer.</summary>
    public static IReadOnlyList<IPlannerEvent> Due(this Workflow workflow, string taskId, DateTimeOffset now)
    {
        if (workflow.IsEnded || workflow.Find(taskId) is not { } task)
            return [];
        var decided = new Decided(workflow, []);
        if (task is { Phase: TaskPhase.WaitingApproval, Approval: { } approval } && approval.ExpiresAt <= now)
            decided = decided.And(new TaskRejected(taskId, null, "Nobody approved it in time. Retry the task to ask again.", now));
        return Advance(decided, now).Events;
    }

    /// <summary>Everything that can start now starts; a workflow with nothing left to do ends.</summary>
    public static IReadOnlyList<IPlannerEvent> Advance(this Workflow workflow, DateTimeOffset now) => Advance(new Decided(workflow, []), now).Events;

    private static Decided Advance(Decided decided, DateTimeOffset now)
    {
        while (Next(decided.State, now) is { } next)
            decided = decided.And(next);
        return decided;
    }

    private static IPlannerEvent? Next(Workflow workflow, DateTimeOffset now)
    {
        if (workflow.IsEnded)
            return null;
        if (workflow.Phase == WorkflowPhase.Compensating)
            return NextCompensation(workflow, now);
        var failed = workflow.Tasks.FirstOrDefault(task => task.Phase is TaskPhase.Failed or TaskPhase.Rejected);
        if (failed is not null)
            return workflow.Tasks.Any(task => task.Phase == TaskPhase.InProgress) ? null : AfterFailure(workflow, failed, now);
        if (workflow.IsPaused)
            return null;
        foreach (var task in workflow.Tasks)
            if (NextOf(workflow, task, now) is { } next)
                return next;
        return workflow.Tasks.All(task => task.IsSatisfied) ? new WorkflowCompleted(now) : null;
    }

    private static IPlannerEvent? NextOf(Workflow workflow, TaskState task, DateTimeOffset now) => task.Phase switch
    {
        TaskPhase.Pending when AreSatisfied(workflow, task) => BeforeStart(workflow, task, now),
        TaskPhase.Scheduled when task.NotBefore <= now => Begin(workflow, task, now),
        TaskPhase.Retrying when task.NotBefore <= now => new TaskStarted(task.Planned.Id, task.Attempts + 1, task.InputDigest!, now),
        _ => null,
    };

    private static bool AreSatisfied(Workflow workflow, TaskState task)
    {
        foreach (var id in task.Planned.DependsOn)
            if (workflow.Find(id) is not { IsSatisfied: true })
                return false;
        return true;
    }

    private static IPlannerEvent BeforeStart(Workflow workflow, TaskState task, DateTimeOffset now)
    {
        if (task.Planned.When is { } condition && task.ApprovedDigest is null)
        {
            var holds = Condition.Evaluate(condition, References.Of(workflow));
            if (holds.Refusal is { } refusal)
                return new TaskFailed(task.Planned.Id, task.Attempts, new TaskError("unresolved", refusal.Reason), now);
            if (!holds.Value)
                return new TaskSkipped(task.Planned.Id, $"The condition {condition} is false.", null, now);
        }

        return task.Planned.Delay > TimeSpan.Zero && task.ApprovedDigest is null && task.AttemptsBefore == 0
            ? new TaskScheduled(task.Planned.Id, now + task.Planned.Delay, now)
            : Begin(workflow, task, now);
    }

    private static IPlannerEvent Begin(Workflow workflow, TaskState task, DateTimeOffset now)
    {
        var input = References.Resolve(task.EffectiveInput, References.Of(workflow));
        if (input.Refusal is { } refusal)
            return new TaskFailed(task.Planned.Id, task.Attempts, new TaskError("unresolved", refusal.Reason), now);
        var digest = DigestOf(task.Planned.Operation, input.Value);
        if (NeedsApproval(task, input.Value) && task.ApprovedDigest != digest)
            return new ApprovalRequested(
                task.Planned.Id, digest, $"{task.Planned.Operation} as '{task.Planned.Id}' of {workflow.Id}{Where(PlaceOf(input.Value) ?? workflow.Plan.Environment)}", Scope.Approve, now + ApprovalLasts, now);
        return new TaskStarted(task.Planned.Id, task.Attempts + 1, digest, now);
    }

    /// <summary>A corrected input may name another place than the plan did.</summary>
    private static bool NeedsApproval(TaskState task, JsonNode? resolved) =>
        task.Planned.NeedsApproval || (task.Planned.ActsOnEnvironment && Environments.NeedsApproval(PlaceOf(resolved)));

    public static string? PlaceOf(JsonNode? resolved) => (resolved as JsonObject)?["environment"] is JsonValue value && value.TryGetValue<string>(out var place) ? place : null;

    /// <summary>What an approval is bound to and an effect is named by.</summary>
    public static string DigestOf(string operation, JsonNode? resolvedInput) =>
        AgenticJson.Digest(new JsonObject { ["operation"] = operation, ["input"] = resolvedInput?.DeepClone() });

    private static string Where(string? environment) => environment is null ? "" : $" in {environment}";

    private static IPlannerEvent AfterFailure(Workflow workflow, TaskState failed, DateTimeOffset now)
    {
        var reason = $"'{failed.Planned.Id}' {(failed.Phase == TaskPhase.Rejected ? "was rejected" : "failed")}: {failed.Error?.Reason}";
        return workflow.Tasks.Any(task => task is { Phase: TaskPhase.Completed, Planned.Compensation: not null })
            ? new CompensationStarted(reason, now)
            : new WorkflowFailed(reason, now);
    }

    private static IPlannerEvent? NextCompensation(Workflow workflow, DateTimeOffset now)
    {
        if (workflow.Tasks.FirstOrDefault(task => task.Phase == TaskPhase.Compensating) is { } undoing)
            return undoing.NotBefore <= now ? new TaskCompensating(undoing.Planned.Id, undoing.Attempts + 1, undoing.InputDigest!, now) : null;
        var next = workflow.Tasks.Where(task => task is { Phase: TaskPhase.Completed, Planned.Compensation: not null })
            .OrderByDescending(task => task.EndedAs).FirstOrDefault();
        if (next is null)
            return new WorkflowFailed(workflow.Reason ?? "A task failed.", now);
        var input = References.Resolve(next.Planned.Compensation!.Input, References.Of(workflow));
        return input.Refusal is { } refusal
            ? new CompensationFailed(next.Planned.Id, new TaskError("unresolved", refusal.Reason), now)
            : new TaskCompensating(next.Planned.Id, next.Attempts + 1, DigestOf(next.Planned.Compensation.Operation, input.Value), now);
    }

    private static IReadOnlyList<IPlannerEvent> CompensationEnded(this Workflow workflow, TaskState task, Outcome<JsonNode?> outcome, string? failure, DateTimeOffset now)
    {
        IPlannerEvent happened = outcome.Refusal is null && failure is null
            ? new TaskCompensated(task.Planned.Id, outcome.Value, now)
            : workflow.CompensationFailure(task, outcome.Refusal, failure, now);
        return Advance(new Decided(workflow, []).And(happened), now).Events;
    }

    /// <summary>What could not be undone is tried again as often as the task itself would be: a half-undone change is the worst of ends.</summary>
    private static IPlannerEvent CompensationFailure(this Workflow workflow, TaskState task, Refusal? refusal, string? failure, DateTimeOffset now)
    {
        var error = ErrorOf(refusal, failure);
        return MayRetry(task, refusal)
            ? new CompensationAttemptFailed(task.Planned.Id, task.Attempts, error, now + Backoff(workflow.Id, task, Round(task), refusal?.RetryAfter), now)
            : new CompensationFailed(task.Planned.Id, error, now);
    }

    private static IPlannerEvent Failure(this Workflow workflow, TaskState task, Refusal? refusal, string? failure, DateTimeOffset now)
    {
        var error = ErrorOf(refusal, failure);
        return MayRetry(task, refusal)
            ? new TaskAttemptFailed(task.Planned.Id, task.Attempts, error, now + Backoff(workflow.Id, task, Round(task), refusal?.RetryAfter), now)
            : new TaskFailed(task.Planned.Id, task.Attempts, error, now);
    }

    private static int Round(TaskState task) => task.Attempts - task.AttemptsBefore;

    private static bool MayRetry(TaskState task, Refusal? refusal) => (refusal is null || refusal.IsTransient) && Round(task) < task.Planned.Retry.MaxAttempts;

    private static TaskError ErrorOf(Refusal? refusal, string? failure) => refusal is not null
        ? new TaskError(WorkflowView.Word(refusal.Kind), refusal.Reason, refusal.Errors.Count == 0 ? null : refusal.Errors)
        : new TaskError(failure!.StartsWith("It took longer", StringComparison.Ordinal) ? "timed_out" : "crashed", failure);

    /// <summary>Exponential with jitter; the jitter comes from the effect's own name, so that replay and retry agree on it.</summary>
    internal static TimeSpan Backoff(string workflowId, TaskState task, int round, TimeSpan? asked)
    {
        var policy = task.Planned.Retry;
        var delay = Math.Min(policy.InitialDelay.TotalMilliseconds * Math.Pow(policy.Backoff, round - 1), policy.MaxDelay.TotalMilliseconds);
        var chance = Fraction($"{workflowId}/{task.Planned.Id}/{task.Attempts}");
        delay *= 1 - policy.Jitter + (2 * policy.Jitter * chance);
        return TimeSpan.FromMilliseconds(Math.Max(delay, asked?.TotalMilliseconds ?? 0));
    }

    /// <summary>FNV-1a of the text, as a fraction of its range.</summary>
    private static double Fraction(string text)
    {
        var hash = 2166136261u;
        foreach (var part in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ part) * 16777619u;
        return hash / (double)uint.MaxValue;
    }

    /// <summary>The state as it will be once the events are journalled; the real one changes only then.</summary>
    private readonly record struct Decided(Workflow State, List<IPlannerEvent> Events)
    {
        public Decided And(IPlannerEvent next)
        {
            Events.Add(next);
            return new Decided(State.Apply(next), Events);
        }
    }
}
