using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Host.Http;

/// <summary>The JSON schema of what an operation answers: as it is written, where an empty member is left out.</summary>
internal static class ResultSchema
{
    public static JsonObject Of(Operation operation)
    {
        var schema = RequestSchema.Of(operation.Result);
        Loosen(schema);
        return schema;
    }

    private static void Loosen(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject schema:
                if (schema["required"] is JsonArray required && schema["properties"] is JsonObject members)
                {
                    var kept = required.Select(name => name!.GetValue<string>()).Where(name => !MayBeNull(members[name])).ToList();
                    schema.Remove("required");
                    if (kept.Count > 0)
                        schema["required"] = new JsonArray([.. kept.Select(name => JsonValue.Create(name))]);
                }

                foreach (var (_, value) in schema)
                    Loosen(value);
                break;
            case JsonArray items:
                foreach (var item in items)
                    Loosen(item);
                break;
        }
    }

    private static bool MayBeNull(JsonNode? member) => member switch
    {
        // True accepts everything; a free JSON member is such a one.
        JsonValue => true,
        JsonObject schema when schema["type"] is JsonArray types => types.Any(type => type?.GetValue<string>() == "null"),
        JsonObject schema when schema["enum"] is JsonArray values => values.Any(value => value is null),
        // A reference says nothing of null by itself.
        JsonObject schema => schema["type"] is null,
        _ => true,
    };
}
