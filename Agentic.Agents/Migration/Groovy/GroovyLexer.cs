using System.Globalization;
using System.Text;

namespace Agentic.Agents.Migration.Groovy;

internal enum TokenKind
{
    Word,
    Number,
    Text,
    Operator,
    NewLine,
    End,
}

/// <summary>One token; a text token carries its parts, an interpolated part its own tokens.</summary>
internal sealed record Token(TokenKind Kind, Span Span, string Value, IReadOnlyList<LexedPart>? Parts = null, bool Interpolates = false, object? Number = null, bool SpaceBefore = false);

internal sealed record LexedPart(string? Value, IReadOnlyList<Token>? Tokens);

/// <summary>Cuts Groovy into tokens, in time linear to the text and with bounded nesting. It runs nothing.</summary>
internal sealed class GroovyLexer(string text)
{
    private const int DeepestInterpolation = 24;

    private static readonly string[] Operators =
    [
        ">>>=", "<=>", "===", "!==", "**=", ">>=", "<<=", "..<", "*.@", "==~", "?.", "*.", ".&", ".@", "..", "->", "++", "--", "**", "&&", "||",
        "==", "!=", "<=", ">=", "|=", "&=", "^=", "+=", "-=", "*=", "/=", "%=", "=~", "?:", "::",
        "(", ")", "[", "]", "{", "}", ",", ";", ":", "?", ".", "=", "<", ">", "!", "+", "-", "*", "/", "%", "&", "|", "^", "~", "@", "$", "\\", "#", "`",
    ];

    private readonly List<Span> _comments = [];
    private readonly List<SyntaxProblem> _problems = [];
    private int _at;
    private int _depth;

    public IReadOnlyList<Span> Comments => _comments;

    public IReadOnlyList<SyntaxProblem> Problems => _problems;

    public List<Token> Run()
    {
        if (text.StartsWith("#!", StringComparison.Ordinal)) LineComment(0);
        if (_at < text.Length && text[_at] == '\uFEFF') _at++;
        return Tokens(untilBrace: false);
    }

    private List<Token> Tokens(bool untilBrace)
    {
        var tokens = new List<Token>();
        var nesting = new Stack<char>();
        var space = false;
        while (_at < text.Length)
        {
            var c = text[_at];
            if (c is ' ' or '\t' or '\r' or '\f' or '\u00A0' or '\uFEFF' or '\u200B')
            {
                _at++;
                space = true;
                continue;
            }

            if (c == '\\' && Continues(out var length))
            {
                _at += length;
                space = true;
                continue;
            }

            if (c == '\n')
            {
                if (nesting.Count == 0 || nesting.Peek() == '{') tokens.Add(new Token(TokenKind.NewLine, new Span(_at, _at + 1), "\n"));
                _at++;
                space = true;
                continue;
            }

            if (c == '/' && Peek(1) == '/')
            {
                LineComment(_at);
                continue;
            }

            if (c == '/' && Peek(1) == '*')
            {
                BlockComment();
                space = true;
                continue;
            }

            var token = Next(tokens, space);
            space = false;
            if (token.Kind == TokenKind.Operator)
            {
                if (token.Value is "(" or "[" or "{") nesting.Push(token.Value[0]);
                if (token.Value is ")" or "]" or "}")
                {
                    if (untilBrace && nesting.Count == 0 && token.Value == "}")
                    {
                        _at = token.Span.Start;
                        break;
                    }

                    // A closer of another kind ends what it can, so one mistake does not hide every newline after it.
                    var opener = token.Value switch { ")" => '(', "]" => '[', _ => '{' };
                    if (nesting.Contains(opener))
                        while (nesting.Pop() != opener)
                        {
                        }
                }
            }

            tokens.Add(token);
        }

        tokens.Add(new Token(TokenKind.End, new Span(_at, _at), ""));
        return tokens;
    }

