namespace Agentic.Agents.Migration.Conversion;

/// <summary>The words of a text that could name something, one after the other and without copying any of them.</summary>
internal ref struct Identifiers(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    public ReadOnlySpan<char> Current { get; private set; }

    public readonly Identifiers GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_at < _text.Length && !(char.IsAsciiLetter(_text[_at]) || _text[_at] == '_')) _at++;
        var start = _at;
        while (_at < _text.Length && IsPart(_text[_at])) _at++;
        Current = _text[start.._at];
        return _at > start;
    }

    public static bool IsPart(char c) => char.IsLetterOrDigit(c) || c == '_';

    /// <summary>Whether a text holds a word as a whole.</summary>
    public static bool Mentions(ReadOnlySpan<char> text, string word)
    {
        for (var from = 0; text[from..].IndexOf(word, StringComparison.Ordinal) is >= 0 and var found; from += found + 1)
        {
            var at = from + found;
            if ((at == 0 || !IsPart(text[at - 1])) && (at + word.Length == text.Length || !IsPart(text[at + word.Length]))) return true;
        }

        return false;
    }
}
