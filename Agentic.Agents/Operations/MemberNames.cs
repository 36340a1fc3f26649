using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Agentic.Agents.Operations;

/// <summary>Lets older clients write snake_case: a member the schema does not know is read under its camelCase name where the schema knows that.</summary>
internal static class MemberNames
{
    public static Outcome<JsonElement> Tolerate(JsonElement input, JsonObject schema, IReadOnlyDictionary<string, string> aliases)
    {
        if (!NeedsRenaming(input, schema, schema, aliases))
            return input;
        var clashes = new List<MemberError>();
        var renamed = Rename(input, schema, schema, aliases, "", clashes);
        return clashes.Count > 0
            ? Refusal.Malformed("The input names a member twice.", clashes)
            : JsonSerializer.SerializeToElement(renamed, AgenticJson.Options);
    }

    public static string Camel(string name)
    {
        if (!name.Contains('_', StringComparison.Ordinal))
            return name;
        var camel = new StringBuilder(name.Length);
        var upper = false;
        foreach (var letter in name)
        {
            if (letter == '_')
                upper = camel.Length > 0;
            else
            {
                camel.Append(upper ? char.ToUpperInvariant(letter) : letter);
                upper = false;
            }
        }

        return camel.ToString();
    }

    private static bool NeedsRenaming(JsonElement input, JsonObject? schema, JsonObject root, IReadOnlyDictionary<string, string>? aliases)
    {
        schema = Resolve(schema, root);
        if (schema is null)
            return false;
        if (input.ValueKind == JsonValueKind.Array)
            return input.EnumerateArray().Any(item => NeedsRenaming(item, schema["items"] as JsonObject, root, null));
        if (input.ValueKind != JsonValueKind.Object || schema["properties"] is not JsonObject known)
            return false;
        return input.EnumerateObject().Any(member =>
            Target(member.Name, known, aliases) != member.Name || NeedsRenaming(member.Value, known[member.Name] as JsonObject, root, null));
    }

    private static JsonNode? Rename(JsonElement input, JsonObject? schema, JsonObject root, IReadOnlyDictionary<string, string>? aliases, string path, List<MemberError> clashes)
    {
        schema = Resolve(schema, root);
        if (input.ValueKind == JsonValueKind.Array && schema?["items"] is JsonObject items)
            return new JsonArray([.. input.EnumerateArray().Select((item, index) => Rename(item, items, root, null, $"{path}[{index}]", clashes))]);
        if (input.ValueKind != JsonValueKind.Object || schema?["properties"] is not JsonObject known)
            return JsonSerializer.SerializeToNode(input, AgenticJson.Options);
        var renamed = new JsonObject();
        foreach (var member in input.EnumerateObject())
        {
            var target = Target(member.Name, known, aliases);
            var value = Rename(member.Value, known[target] as JsonObject, root, null, $"{path}.{target}".TrimStart('.'), clashes);
            if (!renamed.TryAdd(target, value))
                clashes.Add(new MemberError($"{path}.{target}".TrimStart('.'), $"'{member.Name}' is another name for '{target}'; send only one of them."));
        }

        return renamed;
    }

    private static string Target(string name, JsonObject known, IReadOnlyDictionary<string, string>? aliases)
    {
        if (known.ContainsKey(name))
            return name;
        var camel = Camel(name);
        if (known.ContainsKey(camel))
            return camel;
        return aliases is not null && aliases.TryGetValue(name, out var member) ? member : name;
    }

    private static JsonObject? Resolve(JsonObject? schema, JsonObject root)
    {
        if (schema?["$ref"]?.GetValue<string>() is not { } pointer || !pointer.StartsWith('#'))
            return schema;
        JsonNode? node = root;
        foreach (var part in pointer[1..].Split('/', StringSplitOptions.RemoveEmptyEntries))
            node = node is JsonObject members ? members[part] : node is JsonArray items && int.TryParse(part, out var index) ? items[index] : null;
        return node as JsonObject;
    }
}
