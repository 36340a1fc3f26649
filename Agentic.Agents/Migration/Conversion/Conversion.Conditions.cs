using System.Globalization;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private static bool IsTrue(Value value) => value switch
    {
        Known { Content: null } => false,
        Known { Content: bool flag } => flag,
        Known { Content: string text } => text.Length > 0,
        Known { Content: long number } => number != 0,
        Known { Content: double real } => real != 0,
        Listed list => list.Items.Count > 0,
        Mapped map => map.Entries.Count > 0,
        _ => true,
    };

    private Value ConditionValue(Expr expression, Scope scope, Surroundings around) => ConditionOf(expression, scope, around);

    /// <summary>A condition as a constant, as something GitHub can evaluate, or as unknown.</summary>
    private Value ConditionOf(Expr expression, Scope scope, Surroundings around)
    {
        switch (expression)
        {
            case Binary { Operator: "&&" or "||" } both:
                var left = ConditionOf(both.Left, scope, around);
                if (left is Known first && IsTrue(first) == (both.Operator == "||")) return new Known(both.Operator == "||");
                var right = ConditionOf(both.Right, scope, around);
                if (left is Known) return right;
                if (right is Known second) return IsTrue(second) == (both.Operator == "||") ? new Known(both.Operator == "||") : left;
                return left is Truth a && right is Truth b
                    ? new Truth(both.Operator == "&&" ? Guard.And(a.Guard, b.Guard) : Guard.Or(a.Guard, b.Guard))
                    : new Opaque(expression.Span, "condition");
            case Unary { Operator: "!" } not:
                return ConditionOf(not.Operand, scope, around) switch
                {
                    Known known => new Known(!IsTrue(known)),
                    Truth truth => new Truth(truth.Guard.Negated()),
                    var other => other,
                };
            case Binary { Operator: "==" or "!=" } comparison:
                return Comparison(comparison, scope, around);
            case Binary { Operator: "<" or ">" or "<=" or ">=" } order:
                var low = Evaluate(order.Left, scope, around);
                var high = Evaluate(order.Right, scope, around);
                if (low is Known { Content: long x } && high is Known { Content: long y })
                    return new Known(order.Operator switch { "<" => x < y, ">" => x > y, "<=" => x <= y, _ => x >= y });
                if (Side(low) is { } lowSide && Side(high) is { } highSide)
                    return new Truth(new Guard($"fromJSON({lowSide.Expression}) {order.Operator} {(high is Known { Content: long constant } ? constant.ToString(CultureInfo.InvariantCulture) : $"fromJSON({highSide.Expression})")}", lowSide.OnlyInSteps || highSide.OnlyInSteps));
                return new Opaque(expression.Span, "condition");
            case Binary { Operator: "=~" or "==~" } match:
                return Pattern(match, scope, around);
            case Binary { Operator: "in" or "!in" } membership:
                var item = Evaluate(membership.Left, scope, around);
                var among = Evaluate(membership.Right, scope, around);
                if (among is not Listed list) return new Opaque(expression.Span, "condition");
                return Any(list.Items.Select(option => Equal(item, option)), expression) is var any && membership.Operator == "in" ? any : any is Truth truthful ? new Truth(truthful.Guard.Negated()) : any is Known constantly ? new Known(!IsTrue(constantly)) : any;
            case Cast cast:
                return ConditionOf(cast.Operand, scope, around);
            case Call call:
                return CallCondition(call, scope, around);
        }

        return Truthiness(Evaluate(expression, scope, around), expression);
    }

    private static Value Any(IEnumerable<Value> values, Expr origin)
    {
        var guards = new List<Guard>();
        foreach (var value in values)
        {
            if (value is Known known)
            {
                if (IsTrue(known)) return new Known(true);
                continue;
            }

            if (value is not Truth truth) return new Opaque(origin.Span, "condition");
            guards.Add(truth.Guard);
        }

        return guards.Count == 0 ? new Known(false) : new Truth(OneOf(guards) ?? guards.Aggregate(Guard.Or));
    }

    /// <summary>Many comparisons of one value are one question about a list.</summary>
    private static Guard? OneOf(List<Guard> guards)
    {
        if (guards.Count < 6) return null;
        var options = new List<string>();
        string? asked = null;
        foreach (var guard in guards)
        {
            if (Guard.Equality(guard.Expression) is not (var left, ['\'', .., '\''] right) || right[1..^1].Replace("''", "", StringComparison.Ordinal).Contains('\'', StringComparison.Ordinal) || asked is not null && asked != left) return null;
            asked = left;
            options.Add("\"" + right[1..^1].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"");
        }

        return new Guard($"contains(fromJSON('[{string.Join(", ", options)}]'), {asked})", guards[0].OnlyInSteps);
    }

    private Value Truthiness(Value value, Expr origin)
    {
        switch (value)
        {
            case Truth: return value;
            case Known or Listed or Mapped or Closed: return new Known(IsTrue(value));
            case Composed { Pieces: [{ Variable: "CHANGE_ID" or "CHANGE_TARGET" or "CHANGE_BRANCH" or "CHANGE_URL" or "CHANGE_AUTHOR" or "CHANGE_TITLE" }] }:
                return new Truth(new Guard("github.event_name == 'pull_request'", false));
            case Composed { Pieces: [{ Variable: "TAG_NAME" }] }:
                return new Truth(new Guard("github.ref_type == 'tag'", false));
            case Composed { Pieces: [{ Variable: JobStatus }] }: return new Opaque(origin.Span, "result");
            case Composed { Pieces: [{ Variable: { } variable, MissingLine: 0 }] } when _booleans.TryGetValue(variable, out var expression):
                return new Truth(new Guard(expression, false));
            case Composed { Pieces: [{ Variable: { } flag, MissingLine: 0 }] } when _flags.Contains(flag):
                return new Truth(new Guard($"env.{flag} == 'true'", true));
            case Composed { Pieces: [{ MissingLine: 0 }] } composed when Side(composed) is { } side:
                return new Truth(new Guard($"{side.Expression} != ''", side.OnlyInSteps));
            case Composed { Pieces: var pieces } when pieces.Any(piece => piece.Literal is { Length: > 0 }): return new Known(true);
            default: return new Opaque(origin.Span, "condition");
        }
    }

    private Value CallCondition(Call call, Scope scope, Surroundings around)
    {
        if (call.Callee is Name { Identifier: "isUnix" }) 
        {
            Mark(call.Span, Fate.Converted, "the runner's platform");
            if (_allocation?.Windows == true) return new Known(false);
            return _allocation?.RunsOn is YamlText { Value: var runner } && (runner.StartsWith("ubuntu", StringComparison.Ordinal) || runner.StartsWith("macos", StringComparison.Ordinal)) ? new Known(true) : new Truth(new Guard("runner.os != 'Windows'", true));
        }

        if (call.Callee is Name { Identifier: "fileExists" } && call.Arguments.Count > 0 && Evaluate(call.Named("file") ?? call.Arguments[0].Value, scope, around) is var file && file is Known or Composed)
            return FileCondition(file, call, around);
        if (call.Callee is Member member && call.Arguments.Count <= 2)
        {
            if (member.Target is Name { Identifier: "currentBuild" } && member.Identifier is "resultIsBetterOrEqualTo" && call.Arguments.Count == 1 && Evaluate(call.Arguments[0].Value, scope, around) is Known { Content: "SUCCESS" })
                return new Truth(new Guard("job.status == 'success'", true));
            var target = Evaluate(member.Target, scope, around);
            if (member.Identifier is "equals" or "equalsIgnoreCase" or "startsWith" or "endsWith" or "contains" && call.Arguments.Count == 1)
            {
                var argument = Evaluate(call.Arguments[0].Value, scope, around);
                if (member.Identifier is "equals" or "equalsIgnoreCase") return Result(target, argument) ?? Equal(target, argument);
                if (target is Known { Content: string text } && argument is Known { Content: string part })
                    return new Known(member.Identifier switch { "startsWith" => text.StartsWith(part, StringComparison.Ordinal), "endsWith" => text.EndsWith(part, StringComparison.Ordinal), _ => text.Contains(part, StringComparison.Ordinal) });
                if (target is Listed list && member.Identifier == "contains") return Any(list.Items.Select(item => Equal(argument, item)), call);
                if (BranchSide(target) is { } side && Side(argument) is { } tested)
                    return new Truth(new Guard($"{member.Identifier}({side.Expression}, {tested.Expression})", side.OnlyInSteps || tested.OnlyInSteps));
                return new Opaque(call.Span, "condition");
            }

            if (member.Identifier is "toBoolean" or "asBoolean" && call.Arguments.Count == 0)
                return target is Known known ? new Known(known.Text == "true") : Equal(target, new Known("true"));
            if (member.Identifier is "isEmpty" && call.Arguments.Count == 0)
                return target is Known or Listed or Mapped ? new Known(!IsTrue(target)) : Truthiness(target, call) is Truth filled ? new Truth(filled.Guard.Negated()) : new Opaque(call.Span, "condition");
            if (member.Identifier is "trim" or "toString" or "toLowerCase" or "toUpperCase" && call.Arguments.Count == 0) return Truthiness(target, call);
            if (member.Identifier is "matches" && call.Arguments.Count == 1) return Pattern(new Binary(call.Span, "==~", member.Target, call.Arguments[0].Value), scope, around);
            if (target is Listed known2 && member.Identifier is "any" or "every" && call.Body is { } body && target is Listed)
            {
                var results = ((Listed)target).Items.Select(item => Predicate(body, item, scope, around)).ToList();
                if (member.Identifier == "any") return Any(results, call);
                return results.All(result => result is Known) ? new Known(results.All(IsTrue)) : new Opaque(call.Span, "condition");
            }
        }

        if (call.Callee is Member { Identifier: "equals" or "equalsIgnoreCase" or "startsWith" or "endsWith" or "contains" or "toBoolean" or "asBoolean" or "isEmpty" or "matches" }) return new Opaque(call.Span, "condition");
        return Truthiness(Evaluate(call, scope, around), call);
    }

    private Value Predicate(Closure body, Value item, Scope scope, Surroundings around)
    {
        _ran.Add(body);
        var inner = new Scope(scope);
        inner.Declare(body.Parameters.Count > 0 ? body.Parameters[0].Name : "it", item, around.Depth);
        return body.Body is [ExpressionStmt only] ? ConditionOf(only.Expression, inner, around) : body.Body is [Return { Value: { } returned }] ? ConditionOf(returned, inner, around) : new Opaque(body.Span, "condition");
    }

    /// <summary>A condition that stays off until a person decides, named after its line.</summary>
    private Guard OffByDefault(Node origin, string what)
    {
        var name = "JENKINS_LINE_" + Number(LineOf(origin));
        NeedVariable("env " + name, $"set it to true in the workflow's env to run what line {Number(LineOf(origin))} of the Jenkinsfile guards: {what}");
        _workflow.Env.TryAdd(name, new EnvEntry("false", _abroad is null ? origin.Span : null));
        return new Guard($"env.{name} == 'true'", true);
    }
}
