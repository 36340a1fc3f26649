using System.Text;

namespace Agentic.Agents.Policy.Dockerfiles;

/// <summary>Words of non-shell instructions: quotes, <c>NAME=value</c> pairs and variable substitution.</summary>
internal static class DockerWords
{
    private const int MaxExpansion = 64 * 1024;

    /// <summary>Splits on blanks outside quotes and takes the quotes off.</summary>
    public static List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        var isOpen = false;

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];

            if (quote != '\0')
            {
                if (c == quote)
                {
                    quote = '\0';
                }
                else
                {
                    word.Append(c == '\\' && quote == '"' && i + 1 < text.Length && text[i + 1] is '"' or '\\' ? text[++i] : c);
                }
            }
            else if (c is '\'' or '"')
            {
                quote = c;
                isOpen = true;
            }
            else if (char.IsWhiteSpace(c))
            {
                if (isOpen || word.Length > 0)
                {
                    words.Add(word.ToString());
                    word.Clear();
                    isOpen = false;
                }
            }
            else
            {
                word.Append(c);
            }
        }

        if (isOpen || word.Length > 0)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    /// <summary>The pairs of ENV or ARG; the old <c>ENV NAME value with blanks</c> is one pair, a name alone has no value.</summary>
    public static IEnumerable<(string Name, string? Value)> Pairs(string arguments)
    {
        var words = Split(arguments);

        if (words.Count > 1 && !words[0].Contains('='))
        {
            var name = words[0];
            var isList = words.Skip(1).Any(word => word.Contains('=')) && words.Skip(1).All(word => word.Length > 0 && (char.IsLetter(word[0]) || word[0] == '_'));

            if (!isList)
            {
                yield return (name, string.Join(' ', words.Skip(1)));
                yield break;
            }
        }

        foreach (var word in words)
        {
            var equals = word.IndexOf('=');
            yield return equals < 0 ? (word, null) : (word[..equals], word[(equals + 1)..]);
        }
    }

    /// <summary>Puts in what is known; an unknown variable without default stays as written.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        if (!text.Contains('$'))
        {
            return text;
        }

        var result = new StringBuilder();

        for (var i = 0; i < text.Length && result.Length < MaxExpansion; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == '$')
            {
                result.Append('$');
                i++;
            }
            else if (text[i] == '$' && Reference(text, i) is var (name, fallback, length))
            {
                var known = variables.TryGetValue(name, out var value) ? value : fallback;
                result.Append(known ?? text.Substring(i, length));
                i += length - 1;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }

    /// <summary>Reads <c>$NAME</c>, <c>${NAME}</c> or <c>${NAME:-default}</c> at a dollar sign.</summary>
    public static (string Name, string? Fallback, int Length)? Reference(string text, int at)
    {
        var start = at + 1;
        var isBraced = start < text.Length && text[start] == '{';
        start += isBraced ? 1 : 0;
        var end = start;

        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        if (end == start || char.IsAsciiDigit(text[start]))
        {
            return null;
        }

        var name = text[start..end];

        if (!isBraced)
        {
            return (name, null, end - at);
        }

        var close = text.IndexOf('}', end);

        if (close < 0)
        {
            return null;
        }

        var modifier = text[end..close];
        var fallback = modifier.StartsWith(":-", StringComparison.Ordinal) ? modifier[2..] : null;
        return (name, fallback, close + 1 - at);
    }
}
