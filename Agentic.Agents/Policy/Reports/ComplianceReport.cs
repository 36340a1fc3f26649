using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Policy.Reports;

/// <param name="Passed">Validations in which no rule of the framework had an open violation.</param>
internal sealed record FrameworkRate(string Framework, int Validations, int Passed, int PreviousValidations, int PreviousPassed, IReadOnlyList<string> OpenControls)
{
    public double? Rate => Validations == 0 ? null : Math.Round(100.0 * Passed / Validations, 1);

    public double? PreviousRate => PreviousValidations == 0 ? null : Math.Round(100.0 * PreviousPassed / PreviousValidations, 1);
}

internal sealed record RuleCount(string Rule, string Severity, int Open, int Waived);

/// <summary>What the records say about a period. Where there are no validations it says so instead of claiming a rate.</summary>
/// <param name="Evidence">End of a hash chain over the records it was made from, in order: each link is the SHA-256 of the one before and the whole record.</param>
internal sealed record ComplianceReport(
    ReportPeriod Period,
    DateTimeOffset MadeAt,
    int Validations,
    int Valid,
    int Blocked,
    int PreviousValidations,
    int PreviousValid,
    IReadOnlyList<FrameworkRate> Frameworks,
    IReadOnlyList<RuleCount> Rules,
    IReadOnlyList<PolicyException> Exceptions,
    IReadOnlyList<PolicyException> Expired,
    IReadOnlyList<NotChecked> NotChecked,
    string Evidence)
{
    /// <summary>Where the audit chain holds the evidence; null where the host keeps none.</summary>
    public ReportAnchor? Anchor { get; init; }

    private static readonly string[] Families = ["CIS AWS", "PCI-DSS", "HIPAA", "SOC 2", "Kubernetes Pod Security Standards"];

    public static ComplianceReport Of(
        ReportPeriod period,
        IReadOnlyList<ValidationRecord> current,
        IReadOnlyList<ValidationRecord> previous,
        IReadOnlyList<PolicyException> exceptions,
        PolicyCatalogue catalogue,
        DateTimeOffset now)
    {
        var rules = current
            .SelectMany(validation => validation.Violations.Select(violation => (violation.Rule, Open: true)).Concat(validation.Waived.Select(waived => (waived.Violation.Rule, Open: false))))
            .GroupBy(seen => seen.Rule, StringComparer.Ordinal)
            .Select(group => new RuleCount(group.Key, catalogue.Find(group.Key)?.Severity ?? "medium", group.Count(seen => seen.Open), group.Count(seen => !seen.Open)))
            .OrderByDescending(count => PolicyEvaluation.Rank(count.Severity)).ThenByDescending(count => count.Open).ThenBy(count => count.Rule, StringComparer.Ordinal)
            .ToList();
        var evidence = current.Aggregate(new byte[SHA256.HashSizeInBytes], (link, validation) => SHA256.HashData([.. link, .. JsonSerializer.SerializeToUtf8Bytes(validation, AgenticJson.Options)]));
        return new ComplianceReport(
            period,
            now,
            current.Count,
            current.Count(validation => validation.Valid),
            current.Count(validation => validation.Blocked),
            previous.Count,
            previous.Count(validation => validation.Valid),
            [.. Families.Select(family => Rate(family, current, previous))],
            rules,
            [.. exceptions.Where(exception => !exception.IsExpired(now)).OrderBy(exception => exception.ExpiresAt)],
            [.. exceptions.Where(exception => exception.IsExpired(now) && exception.ExpiresAt >= period.From)],
            [.. current.SelectMany(validation => validation.NotChecked).Distinct().Take(500)],
            Convert.ToHexStringLower(evidence));
    }

    private static FrameworkRate Rate(string family, IReadOnlyList<ValidationRecord> current, IReadOnlyList<ValidationRecord> previous)
    {
        bool Passes(ValidationRecord validation) => !validation.Violations.Any(violation => violation.Frameworks.Any(control => control.StartsWith(family, StringComparison.Ordinal)));
        var open = current.SelectMany(validation => validation.Violations).SelectMany(violation => violation.Frameworks)
            .Where(control => control.StartsWith(family, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return new FrameworkRate(family, current.Count, current.Count(Passes), previous.Count, previous.Count(Passes), open);
    }

    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, AgenticJson.Options)!.AsObject();
}
