using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>A durable operation that was called directly, as a workflow of one node: same journal, history, retry and cancel.</summary>
internal sealed class DirectRuns(Lazy<Workflows> workflows, Redactor redactor) : IDurableRuns
{
    public async Task<Outcome<Answer>> Start(Operation operation, JsonElement input, Call call, CancellationToken cancellation)
    {
        var members = (JsonObject)References.Escape(JsonNode.Parse(input.GetRawText()))!;
        if (!JsonNode.DeepEquals(members, redactor.Redact(members, operation.Schema.Secrets)))
            return Refusal.Unprocessable("This work is kept in the journal, so its input must not hold credentials. Configure a connection or a secret on the host and name it instead.");
        var id = Workflows.IdFor(call.Caller, operation.Name, call.IdempotencyKey);
        var start = new StartWorkflow(id, PlanFor(operation, members), null, WorkflowDecisions.DigestOf(operation.Name, members), call.TraceParent);
        var started = await workflows.Value.Ask(new Asked(start, call.Caller), cancellation).ConfigureAwait(false);
        if (started.IsRefused)
            return started.Refusal;
        var record = started.Value.Workflow;
        if (call.Wait > TimeSpan.Zero && record.CompletedAt is null)
        {
            var ended = await workflows.Value.Ask(new Asked(new AwaitEnd(id, call.Wait), call.Caller), cancellation, call.Wait).ConfigureAwait(false);
            if (ended.IsRefused)
                return ended.Refusal;
            record = ended.Value.Workflow;
        }

        return Respond(operation, input, record, new EffectKey(id, record.Tasks[0].TaskId, WorkflowDecisions.DigestOf(operation.Name, JsonNode.Parse(input.GetRawText()))));
    }

    private static Plan PlanFor(Operation operation, JsonObject input)
    {
        var environment = Text(input, "environment");
        return new Plan("operation", [
            new PlannedTask(operation.Name.Replace('_', '-'), operation.Agent, operation.Name, input)
            {
                Timeout = operation.Timeout,
                ActsOnEnvironment = OperationGate.ChangesPlaces(operation),
                NeedsApproval = OperationGate.NeedsApproval(operation, environment),
                EstimatedDuration = operation.EstimatedDuration,
            },
        ])
        {
            Environment = environment,
            ServiceName = Text(input, "serviceName") ?? Text(input, "service"),
        };
    }

    private static Answer Respond(Operation operation, JsonElement input, WorkflowRecord record, EffectKey effect)
    {
        var body = new JsonObject { ["workflowId"] = record.WorkflowId, ["status"] = record.Status };
        var task = record.Tasks[0];
        foreach (var (member, value) in operation.Accepted?.Invoke(effect, input) ?? [])
            body[member] = value?.DeepClone();
        if (task.Result is JsonObject result)
            foreach (var (member, value) in result)
                body[member] = value?.DeepClone();
        if (task.Error is { } error && record.CompletedAt is not null)
            body["error"] = JsonSerializer.SerializeToNode(error, AgenticJson.Options);
        return new Answer(body, record.CompletedAt is null ? 202 : 200, $"/workflows/{record.WorkflowId}");
    }

    private static string? Text(JsonObject from, string member) =>
        from[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
