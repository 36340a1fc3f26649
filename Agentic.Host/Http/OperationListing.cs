using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Host.Http;

/// <summary>The catalogue as a document: what <c>GET /operations</c> answers, enough to build a form or a client from.</summary>
internal static class OperationListing
{
    public static JsonObject Of(OperationCatalogue catalogue) => new()
    {
        ["items"] = new JsonArray([.. catalogue.All.Select(Entry)]),
        ["nextCursor"] = null,
    };

    public static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static JsonObject Entry(Operation operation) => new()
    {
        ["name"] = operation.Name,
        ["agent"] = operation.Agent,
        ["effect"] = Word(operation.Effect),
        ["mode"] = Word(operation.Mode),
        ["scope"] = Word(operation.Scope),
        ["summary"] = operation.Summary,
        ["isTool"] = operation.IsTool,
        ["actsOnEnvironment"] = operation.ActsOnEnvironment,
        ["alwaysNeedsApproval"] = operation.AlwaysNeedsApproval,
        ["route"] = operation.Route is { } route ? new JsonObject { ["method"] = route.Method, ["template"] = route.Template } : null,
        ["request"] = operation.Schema.Json.DeepClone(),
        ["result"] = ResultSchema.Of(operation),
        ["example"] = operation.Example is null ? null : JsonSerializer.SerializeToNode(operation.Example, operation.Example.GetType(), AgenticJson.Options),
    };
}
