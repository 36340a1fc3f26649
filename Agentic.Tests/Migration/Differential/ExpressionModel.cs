using System.Globalization;

namespace Agentic.Tests.Migration.Differential;

/// <summary>Evaluates workflow expressions by GitHub's documented rules, for the contexts it is given.</summary>
internal sealed class ExpressionModel(Func<string, string?> context, Func<string, bool> status)
{
    private string _text = "";
    private int _at;

    /// <summary>Whether a condition asks for the status itself; GitHub adds success() where it does not.</summary>
    public static bool AsksForStatus(string condition) => new[] { "always()", "failure()", "success()", "cancelled()" }.Any(name => condition.Contains(name, StringComparison.Ordinal));

    public bool Condition(string? condition)
    {
        if (condition is null) return status("success");
        var inner = condition.Trim();
        if (inner.StartsWith("${{", StringComparison.Ordinal) && inner.EndsWith("}}", StringComparison.Ordinal)) inner = inner[3..^2];
        if (!AsksForStatus(inner) && !status("success")) return false;
        return True(Value(inner));
    }

    /// <summary>A text with its <c>${{ }}</c> parts replaced.</summary>
    public string Fill(string text)
    {
        var filled = new System.Text.StringBuilder();
        var from = 0;
        while (true)
        {
            var open = text.IndexOf("${{", from, StringComparison.Ordinal);
            if (open < 0) return filled.Append(text, from, text.Length - from).ToString();
            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            filled.Append(text, from, open - from).Append(Text(Value(text[(open + 3)..close])));
            from = close + 2;
        }
    }

    private object? Value(string text)
    {
        var (outer, at) = (_text, _at);
        (_text, _at) = (text, 0);
        var value = Or();
        Blank();
        if (_at < _text.Length) throw new InvalidOperationException($"no expression: {text} at {_at}");
        (_text, _at) = (outer, at);
        return value;
    }

    private static string Text(object? value) => value switch { null => "", bool flag => flag ? "true" : "false", double number => number.ToString(CultureInfo.InvariantCulture), _ => (string)value };

    private static bool True(object? value) => value switch { null => false, bool flag => flag, double number => number != 0, _ => ((string)value).Length > 0 };

    private void Blank()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at])) _at++;
    }

    private bool Take(string sign)
    {
        Blank();
        if (string.CompareOrdinal(_text, _at, sign, 0, sign.Length) != 0) return false;
        _at += sign.Length;
        return true;
    }

    private object? Or()
    {
        var left = And();
        while (Take("||"))
        {
            var right = And();
            left = True(left) ? left : right;
        }

        return left;
    }

    private object? And()
    {
        var left = Comparison();
        while (Take("&&"))
        {
            var right = Comparison();
            left = True(left) ? right : left;
        }

        return left;
    }

    private object? Comparison()
    {
        var left = Unary();
        if (Take("==")) return Same(left, Unary());
        if (Take("!=")) return !Same(left, Unary());
        foreach (var sign in (string[])["<=", ">=", "<", ">"])
            if (Take(sign))
            {
                var (a, b) = (Number(left), Number(Unary()));
                return sign switch { "<=" => a <= b, ">=" => a >= b, "<" => a < b, _ => a > b };
            }

        return left;
    }

    /// <summary>Unequal types are compared as numbers, texts without regard to case.</summary>
    private static bool Same(object? left, object? right) =>
        left is string a && right is string b ? string.Equals(a, b, StringComparison.OrdinalIgnoreCase)
        : left is null && right is null || (left is bool x && right is bool y ? x == y : Number(left).Equals(Number(right)) && !double.IsNaN(Number(left)));

    private static double Number(object? value) => value switch
    {
        null => 0,
        bool flag => flag ? 1 : 0,
        double number => number,
        string { Length: 0 } => 0,
        string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN,
        _ => double.NaN,
    };

    private object? Unary()
    {
        Blank();
        if (_at < _text.Length && _text[_at] == '!' && (_at + 1 >= _text.Length || _text[_at + 1] != '='))
        {
            _at++;
            return !True(Unary());
        }

        if (Take("("))
        {
            var inner = Or();
            if (!Take(")")) throw new InvalidOperationException("no closing parenthesis: " + _text);
            return inner;
        }

        if (_at < _text.Length && _text[_at] == '\'') return Quoted();
        var start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '_' or '-' or '.' or '*')) _at++;
        var word = _text[start.._at];
        if (word.Length == 0) throw new InvalidOperationException($"no expression: {_text} at {_at}");
        if (Take("(")) return Function(word);
        if (word is "true" or "false") return word == "true";
        if (word == "null") return null;
        if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number;
        var found = context(word);
        return word.StartsWith("inputs.", StringComparison.Ordinal) && found is "true" or "false" ? found == "true" : found;
    }

    private string Quoted()
    {
        var text = new System.Text.StringBuilder();
        for (_at++; ; _at++)
        {
            if (_text[_at] != '\'') text.Append(_text[_at]);
            else if (_at + 1 < _text.Length && _text[_at + 1] == '\'') text.Append(_text[++_at]);
            else break;
        }

        _at++;
        return text.ToString();
    }

    private object? Function(string name)
    {
        var arguments = new List<object?>();
        if (!Take(")"))
        {
            do arguments.Add(Or());
            while (Take(","));
            if (!Take(")")) throw new InvalidOperationException("no closing parenthesis: " + _text);
        }

        const StringComparison folded = StringComparison.OrdinalIgnoreCase;
        return name switch
        {
            "always" => true,
            "success" or "failure" or "cancelled" => status(name),
            "contains" => Text(arguments[0]).Contains(Text(arguments[1]), folded),
            "startsWith" => Text(arguments[0]).StartsWith(Text(arguments[1]), folded),
            "endsWith" => Text(arguments[0]).EndsWith(Text(arguments[1]), folded),
            "format" => arguments.Skip(1).Select((argument, index) => (argument, index)).Aggregate(Text(arguments[0]), (text, next) => text.Replace("{" + next.index.ToString(CultureInfo.InvariantCulture) + "}", Text(next.argument), StringComparison.Ordinal)),
            "fromJSON" => Number(arguments[0]),
            _ => throw new InvalidOperationException("no such function: " + name),
        };
    }
}
