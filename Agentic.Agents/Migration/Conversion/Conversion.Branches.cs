using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private Completion ExecuteIf(If conditional, Scope scope, Surroundings around)
    {
        if (conditional.Else is { } other) Mark(new Span(conditional.Then.Span.End, other.Span.Start), Fate.Converted, "the other branch follows");
        var condition = ConditionOf(conditional.Condition, scope, around);
        if (condition is Known known)
        {
            var taken = IsTrue(known);
            Mark(conditional.Head, Fate.Approximated, $"the condition is always {(taken ? "true" : "false")} with the values in this file");
            var (kept, dead) = taken ? (conditional.Then, conditional.Else) : (conditional.Else, conditional.Then);
            if (dead is not null) MarkTree(dead, Fate.Dropped, Invariant($"never runs: the condition of line {LineOf(conditional)} is always {(taken ? "true" : "false")}"));
            return kept is null ? Completion.Normal : Execute(kept, new Scope(scope), around);
        }

        Guard guard;
        if (condition is Truth truth)
        {
            guard = truth.Guard;
            MarkCondition(conditional.Head, conditional.Condition, guard);
        }
        else
        {
            guard = OffByDefault(conditional, Quote(conditional.Head));
            Mark(conditional.Head, Fate.Manual, $"GitHub cannot evaluate {Quote(conditional.Head)}; the steps are off until {guard.Expression.Split(' ')[0]} is true");
        }

        var headed = around with { Heads = around.Heads.Add(conditional.Head) };
        var then = Execute(conditional.Then, new Scope(scope), Condensed(headed.With(guard), conditional));
        var otherwise = Completion.Normal;
        if (conditional.Else is not null)
            otherwise = Execute(conditional.Else, new Scope(scope), Condensed(headed.With(condition is Truth ? guard.Negated() : OffByDefault(conditional.Else, "the other branch of " + Quote(conditional.Head))), conditional.Else));
        Guard? left = then.Left || then.When is not null ? then.When is null ? guard : Guard.And(guard, then.When) : null;
        if (otherwise.Left || otherwise.When is not null)
        {
            var second = otherwise.When is null ? guard.Negated() : Guard.And(guard.Negated(), otherwise.When);
            if (then.Left && then.When is null && otherwise.Left && otherwise.When is null) return new Completion(true, null, then.Value);
            left = left is null ? second : Guard.Or(left, second);
        }

        return new Completion(false, left, null);
    }

    /// <summary>A condition that no longer looks like the source is shown to the reader.</summary>
    private void MarkCondition(Span head, Expr condition, Guard guard)
    {
        var words = Words().Matches(_source.Slice(condition.Span)).Select(match => match.Value).Where(word => word.Length > 2 && word is not ("env" or "params" or "equals" or "null" or "true" or "false")).ToList();
        var same = words.Count > 0 && words.All(word => guard.Expression.Contains(word, StringComparison.OrdinalIgnoreCase));
        Mark(head, same ? Fate.Converted : Fate.Approximated, same ? "a condition of the steps" : $"asked as {guard.Expression}");
    }

    private Completion ExecuteSwitch(Switch choice, Scope scope, Surroundings around)
    {
        var subject = Evaluate(choice.Subject, scope, around);
        Guard? earlier = null;
        Guard? pending = null;
        var sure = false;
        var unknown = false;
        Mark(choice.Head, Fate.Approximated, "every case asks for itself; one that is settled by the values in this file asks nothing");
        foreach (var option in choice.Cases)
        {
            Value test;
            if (option.Test is null) test = earlier is null ? new Known(true) : new Truth(earlier.Negated());
            else
            {
                var wanted = Evaluate(option.Test, scope, around);
                test = wanted is Listed list ? Any(list.Items.Select(item => Equal(subject, item)), option.Test) : Equal(subject, wanted);
            }

            if (sure || (test is Known never && !IsTrue(never)))
            {
                foreach (var statement in option.Body) MarkTree(statement, Fate.Dropped, "never runs: another case of the switch is always taken");
                Mark(option.Span, Fate.Dropped, "never taken with the values in this file");
                continue;
            }

            var guard = test is Truth truth ? truth.Guard : null;
            if (test is Known) sure = pending is null;
            if (test is Opaque || unknown && option.Test is null)
            {
                guard = OffByDefault(option.Test ?? (Node)choice, Quote(choice.Head));
                Mark(option.Span, Fate.Manual, $"GitHub cannot compare here; the steps are off until {guard.Expression.Split(' ')[0]} is true");
                unknown = true;
            }
            else
            {
                Mark(option.Span, Fate.Converted, "a condition of the steps");
            }

            if (pending is not null && guard is not null) guard = Guard.Or(pending, guard);
            if (guard is not null) earlier = earlier is null ? guard : Guard.Or(earlier, guard);
            var falls = option.Body.Count == 0;
            pending = falls ? guard : null;
            if (falls) continue;
            ExecuteAll([.. option.Body.Where(statement => statement is not Jump { Keyword: "break" })], new Scope(scope), guard is null ? around : around.With(guard));
            foreach (var jump in option.Body.OfType<Jump>()) Mark(jump.Span, Fate.Converted, "ends the case");
        }

        return Completion.Normal;
    }
}