    private Token Next(List<Token> before, bool space)
    {
        var start = _at;
        var c = text[_at];
        if (char.IsLetter(c) || c == '_' || (c == '$' && (char.IsLetter(Peek(1)) || Peek(1) is '_' or '{')))
        {
            while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '_' or '$')) _at++;
            return new Token(TokenKind.Word, new Span(start, _at), text[start.._at], SpaceBefore: space);
        }

        if (char.IsAsciiDigit(c)) return Number(start, space);
        if (c is '"' or '\'') return Quoted(c, space);
        if (c == '$' && Peek(1) == '/' && !AfterOperand(before)) return Delimited("$/", "/$", space);
        if (c == '/' && !AfterOperand(before) && SlashyCloses()) return Delimited("/", "/", space);
        foreach (var candidate in Operators)
            if (string.CompareOrdinal(text, _at, candidate, 0, candidate.Length) == 0)
            {
                _at += candidate.Length;
                return new Token(TokenKind.Operator, new Span(start, _at), candidate, SpaceBefore: space);
            }

        _at += char.IsHighSurrogate(c) && char.IsLowSurrogate(Peek(1)) ? 2 : 1;
        _problems.Add(new SyntaxProblem(new Span(start, _at), $"unexpected char: '{text[start.._at]}'"));
        return new Token(TokenKind.Operator, new Span(start, _at), "\0", SpaceBefore: space);
    }

    private Token Number(int start, bool space)
    {
        if (text[_at] == '0' && Peek(1) is 'x' or 'X')
        {
            _at += 2;
            while (_at < text.Length && (char.IsAsciiHexDigit(text[_at]) || text[_at] == '_')) _at++;
        }
        else
        {
            while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '_')) _at++;
            if (_at + 1 < text.Length && text[_at] == '.' && char.IsAsciiDigit(text[_at + 1]))
            {
                _at++;
                while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
            }

            if (_at < text.Length && text[_at] is 'e' or 'E' && (char.IsAsciiDigit(Peek(1)) || (Peek(1) is '-' or '+' && char.IsAsciiDigit(Peek(2)))))
            {
                _at += 2;
                while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
            }
        }

        var digits = text[start.._at].Replace("_", "", StringComparison.Ordinal);
        if (_at < text.Length && text[_at] is 'L' or 'l' or 'G' or 'g' or 'I' or 'i' or 'F' or 'f' or 'D' or 'd') _at++;
        object value = long.TryParse(digits, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole) ? whole
            : double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real : digits;
        return new Token(TokenKind.Number, new Span(start, _at), text[start.._at], Number: value, SpaceBefore: space);
    }

    private Token Quoted(char quote, bool space)
    {
        var triple = Peek(1) == quote && Peek(2) == quote;
        return Read(triple ? new string(quote, 3) : quote.ToString(), triple ? new string(quote, 3) : quote.ToString(), quote == '"', escapes: true, multiline: triple, space);
    }

    private Token Delimited(string open, string close, bool space) => Read(open, close, interpolates: true, escapes: false, multiline: true, space);

    private Token Read(string open, string close, bool interpolates, bool escapes, bool multiline, bool space)
    {
        var start = _at;
        _at += open.Length;
        var parts = new List<LexedPart>();
        var literal = new StringBuilder();
        var found = false;
        while (_at < text.Length)
        {
            if (string.CompareOrdinal(text, _at, close, 0, close.Length) == 0)
            {
                found = true;
                break;
            }

            var c = text[_at];
            if (c == '\n' && !multiline) break;
            if (c == '\r' && Peek(1) == '\n')
            {
                _at++;
                continue;
            }

            if (c == '\\' && escapes)
            {
                Escape(literal);
                continue;
            }

            if (c == '\\' && open == "/" && Peek(1) == '/')
            {
                literal.Append('/');
                _at += 2;
                continue;
            }

            if (c == '$' && open == "$/" && Peek(1) is '$' or '/' && open == "$/")
            {
                literal.Append(Peek(1));
                _at += 2;
                continue;
            }

            if (c == '$' && interpolates && Interpolation() is { } tokens)
            {
                parts.Add(new LexedPart(literal.ToString(), null));
                literal.Clear();
                parts.Add(new LexedPart(null, tokens));
                continue;
            }

            literal.Append(c);
            _at++;
        }

        if (!found)
            _problems.Add(new SyntaxProblem(new Span(start, Math.Min(start + open.Length, text.Length)), multiline ? $"the text opened with {open} is never closed" : $"the text opened with {open} is not closed on its line"));
        else
            _at += close.Length;
        if (literal.Length > 0 || parts.Count == 0) parts.Add(new LexedPart(literal.ToString(), null));
        return new Token(TokenKind.Text, new Span(start, _at), text[start.._at], parts, interpolates, SpaceBefore: space);
    }

    private void Escape(StringBuilder literal)
    {
        var next = Peek(1);
        _at += 2;
        switch (next)
        {
            case 'n': literal.Append('\n'); break;
            case 't': literal.Append('\t'); break;
            case 'r': literal.Append('\r'); break;
            case 'b': literal.Append('\b'); break;
            case 'f': literal.Append('\f'); break;
            case '\\' or '\'' or '"' or '$' or '`': literal.Append(next); break;
            case '\r' when Current == '\n': _at++; break;
            case '\n': break;
            case 'u':
                while (Current == 'u') _at++;
                if (_at + 4 <= text.Length && ushort.TryParse(text.AsSpan(_at, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code))
                {
                    literal.Append((char)code);
                    _at += 4;
                }

                break;
            case >= '0' and <= '7':
                var value = next - '0';
                for (var i = 0; i < 2 && Current is >= '0' and <= '7' && value * 8 + Current - '0' < 256; i++) value = value * 8 + text[_at++] - '0';
                literal.Append((char)value);
                break;
            default:
                _problems.Add(new SyntaxProblem(new Span(Math.Min(_at - 2, text.Length), Math.Min(_at, text.Length)), $"unexpected char: '\\' before '{next}' in a text; write \\\\ for a backslash"));
                literal.Append('\\').Append(next);
                break;
        }

        if (_at > text.Length) _at = text.Length;
    }

    /// <summary>The tokens of <c>$name.member</c> or <c>${...}</c> at this place, or nothing when the dollar is only a dollar.</summary>
    private List<Token>? Interpolation()
    {
        var start = _at;
        if (Peek(1) == '{')
        {
            if (_depth >= DeepestInterpolation)
            {
                _problems.Add(new SyntaxProblem(new Span(start, start + 2), $"interpolation is nested deeper than {DeepestInterpolation} levels"));
                return null;
            }

            _at += 2;
            _depth++;
            var tokens = Tokens(untilBrace: true);
            _depth--;
            if (Current == '}') _at++;
            else _problems.Add(new SyntaxProblem(new Span(start, start + 2), "the ${ is never closed"));
            return tokens;
        }

        if (!char.IsLetter(Peek(1)) && Peek(1) != '_') return null;
        _at++;
        var list = new List<Token>();
        while (true)
        {
            var from = _at;
            while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] == '_')) _at++;
            list.Add(new Token(TokenKind.Word, new Span(from, _at), text[from.._at]));
            if (Current != '.' || !(char.IsLetter(Peek(1)) || Peek(1) == '_')) break;
            list.Add(new Token(TokenKind.Operator, new Span(_at, _at + 1), "."));
            _at++;
        }

        list.Add(new Token(TokenKind.End, new Span(_at, _at), ""));
        return list;
    }

    private char Current => _at < text.Length ? text[_at] : '\0';

    private char Peek(int ahead) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    private bool Continues(out int length)
    {
        length = Peek(1) == '\n' ? 2 : Peek(1) == '\r' && Peek(2) == '\n' ? 3 : 0;
        return length > 0;
    }

    private void LineComment(int start)
    {
        var end = text.IndexOf('\n', start);
        _at = end < 0 ? text.Length : end;
        _comments.Add(new Span(start, _at));
    }

    private void BlockComment()
    {
        var start = _at;
        var end = text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        if (end < 0) _problems.Add(new SyntaxProblem(new Span(start, start + 2), "the comment opened with /* is never closed"));
        _at = end < 0 ? text.Length : end + 2;
        _comments.Add(new Span(start, _at));
    }

    private bool SlashyCloses()
    {
        for (var i = _at + 1; i < text.Length && i < _at + 4000; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '/') return i > _at + 1;
            else if (text[i] == '\n') return false;
        }

        return false;
    }

    private static bool AfterOperand(List<Token> before) => before.Count > 0 && before[^1] switch
    {
        { Kind: TokenKind.Word } word => word.Value is not ("return" or "in" or "case" or "else" or "throw" or "assert"),
        { Kind: TokenKind.Number or TokenKind.Text } => true,
        { Kind: TokenKind.Operator } op => op.Value is ")" or "]" or "}",
        _ => false,
    };
}
