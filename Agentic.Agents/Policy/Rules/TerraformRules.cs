using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Rules;

/// <summary>Runs every built-in resource rule over a graph of resources.</summary>
internal static class TerraformRules
{
    public static IReadOnlyList<ResourceRule> All { get; } =
    [
        .. StorageRules.All,
        .. IdentityRules.All,
        .. NetworkRules.All,
        .. ComputeRules.All,
        .. DataStoreRules.All,
        .. PlatformRules.All,
        .. EdgeRules.All,
        .. ConventionRules.All,
    ];

    private static readonly ILookup<(CloudResourceMode, string), ResourceRule> ByType =
        All.SelectMany(rule => rule.Types.Select(type => (Key: (rule.Mode, type), rule))).ToLookup(pair => pair.Key, pair => pair.rule);

    /// <summary>The findings with the resource each stands on, in the order of the resources.</summary>
    public static IReadOnlyList<ResourceFinding> Check(ResourceGraph graph, OrganisationRules organisation) => Check(graph, organisation, null);

    /// <summary>The findings, and the rules that said nothing because of a value that is not known.</summary>
    public static (IReadOnlyList<ResourceFinding> Findings, IReadOnlyList<UndecidedRule> Undecided) Judge(ResourceGraph graph, OrganisationRules organisation)
    {
        var undecided = new List<UndecidedRule>();
        return (Check(graph, organisation, undecided), undecided);
    }

    private static List<ResourceFinding> Check(ResourceGraph graph, OrganisationRules organisation, List<UndecidedRule>? undecided)
    {
        using var reads = undecided is null ? null : UnknownReads.Begin();
        var context = new RuleContext(graph, organisation);
        var findings = new List<ResourceFinding>();
        foreach (var resource in graph.All)
        {
            foreach (var rule in ByType[(resource.Mode, resource.Type)].Concat(ByType[(resource.Mode, "*")]))
            {
                var before = findings.Count;
                reads?.Clear();
                Check(resource, rule, context, findings);
                if (reads?.Seen.Count > 0 && findings.Count == before)
                {
                    undecided!.Add(new UndecidedRule(resource, rule.Id, [.. reads.Seen]));
                }
            }
        }

        return findings;
    }

    private static void Check(CloudResource resource, ResourceRule rule, RuleContext context, List<ResourceFinding> findings)
    {
        foreach (var breach in rule.Check(resource, context))
        {
            var line = resource.LineAt(breach.Path);
            var address = (breach.About ?? resource).Address;
            findings.Add(new ResourceFinding(resource, breach, new Finding(rule.Id, address, resource.File, line, $"{address} {breach.Fact}")
            {
                EndLine = breach.Path.Length == 0 ? resource.EndLine : line,
                WrittenIn = breach.About is null ? null : resource.Address,
            }));
        }
    }
}

internal sealed record ResourceFinding(CloudResource Resource, Breach Breach, Finding Finding);

/// <summary>A rule that could not be decided for a resource.</summary>
/// <param name="Unknown">The attributes it would need, with the inputs they come from.</param>
internal sealed record UndecidedRule(CloudResource Resource, string Rule, IReadOnlyList<string> Unknown);
