using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Workflows;

/// <summary>A YAML document before it is text.</summary>
internal abstract record Yaml
{
    public static Yaml Of(string value) => new YamlText(value);

    public static Yaml Of(bool value) => new YamlRaw(value ? "true" : "false");

    public static Yaml Of(int value) => new YamlRaw(value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static YamlMap Map(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var map = new YamlMap();
        foreach (var (key, value) in pairs) map.Add(key, Of(value));
        return map;
    }

    public static YamlList List(IEnumerable<string> values) => new([.. values.Select(value => new YamlEntry(null, Of(value), [], null))]);
}

/// <summary>Text; <see cref="Remark"/> is written behind it as a comment.</summary>
internal sealed record YamlText(string Value, string? Remark = null) : Yaml;

/// <summary>A number, boolean or empty value that must stay unquoted.</summary>
internal sealed record YamlRaw(string Value) : Yaml;

internal sealed record YamlList(List<YamlEntry> Items) : Yaml;

internal sealed record YamlMap : Yaml
{
    public List<YamlEntry> Entries { get; } = [];

    public void Add(string key, Yaml value, IReadOnlyList<string>? comments = null, Span? source = null) => Entries.Add(new YamlEntry(key, value, comments ?? [], source));

    public void AddText(string key, string? value)
    {
        if (value is not null) Add(key, Of(value));
    }
}

internal sealed record YamlEntry(string? Key, Yaml Value, IReadOnlyList<string> Comments, Span? Source);
