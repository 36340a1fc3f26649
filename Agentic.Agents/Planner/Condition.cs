using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>
/// The condition of a task: <c>${parameters.environment} == 'production' &amp;&amp; !(${tasks.check.result.valid})</c>.
/// Operators <c>== != &lt; &lt;= &gt; &gt;= &amp;&amp; || !</c> and parentheses over references, 'text', numbers, true, false and null.
/// </summary>
internal static class Condition
{
    private const int MaxDepth = 32;

    /// <summary>Null where the text reads as a condition; else what is wrong with it.</summary>
    public static string? Problem(string text)
    {
        var outcome = Evaluate(text, _ => Outcome(null));
        return outcome.Refusal?.Reason;
    }

    public static Outcome<bool> Evaluate(string text, References.Lookup lookup)
    {
        var reader = new Reader(text, lookup);
        var value = reader.Or(0);
        if (reader.Refusal is null && !reader.AtEnd)
            reader.Fail("there is something after its end");
        return reader.Refusal is { } refusal ? refusal : IsTrue(value);
    }

    private static Outcome<JsonNode?> Outcome(JsonNode? node) => node;

    private static bool IsTrue(JsonNode? value) => value switch
    {
        null => false,
        JsonValue plain when plain.TryGetValue<bool>(out var flag) => flag,
        JsonValue plain when plain.TryGetValue<string>(out var text) => text.Length > 0 && text != "false",
        JsonValue plain when Number(plain) is { } number => number != 0,
        JsonArray items => items.Count > 0,
        _ => true,
    };

    private static double? Number(JsonNode? node) => node is JsonValue value
        ? value.GetValueKind() == JsonValueKind.Number ? value.Deserialize<double>()
        : value.TryGetValue<string>(out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : null
        : null;

    private static bool AreEqual(JsonNode? a, JsonNode? b) =>
        JsonNode.DeepEquals(a, b) || (Number(a) is { } x && Number(b) is { } y && x.Equals(y));

    private sealed class Reader(string text, References.Lookup lookup)
    {
        private int _position;

        public Refusal? Refusal { get; private set; }

        public bool AtEnd
        {
            get
            {
                while (_position < text.Length && char.IsWhiteSpace(text[_position]))
                    _position++;
                return _position >= text.Length;
            }
        }

        public void Fail(string why) =>
            Refusal ??= Operations.Refusal.Unprocessable($"The condition '{text}' cannot be read at character {_position + 1}: {why}.");

        public JsonNode? Or(int depth)
        {
            var left = And(depth);
            while (Take("||"))
            {
                var right = And(depth);
                left = JsonValue.Create(IsTrue(left) || IsTrue(right));
            }

            return left;
        }

        private JsonNode? And(int depth)
        {
            var left = Comparison(depth);
            while (Take("&&"))
            {
                var right = Comparison(depth);
                left = JsonValue.Create(IsTrue(left) && IsTrue(right));
            }

            return left;
        }

        private JsonNode? Comparison(int depth)
        {
            var left = Unary(depth);
            foreach (var sign in (ReadOnlySpan<string>)["==", "!=", "<=", ">=", "<", ">"])
            {
                if (!Take(sign))
                    continue;
                var right = Unary(depth);
                if (sign is "==" or "!=")
                    return JsonValue.Create(AreEqual(left, right) == (sign == "=="));
                if (Number(left) is not { } x || Number(right) is not { } y)
                    return JsonValue.Create(false);
                return JsonValue.Create(sign switch { "<" => x < y, "<=" => x <= y, ">" => x > y, _ => x >= y });
            }

            return left;
        }

        private JsonNode? Unary(int depth)
        {
            if (depth > MaxDepth)
            {
                Fail("it is nested too deeply");
                return null;
            }

            if (AtEnd)
            {
                Fail("it ends where a value is expected");
                return null;
            }

            if (text[_position] == '!' && !(_position + 1 < text.Length && text[_position + 1] == '='))
            {
                _position++;
                return JsonValue.Create(!IsTrue(Unary(depth + 1)));
            }

            if (Take("("))
            {
                var inner = Or(depth + 1);
                if (!Take(")"))
                    Fail("a ')' is missing");
                return inner;
            }

            return Value();
        }

        private JsonNode? Value()
        {
            if (Take("${"))
                return Reference();
            if (text[_position] is '\'' or '"')
                return Quoted(text[_position]);
            var start = _position;
            while (_position < text.Length && (char.IsLetterOrDigit(text[_position]) || text[_position] is '.' or '-' or '_'))
                _position++;
            var word = text[start.._position];
            switch (word)
            {
                case "true": return JsonValue.Create(true);
                case "false": return JsonValue.Create(false);
                case "null": return null;
            }

            if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                return JsonValue.Create(number);
            Fail(word.Length == 0 ? $"'{text[_position]}' is not expected here" : $"'{word}' is not a value; put text in quotes and references in ${{…}}");
            _position = text.Length;
            return null;
        }

        private JsonNode? Reference()
        {
            var end = text.IndexOf('}', _position);
            if (end < 0)
            {
                Fail("a '}' is missing");
                _position = text.Length;
                return null;
            }

            var value = lookup(text[_position..end].Trim());
            _position = end + 1;
            if (value.Refusal is { } refusal)
                Refusal ??= refusal;
            return value.Value;
        }

        private JsonValue? Quoted(char quote)
        {
            var end = text.IndexOf(quote, _position + 1);
            if (end < 0)
            {
                Fail("a closing quote is missing");
                _position = text.Length;
                return null;
            }

            var value = text[(_position + 1)..end];
            _position = end + 1;
            return JsonValue.Create(value);
        }

        private bool Take(string sign)
        {
            if (AtEnd || string.CompareOrdinal(text, _position, sign, 0, sign.Length) != 0)
                return false;
            _position += sign.Length;
            return true;
        }
    }
}
