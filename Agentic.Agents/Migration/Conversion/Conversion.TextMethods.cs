using System.Collections.Immutable;
using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private Value OnText(Value target, string name, List<Expr> arguments, Call call, Scope scope, Surroundings around)
    {
        var values = arguments.Select(argument => Evaluate(argument, scope, around)).ToList();
        var known = (target as Known)?.Text;
        switch (name)
        {
            case "trim" or "toString" or "strip" or "toInteger" or "intern" or "asType" or "normalize" when known is null: return target;
            case "toString" or "intern" when known is not null: return Value.Of(known);
            case "trim" or "strip" when known is not null: return Value.Of(known.Trim());
            case "stripIndent" when known is not null: return Value.Of(StripIndent(known));
            case "stripMargin" when known is not null: return Value.Of(string.Join('\n', known.Split('\n').Select(line => line.TrimStart() is ['|', ..] margin ? margin[1..] : line)));
            case "stripIndent" or "stripMargin": return target;
            case "toInteger" or "toLong" when long.TryParse(known, System.Globalization.CultureInfo.InvariantCulture, out var number): return new Known(number);
            case "toLowerCase" when known is not null: return Value.Of(known.ToLowerInvariant());
            case "toUpperCase" when known is not null: return Value.Of(known.ToUpperInvariant());
            case "capitalize" when known is { Length: > 0 }: return Value.Of(char.ToUpperInvariant(known[0]) + known[1..]);
            case "length" or "size" when known is not null: return new Known((long)known.Length);
            case "concat" or "plus" when values.Count == 1: return Joined([.. PiecesOf(target, call), .. PiecesOf(values[0], call)]);
            case "replace" or "replaceAll" when known is not null && values is [Known { Text.Length: > 0 } from, Known to] && (long)known.Length * Math.Max(1, to.Text.Length) / from.Text.Length <= LongestText && (name == "replace" || from.Text.All(c => char.IsLetterOrDigit(c) || c is '/' or '-' or '_' or ' ')): return Value.Of(known.Replace(from.Text, to.Text, StringComparison.Ordinal));
            case "split" or "tokenize" when known is not null && (values.Count == 0 || values[0] is Known { Text: { } } by && by.Text.Replace("\\", "", StringComparison.Ordinal).Length <= 2):
                var separator = values.Count == 0 ? [' ', '\n', '\t'] : ((Known)values[0]).Text.Replace("\\", "", StringComparison.Ordinal).ToCharArray();
                return new Listed([.. known.Split(separator, StringSplitOptions.RemoveEmptyEntries).Select(Value.Of)]);
            case "readLines" when known is not null: return new Listed([.. known.Split('\n').Select(Value.Of)]);
            case "substring" or "take" when known is not null && values.All(value => value is Known { Content: long }):
                var first = name == "take" ? 0 : (int)(long)((Known)values[0]).Content!;
                var end = name == "take" ? (int)(long)((Known)values[0]).Content! : values.Count > 1 ? (int)(long)((Known)values[1]).Content! : known.Length;
                return first >= 0 && first <= known.Length ? Value.Of(known[first..Math.Clamp(end, first, known.Length)]) : new Opaque(call.Span, name);
            case "equals" or "equalsIgnoreCase" or "startsWith" or "endsWith" or "contains" or "toBoolean" or "asBoolean" or "isEmpty" or "matches":
                return CallCondition(call, scope, around);
        }

        return target is Composed composed && Transformed(composed, name, values, call, around) is { } transformed ? transformed : new Opaque(call.Span, name);
    }

    /// <summary>Text functions of Groovy that a POSIX shell can do on the runner.</summary>
    private Value? Transformed(Composed text, string name, List<Value> values, Call call, Surroundings around)
    {
        var filter = (name, values) switch
        {
            ("toLowerCase", []) => "tr '[:upper:]' '[:lower:]'",
            ("toUpperCase", []) => "tr '[:lower:]' '[:upper:]'",
            ("replace", [Known from, Known to]) => $"sed {ShellText.Quote($"s/{ShellText.SedPattern(from.Text)}/{ShellText.SedReplacement(to.Text)}/g")}",
            ("replaceAll" or "replaceFirst", [Known from, Known to]) when !GroovyPattern.IsPerlOnly(from.Text) && !to.Text.Contains('$', StringComparison.Ordinal) => $"sed -E {ShellText.Quote($"s/{GroovyPattern.Posix(from.Text).Replace("/", "\\/", StringComparison.Ordinal)}/{ShellText.SedReplacement(to.Text)}/{(name == "replaceAll" ? "g" : "")}")}",
            ("take", [Known { Content: long count }]) => $"cut -c1-{count}",
            ("substring", [Known { Content: long from }]) => $"cut -c{from + 1}-",
            ("substring", [Known { Content: long from }, Known { Content: long to }]) => $"cut -c{from + 1}-{to}",
            _ => null,
        };
        if (filter is null || _beforeSteps) return null;
        var variable = FreshVariable(_nameHint ?? (text.Pieces is [{ Variable: { } source }] ? source + "_" + name : "text_of_line_" + Number(LineOf(call))), around);
        var holes = text.Pieces.Where(piece => piece.MissingLine > 0).ToImmutableArray();
        SetPrinted(variable, $"printf '%s' {ShellText.Word(text.Pieces)} | {filter}", holes.Length > 0 ? ": " + ShellText.Word(holes) : null, around, call);
        return new Composed([Piece.Env(variable)]);
    }

    private static string StripIndent(string text)
    {
        var lines = text.Split('\n');
        var indents = lines.Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).ToList();
        var indent = indents.Count == 0 ? 0 : indents.Min();
        return string.Join('\n', lines.Select(line => line.Length >= indent ? line[indent..] : line.TrimStart()));
    }
}
