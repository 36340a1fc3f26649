using System.Globalization;
using System.Text;

namespace Agentic.Agents.Policy.Terraform;

/// <summary>Reads the inside of a quoted string or a heredoc into text, interpolations and directives.</summary>
internal sealed class HclTemplateReader
{
    private readonly record struct Segment(HclExpression? Part, string Keyword, HclExpression? Condition, (string? Key, string Item, HclExpression Source)? Loop);

    private readonly List<Segment> segments = [];
    private int at;
    private int depth;

    public static HclTemplate Read(string text, int start, int end, HclSpan span, bool isHeredoc, List<HclProblem> problems, int level, int indent = 0)
    {
        var reader = new HclTemplateReader();
        reader.Split(text, start, Math.Max(start, end), span.Line + (isHeredoc ? 1 : 0), isHeredoc, indent, problems, level);
        return reader.Sequence(span, "");
    }

    public static HclTemplate ReadHeredoc(string text, HclSpan span, List<HclProblem> problems, int level)
    {
        var bodyStart = text.IndexOf('\n', span.Start, span.End - span.Start) + 1;
        var bodyEnd = text.LastIndexOf('\n', span.End - 1, span.End - bodyStart) + 1;
        bodyEnd = Math.Max(bodyStart, bodyEnd);
        var indent = text[span.Start + 2] == '-' ? Indent(text.AsSpan(bodyStart, bodyEnd - bodyStart)) : 0;
        return Read(text, bodyStart, bodyEnd, span, isHeredoc: true, problems, level, indent);
    }

    private static int Indent(ReadOnlySpan<char> body)
    {
        var least = int.MaxValue;
        foreach (var line in body.EnumerateLines())
        {
            if (!line.IsWhiteSpace())
            {
                least = Math.Min(least, line.Length - line.TrimStart().Length);
            }
        }

        return least == int.MaxValue ? 0 : least;
    }

    private void Split(string text, int start, int end, int line, bool isHeredoc, int indent, List<HclProblem> problems, int level)
    {
        var literal = new StringBuilder();
        var trimNext = false;
        var position = start;
        var atLineStart = indent > 0;
        while (position < end)
        {
            if (atLineStart)
            {
                for (var skipped = 0; skipped < indent && position < end && text[position] is ' ' or '\t'; skipped++)
                {
                    position++;
                }

                atLineStart = false;
                continue;
            }

            var c = text[position];
            if (c is '$' or '%' && position + 2 < end && text[position + 1] == c && text[position + 2] == '{')
            {
                literal.Append(c).Append('{');
                position += 3;
            }
            else if (c is '$' or '%' && position + 1 < end && text[position + 1] == '{')
            {
                var from = position;
                var fromLine = line;
                if (!HclLexer.SkipInterpolation(text, end, ref position, ref line, level))
                {
                    problems.Add(new HclProblem(fromLine, 1, "Expected '}' of the interpolation, found the end of the string."));
                    segments.Add(new Segment(new HclInvalid(new HclSpan(from, end, fromLine, line)), "", null, null));
                    return;
                }

                var (innerFrom, innerTo) = (from + 2, position - 1);
                var trimsBefore = innerFrom < innerTo && text[innerFrom] == '~';
                var trimsAfter = innerTo > innerFrom && text[innerTo - 1] == '~';
                Flush(literal, trimNext, trimsBefore, from, fromLine);
                trimNext = trimsAfter;
                Inside(text, c, innerFrom + (trimsBefore ? 1 : 0), innerTo - (trimsAfter ? 1 : 0), fromLine, problems, level);
            }
            else if (c == '\\' && !isHeredoc)
            {
                position = Escape(text, position, end, literal);
            }
            else
            {
                literal.Append(c);
                position++;
                if (c == '\n')
                {
                    line++;
                    atLineStart = indent > 0;
                }
            }
        }

        Flush(literal, trimNext, false, end, line);
    }

    private void Flush(StringBuilder literal, bool trimStart, bool trimEnd, int at, int line)
    {
        var value = literal.ToString();
        literal.Clear();
        value = trimStart ? value.TrimStart() : value;
        value = trimEnd ? value.TrimEnd() : value;
        if (value.Length > 0)
        {
            segments.Add(new Segment(new HclText(value, new HclSpan(at, at, line, line)), "", null, null));
        }
    }

    private void Inside(string text, char sigil, int from, int to, int line, List<HclProblem> problems, int level)
    {
        if (sigil == '$')
        {
            segments.Add(new Segment(HclParser.ParseExpression(text, from, to, line, problems, level + 1), "", null, null));
            return;
        }

        var inside = text[from..to];
        var trimmed = inside.TrimStart();
        var keyword = new string([.. trimmed.TakeWhile(char.IsLetter)]);
        var after = to - trimmed.Length + keyword.Length;
        segments.Add(keyword switch
        {
            "if" => new Segment(null, keyword, HclParser.ParseExpression(text, after, to, line, problems, level + 1), null),
            "for" => new Segment(null, keyword, null, HclParser.ParseForClause(text, after - 3, to, line, problems, level + 1)),
            _ => new Segment(null, keyword, null, null),
        });
    }

    private static int Escape(string text, int position, int end, StringBuilder literal)
    {
        if (position + 1 >= end)
        {
            return end;
        }

        var c = text[position + 1];
        var digits = c switch { 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0 && position + 2 + digits <= end
            && int.TryParse(text.AsSpan(position + 2, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var rune)
            && Rune.IsValid(rune))
        {
            literal.Append(new Rune(rune).ToString());
            return position + 2 + digits;
        }

        literal.Append(c switch { 'n' => '\n', 'r' => '\r', 't' => '\t', _ => c });
        return position + 2;
    }

    /// <summary>Groups segments up to the directive that ends the part (<c>else</c>, <c>endif</c>, <c>endfor</c>).</summary>
    private HclTemplate Sequence(HclSpan span, string opener)
    {
        var parts = new List<HclExpression>();
        for (; at < segments.Count; at++)
        {
            var segment = segments[at];
            if (segment.Part is not null)
            {
                parts.Add(segment.Part);
            }
            else if (segment.Keyword is "if" or "for" && depth < HclParser.Deepest)
            {
                depth++;
                parts.Add(segment.Keyword == "if" ? If(segment, span) : Loop(segment, span));
                depth--;
            }
            else if (opener.Length > 0 && segment.Keyword is "else" or "endif" or "endfor")
            {
                break;
            }
            else
            {
                parts.Add(new HclInvalid(span));
            }
        }

        return new HclTemplate(parts, span);
    }

    private HclTemplateIf If(Segment segment, HclSpan span)
    {
        at++;
        var then = Sequence(span, "if");
        var otherwise = new HclTemplate([], span);
        if (at < segments.Count && segments[at].Keyword == "else")
        {
            at++;
            otherwise = Sequence(span, "if");
        }

        return new HclTemplateIf(segment.Condition!, then, otherwise, span);
    }

    private HclExpression Loop(Segment segment, HclSpan span)
    {
        at++;
        var body = Sequence(span, "for");
        return segment.Loop is { } loop ? new HclTemplateFor(loop.Key, loop.Item, loop.Source, body, span) : new HclInvalid(span);
    }
}
