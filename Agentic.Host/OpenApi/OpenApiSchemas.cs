using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Host.OpenApi;

/// <summary>Fits the schemas of requests and results into one document.</summary>
internal static class OpenApiSchemas
{
    /// <summary>A copy whose inner references, which count from its own root, count from <paramref name="pointer"/>.</summary>
    public static JsonObject Relocate(JsonObject schema, string pointer)
    {
        var copy = (JsonObject)schema.DeepClone();
        Relocate((JsonNode)copy, pointer);
        return copy;
    }

    public static JsonObject Parameter(Operation operation, string member, string place)
    {
        var schema = Relocate((JsonObject)operation.Schema.Json["properties"]![member]!, $"#/components/schemas/{Name(operation)}");
        var description = schema["description"]?.GetValue<string>();
        schema.Remove("description");
        var parameter = new JsonObject
        {
            ["name"] = member,
            ["in"] = place,
            ["required"] = place == "path" || IsRequired(operation, member),
            ["schema"] = schema,
        };
        if (description is not null)
            parameter["description"] = description;
        return parameter;
    }

    /// <summary>True where a query can carry it: no object, and no list of objects.</summary>
    public static bool IsPlain(Operation operation, string member)
    {
        var schema = operation.Schema.Json["properties"]![member] as JsonObject;
        return schema is not null && !Has(schema, "object") && (schema["items"] is not JsonObject items || !Has(items, "object"));
    }

    /// <summary>The request without the members that the path names.</summary>
    public static JsonObject Without(Operation operation, IReadOnlyList<string> members, string pointer)
    {
        var schema = Relocate(operation.Schema.Json, pointer);
        foreach (var member in members)
            (schema["properties"] as JsonObject)?.Remove(member);
        if (schema["required"] is JsonArray required)
        {
            var left = required.Select(name => name!.GetValue<string>()).Except(members).ToList();
            schema.Remove("required");
            if (left.Count > 0)
                schema["required"] = new JsonArray([.. left.Select(name => JsonValue.Create(name))]);
        }

        return schema;
    }

    private static void Relocate(JsonNode? node, string pointer)
    {
        switch (node)
        {
            case JsonObject members:
                if (members["$ref"] is JsonValue reference && reference.GetValue<string>() is ['#', .. var path] && !path.StartsWith("/components/", StringComparison.Ordinal))
                    members["$ref"] = pointer + path;
                foreach (var (_, value) in members)
                    Relocate(value, pointer);
                break;
            case JsonArray items:
                foreach (var item in items)
                    Relocate(item, pointer);
                break;
        }
    }

    private static bool Has(JsonObject schema, string type) => schema["type"] switch
    {
        JsonArray types => types.Any(one => one?.GetValue<string>() == type),
        JsonValue one => one.GetValue<string>() == type,
        _ => schema.ContainsKey("$ref") || schema.ContainsKey("properties"),
    };

    private static bool IsRequired(Operation operation, string member) =>
        (operation.Schema.Json["required"] as JsonArray)?.Any(name => name?.GetValue<string>() == member) == true;

    private static string Name(Operation operation) => string.Concat(operation.Name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])) + "Request";
}
