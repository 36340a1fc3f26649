using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>Something a person or program asks of one workflow.</summary>
internal interface IWorkflowCommand
{
    string Id { get; }
}

/// <summary>Asked of one workflow by somebody: what travels to the entity.</summary>
internal sealed record Asked(IWorkflowCommand Command, Caller By, string? IdempotencyKey = null);

internal sealed record StartWorkflow(string Id, Plan Plan, string? RequestedBy, string RequestDigest, string? TraceParent) : IWorkflowCommand;

[MemberAlias("params", "parameters")]
internal sealed record CreateWorkflow(
    [property: Description("Who wants this, for display; the audit always records the caller. Defaults to the caller."), StringLength(200)] string? RequestedBy = null,
    [property: Description("Name of a plan template, see GET /templates. Give exactly one of template, goal and tasks."), StringLength(100)] string? Template = null,
    [property: Description("The template's parameters, e.g. {\"serviceName\": \"user-service\", \"language\": \"python\"}.")] JsonObject? Parameters = null,
    [property: Description("What you want in your own words, e.g. 'Create user-service with REST API and PostgreSQL in Python for staging'."), StringLength(4000, MinimumLength = 3)] string? Goal = null,
    [property: Description("An explicit plan: operations to call and what each waits for."), Length(1, 500)] IReadOnlyList<TaskDraft>? Tasks = null,
    [property: Description("True returns the plan and starts nothing.")] bool DryRun = false);

internal sealed record TaskDraft(
    [property: Description("Operation to call, see GET /operations."), StringLength(100)] string Operation,
    [property: Description("Name of the step, unique in the plan: lower-case letters, digits and hyphens. Defaults to t1, t2 …"), RegularExpression("^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$", ErrorMessage = "must be lower-case letters, digits and hyphens, at most 64.")] string? Id = null,
    [property: Description("The operation's input; may refer to earlier results as ${tasks.<id>.result.<member>}.")] JsonObject? Input = null,
    [property: Description("Ids of the steps that must end first.")] IReadOnlyList<string>? DependsOn = null,
    [property: Description("Condition, e.g. ${tasks.check.result.valid} == true; the step is skipped where it is false."), StringLength(1000)] string? When = null,
    [property: Description("How failures are tried again; 3 attempts with growing delays by default.")] RetryDraft? Retry = null,
    [property: Description("Limit of one attempt, e.g. '90s' or '10m'. Defaults to the operation's own."), RegularExpression("^[0-9]{1,6}(ms|s|m|h|d)$", ErrorMessage = "must be a number with ms, s, m, h or d, such as 90s.")] string? Timeout = null,
    [property: Description("Holds the step back after what it waits for has ended, e.g. '30s'."), RegularExpression("^[0-9]{1,6}(ms|s|m|h|d)$", ErrorMessage = "must be a number with ms, s, m, h or d, such as 30s.")] string? Delay = null,
    [property: Description("True makes the step wait for a person's approval of its resolved input.")] bool Approval = false,
    [property: Description("Operation that undoes this step when a later one fails.")] CompensationDraft? Compensate = null);

internal sealed record RetryDraft(
    [property: Description("Attempts in all, 1 to 20."), Range(1, 20)] int MaxAttempts = 3,
    [property: Description("Delay before the second attempt, e.g. '1s'."), RegularExpression("^[0-9]{1,6}(ms|s|m|h)$", ErrorMessage = "must be a number with ms, s, m or h, such as 1s.")] string? InitialDelay = null,
    [property: Description("Factor from one delay to the next, 1 to 10."), Range(1.0, 10.0)] double Backoff = 2,
    [property: Description("Longest delay, e.g. '1m'."), RegularExpression("^[0-9]{1,6}(ms|s|m|h)$", ErrorMessage = "must be a number with ms, s, m or h, such as 1m.")] string? MaxDelay = null);

internal sealed record CompensationDraft(
    [property: Description("Operation that undoes the step."), StringLength(100)] string Operation,
    [property: Description("Its input; may refer to this step's own result.")] JsonObject? Input = null);

internal sealed record GetWorkflow(
    [property: Description("Workflow id, wf-…"), StringLength(80)] string Id) : IWorkflowCommand;

