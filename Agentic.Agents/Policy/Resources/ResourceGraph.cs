namespace Agentic.Agents.Policy.Resources;

/// <summary>Every resource of one input, and which of them point at one another.</summary>
internal sealed class ResourceGraph
{
    private readonly Dictionary<string, List<CloudResource>> byType;
    private readonly HashSet<string> addresses;
    private readonly Dictionary<(string Type, string Attribute), ILookup<string, CloudResource>> pointers = [];

    public ResourceGraph(IReadOnlyList<CloudResource> resources, IReadOnlyList<NotChecked> notChecked)
    {
        All = resources;
        NotChecked = notChecked;
        addresses = resources.Select(resource => resource.Address).ToHashSet(StringComparer.Ordinal);
        byType = resources
            .Where(resource => resource.Mode == CloudResourceMode.Managed)
            .GroupBy(resource => resource.Type, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
    }

    public IReadOnlyList<CloudResource> All { get; }

    /// <summary>What could not be read on the way here.</summary>
    public IReadOnlyList<NotChecked> NotChecked { get; }

    public IReadOnlyList<CloudResource> OfType(string type) => byType.TryGetValue(type, out var found) ? found : [];

    /// <summary>
    /// Resources of <paramref name="type"/> whose <paramref name="attribute"/> names <paramref name="target"/>, by reference or by
    /// the same literal identifier.
    /// </summary>
    public Connections PointingAt(CloudResource target, string type, string attribute, params string[] identifiers)
    {
        var candidates = OfType(type);
        if (candidates.Count == 0)
        {
            return new Connections([], false);
        }

        var known = Pointers(type, attribute);
        var found = new List<CloudResource>(known[target.Address]);
        foreach (var identifier in identifiers)
        {
            foreach (var key in LiteralKeys(target.At(identifier)))
            {
                found.AddRange(known[key].Where(candidate => !found.Contains(candidate)));
            }
        }

        return new Connections(found, found.Count == 0 && known["?"].Any());
    }

    /// <summary>Keys: an address pointed at, <c>=literal</c>, or <c>?</c> for a pointer of which nothing is known.</summary>
    private ILookup<string, CloudResource> Pointers(string type, string attribute)
    {
        if (!pointers.TryGetValue((type, attribute), out var lookup))
        {
            lookup = OfType(type)
                .SelectMany(resource => KeysOf(resource.At(attribute)).Select(key => (key, resource)))
                .ToLookup(pair => pair.key, pair => pair.resource, StringComparer.Ordinal);
            pointers[(type, attribute)] = lookup;
        }

        return lookup;
    }

    /// <summary>Two values made of the same unknowns in the same way are the same value, although nobody knows it yet.</summary>
    private static IEnumerable<string> LiteralKeys(CloudValue value)
    {
        if (value.Kind == CloudValueKind.Text && value.Text.Length > 0)
        {
            yield return "=" + value.Text;
        }
        else if (value is { Kind: CloudValueKind.Unknown, Origins.Count: > 0 })
        {
            yield return $"~{value.PartialText}|{string.Join('|', value.Origins)}";
        }
    }

    private IEnumerable<string> KeysOf(CloudValue pointer)
    {
        var values = pointer.Kind == CloudValueKind.List ? pointer.Items : [pointer];
        foreach (var value in values)
        {
            foreach (var origin in value.Origins)
            {
                yield return origin;
            }

            // A reference says exactly which resource is meant; several may carry the same name.
            if (!value.Origins.Any(addresses.Contains))
            {
                foreach (var key in LiteralKeys(value))
                {
                    yield return key;
                }
            }

            if (value.IsUnknown && value.Origins.Count == 0)
            {
                yield return "?";
            }
        }
    }
}

/// <param name="Found">The resources known to point at the target.</param>
/// <param name="MayExist">None is known, but one of unknown target could be it.</param>
internal readonly record struct Connections(IReadOnlyList<CloudResource> Found, bool MayExist)
{
    public bool AreNone => Found.Count == 0 && !MayExist;
}
