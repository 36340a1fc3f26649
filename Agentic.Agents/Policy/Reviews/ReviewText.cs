using System.Globalization;
using System.Text;

namespace Agentic.Agents.Policy.Reviews;

/// <summary>A comment on lines of a changed file.</summary>
/// <param name="From">First line it is about; equal to <paramref name="To"/> for one line.</param>
/// <param name="Suggestion">The lines that should stand there instead; null where no change is certain.</param>
internal sealed record ReviewComment(string File, int From, int To, string Text, string? Suggestion, string Fingerprint);

/// <summary>What a validation says about a change: a summary, and a comment for each finding on a changed line.</summary>
internal sealed record ReviewText(string Summary, IReadOnlyList<ReviewComment> Comments, bool Blocks)
{
    /// <summary>Every finding the review speaks of, in comments or in the summary.</summary>
    public IReadOnlyList<string> Fingerprints { get; init; } = [];

    private const int MostComments = 50;
    private const int MostLines = 30;

    /// <param name="changes">The lines a comment can stand on; null where the diff is not known, then every finding may have one.</param>
    public static ReviewText Of(ValidationRecord validation, ChangedLines? changes)
    {
        var comments = new List<ReviewComment>();
        var elsewhere = new List<Violation>();
        foreach (var violation in validation.Violations)
        {
            if (comments.Count < MostComments && Comment(violation, changes) is { } comment)
            {
                comments.Add(comment);
            }
            else
            {
                elsewhere.Add(violation);
            }
        }

        return new ReviewText(Summarise(validation, elsewhere), comments, validation.Blocked) { Fingerprints = [.. validation.Violations.Select(violation => violation.Fingerprint)] };
    }

    private static ReviewComment? Comment(Violation violation, ChangedLines? changes)
    {
        if (violation.File is not { } file || violation.Line is not { } line)
        {
            return null;
        }

        var text = $"**{Plain(violation.Severity)}: {Plain(violation.Rule)}**{Aliases(violation)}\n\n{Plain(violation.Message)}\n\n{Plain(violation.Fix)}";
        if (violation.Patch is { } patch && patch.File == file && Suggested(patch) is { } suggested && changes?.Has(file, suggested.From, suggested.To) != false)
        {
            return new ReviewComment(file, suggested.From, suggested.To, text, suggested.Text, violation.Fingerprint);
        }

        return changes?.Has(file, line, line) != false ? new ReviewComment(file, line, line, text, null, violation.Fingerprint) : null;
    }

    /// <summary>A suggestion replaces whole lines, so an insertion carries the line it stands beside with it; that line is in the diff.</summary>
    private static (int From, int To, string Text)? Suggested(FixPatch patch)
    {
        var lines = patch.Diff.Split('\n');
        var start = Array.FindIndex(lines, line => line.StartsWith("@@ -", StringComparison.Ordinal));
        if (start < 0)
        {
            return null;
        }

        var body = lines.Skip(start + 1).Where(line => line.Length > 0).ToList();
        var old = body.Count(line => line[0] is ' ' or '-');
        var digits = lines[start].AsSpan(4);
        var end = digits.IndexOfAny(',', ' ');
        return old > 0 && end > 0 && int.TryParse(digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            ? (from, from + old - 1, string.Join('\n', body.Where(line => line[0] is ' ' or '+').Select(line => line[1..])))
            : null;
    }

    private static string Summarise(ValidationRecord validation, List<Violation> elsewhere)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"**Policy: {(validation.Blocked ? "blocked" : validation.Valid ? "passed" : "passed with findings")}** ({Plain(validation.Id)})\n\n{Plain(validation.Decision)}\n");
        if (elsewhere.Count > 0)
        {
            text.Append("\nOutside of the changed lines:\n");
            foreach (var violation in elsewhere.Take(MostLines))
            {
                text.Append(CultureInfo.InvariantCulture, $"- {violation.Severity} {Plain(violation.Rule)} {Plain(violation.File ?? violation.Resource ?? "")}{(violation.Line is { } line ? $":{line}" : "")}: {Plain(violation.Message)}\n");
            }

            text.Append(elsewhere.Count > MostLines ? string.Create(CultureInfo.InvariantCulture, $"- and {elsewhere.Count - MostLines} more\n") : "");
        }

        if (validation.Waived.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{validation.Waived.Count} more covered by exceptions, suppressions or the baseline.\n");
        }

        var gaps = validation.NotChecked.Where(gap => !gap.IsLimit).Take(MostLines).ToList();
        if (gaps.Count > 0)
        {
            text.Append("\nNot checked:\n").AppendJoin("", gaps.Select(gap => $"- {Plain(gap.What)}: {Plain(gap.Why)}\n"));
        }

        return text.ToString();
    }

    private static string Aliases(Violation violation) => violation.Aliases.Count == 0 ? "" : $" ({string.Join(", ", violation.Aliases.Take(4).Select(Plain))})";

    /// <summary>Names come from the change under review: they may neither call a person nor become markup or an image.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            switch (character)
            {
                case '@':
                    plain.Append("@\u200B");
                    break;
                case '\r' or '\n':
                    plain.Append(' ');
                    break;
                case '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '#' or '|' or '~' or '!' or '&':
                    plain.Append('\\').Append(character);
                    break;
                default:
                    plain.Append(character);
                    break;
            }
        }

        return plain.ToString();
    }
}
