using System.Security.Cryptography;
using System.Text.Json;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Policy.Reports;

/// <summary>Counts the validations of a period one after the other, so that a period may be of any size.</summary>
internal sealed class ComplianceCount(PolicyCatalogue catalogue)
{
    public static readonly IReadOnlyList<string> Families = ["CIS AWS", "PCI-DSS", "HIPAA", "SOC 2", "Kubernetes Pod Security Standards"];

    private const int MostGaps = 500;

    private readonly FamilyCount[] families = [.. Families.Select(family => new FamilyCount(family, catalogue))];
    private readonly Dictionary<string, (int Open, int Waived)> rules = new(StringComparer.Ordinal);
    private readonly HashSet<NotChecked> gaps = [];
    private byte[] evidence = new byte[SHA256.HashSizeInBytes];

    public int Validations { get; private set; }

    public int Valid { get; private set; }

    public int Blocked { get; private set; }

    public IReadOnlyList<FamilyCount> ByFamily => families;

    public IReadOnlyCollection<NotChecked> Gaps => gaps;

    /// <summary>End of a hash chain over the records in the order they came: each link is the SHA-256 of the one before and the whole record.</summary>
    public string Evidence => Convert.ToHexStringLower(evidence);

    /// <summary>Most severe and most frequent first.</summary>
    public IReadOnlyList<RuleCount> Rules =>
    [
        .. rules.Select(rule => new RuleCount(rule.Key, catalogue.Find(rule.Key)?.Severity ?? "medium", rule.Value.Open, rule.Value.Waived))
            .OrderByDescending(count => PolicyEvaluation.Rank(count.Severity)).ThenByDescending(count => count.Open).ThenBy(count => count.Rule, StringComparer.Ordinal),
    ];

    public void Add(ValidationRecord validation)
    {
        Validations++;
        Valid += validation.Valid ? 1 : 0;
        Blocked += validation.Blocked ? 1 : 0;
        foreach (var family in families)
        {
            family.Add(validation);
        }

        foreach (var violation in validation.Violations)
        {
            var (open, waived) = rules.GetValueOrDefault(violation.Rule);
            rules[violation.Rule] = (open + 1, waived);
        }

        foreach (var each in validation.Waived)
        {
            var (open, waived) = rules.GetValueOrDefault(each.Violation.Rule);
            rules[each.Violation.Rule] = (open, waived + 1);
        }

        foreach (var gap in validation.NotChecked)
        {
            if (gaps.Count < MostGaps)
            {
                gaps.Add(gap);
            }
        }

        evidence = SHA256.HashData([.. evidence, .. JsonSerializer.SerializeToUtf8Bytes(validation, AgenticJson.Options)]);
    }
}

/// <summary>How a framework fared in a period.</summary>
internal sealed class FamilyCount(string family, PolicyCatalogue catalogue)
{
    /// <summary>The kinds of rules that a control of the framework maps to.</summary>
    private readonly HashSet<string> types = [.. catalogue.All.Where(rule => rule.Frameworks.Any(control => control.StartsWith(family, StringComparison.Ordinal))).Select(rule => rule.Type)];

    private readonly SortedSet<string> open = new(StringComparer.Ordinal);

    public string Family => family;

    /// <summary>Validations that looked at something a control of the framework speaks of; a Dockerfile says nothing about an AWS benchmark.</summary>
    public int Validations { get; private set; }

    /// <summary>Those in which nothing was left unchecked and no control of the framework had an open violation.</summary>
    public int Passed { get; private set; }

    public IReadOnlyCollection<string> OpenControls => open;

    public void Add(ValidationRecord validation)
    {
        var controls = validation.Violations.SelectMany(violation => violation.Frameworks).Where(control => control.StartsWith(family, StringComparison.Ordinal)).ToList();
        if (controls.Count == 0 && !validation.Engines.Any(engine => types.Contains(TypeOf(engine))))
        {
            return;
        }

        Validations++;
        Passed += controls.Count == 0 && validation.NotChecked.All(gap => gap.IsLimit) ? 1 : 0;
        open.UnionWith(controls);
    }

    private static string TypeOf(string engine) => engine switch
    {
        "terraform_plan" or "cloudformation" => "terraform",
        "secrets" => "secret",
        _ => engine,
    };
}
