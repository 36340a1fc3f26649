using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Agentic.Tests.Host;

/// <summary>Walks an OpenAPI 3.1 document and says every rule of the specification that it breaks.</summary>
internal static partial class OpenApiRules
{
    private static readonly string[] Verbs = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    private static readonly string[] Types = ["null", "boolean", "object", "array", "number", "string", "integer"];

    private static readonly HashSet<string> Keywords = new(
    [
        "$ref", "$defs", "type", "enum", "const", "title", "description", "default", "examples", "format", "properties", "required", "additionalProperties", "items", "prefixItems",
        "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "anyOf", "oneOf", "allOf",
        "not", "readOnly", "writeOnly", "deprecated", "discriminator", "contentEncoding", "contentMediaType",
    ], StringComparer.Ordinal);

    public static IReadOnlyList<string> Broken(JsonObject document)
    {
        var problems = new List<string>();
        if (document["openapi"]?.GetValue<string>().StartsWith("3.1.", StringComparison.Ordinal) != true)
            problems.Add("openapi must be 3.1.x");
        foreach (var member in new[] { "title", "version" })
        {
            if (document["info"]?[member] is null)
                problems.Add($"info.{member} is missing");
        }

        Unknown(document, "the document", ["openapi", "info", "servers", "security", "tags", "paths", "components", "jsonSchemaDialect", "webhooks", "externalDocs"], problems);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, item) in document["paths"] as JsonObject ?? [])
            Path(document, path, (JsonObject)item!, ids, problems);
        foreach (var (name, schema) in document["components"]?["schemas"] as JsonObject ?? [])
            Schema(schema, $"schema {name}", problems);
        foreach (var (name, answer) in document["components"]?["responses"] as JsonObject ?? [])
            Response(answer, $"response {name}", problems);
        foreach (var (name, parameter) in document["components"]?["parameters"] as JsonObject ?? [])
            Parameter((JsonObject)parameter!, $"parameter {name}", problems);
        Securities(document, problems);
        References(document, document, problems);
        return problems;
    }

    private static void Path(JsonObject document, string path, JsonObject item, HashSet<string> ids, List<string> problems)
    {
        if (!path.StartsWith('/'))
            problems.Add($"{path} must start with /");
        foreach (var (verb, described) in item)
        {
            if (!Verbs.Contains(verb))
            {
                problems.Add($"{path} has '{verb}', which is no verb");
                continue;
            }

            var (where, operation) = ($"{path} {verb}", (JsonObject)described!);
            Unknown(operation, where, ["operationId", "tags", "summary", "description", "parameters", "requestBody", "responses", "security", "deprecated", "servers"], problems);
            if (operation["operationId"]?.GetValue<string>() is { } id && !ids.Add(id))
                problems.Add($"operationId {id} is used twice");
            var parameters = (operation["parameters"] as JsonArray ?? []).Select(parameter => Resolve(document, parameter!)).ToList();
            foreach (var parameter in parameters)
                Parameter(parameter, where, problems);
            foreach (var twice in parameters.GroupBy(parameter => $"{parameter["in"]} {parameter["name"]}").Where(group => group.Count() > 1))
                problems.Add($"{where} describes {twice.Key} twice");
            foreach (Match named in Named().Matches(path))
            {
                if (!parameters.Any(parameter => (string?)parameter["in"] == "path" && (string?)parameter["name"] == named.Groups[1].Value))
                    problems.Add($"{where} does not describe {named.Value}");
            }

            if (operation["requestBody"] is JsonObject body)
                Content(body, where, problems, isNeeded: true);
            if (operation["responses"] is not JsonObject { Count: > 0 } answers)
            {
                problems.Add($"{where} has no responses");
                continue;
            }

            foreach (var (status, answer) in answers)
            {
                if (!Status().IsMatch(status))
                    problems.Add($"{where} answers '{status}', which is no status");
                Response(answer, $"{where} {status}", problems);
            }
        }
    }

    private static void Parameter(JsonObject parameter, string where, List<string> problems)
    {
        if ((string?)parameter["in"] is not ("path" or "query" or "header" or "cookie") || (string?)parameter["name"] is not { Length: > 0 })
            problems.Add($"{where} has a parameter without name or place");
        if ((string?)parameter["in"] == "path" && parameter["required"]?.GetValue<bool>() != true)
            problems.Add($"{where} {parameter["name"]} is in the path and not required");
        if (parameter["schema"] is null)
            problems.Add($"{where} {parameter["name"]} has no schema");
        Schema(parameter["schema"], $"{where} {parameter["name"]}", problems);
    }

    private static void Response(JsonNode? answer, string where, List<string> problems)
    {
        if (answer is not JsonObject found || found.ContainsKey("$ref"))
            return;
        if ((string?)found["description"] is null)
            problems.Add($"{where} has no description");
        Unknown(found, where, ["description", "headers", "content", "links"], problems);
        Content(found, where, problems, isNeeded: false);
    }

    private static void Content(JsonObject holder, string where, List<string> problems, bool isNeeded)
    {
        if (isNeeded && holder["content"] is not JsonObject { Count: > 0 })
            problems.Add($"{where} has a body without content");
        foreach (var (type, media) in holder["content"] as JsonObject ?? [])
        {
            if (!type.Contains('/', StringComparison.Ordinal))
                problems.Add($"{where}: '{type}' is no media type");
            Unknown((JsonObject)media!, $"{where} {type}", ["schema", "example", "examples", "encoding"], problems);
            Schema(media!["schema"], $"{where} {type}", problems);
        }
    }

    private static void Schema(JsonNode? node, string where, List<string> problems)
    {
        if (node is not JsonObject schema)
            return;
        foreach (var (keyword, value) in schema)
        {
            if (!Keywords.Contains(keyword) && !keyword.StartsWith("x-", StringComparison.Ordinal))
                problems.Add($"{where}: '{keyword}' is no keyword of JSON Schema 2020-12");
            switch (keyword)
            {
                case "type":
                    foreach (var type in value is JsonArray many ? many.Select(one => (string?)one) : [(string?)value])
                    {
                        if (!Types.Contains(type))
                            problems.Add($"{where}: '{type}' is no type");
                    }

                    break;
                case "properties" or "$defs":
                    foreach (var (name, member) in value!.AsObject())
                        Schema(member, $"{where}.{name}", problems);
                    break;
                case "required":
                    foreach (var name in value!.AsArray().Where(name => schema["properties"] is JsonObject known && !known.ContainsKey((string)name!)))
                        problems.Add($"{where} requires '{name}', which it does not describe");
                    break;
                case "anyOf" or "oneOf" or "allOf" or "prefixItems":
                    foreach (var one in value!.AsArray())
                        Schema(one, where, problems);
                    break;
                case "items" or "additionalProperties" or "not":
                    Schema(value, $"{where}[]", problems);
                    break;
            }
        }
    }

    private static void Securities(JsonObject document, List<string> problems)
    {
        var known = document["components"]?["securitySchemes"] as JsonObject ?? [];
        foreach (var name in (document["security"] as JsonArray ?? []).SelectMany(one => one!.AsObject().Select(scheme => scheme.Key)).Where(name => !known.ContainsKey(name)))
            problems.Add($"security '{name}' is not described");
    }

    private static void References(JsonNode? node, JsonObject document, List<string> problems)
    {
        if (node is JsonObject members)
        {
            if (members["$ref"] is JsonValue reference && reference.TryGetValue<string>(out var pointer) && Follow(document, pointer) is null)
                problems.Add($"{pointer} leads nowhere");
            foreach (var (_, value) in members)
                References(value, document, problems);
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
                References(item, document, problems);
        }
    }

    private static JsonObject Resolve(JsonObject document, JsonNode node) =>
        node["$ref"] is JsonValue reference ? Follow(document, reference.GetValue<string>()) as JsonObject ?? [] : (JsonObject)node;

    private static JsonNode? Follow(JsonObject document, string pointer)
    {
        if (!pointer.StartsWith("#/", StringComparison.Ordinal))
            return null;
        JsonNode? at = document;
        foreach (var part in pointer[2..].Split('/').Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
            at = at is JsonObject members ? members[part] : at is JsonArray items && int.TryParse(part, out var index) && index < items.Count ? items[index] : null;
        return at;
    }

    private static void Unknown(JsonObject holder, string where, string[] known, List<string> problems)
    {
        foreach (var (name, _) in holder.Where(member => !known.Contains(member.Key) && !member.Key.StartsWith("x-", StringComparison.Ordinal)))
            problems.Add($"{where} has '{name}', which the specification does not know");
    }

    [GeneratedRegex(@"\{([^}]+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Named();

    [GeneratedRegex("^([1-5][0-9][0-9]|[1-5]XX|default)$", RegexOptions.NonBacktracking)]
    private static partial Regex Status();
}
