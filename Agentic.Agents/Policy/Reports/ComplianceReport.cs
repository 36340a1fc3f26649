using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Policy.Reports;

/// <summary>How a framework fared. A validation counts where it looked at something a control of the framework speaks of.</summary>
/// <param name="Passed">Validations in which nothing was left unchecked and no control of the framework had an open violation.</param>
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

    /// <summary>The report that was kept when the quarter had ended; null while it runs, and for spans that are no quarter.</summary>
    public KeptReport? Kept { get; init; }

    public static ComplianceReport Of(ReportPeriod period, ComplianceCount current, ComplianceCount previous, IReadOnlyList<PolicyException> exceptions, DateTimeOffset now) => new(
        period,
        now,
        current.Validations,
        current.Valid,
        current.Blocked,
        previous.Validations,
        previous.Valid,
        [.. current.ByFamily.Zip(previous.ByFamily, (now, before) => new FrameworkRate(now.Family, now.Validations, now.Passed, before.Validations, before.Passed, [.. now.OpenControls]))],
        current.Rules,
        [.. exceptions.Where(exception => !exception.IsExpired(now)).OrderBy(exception => exception.ExpiresAt)],
        [.. exceptions.Where(exception => exception.IsExpired(now) && exception.ExpiresAt >= period.From)],
        [.. current.Gaps],
        current.Evidence);

    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, AgenticJson.Options)!.AsObject();
}
