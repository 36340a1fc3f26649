namespace Agentic.Agents.Policy.Terraform;

/// <summary>
/// Cuts a range of HCL into tokens. A string is one token whatever it contains; its inside is read by <see cref="HclTemplateReader"/>,
/// which lexes each interpolation again, because quotes and braces nest inside one another there.
/// </summary>
internal sealed class HclLexer(string text, int start, int end, int line, List<HclComment>? comments)
{
    private int position = start;
    private int currentLine = line;

    /// <summary>How deep <c>"${"…"}"</c> may nest before the text is taken for hostile.</summary>
    internal const int DeepestString = 40;

    public HclToken Next()
    {
        SkipBlanksAndComments();
        var from = position;
        var fromLine = currentLine;
        if (position >= end)
        {
            return Token(HclTokenKind.End, "", from, fromLine);
        }

        var c = text[position];
        if (c == '\n')
        {
            position++;
            currentLine++;
            return new HclToken(HclTokenKind.Newline, "", new HclSpan(from, position, fromLine, fromLine));
        }

        if (IsNameStart(c))
        {
            while (position < end && IsNamePart(text[position]))
            {
                position++;
            }

            return Token(HclTokenKind.Name, text[from..position], from, fromLine);
        }

        if (char.IsAsciiDigit(c))
        {
            return Number(from, fromLine);
        }

        if (c == '"')
        {
            var closed = SkipString(text, end, ref position, ref currentLine, 0);
            return Token(closed ? HclTokenKind.Quote : HclTokenKind.Invalid, "", from, fromLine);
        }

        if (c == '<' && position + 1 < end && text[position + 1] == '<' && Heredoc(from, fromLine) is { } heredoc)
        {
            return heredoc;
        }

        return Symbol(from, fromLine);
    }

    private HclToken Token(HclTokenKind kind, string value, int from, int fromLine) =>
        new(kind, value, new HclSpan(from, position, fromLine, currentLine));

    private void SkipBlanksAndComments()
    {
        while (position < end)
        {
            var c = text[position];
            if (c is ' ' or '\t' or '\r' or '\uFEFF' or '\u00A0')
            {
                position++;
            }
            else if (c == '#' || (c == '/' && position + 1 < end && text[position + 1] == '/'))
            {
                var from = position;
                while (position < end && text[position] != '\n')
                {
                    position++;
                }

                comments?.Add(new HclComment(currentLine, text[from..position].TrimEnd()));
            }
            else if (c == '/' && position + 1 < end && text[position + 1] == '*')
            {
                SkipBlockComment();
            }
            else
            {
                return;
            }
        }
    }

    private void SkipBlockComment()
    {
        var from = position;
        var fromLine = currentLine;
        position += 2;
        while (position < end && !(text[position] == '*' && position + 1 < end && text[position + 1] == '/'))
        {
            if (text[position] == '\n')
            {
                currentLine++;
            }

            position++;
        }

        position = Math.Min(end, position + 2);
        comments?.Add(new HclComment(fromLine, text[from..position]));
    }

    private HclToken Number(int from, int fromLine)
    {
        SkipDigits();
        if (position + 1 < end && text[position] == '.' && char.IsAsciiDigit(text[position + 1]))
        {
            position++;
            SkipDigits();
        }

        if (position < end && text[position] is 'e' or 'E')
        {
            var exponent = position + 1;
            if (exponent < end && text[exponent] is '+' or '-')
            {
                exponent++;
            }

            if (exponent < end && char.IsAsciiDigit(text[exponent]))
            {
                position = exponent;
                SkipDigits();
            }
        }

        return Token(HclTokenKind.Number, text[from..position], from, fromLine);
    }

    private void SkipDigits()
    {
        while (position < end && char.IsAsciiDigit(text[position]))
        {
            position++;
        }
    }

    /// <summary>Moves past a quoted string, balancing the braces of interpolations. False where the line or the text ends first.</summary>
    internal static bool SkipString(string text, int end, ref int position, ref int line, int depth)
    {
        position++;
        while (position < end)
        {
            var c = text[position];
            if (c == '"')
            {
                position++;
                return true;
            }

            if (c == '\n')
            {
                return false;
            }

            if (c == '\\')
            {
                position = Math.Min(end, position + 2);
            }
            else if (c is '$' or '%' && position + 1 < end && text[position + 1] == '{')
            {
                if (position + 2 < end && position > 0 && text[position - 1] == c)
                {
                    position += 2;
                }
                else if (!SkipInterpolation(text, end, ref position, ref line, depth + 1))
                {
                    return false;
                }
            }
            else
            {
                position++;
            }
        }

        return false;
    }

    /// <summary>Moves past <c>${ … }</c> or <c>%{ … }</c>, starting on its first character.</summary>
    internal static bool SkipInterpolation(string text, int end, ref int position, ref int line, int depth)
    {
        if (depth > DeepestString)
        {
            return false;
        }

        position += 2;
        var braces = 1;
        while (position < end)
        {
            var c = text[position];
            switch (c)
            {
                case '{':
                    braces++;
                    position++;
                    break;
                case '}':
                    position++;
                    if (--braces == 0)
                    {
                        return true;
                    }

                    break;
                case '"':
                    if (!SkipString(text, end, ref position, ref line, depth))
                    {
                        return false;
                    }

                    break;
                case '\n':
                    line++;
                    position++;
                    break;
                default:
                    position++;
                    break;
            }
        }

        return false;
    }

    private HclToken? Heredoc(int from, int fromLine)
    {
        var at = position + 2;
        if (at < end && text[at] == '-')
        {
            at++;
        }

        var nameFrom = at;
        while (at < end && IsNamePart(text[at]))
        {
            at++;
        }

        var name = text.AsSpan(nameFrom, at - nameFrom);
        var eol = at < end ? text.IndexOf('\n', at, end - at) : -1;
        if (name.IsEmpty || eol < 0 || !text.AsSpan(at, eol - at).Trim().IsEmpty)
        {
            return null;
        }

        position = eol + 1;
        currentLine++;
        while (position < end)
        {
            var next = text.IndexOf('\n', position, end - position);
            var stop = next < 0 ? end : next;
            if (text.AsSpan(position, stop - position).Trim().SequenceEqual(name))
            {
                position = stop;
                return Token(HclTokenKind.Heredoc, name.ToString(), from, fromLine);
            }

            if (next < 0)
            {
                break;
            }

            position = next + 1;
            currentLine++;
        }

        position = end;
        return Token(HclTokenKind.Invalid, "", from, fromLine);
    }

    private HclToken Symbol(int from, int fromLine)
    {
        var rest = text.AsSpan(position, end - position);
        if (rest.StartsWith("..."))
        {
            position += 3;
            return Token(HclTokenKind.Symbol, "...", from, fromLine);
        }

        if (rest.Length > 1)
        {
            var two = rest[..2];
            foreach (var pair in Pairs)
            {
                if (two.SequenceEqual(pair))
                {
                    position += 2;
                    return Token(HclTokenKind.Symbol, pair, from, fromLine);
                }
            }
        }

        position++;
        var known = "{}[]()=,.:?!<>+-*/%".Contains(text[from], StringComparison.Ordinal);
        return Token(known ? HclTokenKind.Symbol : HclTokenKind.Invalid, text[from].ToString(), from, fromLine);
    }

    private static readonly string[] Pairs = ["==", "!=", "<=", ">=", "&&", "||", "=>"];

    internal static bool IsNameStart(char c) => c == '_' || char.IsLetter(c);

    internal static bool IsNamePart(char c) => c is '_' or '-' || char.IsLetterOrDigit(c);
}
