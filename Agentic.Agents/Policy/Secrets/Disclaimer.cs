namespace Agentic.Agents.Policy.Secrets;

/// <summary>Finds words on a line, or in a comment right above it, that say the value is not a real one.</summary>
internal static class Disclaimer
{
    private const int MaxLine = 400;

    private static readonly string[] Words =
        ["example", "sample", "dummy", "fake", "placeholder", "not a real", "not real", "notreal", "mock", "bogus", "made up", "for illustration", "for documentation", "e.g.", "do not use", "non-functional", "nonfunctional"];

    public static bool Stands(string text, int position)
    {
        // Looks no further than it reads: a line can be a whole file long.
        var last = Math.Max(0, position - 1);
        var newline = text.LastIndexOf('\n', last, Math.Min(last, MaxLine + 1));
        var start = newline >= 0 ? newline + 1 : last <= MaxLine ? 0 : position - MaxLine;
        var end = text.IndexOf('\n', position, Math.Min(MaxLine, text.Length - position));
        end = end < 0 ? Math.Min(text.Length, position + MaxLine) : end;

        if (Says(text.AsSpan(Math.Max(start, position - MaxLine), Math.Min(end, position + MaxLine) - Math.Max(start, position - MaxLine))))
        {
            return true;
        }

        if (newline < 1)
        {
            return false;
        }

        var aboveStart = text.LastIndexOf('\n', newline - 1, Math.Min(newline - 1, MaxLine)) + 1;
        aboveStart = Math.Max(aboveStart, newline - MaxLine);
        var above = text.AsSpan(aboveStart, Math.Max(0, start - 1 - aboveStart)).Trim();
        return above.Length is > 0 and < MaxLine && IsComment(above) && Says(above);
    }

    private static bool IsComment(ReadOnlySpan<char> line) =>
        line[0] is '#' or '*' or ';' || line.StartsWith("//", StringComparison.Ordinal) || line.StartsWith("--", StringComparison.Ordinal) || line.StartsWith("<!--", StringComparison.Ordinal) || line.StartsWith("/*", StringComparison.Ordinal);

    private static bool Says(ReadOnlySpan<char> line)
    {
        foreach (var word in Words)
        {
            var from = 0;

            while (line[from..].IndexOf(word, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
            {
                var start = from + at;
                var end = start + word.Length;

                if (!IsHostOrPath(line, start, end))
                {
                    return true;
                }

                from = end;
            }
        }

        return false;
    }

    /// <summary>In api.example.com, @example.org and /samples/ the word names a place, and says nothing about the value.</summary>
    private static bool IsHostOrPath(ReadOnlySpan<char> line, int start, int end)
    {
        var before = start > 0 ? line[start - 1] : ' ';
        var after = end < line.Length ? line[end] : ' ';
        return before is '.' or '@' or '/' || after is '.' or '/' || (char.IsAsciiLetterLower(after) && after is not 's') || (char.IsAsciiLetterLower(before) && char.IsAsciiLetter(line[start]) && char.IsAsciiLetterLower(line[start]));
    }
}
