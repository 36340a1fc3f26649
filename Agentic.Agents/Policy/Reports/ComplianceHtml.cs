using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Agentic.Agents.Policy.Reports;

/// <summary>The compliance report as one page that needs nothing else, for people who print it.</summary>
internal static class ComplianceHtml
{
    private const string Style = """
        :root { color-scheme: light dark; --text: #1c2430; --quiet: #5a6675; --line: #d8dee6; --back: #ffffff; --card: #f5f7fa; --good: #1a7f4b; --bad: #b3261e; --mid: #8a5a00 }
        @media (prefers-color-scheme: dark) { :root { --text: #e6eaf0; --quiet: #9aa7b8; --line: #333c49; --back: #12161c; --card: #1b212a; --good: #58c98c; --bad: #ff8a80; --mid: #f0b858 } }
        * { box-sizing: border-box }
        body { font: 15px/1.55 system-ui, sans-serif; max-width: 64rem; margin: 0 auto; padding: 2rem 1rem 4rem; color: var(--text); background: var(--back) }
        h1 { font-size: 1.6rem; margin: 0 0 .25rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
        .note { color: var(--quiet) } .evidence { overflow-wrap: anywhere }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.25rem 0 }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem }
        .card b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums } .card span { color: var(--quiet); font-size: .85rem }
        table { border-collapse: collapse; width: 100% }
        th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere }
        th { color: var(--quiet); font-weight: 600; font-size: .85rem; overflow-wrap: normal }
        .critical, .high { color: var(--bad); font-weight: 600 } .medium { color: var(--mid) } .up { color: var(--good) } .down { color: var(--bad) }
        @media (max-width: 40rem) {
          thead { display: none } tr { display: block; border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: .25rem 0 }
          td { display: grid; grid-template-columns: 8rem 1fr; gap: .5rem; border: 0; padding: .2rem .75rem } td::before { content: attr(data-head); color: var(--quiet); font-size: .85rem }
        }
        @media print { body { max-width: none; padding: 0 } h2 { break-after: avoid } tr { break-inside: avoid } }
        """;

    /// <summary>What the page needs and nothing more: its own style, by its digest.</summary>
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static string Write(ComplianceReport report)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Compliance report ").Append(Text(report.Period.Name))
            .Append("</title>\n<style>").Append(Style).Append("</style></head><body>\n<h1>Compliance report ").Append(Text(report.Period.Name)).Append("</h1>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{report.Period.From:yyyy-MM-dd} to {report.Period.To:yyyy-MM-dd}, made {report.MadeAt:yyyy-MM-dd HH:mm} UTC.</p>\n");
        if (report.Validations == 0)
        {
            page.Append("<p><strong>There were no validations in this period, so nothing is claimed about it.</strong></p>\n");
        }
        else
        {
            page.Append("<div class=\"cards\">");
            Card(page, report.Validations, "validations");
            Card(page, report.Valid, "without open violations");
            Card(page, report.Blocked, "blocked");
            Card(page, report.Exceptions.Count, "exceptions in force");
            Card(page, report.NotChecked.Count, "kinds of things not checked");
            page.Append(CultureInfo.InvariantCulture, $"</div>\n<p class=\"note\">In the period before: {report.PreviousValid} of {report.PreviousValidations} without open violations.</p>\n");
        }

        Table(page, "Frameworks", ["Framework", "Validations that passed", "Rate", "Period before", "Trend", "Controls with open violations"], report.Frameworks.Select(rate => new[]
        {
            rate.Framework, $"{Number(rate.Passed)} of {Number(rate.Validations)}", Percent(rate.Rate), Percent(rate.PreviousRate), Trend(rate), string.Join(", ", rate.OpenControls),
        }));
        page.Append("<p class=\"note\">A validation counts for a framework where it looked at something one of its controls speaks of, and passes where nothing was left unchecked and no such control has an open violation.</p>\n");
        Table(page, "Rules", ["Rule", "Severity", "Open", "Waived"], report.Rules.Select(rule => new[] { rule.Rule, rule.Severity, Number(rule.Open), Number(rule.Waived) }));
        Table(page, "Exceptions in force", ["Rule", "Scope", "Owner", "Approver", "Until", "Reason"], report.Exceptions.Select(Row));
        Table(page, "Exceptions that expired", ["Rule", "Scope", "Owner", "Approver", "Until", "Reason"], report.Expired.Select(Row));
        Table(page, "Not checked", ["What", "Why"], report.NotChecked.Select(missing => new[] { missing.What, missing.Why }));
        page.Append("<h2>Evidence</h2>\n<p class=\"note evidence\">Hash chain ").Append(Text(report.Evidence)).Append(" over the validations of the period");
        if (report.Anchor is { } anchor)
        {
            page.Append(CultureInfo.InvariantCulture, $", held by record {anchor.Number} of the audit chain {Text(anchor.Chain)} with hash {Text(anchor.Hash)}");
        }

        page.Append(".</p>\n");
        if (report.Kept is { } kept)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"note evidence\">The report made when the quarter had ended, {kept.At:yyyy-MM-dd HH:mm} UTC, is kept as artifact {Text(kept.Artifact)}; its hash chain ended in {Text(kept.Evidence)}.</p>\n");
        }

        return page.Append("</body></html>\n").ToString();
    }

    private static void Card(StringBuilder page, int value, string what) => page.Append("<div class=\"card\"><b>").Append(Number(value)).Append("</b><span>").Append(Text(what)).Append("</span></div>");

    private static string Trend(FrameworkRate rate) => rate is { Rate: { } now, PreviousRate: { } before }
        ? (now - before).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + " points"
        : "";

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

        page.Append("<table><thead><tr>").AppendJoin("", head.Select(cell => $"<th scope=\"col\">{Text(cell)}</th>")).Append("</tr></thead><tbody>");
        foreach (var line in lines)
        {
            page.Append("<tr>");
            for (var i = 0; i < line.Length; i++)
            {
                page.Append("<td data-head=\"").Append(Text(head[i])).Append('"').Append(Look(head[i], line[i])).Append("><div>").Append(line[i].Length == 0 ? "–" : Text(line[i])).Append("</div></td>");
            }

            page.Append("</tr>\n");
        }

        page.Append("</tbody></table>\n");
    }

    /// <summary>Colour says what the words beside it say already.</summary>
    private static string Look(string head, string cell) => (head, cell) switch
    {
        ("Severity", "critical" or "high" or "medium") => $" class=\"{cell}\"",
        ("Trend", ['+', ..]) => " class=\"up\"",
        ("Trend", ['-', ..]) => " class=\"down\"",
        _ => "",
    };

    private static string Percent(double? rate) => rate is { } value ? value.ToString("0.0", CultureInfo.InvariantCulture) + "\u00A0%" : "";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
