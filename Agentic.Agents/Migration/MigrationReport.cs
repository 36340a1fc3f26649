using Agentic.Agents.Migration.Conversion;
using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration;

/// <summary>The report of one conversion: counts, the ledger with lines on both sides, and what a person has to do.</summary>
internal sealed record MigrationReport(
    string Kind,
    ReportCounts Counts,
    double ConversionRate,
    IReadOnlyList<ReportRow> Ledger,
    IReadOnlyList<string> ManualTasks,
    IReadOnlyDictionary<string, string> Secrets,
    IReadOnlyDictionary<string, string> Variables,
    IReadOnlyDictionary<string, string> RunnerLabels)
{
    public static MigrationReport Of(SourceText source, IReadOnlyList<LedgerEntry> ledger, IReadOnlyList<(Span Source, int Line)> lines, ConvertedPipeline converted)
    {
        var exact = new Dictionary<Span, int>();
        foreach (var (span, line) in lines) exact.TryAdd(span, line);
        var rows = ledger.Where(entry => entry.Note != "a comment; it has no effect").Select(entry => Row(source, entry, exact, lines)).ToList();
        var counts = new ReportCounts(Count(ledger, Fate.Converted), Count(ledger, Fate.Approximated), Count(ledger, Fate.Manual), rows.Count(row => row.Status == "dropped"));
        var total = counts.Converted + counts.Approximated + counts.Manual;
        var tasks = rows.Where(row => row.Status == "manual").Select(row => FormattableString.Invariant($"[ ] line {row.Line}{(row.EndLine > row.Line ? FormattableString.Invariant($"-{row.EndLine}") : "")}: {row.Note}")).Distinct().ToList();
        return new MigrationReport(converted.Declarative ? "declarative" : "scripted", counts, total == 0 ? 1 : Math.Round((counts.Converted + counts.Approximated) / (double)total, 4), rows, tasks, converted.Secrets, converted.Variables, converted.Labels);
    }

    private static int Count(IReadOnlyList<LedgerEntry> ledger, Fate fate) => ledger.Count(entry => entry.Fate == fate);

    private static ReportRow Row(SourceText source, LedgerEntry entry, Dictionary<Span, int> exact, IReadOnlyList<(Span Source, int Line)> lines)
    {
        var text = HardCodedSecrets.Redact(source.OnOneLine(entry.Span, 400));
        int? line = exact.TryGetValue(entry.Span, out var found) ? found : null;
        if (line is null)
            foreach (var (span, at) in lines)
                if (entry.Span.Contains(span) || (span.Contains(entry.Span) && line is null)) line = at;
        return new ReportRow(entry.Fate.ToString().ToLowerInvariant(), source.LineOf(entry.Span.Start), source.LastLineOf(entry.Span), text.Length > 120 ? text[..120] + "..." : text, entry.Note, line);
    }

    /// <summary>The comment at the top of the workflow.</summary>
    public static IReadOnlyList<string> Heading(string project, IReadOnlyList<LedgerEntry> ledger, SourceText source)
    {
        var manual = ledger.Where(entry => entry.Fate == Fate.Manual).Select(entry => source.LineOf(entry.Span.Start)).Distinct().ToList();
        var first = $"Converted from the Jenkinsfile of {project}.";
        return manual.Count == 0 ? [first] : [first, FormattableString.Invariant($"{manual.Count} {(manual.Count == 1 ? "line needs" : "lines need")} a person: {string.Join(", ", manual.Take(30))}{(manual.Count > 30 ? ", ..." : "")}. The migration report says what to do.")];
    }

    public IEnumerable<string> Warnings()
    {
        foreach (var row in Ledger.Where(row => row.Status == "manual"))
            yield return FormattableString.Invariant($"line {row.Line}{(row.EndLine > row.Line ? FormattableString.Invariant($"-{row.EndLine}") : "")}: {row.Note}");
    }
}

internal sealed record ReportCounts(int Converted, int Approximated, int Manual, int Dropped);

internal sealed record ReportRow(string Status, int Line, int EndLine, string Source, string Note, int? WorkflowLine);
