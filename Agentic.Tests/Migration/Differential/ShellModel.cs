using System.Text;

namespace Agentic.Tests.Migration.Differential;

/// <summary>What a command did: its exit code and what it printed.</summary>
internal sealed record CommandOutcome(int Code, string Printed);

/// <summary>
/// As much of a POSIX shell as generated pipelines and converted workflows use, in process. It refuses what it does
/// not know, so that a script it cannot run is a failing test and never a silent difference.
/// </summary>
internal sealed class ShellModel(Dictionary<string, string> environment, string directory, Func<IReadOnlyList<string>, Dictionary<string, string>, string, CommandOutcome> command)
{
    private readonly Dictionary<string, StringBuilder> _files = new(StringComparer.Ordinal);
    private string _text = "";
    private int _at;
    private bool _stops = true;
    private int _status;

    private sealed class Exited(int code) : Exception
    {
        public int Code { get; } = code;
    }

    public StringBuilder Printed { get; private set; } = new();

    public string Written(string file) => _files.TryGetValue(file, out var text) ? text.ToString() : "";

    public int Run(string script)
    {
        (_text, _at) = (script, 0);
        try
        {
            List(true, "");
            if (_at < _text.Length) throw Unknown();
            return _status;
        }
        catch (Exited exited)
        {
            return exited.Code;
        }
    }

    private InvalidOperationException Unknown() => new($"the shell model does not know: {_text[Math.Min(_at, _text.Length)..Math.Min(_text.Length, _at + 60)]}\nin\n{_text}");

    /// <summary>Commands up to a word that ends the list; <paramref name="runs"/> is false where they are only read over.</summary>
    private void List(bool runs, string end, bool asked = false)
    {
        while (true)
        {
            Blank(lines: true);
            if (_at >= _text.Length || Ends(end)) return;
            AndOr(runs, asked);
            Blank();
            if (_at < _text.Length && _text[_at] is ';' or '\n') _at++;
            else if (_at < _text.Length && !Ends(end)) throw Unknown();
        }
    }

    private bool Ends(string end) => end.Length > 0 && end.Split('|').Any(word => word == ")" ? _text[_at] == ')' : At(word));

    private bool At(string word) => string.CompareOrdinal(_text, _at, word, 0, word.Length) == 0 && (_at + word.Length >= _text.Length || !(char.IsLetterOrDigit(_text[_at + word.Length]) || _text[_at + word.Length] == '_'));

    private bool Take(string word)
    {
        if (!At(word)) return false;
        _at += word.Length;
        return true;
    }

    private void Expect(string word)
    {
        Blank(lines: true);
        if (!Take(word)) throw Unknown();
    }

    private void Blank(bool lines = false)
    {
        while (_at < _text.Length)
        {
            if (_text[_at] is ' ' or '\t' || lines && _text[_at] is '\n' or ';') _at++;
            else if (_text[_at] == '\\' && _at + 1 < _text.Length && _text[_at + 1] == '\n') _at += 2;
            else if (_text[_at] == '#') while (_at < _text.Length && _text[_at] != '\n') _at++;
            else return;
        }
    }

    private void AndOr(bool runs, bool asked)
    {
        One(runs, asked || Joined());
        while (true)
        {
            Blank();
            if (string.CompareOrdinal(_text, _at, "&&", 0, 2) == 0 || string.CompareOrdinal(_text, _at, "||", 0, 2) == 0)
            {
                var and = _text[_at] == '&';
                _at += 2;
                Blank(lines: true);
                One(runs && (_status == 0) == and, asked || Joined());
            }
            else return;
        }
    }

    /// <summary>A command followed by another joined to it does not stop the script when it fails.</summary>
    private bool Joined()
    {
        var (at, status) = (_at, _status);
        One(false, true);
        Blank();
        var joined = string.CompareOrdinal(_text, _at, "&&", 0, 2) == 0 || string.CompareOrdinal(_text, _at, "||", 0, 2) == 0;
        (_at, _status) = (at, status);
        return joined;
    }

