using System.Globalization;
using System.Text.Json;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>A workflow as people and programs see it.</summary>
internal static class WorkflowView
{
    public static WorkflowRecord Of(Workflow workflow) => new(
        workflow.Id,
        StatusOf(workflow),
        workflow.Plan.Origin,
        workflow.Plan.Template,
        workflow.Plan.TemplateVersion,
        workflow.Plan.Parameters,
        workflow.Plan.Goal,
        workflow.Plan.ServiceName,
        workflow.Plan.Environment,
        workflow.RequestedBy ?? workflow.Caller.Name,
        workflow.Caller.Name,
        workflow.CreatedAt,
        workflow.EndedAt,
        workflow.EndedAt is { } ended ? Spell(ended - workflow.CreatedAt) : null,
        workflow.Reason,
        [.. workflow.Tasks.Select(task => Of(workflow, task))])
    {
        Revision = workflow.Revision,
    };

    /// <summary>With each task's input: what the page of one workflow shows and a corrected retry starts from.</summary>
    public static WorkflowRecord InFull(Workflow workflow)
    {
        var record = Of(workflow);
        return record with { Tasks = [.. record.Tasks.Select((task, index) => task with { Input = workflow.Tasks[index].EffectiveInput })] };
    }

    /// <summary>A plan that was asked for with <c>dryRun</c>: nothing has started and it has no id.</summary>
    public static WorkflowRecord Planned(Plan plan, string? requestedBy, Caller caller) =>
        InFull(Workflow.Start(new WorkflowCreated("", plan, caller, requestedBy, "", null, default))) with { Status = "planned", Revision = 0 };

    public static string StatusOf(Workflow workflow) => workflow switch
    {
        { IsEnded: true } => Word(workflow.Phase),
        { Phase: WorkflowPhase.Compensating } => "compensating",
        { IsPaused: true } => "paused",
        _ when workflow.Tasks.Any(task => task.Phase == TaskPhase.WaitingApproval) && !workflow.Tasks.Any(task => task.IsRunning) => "waiting_approval",
        _ => "in_progress",
    };

    public static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>For people: 350ms, 4.2s, 5m32s, 3h05m, 2d04h.</summary>
    public static string Spell(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)time.TotalMilliseconds)}ms"),
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#}s"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalSeconds}s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}m{(time.Seconds == 0 ? "" : $"{time.Seconds:00}s")}"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Hours}h{time.Minutes:00}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.Days}d{time.Hours:00}h"),
    };

    private static TaskRecord Of(Workflow workflow, TaskState task) => new(
        task.Planned.Id,
        task.Planned.Agent,
        task.Planned.Operation,
        StatusOf(workflow, task),
        task.Planned.Priority,
        task.Planned.DependsOn,
        Spell(task.Planned.EstimatedDuration),
        task.Attempts,
        task.StartedAt,
        task.CompletedAt,
        task.Result,
        task.Error,
        workflow.IsEnded ? null : WaitingFor(workflow, task),
        task.Approval is { } approval && !workflow.IsEnded
            ? new PendingApproval(approval.Digest, approval.Summary, Word(approval.RequiredScope), approval.ExpiresAt, References.Resolve(task.EffectiveInput, References.Of(workflow)).Value)
            : null)
    {
        MaxAttempts = task.AttemptsBefore + task.Planned.Retry.MaxAttempts,
    };

    private static string StatusOf(Workflow workflow, TaskState task) => task.Phase switch
    {
        TaskPhase.Scheduled => "pending",
        TaskPhase.WaitingApproval or TaskPhase.Retrying when workflow.IsEnded => "pending",
        TaskPhase.Retrying => "in_progress",
        var phase => Word(phase),
    };

    private static string? WaitingFor(Workflow workflow, TaskState task) => task.Phase switch
    {
        TaskPhase.WaitingApproval => "a person's approval",
        TaskPhase.Scheduled => $"{task.NotBefore:u}",
        TaskPhase.Retrying => $"attempt {task.Attempts + 1} of {task.AttemptsBefore + task.Planned.Retry.MaxAttempts} at {task.NotBefore:u}",
        TaskPhase.Compensating when task.NotBefore is { } again => $"another try to undo it at {again:u}",
        TaskPhase.Pending when workflow.IsPaused => "the workflow to be resumed",
        TaskPhase.Pending => string.Join(", ", task.Planned.DependsOn.Where(id => workflow.Find(id) is { IsSatisfied: false })) is { Length: > 0 } before ? before : null,
        TaskPhase.Skipped => null,
        _ => null,
    };
}