internal sealed record ListWorkflows(
    [property: Description("Only these: pending, in_progress, waiting_approval, paused, compensating, completed, failed or cancelled."), AllowedValues("pending", "in_progress", "waiting_approval", "paused", "compensating", "completed", "failed", "cancelled", null)] string? Status = null,
    [property: Description("Only workflows of this service."), StringLength(100)] string? Service = null,
    [property: Description("Only workflows requested by this person."), StringLength(200)] string? RequestedBy = null,
    [property: Description("Text to look for in id, service, goal and template."), StringLength(200)] string? Query = null,
    [property: Description("Items per page, 1 to 200."), Range(1, 200)] int Limit = 50,
    [property: Description("nextCursor of the page before."), StringLength(400)] string? Cursor = null);

internal sealed record ListDeadLetters(
    [property: Description("Items per page, 1 to 200."), Range(1, 200)] int Limit = 50,
    [property: Description("nextCursor of the page before."), StringLength(400)] string? Cursor = null);

internal sealed record GetHistory(
    [property: Description("Workflow id, wf-…"), StringLength(80)] string Id,
    [property: Description("Only transitions after this sequence number."), Range(0, 1_000_000_000)] long After = 0,
    [property: Description("Items per page, 1 to 1000."), Range(1, 1000)] int Limit = 500);

internal sealed record WorkflowHistory(IReadOnlyList<WorkflowTransition> Items, long? NextAfter);

internal sealed record CancelWorkflow(
    [property: Description("Workflow id, wf-…"), StringLength(80)] string Id,
    [property: Description("Why, for the history."), StringLength(500)] string? Reason = null) : IWorkflowCommand;

internal sealed record PauseWorkflow(
    [property: Description("Workflow id, wf-…"), StringLength(80)] string Id) : IWorkflowCommand;

internal sealed record ResumeWorkflow(
    [property: Description("Workflow id, wf-…"), StringLength(80)] string Id) : IWorkflowCommand;

internal sealed record RetryWorkflow(
    [property: Description("Workflow id, wf-…"), StringLength(80)] string Id) : IWorkflowCommand;

internal sealed record RetryTask(
    [property: Description("Workflow id, wf-…"), StringLength(80)] string Id,
    [property: Description("The failed step's id."), StringLength(64)] string TaskId,
    [property: Description("A corrected input that replaces the step's; leave it out to try the same again.")] JsonObject? Input = null) : IWorkflowCommand;

internal sealed record SkipTask(
    [property: Description("Workflow id, wf-…"), StringLength(80)] string Id,
    [property: Description("The step's id."), StringLength(64)] string TaskId,
    [property: Description("Why it is right to go on without it."), StringLength(500, MinimumLength = 3)] string Reason) : IWorkflowCommand;

internal sealed record ApproveTask(
    [property: Description("Workflow id, wf-…"), StringLength(80)] string Id,
    [property: Description("The step's id."), StringLength(64)] string TaskId,
    [property: Description("The digest shown with the approval; it stands for exactly the input you saw."), StringLength(64, MinimumLength = 64)] string Digest) : IWorkflowCommand;

internal sealed record RejectTask(
    [property: Description("Workflow id, wf-…"), StringLength(80)] string Id,
    [property: Description("The step's id."), StringLength(64)] string TaskId,
    [property: Description("Why, for whoever asked."), StringLength(500)] string? Reason = null) : IWorkflowCommand;

internal sealed record ReplayDeadLetter(
    [property: Description("Dead letter id: workflow id, colon, step id."), StringLength(160)] string Id,
    [property: Description("A corrected input that replaces the step's; leave it out to try the same again.")] JsonObject? Input = null);

/// <summary>Answers once the workflow has ended or the wait is over, with its record either way.</summary>
internal sealed record AwaitEnd(string Id, TimeSpan Wait) : IWorkflowCommand;

/// <summary>Wakes a workflow after a restart; answers nothing.</summary>
internal sealed record WakeWorkflow(string Id) : IWorkflowCommand;

/// <summary>Subscribes the sender to what is journalled from now on; the answer is <see cref="Following"/>.</summary>
internal sealed record FollowWorkflow(string Id) : IWorkflowCommand;

/// <param name="LastSequence">Everything up to here is in the journal; what comes after is sent live.</param>
internal sealed record Following(long LastSequence, bool HasEnded);

internal sealed record Journalled(long Sequence, IPlannerEvent Event);

/// <summary>The answer to a command on a workflow.</summary>
/// <param name="WasCreated">True where this command made the workflow, false where it already existed.</param>
internal sealed record WorkflowAnswer(WorkflowRecord Workflow, bool WasCreated = false);