    private void One(bool runs, bool asked)
    {
        if (_text[_at] == '(')
        {
            _at++;
            Subshell(runs, ")");
            _at++;
            Redirected(runs, 0, null);
            Stop(runs, asked);
            return;
        }

        if (Take("if"))
        {
            var (taken, any) = (false, false);
            do
            {
                List(runs && !any, "then", asked: true);
                taken = runs && !any && _status == 0;
                any |= taken;
                Expect("then");
                List(taken, "elif|else|fi");
                Blank(lines: true);
            }
            while (Take("elif"));
            if (Take("else")) List(runs && !any, "fi");
            Expect("fi");
            if (runs && !any) _status = 0;
            return;
        }

        if (Take("for"))
        {
            Blank();
            var name = Name();
            Expect("in");
            var words = Words(runs);
            Expect("do");
            var body = _at;
            List(false, "done");
            var after = _at;
            if (runs)
                foreach (var word in words)
                {
                    environment[name] = word;
                    _at = body;
                    List(true, "done");
                }

            _at = after;
            Expect("done");
            return;
        }

        Simple(runs, asked);
    }

    private void Subshell(bool runs, string end)
    {
        var stops = _stops;
        var before = new Dictionary<string, string>(environment, StringComparer.Ordinal);
        var at = _at;
        if (runs)
        {
            try
            {
                List(true, end);
            }
            catch (Exited exited)
            {
                _status = exited.Code;
                _at = at;
                List(false, end);
            }

            environment.Clear();
            foreach (var (name, value) in before) environment[name] = value;
        }
        else List(false, end);
        _stops = stops;
    }

    private void Stop(bool runs, bool asked)
    {
        if (runs && !asked && _stops && _status != 0) throw new Exited(_status);
    }

