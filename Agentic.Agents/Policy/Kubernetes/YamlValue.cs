namespace Agentic.Agents.Policy.Kubernetes;

internal enum YamlKind { Scalar, Map, List }

/// <summary>A YAML (or JSON) value that knows its lines; lookups on the wrong kind answer "absent" instead of failing.</summary>
internal sealed class YamlValue
{
    private static readonly List<KeyValuePair<string, YamlValue>> NoEntries = [];
    private static readonly List<YamlValue> NoItems = [];

    private YamlValue(YamlKind kind, int line)
    {
        Kind = kind;
        Line = line;
        EndLine = line;
    }

    public YamlKind Kind { get; }

    /// <summary>1-based; 0 where the source has no lines.</summary>
    public int Line { get; }

    public int EndLine { get; set; }

    /// <summary>1-based column where the value starts; what indentation a patch needs.</summary>
    public int Column { get; init; }

    public string Text { get; private init; } = "";

    /// <summary>True for a scalar without quotes: only those are booleans, numbers or null.</summary>
    public bool IsPlain { get; private init; }

    /// <summary>Written as <c>{}</c> or <c>[]</c>; a patch may not insert lines into it.</summary>
    public bool IsFlow { get; init; }

    public List<KeyValuePair<string, YamlValue>> Entries { get; private init; } = NoEntries;

    public List<YamlValue> Items { get; private init; } = NoItems;

    public bool IsNull => Kind == YamlKind.Scalar && IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    public static YamlValue Scalar(string text, bool isPlain, int line, int column) =>
        new(YamlKind.Scalar, line) { Text = text, IsPlain = isPlain, Column = column };

    public static YamlValue Map(int line, int column, bool isFlow) =>
        new(YamlKind.Map, line) { Entries = [], Column = column, IsFlow = isFlow };

    public static YamlValue List(int line, int column, bool isFlow) =>
        new(YamlKind.List, line) { Items = [], Column = column, IsFlow = isFlow };

    /// <summary>The value under <paramref name="key"/>, own keys before merged ones; null where absent or null.</summary>
    public YamlValue? Get(string key)
    {
        var value = Find(key, depth: 0);
        return value is null || value.IsNull ? null : value;
    }

    public YamlValue? Get(string first, string second) => Get(first)?.Get(second);

    public YamlValue? Get(string first, string second, string third) => Get(first)?.Get(second)?.Get(third);

    public bool Has(string key) => Find(key, depth: 0) is not null;

    /// <summary>The text of a scalar under <paramref name="key"/>; null where absent, null or not a scalar.</summary>
    public string? TextOf(string key) => Get(key) is { Kind: YamlKind.Scalar } value ? value.Text : null;

    public IEnumerable<YamlValue> ItemsOf(string key) => Get(key)?.Items ?? NoItems;

    /// <summary>True, false, or null where it is neither; quoted words count, since a template engine often quotes them.</summary>
    public bool? AsBool() => Kind != YamlKind.Scalar ? null : Text switch
    {
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        "yes" or "Yes" or "YES" or "on" or "On" or "ON" when IsPlain => true,
        "no" or "No" or "NO" or "off" or "Off" or "OFF" when IsPlain => false,
        _ => null,
    };

    private YamlValue? Find(string key, int depth)
    {
        // Backwards: of a repeated key the last one is what Kubernetes reads.
        for (var i = Entries.Count - 1; i >= 0; i--)
        {
            if (string.Equals(Entries[i].Key, key, StringComparison.Ordinal))
            {
                return Entries[i].Value;
            }
        }

        return depth > 8 ? null : FindMerged(key, depth);
    }

    private YamlValue? FindMerged(string key, int depth)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key != "<<")
            {
                continue;
            }

            var sources = entry.Value.Kind == YamlKind.List ? entry.Value.Items : [entry.Value];

            foreach (var source in sources)
            {
                if (source.Find(key, depth + 1) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }
}
