namespace Agentic.Agents.Policy.Secrets;

/// <summary>A name and the literal it is given, in whatever notation: code, YAML, JSON, XML, a shell line, a query string.</summary>
/// <param name="Quote">The quote around the value; <c>\0</c> where it has none.</param>
internal readonly record struct Assignment(int NameStart, int NameEnd, int ValueStart, int ValueEnd, char Quote);

/// <summary>Reads one assignment around a place in a text; never looks further than a few hundred characters.</summary>
internal static class AssignmentReader
{
    private const int MaxName = 80;
    private const int MaxValue = 300;
    private const int MaxBlock = 1000;

    public static Assignment? At(string text, int position)
    {
        var start = position;

        while (start > 0 && position - start < MaxName && IsNamePart(text[start - 1]))
        {
            start--;
        }

        // A property given to a program: -Dsonar.login=..., -Psigning.password=...
        if (start + 2 <= position && text[start] == '-' && text[start + 1] is 'D' or 'P' && char.IsAsciiLetterLower(text[start + 2]))
        {
            start += 2;
        }

        var end = position;

        while (end < text.Length && end - position < MaxName && IsNamePart(text[end]))
        {
            end++;
        }

        var nameEnd = end;
        var at = AfterName(text, start, end, ref nameEnd);
        return at < 0 ? null : Value(text, start, nameEnd, at);
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';

    /// <summary>The place after the sign between name and value, or -1.</summary>
    private static int AfterName(string text, int start, int end, ref int nameEnd)
    {
        var at = end;

        // Up to three further words before the sign: "cloudflare api token: ...".
        for (var words = 0; words < 3; words++)
        {
            var next = at;

            while (next < text.Length && text[next] == ' ')
            {
                next++;
            }

            if (next == at || next >= text.Length || next - at > 1 || !char.IsAsciiLetter(text[next]))
            {
                break;
            }

            var wordEnd = next;

            while (wordEnd < text.Length && IsNamePart(text[wordEnd]))
            {
                wordEnd++;
            }

            var sign = Skip(text, wordEnd, " \t\"'");

            if (wordEnd - end > 24 || sign >= text.Length)
            {
                break;
            }

            at = wordEnd;

            if (text[sign] is '=' or ':')
            {
                nameEnd = wordEnd;
                break;
            }
        }

        at = Skip(text, nameEnd, "\"'`\\])");
        var isClosed = at > nameEnd;
        var spaced = Skip(text, at, " \t");

        if (spaced >= text.Length)
        {
            return -1;
        }

        // <add key="ApiKey" value="...">
        if (isClosed && Follows(text, spaced, "value") && Skip(text, spaced + 5, " \t") is var equals && equals < text.Length && text[equals] == '=')
        {
            return equals + 1;
        }

        switch (text[spaced])
        {
            case ':' when Follows(text, spaced, ":=") || Follows(text, spaced, "::=") || Follows(text, spaced, ":::="):
                return text.IndexOf('=', spaced) + 1;
            case ':':
                return AfterType(text, spaced + 1);
            case '=' when Follows(text, spaced, "=>"):
                return spaced + 2;
            case '=' when Follows(text, spaced, "=="):
                return -1;
            case '=':
                return spaced + 1;
            case '?' or '|' or '-' or '.' or '+' when spaced + 1 < text.Length && text[spaced + 1] is '=' or '>':
                return spaced + 2;
            case '|' when Follows(text, spaced, "||"):
                return spaced + 2;
            case '>' when !isClosed && start > 0 && text[start - 1] == '<':
                return Skip(text, spaced + 1, " \t\r\n");
            case '{' when isClosed && IsVariable(text, start):
                return DefaultValue(text, spaced);
            // <string name="api_secret">...</string>, and the two lines of a property list.
            case '>' when isClosed && start > 1 && text[start - 1] is '"' or '\'' && text[start - 2] == '=':
                return Skip(text, spaced + 1, " \t\r\n");
            case '<' when Follows(text, spaced, "</key>") && Skip(text, spaced + 6, " \t\r\n") is var element && Follows(text, element, "<string>"):
                return element + 8;
            // password 'x' in Gradle and SQL.
            case '"' or '\'' when !isClosed && spaced > at:
                return spaced;
            case ',' when NextLineValue(text, spaced) is >= 0 and var pair:
                return pair;
            case ',' when isClosed:
            case '(' when !isClosed && spaced == at:
            case '>' when !isClosed:
                return spaced + 1;
            case '\n' or '\r':
                return NextLineValue(text, spaced);
            default:
                // --token value, and a field of Go or SQL: name type = "value".
                return spaced > at && (text[start] == '-' || IsSet(text, start) || IsNetrc(text, start, end)) ? spaced : TypedValue(text, spaced, at);
        }
    }

    /// <summary>In "name: Type = value" the value follows the second sign.</summary>
    private static int AfterType(string text, int at)
    {
        var start = Skip(text, at, " \t");
        var end = start;

        while (end < text.Length && end - start < 40 && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '?' or '<' or '>' or '&' or '[' or ']' or '.'))
        {
            end++;
        }

        var sign = Skip(text, end, " \t");
        return end > start && sign < text.Length && text[sign] == '=' && !Follows(text, sign, "==") && !Follows(text, sign, "=>") && sign > end ? sign + 1 : at;
    }

