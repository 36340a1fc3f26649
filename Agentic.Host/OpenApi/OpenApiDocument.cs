using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Agentic.Agents.Operations;
using Agentic.Host.Http;
using Route = Agentic.Agents.Operations.Route;

namespace Agentic.Host.OpenApi;

/// <summary>The OpenAPI 3.1 description of the host, written from the catalogue.</summary>
internal static partial class OpenApiDocument
{
    public static JsonObject Of(OperationCatalogue catalogue)
    {
        var schemas = new JsonObject { ["Problem"] = OpenApiParts.ProblemSchema() };
        var paths = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var operation in catalogue.All)
        {
            var (request, result) = (Pascal(operation.Name) + "Request", Pascal(operation.Name) + "Result");
            schemas[request] = OpenApiSchemas.Relocate(operation.Schema.Json, $"#/components/schemas/{request}");
            schemas[result] = OpenApiSchemas.Relocate(ResultSchema.Of(operation), $"#/components/schemas/{result}");
            Add(paths, $"/operations/{operation.Name}", "post", Describe(operation, null));
            if (operation.Route is { } route)
                Add(paths, Plain(route.Template), Verb(route.Method), Describe(operation, route));
        }

        foreach (var (path, verb, described) in PlatformPaths.All())
            Add(paths, path, verb, described);
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = OpenApiParts.Info(),
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(OpenApiParts.Security("bearer"), OpenApiParts.Security("apiKey"), OpenApiParts.Security("session")),
            ["tags"] = new JsonArray([.. catalogue.All.Select(operation => operation.Agent).Append("platform").Distinct().Order(StringComparer.Ordinal).Select(agent => new JsonObject { ["name"] = agent })]),
            ["paths"] = new JsonObject(paths.Select(path => KeyValuePair.Create<string, JsonNode?>(path.Key, path.Value))),
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas,
                ["responses"] = OpenApiParts.Responses(),
                ["parameters"] = OpenApiParts.Parameters(),
                ["securitySchemes"] = OpenApiParts.SecuritySchemes(),
            },
        };
    }

    private static void Add(SortedDictionary<string, JsonObject> paths, string path, string verb, JsonObject described)
    {
        if (!paths.TryGetValue(path, out var item))
            paths[path] = item = [];
        item[verb] = described;
    }

    private static JsonObject Describe(Operation operation, Route? route)
    {
        var verb = route is null ? "post" : Verb(route.Method);
        var named = route is null ? [] : RouteMembers(route.Template);
        var members = (operation.Schema.Json["properties"] as JsonObject)?.Select(member => member.Key).ToList() ?? [];
        var hasBody = verb is "post" or "put" or "patch";
        var described = new JsonObject
        {
            ["operationId"] = route is null ? $"{operation.Name}_by_name" : operation.Name,
            ["tags"] = new JsonArray(operation.Agent),
            ["summary"] = Title(operation.Name),
            ["description"] = $"{operation.Summary}\n\nNeeds the scope `{OperationListing.Word(operation.Scope)}`. Effect: {OperationListing.Word(operation.Effect)}.{(operation.Mode == Mode.Durable ? " Becomes a journalled workflow that survives a restart." : "")}",
            ["x-agentic-effect"] = OperationListing.Word(operation.Effect),
            ["x-agentic-scope"] = OperationListing.Word(operation.Scope),
        };
        List<JsonNode> parameters = [.. named.Where(members.Contains).Select(member => OpenApiSchemas.Parameter(operation, member, "path"))];
        if (!hasBody)
            parameters.AddRange(members.Except(named).Where(member => OpenApiSchemas.IsPlain(operation, member)).Select(member => OpenApiSchemas.Parameter(operation, member, "query")));
        // Said only where a repeated key is known to find the first run again: durable work and the making of workflows.
        if (hasBody && (operation.Mode == Mode.Durable || operation is { Agent: "planner", Route.Success: 201 }))
            parameters.Add(Reference("parameters", "IdempotencyKey"));
        if (operation.Mode == Mode.Durable)
            parameters.Add(Reference("parameters", "Prefer"));
        if (parameters.Count > 0)
            described["parameters"] = new JsonArray([.. parameters]);
        if (hasBody)
            described["requestBody"] = Body(operation, named);
        described["responses"] = Answers(operation, route);
        return described;
    }

    private static JsonObject Body(Operation operation, IReadOnlyList<string> named)
    {
        var name = $"#/components/schemas/{Pascal(operation.Name)}Request";
        var media = new JsonObject
        {
            // What the path names need not stand in the body again.
            ["schema"] = named.Count == 0 ? new JsonObject { ["$ref"] = name } : OpenApiSchemas.Without(operation, named, name),
        };
        if (operation.Example is { } example)
        {
            var value = JsonSerializer.SerializeToNode(example, example.GetType(), AgenticJson.Options) as JsonObject ?? [];
            foreach (var member in named)
                value.Remove(member);
            media["examples"] = new JsonObject { ["example"] = new JsonObject { ["value"] = value } };
        }

        var needed = (operation.Schema.Json["required"] as JsonArray)?.Select(member => member!.GetValue<string>()).Except(named).Any() == true;
        return new JsonObject { ["required"] = needed, ["content"] = new JsonObject { ["application/json"] = media } };
    }

    private static JsonObject Answers(Operation operation, Route? route)
    {
        var result = new JsonObject { ["$ref"] = $"#/components/schemas/{Pascal(operation.Name)}Result" };
        var status = operation.Mode == Mode.Durable ? 200 : (operation.Route ?? route)?.Success ?? 200;
        var answers = new JsonObject();
        answers[status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = OpenApiParts.Success(
            operation.Mode == Mode.Durable ? "The run ended within the wait." : "Done.",
            operation.Mode == Mode.Durable ? new JsonObject { ["type"] = "object" } : result);
        if (operation.Mode == Mode.Durable)
            answers["202"] = Reference("responses", "Accepted");
        foreach (var (code, name) in OpenApiParts.Problems)
            answers[code] = Reference("responses", name);
        return answers;
    }

    private static JsonObject Reference(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };

    private static string Verb(string method) => method.ToLowerInvariant();

    private static string Title(string name) => char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ');

    private static string Pascal(string name) => string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static string Plain(string template) => template.Replace("{**", "{", StringComparison.Ordinal).Replace("{*", "{", StringComparison.Ordinal);

    private static List<string> RouteMembers(string template) => [.. RouteMember().Matches(template).Select(match => match.Groups["name"].Value)];

    [GeneratedRegex(@"\{\**(?<name>[A-Za-z][A-Za-z0-9]*)", RegexOptions.NonBacktracking)]
    private static partial Regex RouteMember();
}
