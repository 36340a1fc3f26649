using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private Value BinaryValue(Binary binary, Scope scope, Surroundings around)
    {
        switch (binary.Operator)
        {
            case "+":
                var left = Evaluate(binary.Left, scope, around);
                var right = Evaluate(binary.Right, scope, around);
                if (left is Known { Content: long a } && right is Known { Content: long b }) return new Known(a + b);
                if (left is Listed or Mapped && !Fits(null, new Listed([left, right]))) return TooMuch(binary);
                if (left is Listed first && right is Listed second) return new Listed([.. first.Items, .. second.Items]);
                if (left is Listed list) return new Listed([.. list.Items, right]);
                if (left is Mapped map && right is Mapped more)
                {
                    var union = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
                    foreach (var (key, value) in map.Entries.Concat(more.Entries)) union[key] = value;
                    return new Mapped(union);
                }

                // An unknown and a number may be a sum as well as a text.
                if (left is Opaque && right is Opaque or Known { Content: long } || left is Known { Content: long } && right is Opaque) return new Opaque(binary.Span, "value");
                return Joined([.. GivenPieces(left, binary.Left), .. GivenPieces(right, binary.Right)]);
            case "-" or "*" or "/" or "%" when Evaluate(binary.Left, scope, around) is Known { Content: long x } && Evaluate(binary.Right, scope, around) is Known { Content: long y }:
                return binary.Operator switch { "-" => new Known(x - y), "*" => new Known(x * y), "/" when y != 0 => new Known(x / y), "%" when y != 0 => new Known(x % y), _ => new Opaque(binary.Span, "value") };
            case ".." or "..<" when Evaluate(binary.Left, scope, around) is Known { Content: long from } && Evaluate(binary.Right, scope, around) is Known { Content: long to }:
                var last = binary.Operator == ".." ? to : to - 1;
                return last - from is < 0 or > 200 ? new Opaque(binary.Span, "range") : new Listed([.. Enumerable.Range(0, (int)(last - from + 1)).Select(i => (Value)new Known(from + i))]);
            case "<<":
                var target = Evaluate(binary.Left, scope, around);
                if (target is Listed items)
                {
                    var added = Evaluate(binary.Right, scope, around);
                    if (!Fits(items, added)) return TooMuch(binary);
                    items.Items.Add(added);
                    return items;
                }

                return new Opaque(binary.Span, "value");
            case "?:":
                var value1 = Evaluate(binary.Left, scope, around);
                if (value1 is Known known) return IsTrue(known) ? known : Evaluate(binary.Right, scope, around);
                var fallback = Evaluate(binary.Right, scope, around);
                if (value1 is Composed { Pieces: [{ Variable: { } variable, MissingLine: 0 }] } && fallback is Known { Text: { } text } && text.All(c => c is not ('}' or '"' or '$' or '`' or '\\')))
                    return DefaultedVariable(variable, text, binary, around);
                return value1 is Opaque && fallback is Known ? new Opaque(binary.Span, "value") : value1;
            case "==" or "!=" or "&&" or "||" or "<" or ">" or "<=" or ">=" or "=~" or "==~" or "in" or "!in":
                return ConditionValue(binary, scope, around);
        }

        return new Opaque(binary.Span, "value");
    }

    /// <summary><c>env.X ?: 'y'</c>: a step settles the variable under another name.</summary>
    private Value DefaultedVariable(string variable, string fallback, Binary binary, Surroundings around)
    {
        var name = FreshVariable(_nameHint ?? variable + "_or_default", around);
        SetVariable(name, $"\"${{{variable}:-{fallback}}}\"", around, binary);
        return new Composed([Piece.Env(name)]);
    }

    private Value TernaryValue(Ternary ternary, Scope scope, Surroundings around)
    {
        var hint = _nameHint;
        var condition = ConditionOf(ternary.Condition, scope, around);
        if (condition is Known known) return Evaluate(IsTrue(known) ? ternary.WhenTrue : ternary.WhenFalse, scope, around);
        var yes = Evaluate(ternary.WhenTrue, scope, around);
        var no = Evaluate(ternary.WhenFalse, scope, around);
        if (condition is not Truth truth || yes is not (Known or Composed) || no is not (Known or Composed)) return new Opaque(ternary.Span, hint ?? "value");
        var name = FreshVariable(hint ?? "value_of_line_" + Number(LineOf(ternary)), around);
        SetVariable(name, ShellText.Word(PiecesOf(no, ternary.WhenFalse)), around, ternary);
        SetVariable(name, ShellText.Word(PiecesOf(yes, ternary.WhenTrue)), around.With(truth.Guard), ternary);
        return new Composed([Piece.Env(name)]);
    }

    private Value Increment(Unary step, Scope scope, Surroundings around)
    {
        if (step.Operand is Name name && scope.Find(name.Identifier) is { Value: Known { Content: long number } } slot && slot.Guards == around.Depth)
        {
            slot.Value = new Known(number + (step.Operator == "++" ? 1 : -1));
            return slot.Value;
        }

        return new Opaque(step.Span, "value");
    }
}
