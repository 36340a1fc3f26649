using System.Text.Json;
using System.Text.Json.Nodes;

namespace Agentic.Agents.Operations;

/// <summary>
/// One capability, defined once: from this come its REST route and OpenAPI, its MCP and chat tool, its workflow step, its audit entry and
/// its permission. Made with <see cref="Define"/>, refined with <c>with</c>.
/// </summary>
internal sealed record Operation
{
    private readonly Func<JsonElement, Call, CancellationToken, Task<Outcome<JsonNode>>> _handle;

    private Operation(Func<JsonElement, Call, CancellationToken, Task<Outcome<JsonNode>>> handle) => _handle = handle;

    /// <summary>snake_case verb_noun, unique in the host.</summary>
    public required string Name { get; init; }

    /// <summary>The owner: planner, codegen, deployment, policy, remediation, chatbot, migration, observability or platform.</summary>
    public required string Agent { get; init; }

    public required Effect Effect { get; init; }

    public required Mode Mode { get; init; }

    /// <summary>Product text, read by people and models: what it does, when to use it, what it needs.</summary>
    public required string Summary { get; init; }

    public required Type Request { get; init; }

    public required Type Result { get; init; }

    /// <summary>Null: reachable at <c>POST /operations/{name}</c> only.</summary>
    public Route? Route { get; init; }

    /// <summary>A request that works, shown in OpenAPI and the documentation and sent by a test.</summary>
    public object? Example { get; init; }

    private readonly Scope? _scope;

    /// <summary>The least the caller must hold; read for what reads, operate for the rest, unless set.</summary>
    public Scope Scope
    {
        get => _scope ?? (Effect == Effect.Reads ? Scope.Read : Scope.Operate);
        init => _scope = value;
    }

    /// <summary>
    /// True where the <c>environment</c> of the input is a place this operation changes (a deployment), not a label (code made for it).
    /// Such a change needs a person's approval in production.
    /// </summary>
    public bool ActsOnEnvironment { get; init; }

    /// <summary>Always waits for a person, in every environment (destroying infrastructure).</summary>
    public bool AlwaysNeedsApproval { get; init; }

    /// <summary>How long it usually takes, for a plan's estimate.</summary>
    public TimeSpan EstimatedDuration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one attempt may take before it is cancelled and counted as failed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Members beside <c>workflowId</c> and <c>status</c> in the 202 answer of a durable call, for ids that are known before the work ends
    /// (a deployment id derived from the effect key).
    /// </summary>
    public Func<EffectKey, JsonElement, JsonObject>? Accepted { get; init; }

    /// <summary>
    /// Completes the input of a direct call at the door, so that what is approved and journalled is exactly what happens, and puts credentials
    /// away, so that only their name is; or refuses there what cannot work. The same input must settle to the same, or a call that is sent again would not find its run.
    /// </summary>
    public Func<JsonElement, Call, CancellationToken, Task<Outcome<JsonElement>>>? Settle { get; init; }

    /// <summary>The address of what a 201 answer made, from its body; null where nothing was made, which makes it a 200.</summary>
    public Func<JsonNode, string?>? Locate { get; init; }

    /// <summary>Largest request this operation takes over HTTP where that is more than the host's own limit (a Terraform plan of 20 MB in base64).</summary>
    public long MaxInputBytes { get; init; }

    /// <summary>True where the handler itself sees to it that an Idempotency-Key has one effect (a workflow journals the key with the command).</summary>
    public bool KeepsIdempotencyKeys { get; init; }

    /// <summary>False keeps an operation off MCP and chat (bulk or binary answers).</summary>
    public bool IsTool { get; init; } = true;

    public RequestSchema Schema { get; private init; } = null!;

    public static Operation Define<TRequest, TResult>(
        string name,
        string agent,
        Effect effect,
        Mode mode,
        string summary,
        Func<TRequest, Call, CancellationToken, Task<Outcome<TResult>>> handle)
        where TRequest : notnull
        where TResult : notnull =>
        new((input, call, cancellation) => Handle(handle, input, call, cancellation))
        {
            Name = name,
            Agent = agent,
            Effect = effect,
            Mode = mode,
            Summary = summary,
            Request = typeof(TRequest),
            Result = typeof(TResult),
            Schema = RequestSchema.For<TRequest>(),
        };

    /// <summary>Runs the handler on input that has passed <see cref="Schema"/>. Only the gate calls this.</summary>
    internal Task<Outcome<JsonNode>> Handle(JsonElement input, Call call, CancellationToken cancellation) => _handle(input, call, cancellation);

    private static async Task<Outcome<JsonNode>> Handle<TRequest, TResult>(
        Func<TRequest, Call, CancellationToken, Task<Outcome<TResult>>> handle, JsonElement input, Call call, CancellationToken cancellation)
        where TRequest : notnull
        where TResult : notnull
    {
        TRequest request;
        try
        {
            request = input.Deserialize<TRequest>(AgenticJson.Options)!;
        }
        catch (JsonException problem)
        {
            var member = (problem.Path ?? "$").TrimStart('$').TrimStart('.');
            return Refusal.Malformed(
                "The input does not fit this operation.",
                [new MemberError(member, "This value does not fit; see the operation's schema at GET /operations.")]);
        }

        var outcome = await handle(request, call, cancellation).ConfigureAwait(false);
        return outcome.Select(value => JsonSerializer.SerializeToNode<TResult>(value, AgenticJson.Options)!);
    }
}

/// <param name="Method">An HTTP verb.</param>
/// <param name="Template">A path with members of the request in braces, e.g. <c>/workflows/{id}/cancel</c>.</param>
internal sealed record Route(string Method, string Template)
{
    /// <summary>The status of a success that is not durable work: 201 where something new has an address, else 200.</summary>
    public int Success { get; init; } = 200;

    public static Route Get(string template) => new("GET", template);

    public static Route Post(string template) => new("POST", template);

    public static Route Delete(string template) => new("DELETE", template);
}

/// <summary>What an agent offers; the catalogue gathers every source at start-up.</summary>
internal interface IOperationSource
{
    IEnumerable<Operation> Operations { get; }
}

/// <summary>A part of a long list.</summary>
/// <param name="NextCursor">Hand it back as <c>cursor</c> for the next part; null on the last.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>For operations that need no input.</summary>
internal sealed record Nothing;
