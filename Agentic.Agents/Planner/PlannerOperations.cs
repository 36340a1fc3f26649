using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>What the Planner offers: making, following and steering workflows.</summary>
internal sealed class PlannerOperations(
    Lazy<Workflows> workflows, Lazy<Planning> planning, Lazy<OperationGate> gate, PlanTemplates templates, IWorkflowRecords records, WorkflowFeed feed, Redactor redactor) : IOperationSource
{
    private const string Agent = "planner";

    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<CreateWorkflow, WorkflowRecord>("create_workflow", Agent, Effect.Changes, Mode.Immediate,
            "Starts a workflow from a plan template with parameters, from a goal in ordinary words, or from an explicit list of tasks. With dryRun it returns the plan and starts nothing.",
            Create) with
        {
            KeepsIdempotencyKeys = true,
            Route = Route.Post("/workflows") with { Success = 201 },
            Locate = body => body["workflowId"]?.GetValue<string>() is { Length: > 0 } id ? $"/workflows/{id}" : null,
            Example = new CreateWorkflow("user@example.com", "microservice-rest-api", new JsonObject
            {
                ["serviceName"] = "user-service", ["language"] = "python", ["database"] = "postgresql", ["environment"] = "staging",
            }),
        },
        Operation.Define<GetWorkflow, WorkflowRecord>("get_workflow", Agent, Effect.Reads, Mode.Immediate,
            "Shows one workflow as it is now: its status and, for each task, status, attempts, result, error and what it waits for.",
            (request, call, cancellation) => Command(request, call, cancellation)) with { Route = Route.Get("/workflows/{id}") },
        Operation.Define<ListWorkflows, Page<WorkflowRecord>>("list_workflows", Agent, Effect.Reads, Mode.Immediate,
            "Lists workflows, newest first, by status, service, requester or text. May lag a moment behind get_workflow.",
            (request, _, cancellation) => records.List(new WorkflowFilter(request.Status, request.Service, request.RequestedBy, request.Query, request.Limit, request.Cursor), cancellation))
            with { Route = Route.Get("/workflows") },
        Operation.Define<GetHistory, WorkflowHistory>("get_workflow_history", Agent, Effect.Reads, Mode.Immediate,
            "Lists every journalled transition of a workflow in order: what happened, when and to which task.",
            History) with { Route = Route.Get("/workflows/{id}/history") },
        Control<CancelWorkflow>("cancel_workflow", "Cancels a running workflow: running tasks are told to stop, waiting ones never start. What has been done stays done.", "/workflows/{id}/cancel"),
        Control<PauseWorkflow>("pause_workflow", "Pauses a workflow: running tasks finish, no other starts until it is resumed.", "/workflows/{id}/pause"),
        Control<ResumeWorkflow>("resume_workflow", "Lets a paused workflow go on from where it stopped.", "/workflows/{id}/resume"),
        Control<RetryWorkflow>("retry_workflow", "Tries every failed or rejected task of a failed workflow again and goes on from there.", "/workflows/{id}/retry"),
        Operation.Define<RetryTask, WorkflowRecord>("retry_task", Agent, Effect.Changes, Mode.Immediate,
            "Tries one failed or rejected task again, with a corrected input if one is given, and lets the workflow go on from there.",
            Retry) with { KeepsIdempotencyKeys = true, Route = Route.Post("/workflows/{id}/tasks/{taskId}/retry") },
        Control<SkipTask>("skip_task", "Goes on without a task that waits or failed. The reason is kept in the history.", "/workflows/{id}/tasks/{taskId}/skip"),
        Control<ApproveTask>("approve_task", "Approves exactly the input a waiting task shows, named by its digest. Nobody approves their own request, except on their own machine.", "/workflows/{id}/tasks/{taskId}/approve", Scope.Approve),
        Control<RejectTask>("reject_task", "Refuses a waiting task; the workflow fails with the reason given.", "/workflows/{id}/tasks/{taskId}/reject", Scope.Approve),
        Operation.Define<Nothing, TemplateList>("list_templates", Agent, Effect.Reads, Mode.Immediate,
            "Lists the plan templates with the JSON schema of their parameters and their tasks, and files that could not be used, with the reason; and the templates services are made from.",
            (_, call, cancellation) => Templates(call, cancellation)) with { Route = Route.Get("/templates") },
        Operation.Define<ListDeadLetters, Page<DeadLetter>>("list_dead_letters", Agent, Effect.Reads, Mode.Immediate,
            "Lists tasks that failed for good and wait for a person: retry, edit and retry, or skip.",
            (request, _, cancellation) => records.DeadLetters(request.Limit, request.Cursor, cancellation)) with { Route = Route.Get("/dead-letters") },
        Operation.Define<ReplayDeadLetter, WorkflowRecord>("replay_dead_letter", Agent, Effect.Changes, Mode.Immediate,
            "Tries a dead letter's task again, with a corrected input if one is given.",
            Replay) with { KeepsIdempotencyKeys = true, Route = Route.Post("/dead-letters/{id}/replay") },
        Operation.Define<Nothing, RebuiltRecords>("rebuild_records", Agent, Effect.Changes, Mode.Immediate,
            "Throws the workflow records away and projects them again from the journal, with equal results. Lists are incomplete meanwhile.",
            async (_, _, cancellation) => new RebuiltRecords(await records.Rebuild(cancellation).ConfigureAwait(false))) with { Scope = Scope.Admin, IsTool = false },
    ];

    // What services are made from belongs to another agent, and is asked of it as anybody asks.
    private async Task<Outcome<TemplateList>> Templates(Call call, CancellationToken cancellation)
    {
        var services = await gate.Value.Ask("list_service_templates", System.Text.Json.JsonSerializer.SerializeToElement(new JsonObject(), AgenticJson.Options), call, cancellation).ConfigureAwait(false);
        return new TemplateList(templates.Items, templates.Broken, services.Value?.Body);
    }

    private Operation Control<TCommand>(string name, string summary, string route, Scope scope = Scope.Operate)
        where TCommand : class, IWorkflowCommand =>
        Operation.Define<TCommand, WorkflowRecord>(name, Agent, Effect.Changes, Mode.Immediate, summary, (request, call, cancellation) => Command(Clean(request), call, cancellation))
            with { KeepsIdempotencyKeys = true, Route = Route.Post(route), Scope = scope };

    /// <summary>What people write as a reason is kept in the journal for ever.</summary>
    private IWorkflowCommand Clean(IWorkflowCommand command) => command switch
    {
        CancelWorkflow { Reason: { } reason } cancel => cancel with { Reason = redactor.Redact(reason) },
        SkipTask skip => skip with { Reason = redactor.Redact(skip.Reason) },
        RejectTask { Reason: { } reason } reject => reject with { Reason = redactor.Redact(reason) },
        _ => command,
    };

    private async Task<Outcome<WorkflowRecord>> Command(IWorkflowCommand command, Call call, CancellationToken cancellation)
    {
        var answer = await workflows.Value.Ask(new Asked(command, call.Caller, call.IdempotencyKey), cancellation).ConfigureAwait(false);
        return answer.Select(workflow => workflow.Workflow);
    }

    private async Task<Outcome<WorkflowRecord>> Create(CreateWorkflow request, Call call, CancellationToken cancellation)
    {
        var plan = planning.Value.Plan(request, call.Caller);
        if (plan.IsRefused)
            return plan.Refusal;
        var requestedBy = request.RequestedBy is { } name ? redactor.Redact(name) : null;
        if (request.DryRun)
            return WorkflowView.Planned(plan.Value, requestedBy, call.Caller);
        var id = Workflows.IdFor(call.Caller, "create_workflow", call.IdempotencyKey);
        var digest = AgenticJson.Digest(System.Text.Json.JsonSerializer.SerializeToNode(request, AgenticJson.Options));
        var started = await workflows.Value.Ask(new Asked(new StartWorkflow(id, plan.Value, requestedBy, digest, call.TraceParent), call.Caller), cancellation).ConfigureAwait(false);
        if (started.IsRefused || call.Wait <= TimeSpan.Zero || started.Value.Workflow.CompletedAt is not null)
            return started.Select(answer => answer.Workflow);
        var ended = await workflows.Value.Ask(new Asked(new AwaitEnd(id, call.Wait), call.Caller), cancellation, call.Wait).ConfigureAwait(false);
        return ended.Select(answer => answer.Workflow);
    }

    /// <summary>A corrected input must be one the person who sends it may send: it runs with that person's rights.</summary>
    private async Task<Outcome<WorkflowRecord>> Retry(RetryTask request, Call call, CancellationToken cancellation)
    {
        if (request.Input is { } input)
        {
            if (!JsonNode.DeepEquals(input, redactor.Redact(input)))
                return Refusal.Unprocessable("A corrected input is kept in the journal, so it must not hold credentials.", [new MemberError("input", "Something here looks like a credential. Configure a connection or a secret on the host and name it instead.")]);
            var current = await Command(new GetWorkflow(request.Id), call, cancellation).ConfigureAwait(false);
            if (current.IsRefused)
                return current.Refusal;
            if (current.Value.Tasks.FirstOrDefault(task => task.TaskId == request.TaskId) is { } task)
            {
                if (planning.Value.SecretIn(task.Operation, input) is { } secret)
                    return secret;
                var check = gate.Value.Check(task.Operation, System.Text.Json.JsonSerializer.SerializeToElement(input, AgenticJson.Options), call.Caller);
                if (check.Refusal is { } refusal && !(refusal.Kind == RefusalKind.Malformed && References.Any(input)))
                    return refusal with { Errors = [.. refusal.Errors.Select(error => error with { Member = $"input.{error.Member}".TrimEnd('.') })] };
            }
        }

        return await Command(request, call, cancellation).ConfigureAwait(false);
    }

    private Task<Outcome<WorkflowRecord>> Replay(ReplayDeadLetter request, Call call, CancellationToken cancellation) =>
        request.Id.Split(':') is [var workflow, var task]
            ? Retry(new RetryTask(workflow, task, request.Input), call, cancellation)
            : Task.FromResult<Outcome<WorkflowRecord>>(Refusal.NotFound($"There is no dead letter '{request.Id}'. GET /dead-letters lists them."));

    private async Task<Outcome<WorkflowHistory>> History(GetHistory request, Call call, CancellationToken cancellation)
    {
        var current = await Command(new GetWorkflow(request.Id), call, cancellation).ConfigureAwait(false);
        if (current.IsRefused)
            return current.Refusal;
        var items = await feed.Read(request.Id, request.After, request.Limit, cancellation).ConfigureAwait(false);
        return new WorkflowHistory(items, items.Count == request.Limit ? items[^1].Sequence : null);
    }
}

/// <param name="Services">What <c>list_service_templates</c> answers; null where it cannot be asked.</param>
internal sealed record TemplateList(IReadOnlyList<PlanTemplate> Items, IReadOnlyList<BrokenTemplate> Broken, JsonNode? Services);

internal sealed record RebuiltRecords(long Workflows);
