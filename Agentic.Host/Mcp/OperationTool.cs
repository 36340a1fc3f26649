using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Host.Http;
using Agentic.Host.Security;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Agentic.Host.Mcp;

/// <summary>One operation as a tool of the Model Context Protocol.</summary>
internal sealed class OperationTool(Operation operation, OperationGate gate, Redactor redactor, IHttpContextAccessor http) : McpServerTool
{
    public override Tool ProtocolTool { get; } = Describe(operation);

    public override IReadOnlyList<object> Metadata => [];

    public override async ValueTask<CallToolResult> InvokeAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        var context = http.HttpContext!;
        var arguments = JsonSerializer.SerializeToUtf8Bytes(request.Params?.Arguments ?? new Dictionary<string, JsonElement>(), AgenticJson.Options);
        var input = StrictJson.Read(arguments);
        if (input.IsRefused)
            return Refused(input.Refusal);
        var call = new Call(context.Caller(), "mcp") { Wait = Preferences.Wait(context.Request.Headers["Prefer"]), TraceParent = Activity.Current?.Id };
        var answer = await gate.Ask(operation.Name, input.Value, call, cancellationToken);
        return answer.IsRefused ? Refused(answer.Refusal) : Succeeded(answer.Value.Body);
    }

    private static CallToolResult Succeeded(JsonNode body) => new()
    {
        Content = [new TextContentBlock { Text = body.ToJsonString(AgenticJson.Options) }],
        // The protocol wants an object here; a list or a bare value is in the text.
        StructuredContent = body is JsonObject ? JsonSerializer.SerializeToElement(body, AgenticJson.Options) : null,
    };

    private CallToolResult Refused(Refusal refusal)
    {
        var facts = RefusalText.Facts(refusal, redactor);
        return new CallToolResult
        {
            IsError = true,
            Content = [new TextContentBlock { Text = RefusalText.Of(refusal, redactor) }],
            StructuredContent = JsonSerializer.SerializeToElement(facts, AgenticJson.Options),
        };
    }

    private static Tool Describe(Operation operation) => new()
    {
        Name = operation.Name,
        Title = Title(operation.Name),
        Description = operation.Summary,
        InputSchema = JsonSerializer.SerializeToElement(operation.Schema.Json, AgenticJson.Options),
        OutputSchema = Output(operation),
        Annotations = new ToolAnnotations
        {
            Title = Title(operation.Name),
            ReadOnlyHint = operation.Effect == Effect.Reads,
            DestructiveHint = operation.Effect == Effect.Destroys,
            IdempotentHint = operation.Effect == Effect.Reads,
            OpenWorldHint = operation.Effect != Effect.Reads,
        },
    };

    // Durable work answers with the run instead of its result, and the protocol knows objects only.
    private static JsonElement? Output(Operation operation)
    {
        if (operation.Mode == Mode.Durable || operation.AlwaysNeedsApproval || operation.ActsOnEnvironment)
            return null;
        var schema = ResultSchema.Of(operation);
        if (schema["properties"] is null)
            return null;
        schema["type"] = "object";
        return JsonSerializer.SerializeToElement(schema, AgenticJson.Options);
    }

    private static string Title(string name) => char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ');
}
