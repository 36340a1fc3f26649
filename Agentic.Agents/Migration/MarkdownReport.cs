using System.Globalization;
using System.Text;

namespace Agentic.Agents.Migration;

/// <summary>The report as the text of a pull request.</summary>
internal static class MarkdownReport
{
    private const int MostRows = 200;

    public static string Write(string job, MigrationReport report, IReadOnlyList<string> warnings)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Converts the Jenkins pipeline **{job}** ({report.Kind}). {report.ConversionRate:P0} of its constructs converted: {report.Counts.Converted} exactly, {report.Counts.Approximated} approximately; {report.Counts.Manual} need a person, {report.Counts.Dropped} were dropped with a reason.\n\n");
        List(text, "To do", report.ManualTasks.Select(task => "- " + task));
        List(text, "Secrets to create", report.Secrets.Select(secret => $"- `{secret.Key}`: {secret.Value}"));
        List(text, "Variables and environments to create", report.Variables.Select(variable => $"- `{variable.Key}`: {variable.Value}"));
        List(text, "Runner labels", report.RunnerLabels.Select(label => $"- `{label.Key}`: {label.Value}"));
        List(text, "Approximated", report.Ledger.Where(row => row.Status == "approximated").Select(row => string.Create(CultureInfo.InvariantCulture, $"- line {row.Line}: {row.Note}")));
        List(text, "Warnings", warnings.Where(warning => !report.ManualTasks.Any(task => task.EndsWith(warning, StringComparison.Ordinal))).Select(warning => "- " + warning));
        return text.ToString();
    }

    private static void List(StringBuilder text, string heading, IEnumerable<string> lines)
    {
        var all = lines.Distinct(StringComparer.Ordinal).ToList();
        if (all.Count == 0) return;
        text.Append("## ").Append(heading).Append("\n\n").AppendJoin('\n', all.Take(MostRows)).Append('\n');
        if (all.Count > MostRows) text.Append(CultureInfo.InvariantCulture, $"- and {all.Count - MostRows} more, in the full report\n");
        text.Append('\n');
    }
}
