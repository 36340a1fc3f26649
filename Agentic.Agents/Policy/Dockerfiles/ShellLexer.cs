using System.Text;

namespace Agentic.Agents.Policy.Dockerfiles;

/// <summary>An operator, or a word; a variable with blanks in its value makes one word into several.</summary>
internal readonly record struct ShellToken(bool IsOperator, string Text, IReadOnlyList<string> Words);

/// <summary>Splits shell text into words and operators; what stands in <c>$( )</c> and backticks is handed out for reading by itself.</summary>
internal sealed class ShellLexer(string text, IReadOnlyDictionary<string, string> variables)
{
    private readonly List<string> _substitutions = [];
    private int _at;

    public List<string> TakeSubstitutions()
    {
        var taken = _substitutions.ToList();
        _substitutions.Clear();
        return taken;
    }

    public bool Next(out ShellToken token)
    {
        while (_at < text.Length && (text[_at] is ' ' or '\t' or '\r' || IsLineJoin(_at)))
        {
            _at += IsLineJoin(_at) ? 2 : 1;
        }

        if (_at >= text.Length)
        {
            token = default;
            return false;
        }

        if (text[_at] == '#')
        {
            while (_at < text.Length && text[_at] != '\n')
            {
                _at++;
            }

            return Next(out token);
        }

        if (Operator() is { } operation)
        {
            token = new ShellToken(true, operation, []);
            return true;
        }

        if (Redirects())
        {
            return Next(out token);
        }

        var words = Word();
        token = new ShellToken(false, words.Count > 0 ? words[0] : "", words);
        return true;
    }

    private bool IsLineJoin(int at) => text[at] == '\\' && at + 1 < text.Length && text[at + 1] == '\n';

    private string? Operator()
    {
        var rest = text.AsSpan(_at);

        foreach (var operation in (string[])["&&", "||", ";;", "|&", "|", ";", "\n", "(", ")"])
        {
            if (rest.StartsWith(operation, StringComparison.Ordinal))
            {
                _at += operation.Length;
                return operation;
            }
        }

        if (rest[0] == '&' && !(rest.Length > 1 && rest[1] == '>'))
        {
            _at++;
            return "&";
        }

        return null;
    }

    /// <summary>Skips a redirection and its target; a here-document's body has been taken out before.</summary>
    private bool Redirects()
    {
        var at = _at;

        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        if (at < text.Length && text[at] == '&' && at + 1 < text.Length && text[at + 1] == '>')
        {
            at++;
        }

        if (at >= text.Length || text[at] is not ('<' or '>'))
        {
            return false;
        }

        // "<(" and ">(" are process substitutions: their command runs.
        while (at < text.Length && text[at] is '<' or '>' or '&' or '|' or '-' && !(at > _at && text[at] == '&' && text[at - 1] == '&'))
        {
            at++;
        }

        _at = at;

        if (at < text.Length && text[at] == '(')
        {
            return true;
        }

        while (_at < text.Length && text[_at] is ' ' or '\t')
        {
            _at++;
        }

        if (_at < text.Length && Operator(_at) is false)
        {
            Word();
        }

        return true;
    }

    private bool Operator(int at) => text[at] is '|' or ';' or '&' or '\n' or '(' or ')';

    private List<string> Word()
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var isQuoted = false;

        while (_at < text.Length)
        {
            var c = text[_at];

            if (char.IsWhiteSpace(c) || c is '|' or ';' or '&' or '(' or ')' or '<' or '>')
            {
                break;
            }

            _at++;

            switch (c)
            {
                case '\\' when _at < text.Length:
                    if (text[_at] != '\n')
                    {
                        word.Append(text[_at]);
                    }

                    _at++;
                    break;
                case '\'':
                    isQuoted = true;
                    SingleQuoted(word);
                    break;
                case '"':
                    isQuoted = true;
                    DoubleQuoted(word);
                    break;
                case '`':
                    Backticks(word);
                    break;
                case '$':
                    Dollar(word, words, isSplit: true);
                    break;
                default:
                    word.Append(c);
                    break;
            }
        }

        if (word.Length > 0 || isQuoted)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    private void SingleQuoted(StringBuilder word)
    {
        var end = text.IndexOf('\'', _at);
        end = end < 0 ? text.Length : end;
        word.Append(text, _at, end - _at);
        _at = Math.Min(text.Length, end + 1);
    }

    private void DoubleQuoted(StringBuilder word)
    {
        while (_at < text.Length && text[_at] != '"')
        {
            var c = text[_at++];

            switch (c)
            {
                case '\\' when _at < text.Length && text[_at] is '"' or '\\' or '$' or '`':
                    word.Append(text[_at++]);
                    break;
                case '`':
                    Backticks(word);
                    break;
                case '$':
                    Dollar(word, null, isSplit: false);
                    break;
                default:
                    word.Append(c);
                    break;
            }
        }

        _at = Math.Min(text.Length, _at + 1);
    }

    private void Backticks(StringBuilder word)
    {
        var end = text.IndexOf('`', _at);
        end = end < 0 ? text.Length : end;
        _substitutions.Add(text[_at..end]);
        word.Append("$()");
        _at = Math.Min(text.Length, end + 1);
    }

    /// <summary>After a dollar sign: a substitution, arithmetic, or a variable, which is put in where its value is known.</summary>
    private void Dollar(StringBuilder word, List<string>? words, bool isSplit)
    {
        if (_at < text.Length && text[_at] == '(')
        {
            var end = Closing(_at);
            var inner = text[(_at + 1)..end];

            if (!inner.StartsWith('('))
            {
                _substitutions.Add(inner);
            }

            word.Append("$()");
            _at = Math.Min(text.Length, end + 1);
            return;
        }

        if (DockerWords.Reference(text, _at - 1) is not var (name, fallback, length))
        {
            word.Append('$');
            return;
        }

        var raw = text.Substring(_at - 1, length);
        _at += length - 1;
        var value = variables.TryGetValue(name, out var known) ? known : fallback;

        if (value is null || !isSplit || words is null || !value.Any(char.IsWhiteSpace))
        {
            word.Append(value ?? raw);
            return;
        }

        var parts = value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        for (var i = 0; i < parts.Length; i++)
        {
            word.Append(parts[i]);

            if (i < parts.Length - 1)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    private int Closing(int open)
    {
        var depth = 0;
        var quote = '\0';

        for (var i = open; i < text.Length; i++)
        {
            var c = text[i];

            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c == '(')
            {
                depth++;
            }
            else if (c == ')' && --depth == 0)
            {
                return i;
            }
        }

        return text.Length;
    }
}
