using System.Text.Json;

namespace Agentic.Agents.Policy.Engines;

/// <summary>
/// Reads a decision in the shapes policies commonly answer: a set of denials (texts, or objects with msg, rule, resource, file, line),
/// an object that holds them under deny, violation(s) or denials, or a plain allow.
/// </summary>
internal static class OpaDecision
{
    private static readonly string[] Lists = ["deny", "denials", "violation", "violations", "failures"];

    public static IReadOnlyList<Finding> Read(JsonElement decision)
    {
        switch (decision.ValueKind)
        {
            case JsonValueKind.True:
                return [];
            case JsonValueKind.False:
                return [new Finding("opa:deny", null, null, null, "The policy does not allow it.")];
            case JsonValueKind.Array:
                return [.. decision.EnumerateArray().Select(Denial)];
            case JsonValueKind.Object:
                return FromObject(decision);
            default:
                throw new FormatException("the decision is neither a list, an object nor a yes or no.");
        }
    }

    private static List<Finding> FromObject(JsonElement decision)
    {
        var known = Lists.Where(name => decision.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array).ToList();

        if (known.Count > 0)
        {
            return [.. known.SelectMany(name => EngineReports.Items(decision, name).Select(Denial))];
        }

        foreach (var name in (string[])["allow", "allowed"])
        {
            if (decision.TryGetProperty(name, out var allow) && allow.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                return [.. Read(allow)];
            }
        }

        throw new FormatException("the decision has none of deny, violation(s) and allow.");
    }

    private static Finding Denial(JsonElement item)
    {
        if (item.ValueKind == JsonValueKind.String)
        {
            return new Finding("opa:deny", null, null, null, item.GetString() ?? "");
        }

        if (item.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("a denial is a text or an object.");
        }

        var rule = EngineReports.Text(item, "rule") ?? EngineReports.Text(item, "id");
        var message = EngineReports.Text(item, "msg") ?? EngineReports.Text(item, "message") ?? throw new FormatException("a denial has no msg.");
        return new Finding(rule is null ? "opa:deny" : $"opa:{rule}", EngineReports.Text(item, "resource"), EngineReports.Text(item, "file"), EngineReports.Number(item, "line"), message)
        {
            Fix = EngineReports.Text(item, "fix"),
            Severity = EngineReports.Severity(EngineReports.Text(item, "severity")),
        };
    }
}
