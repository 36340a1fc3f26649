namespace Agentic.Agents.CodeGen;

/// <summary>The words inside one pair of braces, read from left to right.</summary>
internal sealed class LiquidWords(string text, int line)
{
    private int _at;
    private int _depth;

    public int Line { get; } = line;

    /// <summary>The word read last.</summary>
    public string Last { get; private set; } = "";

    public string Word()
    {
        Skip();
        var start = _at;
        if (_at < text.Length && IsNamePart(text[_at]))
            while (_at < text.Length && IsNamePart(text[_at]))
                _at++;
        else if (_at + 1 < text.Length && text.Substring(_at, 2) is "==" or "!=")
            _at += 2;
        else if (_at < text.Length)
            _at++;
        return Last = text[start.._at];
    }

    public string Name()
    {
        var word = Word();
        return word.Length > 0 && (char.IsAsciiLetter(word[0]) || word[0] == '_')
            ? word
            : throw new LiquidProblem(Line, $"a name is expected{(word.Length == 0 ? "" : $" instead of '{word}'")}.");
    }

    public void Expect(string word)
    {
        if (Word() != word)
            throw new LiquidProblem(Line, $"'{word}' is expected{(Last.Length == 0 ? "" : $" instead of '{Last}'")}.");
    }

    public void End()
    {
        Skip();
        if (_at < text.Length)
            throw new LiquidProblem(Line, $"'{text[_at..].Trim()}' is not understood here.");
    }

    public LiquidValue Value()
    {
        var value = Operand();
        var filters = new List<(string, LiquidValue?)>();
        while (Next("|"))
        {
            var filter = Name();
            if (!LiquidFilters.All.ContainsKey(filter))
                throw new LiquidProblem(Line, $"there is no filter '{filter}'; use {string.Join(", ", LiquidFilters.All.Keys.Order(StringComparer.Ordinal))}.");
            filters.Add((filter, Next(":") ? Operand() : null));
        }

        return value with { Filters = filters };
    }

    public LiquidCondition Condition()
    {
        var left = Conjunction();
        while (Next("or"))
            left = new LiquidCondition.Either(left, Conjunction());
        return left;
    }

    private LiquidCondition Conjunction()
    {
        var left = Comparison();
        while (Next("and"))
            left = new LiquidCondition.Both(left, Comparison());
        return left;
    }

    private LiquidCondition Comparison()
    {
        if (Next("("))
        {
            if (++_depth > LiquidText.DeepestNesting)
                throw new LiquidProblem(Line, $"parentheses are nested deeper than {LiquidText.DeepestNesting}.");
            var inner = Condition();
            Expect(")");
            _depth--;
            return inner;
        }

        if (Next("true"))
            return new LiquidCondition.Always(true);
        if (Next("false"))
            return new LiquidCondition.Always(false);
        var left = Operand();
        var comparison = Word();
        return comparison is "==" or "!=" or "contains"
            ? new LiquidCondition.Compare(left, comparison, Operand())
            : throw new LiquidProblem(Line, $"==, != or contains is expected{(comparison.Length == 0 ? "" : $" instead of '{comparison}'")}.");
    }

    private LiquidValue Operand()
    {
        Skip();
        if (_at < text.Length && text[_at] is '"' or '\'')
        {
            var close = text.IndexOf(text[_at], _at + 1);
            if (close < 0)
                throw new LiquidProblem(Line, "a quoted text has no end.");
            var constant = text[(_at + 1)..close];
            _at = close + 1;
            return new LiquidValue(Line, constant, "", null, []);
        }

        var name = Name();
        return new LiquidValue(Line, null, name, Next(".") ? Name() : null, []);
    }

    private bool Next(string word)
    {
        var (at, last) = (_at, Last);
        if (Word() == word)
            return true;
        (_at, Last) = (at, last);
        return false;
    }

    private void Skip()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
