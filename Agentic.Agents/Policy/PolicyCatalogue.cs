using System.Text.Json;
using Agentic.Agents.Policy.Dependencies;
using Agentic.Agents.Policy.Dockerfiles;
using Agentic.Agents.Policy.Kubernetes;
using Agentic.Agents.Policy.Rules;
using Agentic.Agents.Policy.Secrets;
using Agentic.Agents.Policy.Workflows;

namespace Agentic.Agents.Policy;

/// <summary>What a rule says about itself: shown by <c>GET /policy/rules</c> and copied into every violation.</summary>
/// <param name="Type">terraform, kubernetes, dockerfile, secret, workflow, dependencies, or a pack's own.</param>
internal sealed record RuleDescription(
    string Id,
    string Type,
    string Severity,
    string Category,
    string Topic,
    IReadOnlyList<string> Aliases,
    string FailsWhen,
    string Fix,
    IReadOnlyList<string> Frameworks)
{
    /// <summary>Where the rule comes from: <c>built-in</c>, or the name and version of a pack.</summary>
    public string Source { get; init; } = "built-in";

    public bool Disabled { get; init; }
}

/// <summary>Every rule that is known, by its id and by the ids other tools use for it.</summary>
internal sealed class PolicyCatalogue
{
    public static readonly string[] Severities = ["info", "low", "medium", "high", "critical"];

    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);
    private static readonly Lazy<PolicyCatalogue> Lazily = new(() => new PolicyCatalogue(Load()));

    private readonly Dictionary<string, RuleDescription> byId;
    private readonly Dictionary<string, string> byAlias;

    public PolicyCatalogue(IEnumerable<RuleDescription> rules)
    {
        All = [.. rules];
        byId = All.ToDictionary(rule => rule.Id, StringComparer.Ordinal);
        byAlias = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var rule in All)
        {
            foreach (var alias in rule.Aliases)
            {
                byAlias.TryAdd(alias, rule.Id);
            }
        }
    }

    /// <summary>The rules that come with the product.</summary>
    public static PolicyCatalogue BuiltIn => Lazily.Value;

    public IReadOnlyList<RuleDescription> All { get; }

    public RuleDescription? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>Our id of a rule that is named by our id or by another tool's.</summary>
    public string? Resolve(string idOrAlias) =>
        byId.ContainsKey(idOrAlias) ? idOrAlias
        : byAlias.TryGetValue(idOrAlias, out var id) ? id
        : idOrAlias.StartsWith("AVD-", StringComparison.OrdinalIgnoreCase) ? byAlias.GetValueOrDefault(idOrAlias[4..])
        : null;

    public PolicyCatalogue With(IEnumerable<RuleDescription> changed)
    {
        var rules = All.ToDictionary(rule => rule.Id, StringComparer.Ordinal);
        foreach (var rule in changed)
        {
            rules[rule.Id] = rule;
        }

        return new PolicyCatalogue(rules.Values);
    }

    /// <summary>The baseline, and after it the rules that are written in code only.</summary>
    private static IReadOnlyList<RuleDescription> Load()
    {
        var baseline = JsonSerializer.Deserialize<CatalogueFile>(EmbeddedText.Read("Policy/Rules/Data/catalogue.json"), CamelCase)!.Rules;
        var known = baseline.Select(rule => rule.Id).ToHashSet(StringComparer.Ordinal);
        IEnumerable<BuiltInRule> written =
        [
            .. KubernetesPolicy.Rules.Select(rule => rule.Words), .. DockerfilePolicy.Rules.Select(rule => rule.Words), .. SecretPolicy.Rules, .. WorkflowPolicy.Rules, .. DependencyPolicy.Rules,
        ];
        return
        [
            .. baseline,
            .. written.Where(rule => known.Add(rule.Id)).Select(rule => new RuleDescription(
                rule.Id, rule.Type, rule.Severity.ToLowerInvariant(), "security", rule.Topic, [], rule.FailsWhen, rule.Fix, [])),
        ];
    }

    private sealed record CatalogueFile(IReadOnlyList<RuleDescription> Rules);
}
