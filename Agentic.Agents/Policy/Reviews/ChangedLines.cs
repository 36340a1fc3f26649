using System.Globalization;

namespace Agentic.Agents.Policy.Reviews;

/// <summary>The lines of the new files a unified diff shows: only those can carry a comment of a review.</summary>
internal sealed class ChangedLines
{
    private readonly Dictionary<string, Dictionary<int, int?>> _byFile = new(StringComparer.Ordinal);

    public static ChangedLines Read(string diff)
    {
        var changed = new ChangedLines();
        Dictionary<int, int?>? lines = null;
        var (old, at, oldLeft, newLeft) = (0, 0, 0, 0);
        foreach (var line in diff.AsSpan().EnumerateLines())
        {
            if (oldLeft <= 0 && newLeft <= 0)
            {
                if (line.StartsWith("+++ "))
                {
                    lines = Path(line[4..]) is { } path ? changed._byFile[path] = [] : null;
                }
                else if (line.StartsWith("@@ ") && Hunk(line) is { } hunk)
                {
                    (old, oldLeft, at, newLeft) = hunk;
                }

                continue;
            }

            switch (line.IsEmpty ? ' ' : line[0])
            {
                case '+':
                    lines?.TryAdd(at, null);
                    (at, newLeft) = (at + 1, newLeft - 1);
                    break;
                case '-':
                    (old, oldLeft) = (old + 1, oldLeft - 1);
                    break;
                case ' ':
                    lines?.TryAdd(at, old);
                    (at, old, newLeft, oldLeft) = (at + 1, old + 1, newLeft - 1, oldLeft - 1);
                    break;
            }
        }

        return changed;
    }

    public bool Has(string file, int from, int to) =>
        _byFile.TryGetValue(file, out var lines) && to - from < 1000 && Enumerable.Range(from, to - from + 1).All(lines.ContainsKey);

    /// <summary>Where an unchanged line of the diff stood before; null for an added one.</summary>
    public int? OldLine(string file, int line) => _byFile.GetValueOrDefault(file)?.GetValueOrDefault(line);

    private static string? Path(ReadOnlySpan<char> header)
    {
        var tab = header.IndexOf('\t');
        var path = (tab < 0 ? header : header[..tab]).Trim().Trim('"');
        return path.SequenceEqual("/dev/null") ? null : (path.StartsWith("b/") ? path[2..] : path).ToString();
    }

    /// <summary><c>@@ -a,b +c,d @@</c>; a count that is left out is 1.</summary>
    private static (int Old, int OldLeft, int New, int NewLeft)? Hunk(ReadOnlySpan<char> header)
    {
        var words = header.ToString().Split(' ');
        return words.Length >= 3 && Span(words[1], '-') is { } old && Span(words[2], '+') is { } added ? (old.Start, old.Count, added.Start, added.Count) : null;
    }

    private static (int Start, int Count)? Span(string word, char sign)
    {
        var parts = word.TrimStart(sign).Split(',');
        return int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            && (parts.Length == 1 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? (start, parts.Length == 1 ? 1 : int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture))
            : null;
    }
}
