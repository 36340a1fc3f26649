using System.Globalization;
using System.Net;
using System.Text;

namespace Agentic.Agents.Policy.Reports;

/// <summary>The compliance report as one page that needs nothing else, for people who print it.</summary>
internal static class ComplianceHtml
{
    public static string Write(ComplianceReport report)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Compliance report {{Text(report.Period.Name)}}</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c2430 }
            table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem } th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #d8dee6; vertical-align: top }
            td.n { text-align: right; font-variant-numeric: tabular-nums } .note { color: #5a6675 }
            </style></head><body>
            <h1>Compliance report {{Text(report.Period.Name)}}</h1>
            <p class="note">{{report.Period.From:yyyy-MM-dd}} to {{report.Period.To:yyyy-MM-dd}}, made {{report.MadeAt:yyyy-MM-dd HH:mm}} UTC.</p>
            """);
        if (report.Validations == 0)
        {
            page.Append("<p><strong>There were no validations in this period, so nothing is claimed about it.</strong></p>");
        }
        else
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>{report.Validations} validations: {report.Valid} without open violations, {report.Blocked} blocked. In the period before: {report.PreviousValid} of {report.PreviousValidations} without open violations.</p>");
        }

        Table(page, "Frameworks", ["Framework", "Validations that passed", "Rate", "Period before", "Controls with open violations"], report.Frameworks.Select(rate => new[]
        {
            rate.Framework, $"{rate.Passed} of {rate.Validations}", Percent(rate.Rate), Percent(rate.PreviousRate), string.Join(", ", rate.OpenControls),
        }));
        Table(page, "Rules", ["Rule", "Severity", "Open", "Waived"], report.Rules.Select(rule => new[] { rule.Rule, rule.Severity, Number(rule.Open), Number(rule.Waived) }));
        Table(page, "Exceptions in force", ["Rule", "Scope", "Owner", "Approver", "Until", "Reason"], report.Exceptions.Select(Row));
        Table(page, "Exceptions that expired", ["Rule", "Scope", "Owner", "Approver", "Until", "Reason"], report.Expired.Select(Row));
        Table(page, "Not checked", ["What", "Why"], report.NotChecked.Select(missing => new[] { missing.What, missing.Why }));
        page.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">Evidence: hash chain {report.Evidence} over the validations of the period{(report.Anchor is { } anchor ? $", held by record {anchor.Number} of the audit chain {Text(anchor.Chain)} with hash {Text(anchor.Hash)}" : "")}.</p></body></html>");
        return page.ToString();
    }

    private static string[] Row(PolicyException exception) =>
        [exception.Rule, exception.Scope, exception.Owner, exception.Approver, exception.ExpiresAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), exception.Reason];

    private static void Table(StringBuilder page, string title, string[] head, IEnumerable<string[]> rows)
    {
        page.Append("<h2>").Append(Text(title)).Append("</h2>");
        var lines = rows.ToList();
        if (lines.Count == 0)
        {
            page.Append("<p class=\"note\">None.</p>");
            return;
        }

        page.Append("<table><tr>").AppendJoin("", head.Select(cell => $"<th>{Text(cell)}</th>")).Append("</tr>");
        foreach (var line in lines)
        {
            page.Append("<tr>").AppendJoin("", line.Select(cell => $"<td>{Text(cell)}</td>")).Append("</tr>");
        }

        page.Append("</table>");
    }

    private static string Percent(double? rate) => rate is { } value ? value.ToString("0.0", CultureInfo.InvariantCulture) + " %" : "no validations";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
