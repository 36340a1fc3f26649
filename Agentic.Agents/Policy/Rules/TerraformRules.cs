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
    public static IReadOnlyList<ResourceFinding> Check(ResourceGraph graph, OrganisationRules organisation)
    {
        var context = new RuleContext(graph, organisation);
        var findings = new List<ResourceFinding>();
        foreach (var resource in graph.All)
        {
            Check(resource, ByType[(resource.Mode, resource.Type)], context, findings);
            Check(resource, ByType[(resource.Mode, "*")], context, findings);
        }

        return findings;
    }

    private static void Check(CloudResource resource, IEnumerable<ResourceRule> rules, RuleContext context, List<ResourceFinding> findings)
    {
        foreach (var rule in rules)
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
}

internal sealed record ResourceFinding(CloudResource Resource, Breach Breach, Finding Finding);
