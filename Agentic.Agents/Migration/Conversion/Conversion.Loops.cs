using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private const int MostRounds = 24;
    private const int MostRoundsTogether = 64;

    private int _rounds = 1;

    private Completion ExecuteLoop(ForIn loop, Scope scope, Surroundings around)
    {
        var collection = Evaluate(loop.Collection, scope, around);
        Repeat(collection, loop.Head, loop, around, (item, inside) =>
        {
            var inner = new Scope(scope);
            inner.Declare(loop.Variable, item, inside.Depth);
            return Execute(loop.Body, inner, inside);
        });
        return Completion.Normal;
    }

    /// <summary>Unrolls a loop over what is known; a loop over the unknown stays, once, and off.</summary>
    private void Repeat(Value collection, Span head, Node origin, Surroundings around, Func<Value, Surroundings, Completion> body)
    {
        var items = collection switch
        {
            Listed list => list.Items.ToList(),
            Mapped map => map.Entries.Select(entry => (Value)new Mapped(new OrderedDictionary<string, Value>(StringComparer.Ordinal) { ["key"] = Value.Of(entry.Key), ["value"] = entry.Value })).ToList(),
            _ => null,
        };
        if (items is null || items.Count > MostRounds || items.Count * _rounds > MostRoundsTogether)
        {
            var guard = OffByDefault(origin, "a loop over " + Quote(head));
            Mark(head, Fate.Manual, $"{(items is null ? $"the list of {Quote(head)} is not known before the run" : Invariant($"{items.Count} rounds are too many to write out, use a matrix"))}; its steps stand once and are off until {guard.Expression.Split(' ')[0]} is true");
            body(new Opaque(head, "item"), around.With(guard));
            return;
        }

        Mark(head, Fate.Approximated, Invariant($"unrolled: {items.Count} rounds, one after the other"));
        if (items.Count == 0) Mark(origin.Span, Fate.Dropped, "the list is empty, so the loop never runs");
        var rounds = _rounds;
        _rounds *= Math.Max(1, items.Count);
        foreach (var item in items)
        {
            var completion = body(item, around);
            if (completion.Left && completion.When is null && completion.Value is null) break;
        }

        _rounds = rounds;
    }

    private Completion ExecuteClassic(ForClassic loop, Scope scope, Surroundings around)
    {
        var inner = new Scope(scope);
        foreach (var start in loop.Start) Execute(start, inner, around);
        var rounds = 0;
        while (rounds <= MostRounds && loop.Condition is not null && ConditionOf(loop.Condition, inner, around) is Known known)
        {
            if (!IsTrue(known))
            {
                Mark(loop.Head, Fate.Approximated, Invariant($"unrolled: {rounds} rounds, one after the other"));
                if (rounds == 0) Mark(loop.Span, Fate.Dropped, "the loop never runs");
                return Completion.Normal;
            }

            rounds++;
            var completion = Execute(loop.Body, new Scope(inner), around);
            if (completion.Left && completion.When is null) break;
            foreach (var step in loop.Step) Evaluate(step, inner, around);
        }

        if (rounds == 0 || rounds > MostRounds)
        {
            foreach (var variable in loop.Start.OfType<Declaration>().SelectMany(declaration => declaration.Variables)) inner.Declare(variable.Name, new Opaque(variable.Span, variable.Name), around.Depth);
            Repeat(new Opaque(loop.Head, "item"), loop.Head, loop, around, (_, inside) => Execute(loop.Body, new Scope(inner), inside));
            return Completion.Normal;
        }

        Mark(loop.Head, Fate.Approximated, Invariant($"unrolled: {rounds} rounds, one after the other"));
        return Completion.Normal;
    }

    private Completion ExecuteWhile(While loop, Scope scope, Surroundings around)
    {
        var guard = OffByDefault(loop, "a loop " + Quote(loop.Head));
        Mark(loop.Head, Fate.Manual, $"a workflow has no loop like {Quote(loop.Head)}; its steps stand once and are off until {guard.Expression.Split(' ')[0]} is true");
        if (loop.TestsLast) Mark(loop.Condition.Span, Fate.Manual, "the condition of the loop has no equal in a workflow");
        Execute(loop.Body, new Scope(scope), around.With(guard));
        return Completion.Normal;
    }
}
