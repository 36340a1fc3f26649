using System.Runtime.CompilerServices;
using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private static readonly HashSet<string> ReservedVariables = new(StringComparer.OrdinalIgnoreCase) { "PATH", "HOME", "SHELL", "USER", "PWD", "IFS", "TMPDIR", "TEMP", "TMP", "LANG", "CI", "HOSTNAME", "NODE_OPTIONS", "_" };

    /// <summary>Environment variables the pipeline defines, with the workflow expression for places that cannot ask the environment.</summary>
    private readonly Dictionary<string, string?> _environment = new(StringComparer.Ordinal);

    private Value Evaluate(Expr expression, Scope scope, Surroundings around)
    {
        // Code can call itself through values as well; the stack and the time are finite.
        if (++_evaluations > MostEvaluations || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            Mark(expression.Span, Fate.Manual, "the conversion stops here: this goes too deep or repeats too often");
            return new Opaque(expression.Span, "value");
        }

        switch (expression)
        {
            case Literal literal: return new Known(literal.Value);
            case Text text: return TextValue(text, scope, around);
            case Name name: return Variable(name, scope, around);
            case Closure closure: return new Closed(closure, scope, around.Guards);
            case ListLiteral list:
                var listed = new Listed([.. list.Items.Select(item => Evaluate(item, scope, around))]);
                return Fits(null, listed) ? listed : TooMuch(list);
            case MapLiteral map:
                var entries = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
                foreach (var entry in map.Entries)
                {
                    var key = entry.Name ?? Display(Evaluate(entry.Key!, scope, around));
                    if (entry.Name is not null && entry.Key is null && entry.Name == "*") continue;
                    entries[key] = Evaluate(entry.Value, scope, around);
                }

                var mapped = new Mapped(entries);
                return Fits(null, mapped) ? mapped : TooMuch(map);
            case Member member: return MemberValue(member, scope, around);
            case Subscript subscript: return SubscriptValue(subscript, scope, around);
            case Binary binary: return BinaryValue(binary, scope, around);
            case Unary { Operator: "!" }: return ConditionValue(expression, scope, around);
            case Unary { Operator: "-", Operand: Literal { Value: long number } }: return new Known(-number);
            case Unary { Operator: "++" or "--" } step: return Increment(step, scope, around);
            case Ternary ternary: return TernaryValue(ternary, scope, around);
            case New { Arguments.Count: > 0 } made when made.Arguments.All(argument => argument.Name is not null):
                var fields = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
                foreach (var argument in made.Arguments) fields[argument.Name!] = Evaluate(argument.Value, scope, around);
                return new Mapped(fields);
            case Cast cast: return Evaluate(cast.Operand, scope, around);
            case Assign assign: return AssignValue(assign, scope, around);
            case Call call: return CallValue(call, scope, around);
            default: return new Opaque(expression.Span, "value");
        }
    }

    private const int LongestText = 400_000;
    private const int MostInside = 20_000;

    /// <summary>Whether a value may become part of another: no list holds itself, and none grows without end.</summary>
    private static bool Fits(Value? container, Value item)
    {
        if (item is not (Listed or Mapped)) return true;
        var open = new Stack<Value>();
        open.Push(item);
        for (var seen = 0; open.TryPop(out var next); seen++)
        {
            if (seen > MostInside || ReferenceEquals(next, container)) return false;
            foreach (var inner in next switch { Listed list => list.Items, Mapped map => map.Entries.Values, _ => (IEnumerable<Value>)[] }) open.Push(inner);
        }

        return true;
    }

    private Value TooMuch(Expr expression)
    {
        Mark(expression.Span, Fate.Manual, "this value holds itself or grows too large to be worked out here");
        return new Opaque(expression.Span, "value");
    }

    private Value Variable(Name name, Scope scope, Surroundings around)
    {
        if (scope.Find(name.Identifier) is { } slot)
            return slot.Value;
        if (name.Identifier is "env" or "params" or "currentBuild" or "this" or "steps" or "docker" or "scm" or "it" or "script") return new Opaque(name.Span, name.Identifier);
        if (name.Identifier == "STAGE_NAME" && around.Stages.Count > 0) return Value.Of(around.Stages[^1]);
        if (KnownVariable(name.Identifier)) return new Composed([Piece.Env(name.Identifier)]);
        if (around.Env.Any(pair => pair.Key == name.Identifier)) return new Composed([Piece.Env(name.Identifier)]);
        return new Opaque(name.Span, name.Identifier);
    }

    private bool KnownVariable(string name) => _environment.ContainsKey(name) || _catalogue.BuiltIns.ContainsKey(name);

    private Value MemberValue(Member member, Scope scope, Surroundings around)
    {
        if (member.Target is Name { Identifier: "env" } || (member.Target is Name { Identifier: "params" }))
        {
            var parameter = member.Target is Name { Identifier: "params" };
            if (!parameter && member.Identifier == "STAGE_NAME" && around.Stages.Count > 0) return Value.Of(around.Stages[^1]);
            if (parameter && _parameters.TryGetValue(member.Identifier, out var variable)) return new Composed([Piece.Env(variable)]);
            return new Composed([Piece.Env(EnvName(member.Identifier))]);
        }

        if (member.Target is Name { Identifier: "currentBuild" })
            return member.Identifier switch
            {
                "number" or "id" => new Composed([Piece.Env("BUILD_NUMBER")]),
                "displayName" => new Composed([Piece.Text("#"), Piece.Env("BUILD_NUMBER")]),
                "absoluteUrl" => new Composed([Piece.Env("BUILD_URL")]),
                "fullDisplayName" => new Composed([Piece.Env("JOB_NAME"), Piece.Text(" #"), Piece.Env("BUILD_NUMBER")]),
                "projectName" or "fullProjectName" => new Composed([Piece.Env("JOB_NAME")]),
                "result" or "currentResult" => new Composed([Piece.Env(JobStatus)]),
                _ => new Opaque(member.Span, "currentBuild." + member.Identifier),
            };
        if (member.Target is Name { Identifier: "scm" }) return new Opaque(member.Span, "scm." + member.Identifier);
        var target = Evaluate(member.Target, scope, around);
        return target switch
        {
            Mapped map when map.Entries.TryGetValue(member.Identifier, out var value) => value,
            Mapped map when member.Identifier is "values" => new Listed([.. map.Entries.Values]),
            Mapped => Value.Null,
            Listed list when member.Spread => new Listed([.. list.Items.Select(item => item is Mapped entry && entry.Entries.TryGetValue(member.Identifier, out var value) ? value : new Opaque(member.Span, member.Identifier))]),
            Listed list when member.Identifier is "length" => new Known((long)list.Items.Count),
            DockerImage image when member.Identifier is "id" or "imageName" => image.Name,
            _ => new Opaque(member.Span, _source.Slice(member.Span).Length < 60 ? _source.Slice(member.Span) : member.Identifier),
        };
    }

    /// <summary>Stands for the result so far; a step that uses it asks the job context.</summary>
    private const string JobStatus = "JENKINS_RESULT";

    private Value SubscriptValue(Subscript subscript, Scope scope, Surroundings around)
    {
        if (subscript.Arguments.Count != 1) return new Opaque(subscript.Span, "value");
        var index = Evaluate(subscript.Arguments[0], scope, around);
        if (subscript.Target is Name { Identifier: "env" or "params" } && index is Known { Content: string name }) return new Composed([Piece.Env(EnvName(name))]);
        var target = Evaluate(subscript.Target, scope, around);
        return (target, index) switch
        {
            (Listed list, Known { Content: long at }) when at >= 0 && at < list.Items.Count => list.Items[(int)at],
            (Listed list, Known { Content: long at }) when at < 0 && -at <= list.Items.Count => list.Items[list.Items.Count + (int)at],
            (Mapped map, Known key) => map.Entries.TryGetValue(key.Text, out var value) ? value : Value.Null,
            _ => new Opaque(subscript.Span, "value"),
        };
    }
}
