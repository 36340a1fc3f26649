using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>
/// References in a plan's inputs: <c>${tasks.scaffold.result.artifact.uri}</c>, <c>${parameters.serviceName}</c>, <c>${workflow.id}</c>.
/// A string that is one reference takes the value with its type; inside a longer string it becomes text; <c>$${</c> is a literal <c>${</c>.
/// </summary>
internal static class References
{
    /// <summary>The value a path stands for; a refusal says why there is none.</summary>
    public delegate Outcome<JsonNode?> Lookup(string path);

    /// <param name="keepEscapes">True where the result will be resolved once more: <c>$${</c> stays as it is.</param>
    public static Outcome<JsonNode?> Resolve(JsonNode? node, Lookup lookup, bool keepEscapes = false)
    {
        switch (node)
        {
            case JsonObject members:
                var resolved = new JsonObject();
                foreach (var (name, value) in members)
                {
                    var inner = Resolve(value, lookup, keepEscapes);
                    if (inner.Refusal is { } refusal)
                        return refusal;
                    resolved[name] = inner.Value;
                }

                return resolved;
            case JsonArray items:
                var list = new JsonArray();
                foreach (var item in items)
                {
                    var inner = Resolve(item, lookup, keepEscapes);
                    if (inner.Refusal is { } refusal)
                        return refusal;
                    list.Add(inner.Value);
                }

                return list;
            case JsonValue value when value.TryGetValue<string>(out var text) && text.Contains("${", StringComparison.Ordinal):
                return Text(text, lookup, keepEscapes);
            default:
                return node?.DeepClone();
        }
    }

    /// <summary>A value as it must stand in a text that is resolved later, so that nothing in it is taken for a reference.</summary>
    public static JsonNode? Escape(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Escape(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Escape)]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(text.Replace("${", "$${", StringComparison.Ordinal)),
        _ => node?.DeepClone(),
    };

    public static bool Any(JsonNode? node) => node switch
    {
        JsonObject members => members.Any(member => Any(member.Value)),
        JsonArray items => items.Any(Any),
        JsonValue value => value.TryGetValue<string>(out var text) && Paths(text).Count > 0,
        _ => false,
    };

    /// <summary>Every path a node refers to.</summary>
    public static IEnumerable<string> In(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => In(member.Value)),
        JsonArray items => items.SelectMany(In),
        JsonValue value when value.TryGetValue<string>(out var text) => Paths(text),
        _ => [],
    };

    public static IReadOnlyList<string> Paths(string text)
    {
        var paths = new List<string>();
        Scan(text, _ => { }, path =>
        {
            paths.Add(path);
            return null;
        });
        return paths;
    }

    /// <summary>Follows <paramref name="path"/> (members and list positions) into a value.</summary>
    public static Outcome<JsonNode?> Follow(JsonNode? from, IEnumerable<string> path, string whole)
    {
        var node = from;
        foreach (var step in path)
        {
            var next = node switch
            {
                JsonObject members when members.TryGetPropertyValue(step, out var member) => (true, member),
                JsonArray items when int.TryParse(step, out var index) && index >= 0 && index < items.Count => (true, items[index]),
                _ => (false, null),
            };
            if (!next.Item1)
                return Refusal.Unprocessable($"The reference ${{{whole}}} leads nowhere: there is no '{step}'.");
            node = next.Item2;
        }

        return node?.DeepClone();
    }

    private static Outcome<JsonNode?> Text(string text, Lookup lookup, bool keepEscapes)
    {
        if (text.StartsWith("${", StringComparison.Ordinal) && text.IndexOf('}', StringComparison.Ordinal) == text.Length - 1)
            return lookup(text[2..^1].Trim());
        var result = new StringBuilder(text.Length);
        var refusal = Scan(text, literal => result.Append(keepEscapes && literal == "${" ? "$${" : literal), path =>
        {
            var value = lookup(path);
            if (!value.IsRefused || value.Refusal is null)
                result.Append(AsText(value.Value));
            return value.Refusal;
        });
        return refusal is not null ? refusal : JsonValue.Create(result.ToString());
    }

    private static string AsText(JsonNode? value) => value switch
    {
        null => "",
        JsonValue plain when plain.TryGetValue<string>(out var text) => text,
        _ => value.ToJsonString(AgenticJson.Options),
    };

    private static Refusal? Scan(string text, Action<string> literal, Func<string, Refusal?> reference)
    {
        var position = 0;
        while (position < text.Length)
        {
            var start = text.IndexOf("${", position, StringComparison.Ordinal);
            if (start < 0)
                break;
            if (start > 0 && text[start - 1] == '$')
            {
                literal(text[position..(start - 1)]);
                literal("${");
                position = start + 2;
                continue;
            }

            var end = text.IndexOf('}', start);
            if (end < 0)
                break;
            literal(text[position..start]);
            if (reference(text[(start + 2)..end].Trim()) is { } refusal)
                return refusal;
            position = end + 1;
        }

        literal(text[position..]);
        return null;
    }

    /// <summary>Looks up tasks' results, parameters and the workflow's own facts.</summary>
    public static Lookup Of(Workflow workflow) => path =>
    {
        var steps = path.Split('.');
        return steps switch
        {
            ["tasks", var id, "result", .. var rest] => OfTask(workflow, id, path, task => Follow(task.Result, rest, path)),
            ["tasks", var id, "status"] => OfTask(workflow, id, path, task => JsonValue.Create(WorkflowView.Word(task.Phase))),
            ["parameters", .. var rest] => Follow(workflow.Plan.Parameters, rest, path),
            ["workflow", "id"] => JsonValue.Create(workflow.Id),
            ["workflow", "environment"] => JsonValue.Create(workflow.Plan.Environment),
            ["workflow", "requestedBy"] => JsonValue.Create(workflow.RequestedBy ?? workflow.Caller.Name),
            _ => Refusal.Unprocessable($"The reference ${{{path}}} is not known; use tasks.<id>.result…, tasks.<id>.status, parameters… or workflow.id."),
        };
    };

    private static Outcome<JsonNode?> OfTask(Workflow workflow, string id, string path, Func<TaskState, Outcome<JsonNode?>> value) => workflow.Find(id) switch
    {
        null => Refusal.Unprocessable($"The reference ${{{path}}} names the task '{id}', which is not in this plan."),
        { Phase: TaskPhase.Skipped } when path.Contains(".result", StringComparison.Ordinal) =>
            Refusal.Unprocessable($"The reference ${{{path}}} needs the result of '{id}', which was skipped."),
        var task => value(task),
    };
}