    private string Name()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] == '_')) _at++;
        return _text[start.._at];
    }

    private List<string> Words(bool runs)
    {
        var words = new List<string>();
        while (true)
        {
            Blank();
            if (_at >= _text.Length || _text[_at] is '\n' or ';' or '&' or '|' or ')' or '>') return words;
            words.Add(Word(runs));
        }
    }

    private void Simple(bool runs, bool asked)
    {
        var start = _at;
        var name = Name();
        if (name.Length > 0 && _at < _text.Length && _text[_at] == '=')
        {
            _at++;
            _status = runs ? 0 : _status;
            var value = _at < _text.Length && _text[_at] is not ('\n' or ';' or ' ') ? Word(runs) : "";
            if (runs) environment[name] = value;
            Stop(runs, asked);
            return;
        }

        _at = start;
        var printed = Printed;
        Printed = new StringBuilder();
        var words = Words(runs);
        if (words.Count == 0) throw Unknown();
        if (runs) Execute(words);
        var mine = Printed;
        Printed = printed;
        Redirected(runs, 1, mine);
        Stop(runs, asked);
    }

    private void Redirected(bool runs, int descriptor, StringBuilder? printed)
    {
        Blank();
        string? file = null;
        if (_at < _text.Length && _text[_at] == '>')
        {
            while (_at < _text.Length && _text[_at] == '>') _at++;
            Blank();
            file = Word(runs);
        }

        if (!runs || printed is null || descriptor == 0) return;
        if (file is null) Printed.Append(printed);
        else if (_files.TryGetValue(file, out var known)) known.Append(printed);
        else _files[file] = new StringBuilder().Append(printed);
    }

    private void Execute(List<string> words)
    {
        _status = 0;
        switch (words[0])
        {
            case "set":
                _stops = words.Skip(1).All(word => word != "+e") && (_stops || words.Skip(1).Any(word => word.StartsWith('-') && word.Contains('e', StringComparison.Ordinal)));
                return;
            case "true" or ":" or "mkdir" or "tar" or "umask" or "rm": return;
            case "false": _status = 1; return;
            case "exit": throw new Exited(words.Count > 1 ? int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture) : 0);
            case "echo" when words is ["echo", ['-', ..], ..]: throw Unknown();
            case "printf":
                Printed.Append(Format(words));
                return;
            case "[":
                _status = words switch
                {
                    ["[", var a, "-eq" or "=", var b, "]"] => a == b ? 0 : 1,
                    ["[", var a, "-ne" or "!=", var b, "]"] => a != b ? 0 : 1,
                    ["[", "-e", _, "]"] => 1,
                    _ => throw Unknown(),
                };
                return;
        }

        var outcome = command(words, environment, directory);
        Printed.Append(outcome.Printed);
        _status = outcome.Code;
    }

    private static string Format(List<string> words)
    {
        var text = words[1].Replace("\\n", "\n", StringComparison.Ordinal);
        foreach (var word in words.Skip(2))
        {
            var at = text.IndexOf("%s", StringComparison.Ordinal);
            // An argument is put where the next %s was in the format itself, never inside an argument before it.
            text = at < 0 ? text : string.Concat(text.AsSpan(0, at), word.Replace("%s", "%\u0001s", StringComparison.Ordinal), text.AsSpan(at + 2));
        }

        return text.Replace("%\u0001s", "%s", StringComparison.Ordinal);
    }

    /// <summary>One word with its quotes removed and its variables replaced.</summary>
    private string Word(bool runs)
    {
        var word = new StringBuilder();
        var start = _at;
        while (_at < _text.Length && _text[_at] is not (' ' or '\t' or '\n' or ';' or '&' or '|' or ')' or '>' or '<' or '('))
            switch (_text[_at])
            {
                case '\'':
                    var close = _text.IndexOf('\'', _at + 1);
                    if (close < 0) throw Unknown();
                    word.Append(_text, _at + 1, close - _at - 1);
                    _at = close + 1;
                    break;
                case '"':
                    _at++;
                    while (_at < _text.Length && _text[_at] != '"') Quoted(word, runs);
                    _at++;
                    break;
                case '\\':
                    word.Append(_text[_at + 1]);
                    _at += 2;
                    break;
                case '$': word.Append(Dollar(runs)); break;
                default: word.Append(_text[_at++]); break;
            }

        if (_at == start) throw Unknown();
        return word.ToString();
    }

    private void Quoted(StringBuilder word, bool runs)
    {
        if (_text[_at] == '$') word.Append(Dollar(runs));
        else if (_text[_at] == '\\' && _at + 1 < _text.Length && _text[_at + 1] is '$' or '"' or '\\' or '`' or '\n')
        {
            if (_text[_at + 1] != '\n') word.Append(_text[_at + 1]);
            _at += 2;
        }
        else word.Append(_text[_at++]);
    }

    private string Dollar(bool runs)
    {
        _at++;
        if (_at >= _text.Length) return "$";
        if (_text[_at] == '?')
        {
            _at++;
            return _status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (_text[_at] == '(')
        {
            _at++;
            var printed = Printed;
            Printed = new StringBuilder();
            Subshell(runs, ")");
            _at++;
            var text = Printed.ToString().TrimEnd('\n');
            Printed = printed;
            return text;
        }

        if (_text[_at] != '{')
        {
            var plain = Name();
            return plain.Length == 0 ? "$" : environment.GetValueOrDefault(plain, "");
        }

        _at++;
        var name = Name();
        var value = environment.GetValueOrDefault(name, "");
        if (_text[_at] == ':' && _text[_at + 1] is '-' or '?')
        {
            var asks = _text[_at + 1] == '?';
            _at += 2;
            var fallback = new StringBuilder();
            while (_text[_at] != '}') Quoted(fallback, runs);
            if (value.Length == 0 && asks && runs) throw new Exited(2);
            if (value.Length == 0) value = fallback.ToString();
        }

        if (_text[_at++] != '}') throw Unknown();
        return value;
    }
}
