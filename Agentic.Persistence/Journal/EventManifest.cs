using Agentic.Agents.Operations;

namespace Agentic.Persistence.Journal;

/// <summary>Every kind of event that may be in the journal, by stored name and by type. A clash stops the start-up.</summary>
internal sealed class EventManifest
{
    private readonly Dictionary<string, EventType> byManifest = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, EventType> byType = [];

    public EventManifest(IEnumerable<IEventSource> sources)
    {
        var problems = new List<string>();
        foreach (var kind in sources.SelectMany(source => source.Events))
        {
            if (string.IsNullOrWhiteSpace(kind.Manifest))
                problems.Add($"{kind.Type.Type.FullName} has no stored name");
            else if (!byManifest.TryAdd(kind.Manifest, kind))
                problems.Add($"'{kind.Manifest}' names both {byManifest[kind.Manifest].Type.Type.FullName} and {kind.Type.Type.FullName}");
            if (!byType.TryAdd(kind.Type.Type, kind))
                problems.Add($"{kind.Type.Type.FullName} is stored both as '{byType[kind.Type.Type].Manifest}' and as '{kind.Manifest}'");
            if (kind.Tag.Length == 0 || kind.Tag.Contains(';', StringComparison.Ordinal))
                problems.Add($"'{kind.Manifest}' has the tag '{kind.Tag}'; a tag is a word without ';'");
        }

        if (problems.Count > 0)
            throw new InvalidOperationException($"The events of the agents clash, so nothing was started: {string.Join("; ", problems)}. Each event has one stored name of its own.");
    }

    public IReadOnlyCollection<EventType> All => byManifest.Values;

    public EventType Of(Type type) => byType.TryGetValue(type, out var kind)
        ? kind
        : throw new ArgumentException($"{type.FullName} is not a registered event; list it in its agent's IEventSource.", nameof(type));

    public EventType Of(string manifest) => byManifest.TryGetValue(manifest, out var kind)
        ? kind
        : throw new ArgumentException(
            $"The journal holds an event named '{manifest}' that this version does not know. It was written by a newer version, or an event was renamed; run the version that wrote it.",
            nameof(manifest));
}
