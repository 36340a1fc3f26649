using System.Text.Json;
using System.Text.Json.Nodes;

namespace Agentic.Agents.Operations;

/// <summary>The one way to an operation, for every door and every workflow step: validate, authorise, approve, audit, handle.</summary>
internal sealed class OperationGate(
    OperationCatalogue catalogue, IAuditTrail audit, IDurableRuns runs, RepeatedCalls repeated, ICallerStanding standing, Redactor redactor, TimeProvider time)
{
    /// <summary>A call from a door. Durable work, and what needs a person's approval, becomes a workflow of one node.</summary>
    public async Task<Outcome<Answer>> Ask(string name, JsonElement input, Call call, CancellationToken cancellation)
    {
        var check = Check(name, input, call.Caller);
        if (check.IsRefused)
        {
            await AuditRefusal(name, call, check.Refusal, cancellation).ConfigureAwait(false);
            return check.Refusal;
        }

        var (operation, accepted, environment) = check.Value;
        var isImmediate = operation.Mode == Mode.Immediate && !NeedsApproval(operation, environment);
        return isImmediate && operation.Effect != Effect.Reads && call.IdempotencyKey is not null && !operation.KeepsIdempotencyKeys
            ? await repeated.Once(operation, accepted, call, Answer, cancellation).ConfigureAwait(false)
            : await Answer().ConfigureAwait(false);

        async Task<Outcome<Answer>> Answer()
        {
            if (operation.Settle is { } settle)
            {
                var settled = await settle(accepted, call, cancellation).ConfigureAwait(false);
                if (settled.IsRefused)
                {
                    await AuditRefusal(name, call, settled.Refusal, cancellation).ConfigureAwait(false);
                    return settled.Refusal;
                }

                accepted = settled.Value;
            }

            if (operation.Effect != Effect.Reads)
                await Audit("command", operation, accepted, environment, call, "accepted", cancellation).ConfigureAwait(false);
            if (!isImmediate)
                return await runs.Start(operation, accepted, call, cancellation).ConfigureAwait(false);

            var outcome = await operation.Handle(accepted, call, cancellation).ConfigureAwait(false);
            if (outcome.IsRefused && operation.Effect != Effect.Reads)
                await AuditRefusal(name, call, outcome.Refusal, cancellation).ConfigureAwait(false);
            return outcome.Select(body => Respond(operation, body));
        }
    }

    /// <summary>A task of a workflow, with its input as it was resolved: rights and approval are checked against that.</summary>
    public async Task<Outcome<JsonNode>> Perform(string name, JsonElement input, Call call, CancellationToken cancellation)
    {
        var check = Check(name, input, call.Caller);
        if (check.IsRefused)
        {
            await AuditRefusal(name, call, check.Refusal, cancellation).ConfigureAwait(false);
            return check.Refusal;
        }

        // What was done is undone even so: the rights were there when it was done.
        if (call.Effect is not { IsUndo: true } && await standing.Withdrawn(call.Caller, cancellation).ConfigureAwait(false) is { } withdrawn)
        {
            await AuditRefusal(name, call, withdrawn, cancellation).ConfigureAwait(false);
            return withdrawn;
        }

        var (operation, accepted, environment) = check.Value;
        if (NeedsApproval(operation, environment) && !call.IsApproved)
        {
            var refusal = Refusal.Forbidden($"'{operation.Name}'{(environment is null ? "" : $" in {environment}")} waits for a person's approval, which this step has not had. Create a workflow that names the environment in the step's own input.");
            await AuditRefusal(name, call, refusal, cancellation).ConfigureAwait(false);
            return refusal;
        }

        if (operation.Effect != Effect.Reads)
            await Audit("command", operation, accepted, environment, call, "started", cancellation).ConfigureAwait(false);
        return await operation.Handle(accepted, call, cancellation).ConfigureAwait(false);
    }

    /// <summary>Everything that can be said without running it; a plan is accepted only if each of its steps passes this.</summary>
    public Outcome<Checked> Check(string name, JsonElement input, Caller caller)
    {
        if (catalogue.Find(name) is not { } operation)
            return catalogue.Unknown(name);
        var read = operation.Schema.Read(input);
        if (read.IsRefused)
            return read.Refusal;
        var environment = EnvironmentOf(operation, read.Value);
        return MayCall(operation, environment, caller) is { } refusal ? refusal : new Checked(operation, read.Value, environment);
    }

    /// <summary>The refusal where this caller may not call this operation in this environment; null where they may.</summary>
    public static Refusal? MayCall(Operation operation, string? environment, Caller caller)
    {
        if (!caller.Has(operation.Scope))
            return Refusal.Forbidden($"'{operation.Name}' needs the scope '{Word(operation.Scope)}', which {caller.Name} does not have. Ask an administrator for a key with it.");
        return environment is not null && !caller.MayTouch(environment)
            ? Refusal.Forbidden($"{caller.Name} may not touch the environment '{environment}'; allowed: {string.Join(", ", caller.Environments!)}.")
            : null;
    }

    public static bool NeedsApproval(Operation operation, string? environment) =>
        operation.AlwaysNeedsApproval
        || (ChangesPlaces(operation) && Environments.NeedsApproval(environment));

    public static bool ChangesPlaces(Operation operation) => operation.ActsOnEnvironment && operation.Effect != Effect.Reads;

    private static string? EnvironmentOf(Operation operation, JsonElement input) =>
        operation.Schema.HasMember("environment")
        && input.TryGetProperty("environment", out var environment)
        && environment.ValueKind == JsonValueKind.String
            ? environment.GetString()
            : null;

    private static Answer Respond(Operation operation, JsonNode body)
    {
        var status = operation.Route?.Success ?? 200;
        var location = operation.Locate?.Invoke(body);
        return new Answer(body, status == 201 && location is null ? 200 : status, location);
    }

    private Task Audit(string kind, Operation operation, JsonElement input, string? environment, Call call, string outcome, CancellationToken cancellation)
    {
        var node = JsonSerializer.SerializeToNode(input, AgenticJson.Options);
        return audit.Append(
            new AuditRecord(
                time.GetUtcNow(), kind, call.Caller.Name, call.Door, operation.Name, environment,
                call.Effect?.Workflow ?? IdOf(input), AgenticJson.Digest(node), outcome, redactor.Redact(node, operation.Schema.Secrets)),
            cancellation);
    }

    private Task AuditRefusal(string name, Call call, Refusal refusal, CancellationToken cancellation) =>
        refusal.Kind is RefusalKind.Forbidden or RefusalKind.Conflict or RefusalKind.Unprocessable
            ? audit.Append(
                new AuditRecord(
                    time.GetUtcNow(), "refusal", call.Caller.Name, call.Door, name.Length <= 80 ? name : name[..80], null, call.Effect?.Workflow, null,
                    Word(refusal.Kind), new JsonObject { ["reason"] = redactor.Redact(refusal.Reason) }),
                cancellation)
            : Task.CompletedTask;

    private static string? IdOf(JsonElement input) =>
        input.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;

    private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

/// <param name="Input">Member names as the schema has them.</param>
/// <param name="Environment">The environment the input names, if it names one.</param>
internal sealed record Checked(Operation Operation, JsonElement Input, string? Environment);