    private static int TypedValue(string text, int at, int nameEnd)
    {
        if (at == nameEnd || !char.IsAsciiLetter(text[at]))
        {
            return -1;
        }

        var end = at;

        while (end < text.Length && end - at < 20 && char.IsAsciiLetterOrDigit(text[end]))
        {
            end++;
        }

        var sign = Skip(text, end, " \t");
        return sign < text.Length && text[sign] == '=' && !Follows(text, sign, "==") && !Follows(text, sign, "=>") ? sign + 1 : -1;
    }

    /// <summary>ENV NAME value, setenv NAME value, set -gx NAME value, setx NAME value.</summary>
    private static bool IsSet(string text, int start)
    {
        var before = text.AsSpan(Math.Max(0, start - 20), start - Math.Max(0, start - 20));
        var line = before[(before.LastIndexOf('\n') + 1)..].Trim();
        return line is "ENV" or "setenv" or "setx" or "set -gx" or "set -x" or "set -Ux";
    }

    /// <summary>machine ... login ... password ...: in a .netrc only spaces stand between name and value.</summary>
    private static bool IsNetrc(string text, int start, int end)
    {
        if (!text.AsSpan(start, end - start).SequenceEqual("password"))
        {
            return false;
        }

        var before = text.AsSpan(Math.Max(0, start - 200), start - Math.Max(0, start - 200));
        return before.LastIndexOf("login ") is >= 0 and var login && before[..login].Contains("machine ", StringComparison.Ordinal);
    }

    /// <summary>Whether the name is the label of a Terraform variable.</summary>
    private static bool IsVariable(string text, int start) =>
        start >= 10 && text[start - 1] == '"' && text.AsSpan(0, start - 1).TrimEnd(' ').EndsWith("variable", StringComparison.Ordinal);

    /// <summary>Where the default of a Terraform variable begins, in the block that opens here; or -1.</summary>
    private static int DefaultValue(string text, int at)
    {
        var block = text.AsSpan(at, Math.Min(MaxBlock, text.Length - at));
        block = block.IndexOf("\n}") is >= 0 and var end ? block[..end] : block;
        var name = block.IndexOf("default");
        var sign = name < 0 ? -1 : Skip(text, at + name + 7, " \t");
        return sign < 0 || sign >= text.Length || text[sign] != '=' ? -1 : sign + 1;
    }

    /// <summary>The form in two parts of Kubernetes, ECS and CloudFormation: <c>name: API_KEY</c>, behind or below it <c>value: ...</c>.</summary>
    private static int NextLineValue(string text, int at)
    {
        var next = Skip(text, at, " \t\r\n-\"',{");

        var word = Follows(text, next, "value") || Follows(text, next, "Value") ? 5 : Follows(text, next, "ParameterValue") ? 14 : 0;

        if (next - at > 60 || word == 0)
        {
            return -1;
        }

        var sign = Skip(text, next + word, "\"' \t");
        return sign < text.Length && text[sign] is ':' or '=' ? sign + 1 : -1;
    }

    private static Assignment? Value(string text, int nameStart, int nameEnd, int at)
    {
        at = Skip(text, at, " \t(=");

        // Prefixes of string literals: b"", r'', f"", @"", $"".
        if (at + 1 < text.Length && text[at] is 'b' or 'r' or 'f' or 'u' or '@' or 'B' or 'L' && text[at + 1] is '"' or '\'')
        {
            at++;
        }

        if (at < text.Length && text[at] == '\\' && at + 1 < text.Length && text[at + 1] is '"' or '\'')
        {
            at++;
        }

        if (at >= text.Length)
        {
            return null;
        }

        // A block of YAML: the value is the line below.
        if (text[at] is '|' or '>' && Skip(text, at + 1, "-+") is var head && head < text.Length && text[head] is '\n' or '\r')
        {
            at = Skip(text, head, " \r\n");
            return Block(text, nameStart, nameEnd, at);
        }

        var quote = text[at] is '"' or '\'' or '`' ? text[at] : '\0';
        var start = quote == '\0' ? at : at + 1;
        var end = start;

        while (end < text.Length && end - start <= MaxValue)
        {
            var c = text[end];

            // A line that ends inside a string ends the value too: "TOKEN=...\nBACKUP=true".
            if (c is '\n' or '\r' || (c == '\\' && end > start && end + 1 < text.Length && text[end + 1] is 'n' or 'r') || (quote != '\0' ? c == quote : char.IsWhiteSpace(c) || c is '"' or '\'' or '`' or ',' or ';' or '<' or '&' or '|' or '>'))
            {
                break;
            }

            end++;
        }

        if (quote != '\0' && end < text.Length && text[end] == quote && end > start && text[end - 1] == '\\')
        {
            end--;
        }

        // {name: TOKEN, value: ...}: what closes the map around the value is no part of it.
        while (quote == '\0' && end > start && text[end - 1] is '}' or ']' or ')' && text.AsSpan(start, end - start).IndexOfAny("{[(") < 0)
        {
            end--;
        }

        return end == start || end - start > MaxValue ? null : new Assignment(nameStart, nameEnd, start, end, quote);
    }

    private static Assignment? Block(string text, int nameStart, int nameEnd, int at)
    {
        var end = at;

        while (end < text.Length && end - at <= MaxValue && !char.IsWhiteSpace(text[end]))
        {
            end++;
        }

        return end == at || end - at > MaxValue ? null : new Assignment(nameStart, nameEnd, at, end, '"');
    }

    private static int Skip(string text, int at, string characters)
    {
        while (at < text.Length && characters.Contains(text[at]))
        {
            at++;
        }

        return at;
    }

    private static bool Follows(string text, int at, string expected) => string.CompareOrdinal(text, at, expected, 0, expected.Length) == 0;
}
