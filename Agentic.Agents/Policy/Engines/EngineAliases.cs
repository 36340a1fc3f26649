namespace Agentic.Agents.Policy.Engines;

/// <summary>Knows which rule of another tool is one of ours, so that a fact has one name whoever saw it.</summary>
internal sealed class EngineAliases
{
    private readonly Dictionary<string, string> _ours = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="aliases">Our id, the tool, the id there.</param>
    public EngineAliases(IEnumerable<(string Rule, string Tool, string Id)> aliases)
    {
        foreach (var (rule, tool, id) in aliases)
        {
            _ours.TryAdd(Key(tool, id), rule);
        }
    }

    public static EngineAliases None { get; } = new([]);

    public static EngineAliases Of(PolicyCatalogue catalogue) => new(catalogue.All.SelectMany(rule =>
        rule.Aliases.Select(alias => (rule.Id, ToolOf(alias), alias))
            .Concat(rule.Type == "secret" ? [(rule.Id, "gitleaks", rule.Id), (rule.Id, "trivy", rule.Id)] : [])
            .Append((rule.Id, "agentic policy", rule.Id))));

    /// <summary>Our id where there is one, otherwise <c>tool:id</c>.</summary>
    public string Name(string tool, string id) => _ours.GetValueOrDefault(Key(tool, id)) ?? $"{tool}:{id}";

    /// <summary>The catalogue names ids only; each tool's have a shape of their own.</summary>
    private static string ToolOf(string alias) =>
        alias.StartsWith("CKV", StringComparison.Ordinal) ? "checkov"
        : alias.StartsWith("DL", StringComparison.Ordinal) || alias.StartsWith("SC", StringComparison.Ordinal) ? "hadolint"
        : char.IsAsciiLetterUpper(alias[0]) ? "trivy"
        : "kyverno";

    /// <summary>Trivy writes AVD-AWS-0092, AWS-0092 and KSV001 for what the catalogue calls AWS-0092 and KSV-0001.</summary>
    private static string Key(string tool, string id)
    {
        var bare = id.StartsWith("AVD-", StringComparison.OrdinalIgnoreCase) ? id[4..] : id;

        if (tool == "trivy" && bare.Length > 0 && !bare.Contains('-'))
        {
            var digits = bare.Length - bare.AsSpan().TrimEnd("0123456789").Length;
            bare = digits > 0 ? $"{bare[..^digits]}-{bare[^digits..].PadLeft(4, '0')}" : bare;
        }

        return $"{tool}\0{bare}";
    }
}
