using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>
/// Makes <c>package-lock.json</c> for a <c>package.json</c> by pruning one lock that holds every package a template may name: integrity
/// hashes without download addresses, so that the file is right for every registry.
/// </summary>
internal static class NodeLock
{
    private static readonly Lazy<JsonObject> Superset = new(() =>
        JsonNode.Parse(TemplateLibrary.Text(typeof(NodeLock).Assembly, "CodeGen/Data/node-lock.json"))!.AsObject());

    /// <summary>The lock, or why there can be none.</summary>
    public static Outcome<string> For(string packageJson)
    {
        if (Read(packageJson) is not { } package)
            return Refusal.Unprocessable("package.json of the template is not a JSON object.");
        var all = Superset.Value["packages"]!.AsObject();
        var kept = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        var open = new Queue<(string From, string Name)>(Names(package, "dependencies").Select(name => ("", name)));
        while (open.TryDequeue(out var wanted))
        {
            if (Resolve(all, wanted.From, wanted.Name) is not { } place)
                return Refusal.Unprocessable($"package.json of the template needs {wanted.Name}, which is not in the lock of all packages.");
            if (!kept.TryAdd(place, all[place]!.DeepClone()))
                continue;
            var found = all[place]!.AsObject();
            foreach (var name in Names(found, "dependencies"))
                open.Enqueue((place, name));
            foreach (var name in Names(found, "optionalDependencies").Concat(Names(found, "peerDependencies")).Where(name => Resolve(all, place, name) is not null))
                open.Enqueue((place, name));
        }

        var root = new JsonObject();
        foreach (var member in (string[])["name", "version", "dependencies", "engines"])
        {
            if (package[member] is { } value)
                root[member] = value.DeepClone();
        }

        var packages = new JsonObject { [""] = root };
        foreach (var (place, entry) in kept)
            packages[place] = entry;
        var document = new JsonObject
        {
            ["name"] = package["name"]?.DeepClone(),
            ["version"] = package["version"]?.DeepClone(),
            ["lockfileVersion"] = 3,
            ["requires"] = true,
            ["packages"] = packages,
        };
        return document.ToJsonString(new JsonSerializerOptions(AgenticJson.Options) { WriteIndented = true, NewLine = "\n" }) + "\n";
    }

    // As Node looks a package up: in the folder of the one that asks, then outwards.
    private static string? Resolve(JsonObject all, string from, string name)
    {
        for (var folder = from; ; folder = Outer(folder))
        {
            var place = folder.Length == 0 ? $"node_modules/{name}" : $"{folder}/node_modules/{name}";
            if (all.ContainsKey(place))
                return place;
            if (folder.Length == 0)
                return null;
        }
    }

    private static string Outer(string folder)
    {
        var at = folder.LastIndexOf("/node_modules/", StringComparison.Ordinal);
        return at < 0 ? "" : folder[..at];
    }

    private static IEnumerable<string> Names(JsonObject package, string member) =>
        package[member] is JsonObject names ? names.Select(name => name.Key) : [];

    private static JsonObject? Read(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
