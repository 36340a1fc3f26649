using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Agentic.Agents.CodeGen.Updating;

namespace Agentic.Agents.CodeGen;

/// <summary>Differences of two texts in the form people know from <c>diff -u</c>.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>Empty where nothing differs; a null content is a file that is not there.</summary>
    public static string Of(string path, byte[]? old, byte[]? @new)
    {
        if ((old ?? []).AsSpan().SequenceEqual(@new ?? []) && (old is null) == (@new is null))
            return "";
        var head = $"--- {(old is null ? "/dev/null" : $"a/{path}")}\n+++ {(@new is null ? "/dev/null" : $"b/{path}")}\n";
        if (!IsText(old) || !IsText(@new))
            return $"Binary files {(old is null ? "/dev/null" : $"a/{path}")} and {(@new is null ? "/dev/null" : $"b/{path}")} differ\n";
        var (before, after) = (Lines(old), Lines(@new));
        var text = new StringBuilder(head);
        foreach (var group in Groups(LineDiff.Between(before, after)))
            Write(text, group, before, after);
        return text.ToString();
    }

    // Hunks whose context would touch are written as one.
    private static List<List<Hunk>> Groups(IReadOnlyList<Hunk> hunks)
    {
        var groups = new List<List<Hunk>>();
        foreach (var hunk in hunks)
        {
            if (groups.Count > 0 && hunk.Start - groups[^1][^1].End <= 2 * Context)
                groups[^1].Add(hunk);
            else
                groups.Add([hunk]);
        }

        return groups;
    }

    private static void Write(StringBuilder text, List<Hunk> group, IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var start = Math.Max(0, group[0].Start - Context);
        var end = Math.Min(before.Count, group[^1].End + Context);
        var newStart = group[0].NewStart - (group[0].Start - start);
        var newEnd = group[^1].NewEnd + (end - group[^1].End);
        text.Append(CultureInfo.InvariantCulture, $"@@ -{Range(start, end)} +{Range(newStart, newEnd)} @@\n");
        var at = start;
        foreach (var hunk in group)
        {
            Append(text, ' ', before, at, hunk.Start);
            Append(text, '-', before, hunk.Start, hunk.End);
            Append(text, '+', after, hunk.NewStart, hunk.NewEnd);
            at = hunk.End;
        }

        Append(text, ' ', before, at, end);
    }

    private static string Range(int start, int end) =>
        string.Create(CultureInfo.InvariantCulture, $"{(start == end ? start : start + 1)}{(end - start == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $",{end - start}"))}");

    private static void Append(StringBuilder text, char mark, IReadOnlyList<string> lines, int start, int end)
    {
        for (var index = start; index < end; index++)
        {
            text.Append(mark).Append(lines[index]);
            if (lines[index][^1] != '\n')
                text.Append("\n\\ No newline at end of file\n");
        }
    }

    private static bool IsText(byte[]? content) => content is null || (!content.Contains((byte)0) && Utf8.IsValid(content));

    private static IReadOnlyList<string> Lines(byte[]? content) => LineDiff.Lines(Encoding.UTF8.GetString(content ?? []));
}
