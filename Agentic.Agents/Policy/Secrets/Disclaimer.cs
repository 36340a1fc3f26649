using System.Buffers;

namespace Agentic.Agents.Policy.Secrets;

/// <summary>Finds words on a line, or in a comment right above it, that say the value is not a real one.</summary>
internal static class Disclaimer
{
    private const int MaxLine = 400;
    private const int MaxLines = 60;
    private const int MaxAbove = 6000;

    private static readonly string[] Words =
        ["example", "sample", "dummy", "fake", "placeholder", "not a real", "not real", "notreal", "mock", "bogus", "made up", "for illustration", "for documentation", "e.g.", "do not use", "non-functional", "nonfunctional"];

    /// <summary>Most lines hold none of the words, which one pass over the line tells.</summary>
    private static readonly SearchValues<string> AnyWord = SearchValues.Create(Words, StringComparison.OrdinalIgnoreCase);

    /// <summary>Anywhere on the line, also in a name or another value.</summary>
    public static bool Stands(string text, int position) => Stands(text, position, onlyComment: false);

    /// <summary>Only in words meant for people: what has the shape of a token is one whatever the values beside it are called.</summary>
    public static bool StandsInComment(string text, int position) => Stands(text, position, onlyComment: true);

    /// <summary>In YAML or JSON: one of the keys it is nested under is called an example.</summary>
    public static bool StandsAround(string text, int position)
    {
        // A line can be a whole file long: nothing beyond the span above is looked at.
        var first = Math.Max(0, position - MaxAbove);
        var above = text.AsSpan(first, position - first);
        var lineStart = first + above.LastIndexOf('\n') + 1;
        var least = Indent(text, lineStart);

        for (var lines = 0; lines < MaxLines && least > 0 && lineStart > first + 1; lines++)
        {
            lineStart = first + text.AsSpan(first, lineStart - 1 - first).LastIndexOf('\n') + 1;
            var indent = Indent(text, lineStart);

            if (indent >= least || lineStart + indent >= text.Length || text[lineStart + indent] is '\n' or '\r' or '#' or '}' or ']')
            {
                continue;
            }

            least = indent;
            var key = text.AsSpan(lineStart + indent, Math.Min(40, text.Length - lineStart - indent)).TrimStart("\"'-x ");

            if (key.StartsWith("example", StringComparison.OrdinalIgnoreCase) && key[7..].TrimStart("s\"'") is [':', ..])
            {
                return true;
            }
        }

        return false;
    }

    private static int Indent(string text, int at)
    {
        var start = at;

        while (at < text.Length && at - start < MaxLine && text[at] is ' ' or '\t')
        {
            at++;
        }

        return at - start;
    }

    private static bool Stands(string text, int position, bool onlyComment)
    {
        // Looks no further than it reads: a line can be a whole file long.
        var last = Math.Max(0, position - 1);
        var newline = text.LastIndexOf('\n', last, Math.Min(last, MaxLine + 1));
        var start = newline >= 0 ? newline + 1 : last <= MaxLine ? 0 : position - MaxLine;
        var end = text.IndexOf('\n', position, Math.Min(MaxLine, text.Length - position));
        end = end < 0 ? Math.Min(text.Length, position + MaxLine) : end;

        var line = text.AsSpan(Math.Max(start, position - MaxLine), Math.Min(end, position + MaxLine) - Math.Max(start, position - MaxLine));

        if (Says(onlyComment ? CommentOf(line) : line))
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

    /// <summary>From the first sign that opens a comment; the whole line where it is prose rather than code.</summary>
    private static ReadOnlySpan<char> CommentOf(ReadOnlySpan<char> line)
    {
        if (line.IndexOfAny("=\"'(") < 0)
        {
            return line;
        }

        for (var i = 0; i < line.Length; i++)
        {
            var isOpener = line[i] is '#' || (i + 1 < line.Length && (line[i], line[i + 1]) is ('/', '/') or ('/', '*') or ('-', '-') or ('<', '!'));

            if (isOpener && (i == 0 || char.IsWhiteSpace(line[i - 1])))
            {
                return line[i..];
            }
        }

        return [];
    }

    private static bool IsComment(ReadOnlySpan<char> line) =>
        line[0] is '#' or '*' or ';' || line.StartsWith("//", StringComparison.Ordinal) || line.StartsWith("--", StringComparison.Ordinal) || line.StartsWith("<!--", StringComparison.Ordinal) || line.StartsWith("/*", StringComparison.Ordinal);

    private static bool Says(ReadOnlySpan<char> line)
    {
        if (line.IndexOfAny(AnyWord) < 0)
        {
            return false;
        }

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
        after = after is 's' && end + 1 < line.Length && line[end + 1] is '/' ? '/' : after;
        return before is '.' or '@' or '/' || after is '.' or '/' || (char.IsAsciiLetterLower(after) && after is not 's') || (char.IsAsciiLetterLower(before) && char.IsAsciiLetter(line[start]) && char.IsAsciiLetterLower(line[start]));
    }
}
