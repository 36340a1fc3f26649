using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Host.Http;

/// <summary>One input object from the body, then the query, then the route: the later wins, so a body cannot redirect what the path names.</summary>
internal static class OperationInput
{
    public static Outcome<JsonElement> Combine(Operation operation, JsonElement body, IQueryCollection query, RouteValueDictionary route)
    {
        if (query.Count == 0 && route.Count == 0)
            return body;
        if (body.ValueKind != JsonValueKind.Object)
            return Refusal.Malformed("The body must be a JSON object.", [new MemberError("", "Send an object such as {}.")]);
        var input = JsonObject.Create(body)!;
        foreach (var (name, values) in query)
        {
            var member = Known(operation, name);
            // "?status=&service=x" means no status, not an empty one.
            var given = values.Where(value => !string.IsNullOrEmpty(value)).Select(value => value!).ToList();
            if (given.Count == 0)
                continue;
            if (given.Count > 1 && !Takes(operation, member, "array"))
                return Refusal.Malformed($"The query names '{name}' {given.Count} times.", [new MemberError(member, "Send it once.")]);
            input[member] = Coerce(operation, member, given);
        }

        foreach (var (name, value) in route)
            input[name] = Coerce(operation, name, [Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""]);
        return JsonSerializer.SerializeToElement(input, AgenticJson.Options);
    }

    private static string Known(Operation operation, string name)
    {
        var camel = MemberNames.Camel(name);
        return !operation.Schema.HasMember(name) && operation.Schema.HasMember(camel) ? camel : name;
    }

    // What cannot be coerced stays text: the schema then names the member and says what it must be.
    private static JsonNode? Coerce(Operation operation, string member, IReadOnlyList<string> values)
    {
        var text = values[0];
        if (Takes(operation, member, "array"))
            return new JsonArray([.. values.SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(item => JsonValue.Create(item))]);
        if (Takes(operation, member, "boolean") && bool.TryParse(text, out var flag))
            return JsonValue.Create(flag);
        if (Takes(operation, member, "integer") && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return JsonValue.Create(whole);
        if (Takes(operation, member, "number") && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return JsonValue.Create(number);
        return JsonValue.Create(text);
    }

    private static bool Takes(Operation operation, string member, string type) => operation.Schema.Json["properties"]?[member]?["type"] switch
    {
        JsonArray types => types.Any(one => one?.GetValue<string>() == type),
        JsonValue one => one.GetValue<string>() == type,
        _ => false,
    };
}
