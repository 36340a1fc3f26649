using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private Value Stage(Call call, Scope scope, Surroundings around)
    {
        var value = GivenValue(call, scope, around, "name");
        var name = value is null ? "stage" : Display(value is Opaque ? Value.Of(Quote(Given(call, "name")!.Span, 40)) : value);
        var constant = Given(call, "name") is Text { Constant: not null };
        Mark(call.Head, constant ? Fate.Converted : Fate.Approximated, constant ? "names the steps" : value is Opaque ? "the stage's name is computed" : $"the stage's name is worked out: {HardCodedSecrets.Redact(name)}");
        if (call.Body is not { } body)
        {
            _openStage = name;
            return Value.Null;
        }

        _openStage = null;
        var before = _emitted;
        Run(body, scope, around with { Stages = around.Stages.Add(name) });
        if (_emitted == before) Empty(name, around, call);
        return Value.Null;
    }

    /// <summary>A stage without any step still shows, as it does in Jenkins.</summary>
    private void Empty(string name, Surroundings around, Node origin) =>
        Emit(new WorkflowStep { Name = name, Run = "true", Shell = _allocation?.Windows == true ? "bash" : null }, around, origin);

    private Value Parallel(Call call, Scope scope, Surroundings around)
    {
        var branches = new List<(string Name, Value Body, Span Span)>();
        var dynamic = false;
        foreach (var argument in call.Arguments)
        {
            if (argument.Name == "failFast" || (argument.Value is Literal && argument.Name is not null)) continue;
            if (argument.Name is not null || argument.Key is not null)
            {
                var key = argument.Name ?? Display(Evaluate(argument.Key!, scope, around));
                branches.Add((key, Evaluate(argument.Value, scope, around), argument.Value.Span));
                continue;
            }

            var value = Evaluate(argument.Value, scope, around);
            if (value is Mapped map)
                foreach (var (key, branch) in map.Entries) { if (key != "failFast") branches.Add((key, branch, call.Span)); }
            else dynamic = true;
        }

        var head = new Span(call.Span.Start, Math.Min(call.Span.End, call.Span.Start + "parallel".Length));
        if (dynamic || branches.Any(branch => branch.Body is not Closed))
        {
            Mark(call.Span, Fate.Manual, $"the branches of {Quote(call.Span, 60)} are not known before the run: use a matrix");
            Mark(head, Fate.Manual, "the branches are not known before the run: use a matrix");
        }
        else
        {
            Mark(head, Fate.Converted, "jobs side by side");
            foreach (var argument in call.Arguments.Where(argument => argument.Value is not Closure))
                Mark(argument.Value.Span, argument.Name == "failFast" ? Fate.Approximated : Fate.Converted, argument.Name == "failFast" ? "GitHub does not cancel sibling jobs; only a matrix can fail fast" : "its entries are the jobs");
        }

        if (call.Arguments.Any(argument => argument.Value is not (Closure or Literal or MapLiteral))) Mark(call.Span, Fate.Approximated, branches.Count == 0 ? "jobs side by side" : $"jobs side by side: {string.Join(", ", branches.Take(20).Select(branch => branch.Name))}");
        MarkKeys(call);
        var runnable = branches.Where(branch => branch.Body is Closed).ToList();
        if (runnable.Count == 0) return Value.Null;
        SideBySide(runnable.Select<(string Name, Value Body, Span Span), Action>(branch => () =>
        {
            var closed = (Closed)branch.Body;
            var inside = around with { Stages = around.Stages.Add(branch.Name) };
            foreach (var guard in closed.Guards) inside = inside.With(guard);
            _calls++;
            if (_calls < DeepestCall) Run(closed.Closure, closed.Scope, inside);
            _calls--;
        }));
        return Value.Null;
    }

    /// <summary>The words between the branches: their names and separators.</summary>
    private void MarkKeys(Call call)
    {
        var from = call.Span.Start;
        foreach (var argument in call.Arguments)
        {
            if (argument.Value is Closure closure) Mark(new Span(from, closure.Span.Start + 1), Fate.Converted, "jobs side by side");
            else if (argument.Value is MapLiteral map)
                foreach (var entry in map.Entries) Mark(new Span(entry.Span.Start, Math.Max(entry.Value.Span.Start, entry.Span.Start + 1)), Fate.Converted, "a job beside others");
            from = argument.Value.Span.End;
        }
    }
}
