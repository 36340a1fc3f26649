using System.Text.Json.Nodes;
using Agentic.Agents.Deployment.Infrastructure;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.Terraform;

/// <summary>Reads <c>terraform show -json</c>: the changes, and a copy without what Terraform itself marks sensitive.</summary>
internal static class TerraformPlanText
{
    public static InfrastructurePlan Read(string digest, JsonNode plan)
    {
        var changes = Changes(plan["resource_changes"]).ToList();
        return new InfrastructurePlan(
            digest,
            changes.Count(change => change.Action is "create" or "replace"),
            changes.Count(change => change.Action == "update"),
            changes.Count(change => change.Action is "delete" or "replace"),
            changes,
            Redact(plan));
    }

    public static IEnumerable<ResourceChange> Changes(JsonNode? list)
    {
        foreach (var change in list as JsonArray ?? [])
        {
            var actions = (change?["change"]?["actions"] as JsonArray ?? []).Select(action => action?.GetValue<string>()).ToList();
            var action = actions switch
            {
                ["no-op"] or [] => null,
                [var only] => only,
                _ => "replace",
            };
            if (action is not null and not "read")
            {
                yield return new ResourceChange(change?["address"]?.GetValue<string>() ?? "?", action);
            }
        }
    }

    /// <summary>A copy in which every value with a true marker beside it (before_sensitive, after_sensitive, sensitive_values, sensitive) is taken out.</summary>
    public static JsonNode Redact(JsonNode plan)
    {
        var copy = plan.DeepClone();
        if (copy["configuration"]?["root_module"]?["variables"] is JsonObject declared)
        {
            foreach (var (name, variable) in declared)
            {
                if (variable?["sensitive"] is JsonValue flag && flag.TryGetValue<bool>(out var isSensitive) && isSensitive)
                {
                    Blank(variable as JsonObject, "default");
                    Blank(copy["variables"]?[name] as JsonObject, "value");
                }
            }
        }

        Visit(copy, 0);
        return copy;
    }

    private static void Blank(JsonObject? parent, string member)
    {
        if (parent?.ContainsKey(member) == true)
        {
            parent[member] = Redactor.Mark;
        }
    }

    private static void Visit(JsonNode? node, int depth)
    {
        if (depth > 60)
        {
            return;
        }

        switch (node)
        {
            case JsonObject members:
                Mask(members, "before", "before_sensitive");
                Mask(members, "after", "after_sensitive");
                Mask(members, "values", "sensitive_values");
                if (members["sensitive"] is JsonValue flag && flag.TryGetValue<bool>(out var isSensitive) && isSensitive && members.ContainsKey("value"))
                {
                    members["value"] = Redactor.Mark;
                }

                foreach (var (_, member) in members.ToList())
                {
                    Visit(member, depth + 1);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Visit(item, depth + 1);
                }

                break;
        }
    }

    private static void Mask(JsonObject parent, string value, string marks)
    {
        if (parent.ContainsKey(value) && parent.ContainsKey(marks))
        {
            parent[value] = Masked(parent[value], parent[marks]);
        }
    }

    private static JsonNode? Masked(JsonNode? value, JsonNode? marks)
    {
        switch (marks)
        {
            case JsonValue mark when mark.TryGetValue<bool>(out var isSensitive):
                return isSensitive && value is not null ? JsonValue.Create(Redactor.Mark) : value?.DeepClone();
            case JsonObject members when value is JsonObject values:
                return new JsonObject(values.Select(member => KeyValuePair.Create(member.Key, Masked(member.Value, members[member.Key]))));
            case JsonArray items when value is JsonArray list:
                return new JsonArray([.. list.Select((item, i) => Masked(item, i < items.Count ? items[i] : null))]);
            default:
                return value?.DeepClone();
        }
    }
}
