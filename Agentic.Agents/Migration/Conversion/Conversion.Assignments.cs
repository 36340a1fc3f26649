using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    /// <summary>A step that leaves a value in the environment of the steps after it.</summary>
    private WorkflowStep SetVariable(string name, string word, Surroundings around, Node origin)
    {
        var step = new WorkflowStep
        {
            Name = "Set " + name,
            Run = word.Contains('\n', StringComparison.Ordinal)
                ? $"{name}={word}\nprintf '{name}<<END_OF_VALUE\\n%s\\nEND_OF_VALUE\\n' \"${name}\" >> \"$GITHUB_ENV\""
                // The echo of some shells reads a backslash as an escape.
                : $"{(word.Contains('\\', StringComparison.Ordinal) ? "printf '%s\\n'" : "echo")} {Assignment(name, word)} >> \"$GITHUB_ENV\"",
        };
        return Setting(step, name, around, origin);
    }

    /// <summary>A step that leaves what a command prints in the environment of the steps after it; <paramref name="first"/> must go well before.</summary>
    private WorkflowStep SetPrinted(string name, string command, string? first, Surroundings around, Node origin) => Setting(new WorkflowStep
    {
        Name = "Set " + name,
        Run = $"{(first is null ? "" : first + "\n")}printf '{name}<<END_OF_VALUE\\n%s\\nEND_OF_VALUE\\n' \"$({command})\" >> \"$GITHUB_ENV\"",
    }, name, around, origin);

    private WorkflowStep Setting(WorkflowStep step, string name, Surroundings around, Node origin)
    {
        if (_allocation?.Windows == true) step.Shell = "bash";
        step.Sets.Add(name);
        Emit(step, around with { Retries = 1 }, origin);
        return step;
    }

    private static string Assignment(string name, string word) => word.StartsWith('"') ? $"\"{name}={word[1..]}" : $"\"{name}={word}\"";

    private Value AssignValue(Assign assign, Scope scope, Surroundings around)
    {
        var outer = _nameHint;
        var outerKind = _hintOfEnvironment;
        _nameHint = assign.Target switch { Name name => name.Identifier, Member { Target: Name { Identifier: "env" } } member => member.Identifier, _ => null };
        _hintOfEnvironment = assign.Target is Member { Target: Name { Identifier: "env" } };
        var value = Evaluate(assign.Value, scope, around);
        _hintOfEnvironment = outerKind;
        if (assign.Operator == "+=" && assign.Target is Name or Member)
        {
            var before = Evaluate(assign.Target, scope, around);
            value = before is Listed list ? new Listed([.. list.Items, .. value is Listed more ? more.Items : [value]])
                : before is Known { Content: long a } && value is Known { Content: long b } ? new Known(a + b)
                : before is Opaque ? before : Joined([.. GivenPieces(before, assign.Target), .. GivenPieces(value, assign.Value)]);
        }
        else if (assign.Operator != "=")
        {
            value = new Opaque(assign.Span, "value");
        }

        _nameHint = outer;
        Store(assign.Target, value, scope, around, assign);
        return value;
    }

    private void Store(Expr target, Value value, Scope scope, Surroundings around, Node origin)
    {
        switch (target)
        {
            case Member { Target: Name { Identifier: "env" } } member:
                StoreEnvironment(member.Identifier, value, around, origin);
                return;
            case Subscript { Target: Name { Identifier: "env" }, Arguments: [var key] } when Evaluate(key, scope, around) is Known name:
                StoreEnvironment(name.Text, value, around, origin);
                return;
            case Member { Target: Name { Identifier: "currentBuild" } } build:
                BuildState(build.Identifier, value, around, origin);
                return;
            case Name name:
                StoreVariable(name.Identifier, value, scope, around, origin);
                return;
            case Subscript { Arguments: [var index] } subscript when Evaluate(subscript.Target, scope, around) is Mapped map && Fits(map, value):
                map.Entries[Display(Evaluate(index, scope, around))] = value;
                return;
            case Subscript { Arguments: [var index] } subscript when Evaluate(subscript.Target, scope, around) is Listed list && Evaluate(index, scope, around) is Known { Content: long at } && at >= 0 && at <= list.Items.Count && at < 1000 && Fits(list, value):
                if (at == list.Items.Count) list.Items.Add(value);
                else list.Items[(int)at] = value;
                return;
            case Member member when Evaluate(member.Target, scope, around) is Mapped map && Fits(map, value):
                map.Entries[member.Identifier] = value;
                return;
            default:
                Mark(origin.Span, Fate.Manual, $"the assignment {Quote(origin.Span, 60)} has no equal in a workflow");
                return;
        }
    }

    private void StoreEnvironment(string name, Value value, Surroundings around, Node origin)
    {
        var variable = EnvName(name);
        if (_workflow.Env.ContainsKey(variable) && _environment.TryGetValue(variable, out var declared) && declared is not null && !_inputs.ContainsKey(variable))
        {
            Mark(origin.Span, Fate.Approximated, $"left out: Jenkins keeps the value the environment block gives {name}, whatever a script assigns to it");
            return;
        }

        _assigned.Add(variable);
        if (value is Composed { Pieces: [{ Variable: { } same, MissingLine: 0 }] } && same == variable && around.Depth == 0)
        {
            _environment[variable] = null;
            Mark(origin.Span, Fate.Converted, "set by the step above");
            return;
        }

        SetVariable(variable, ShellText.Word(PiecesOf(value, origin)), around, origin);
        _environment[variable] = null;
        if (value is Opaque) Mark(origin.Span, Fate.Manual, $"{name} is set from a value the workflow does not know: {Quote(origin.Span, 60)}");
    }

    /// <summary>Variables that only ever hold true or false.</summary>
    private readonly HashSet<string> _flags = new(StringComparer.Ordinal);

    private void StoreVariable(string name, Value value, Scope scope, Surroundings around, Node origin)
    {
        var slot = scope.Find(name);
        if (slot is null)
        {
            scope.Outermost.Declare(name, value, around.Depth);
            return;
        }

        if (around.Depth <= slot.Guards || value is Opaque or Closed or Listed or Mapped or DockerImage)
        {
            if (around.Depth > slot.Guards && value is not Opaque)
                Mark(origin.Span, Fate.Approximated, $"{name} is set under a condition; the workflow uses this value in either case");
            slot.Value = value;
            return;
        }

        var fresh = slot.Variable is null;
        if (slot.Variable is null)
        {
            slot.Variable = FreshVariable(name, around);
            if (slot.Value is Known { Content: not null } or Composed && !(slot.Value is Composed { Pieces: [{ Variable: { } own }] } && own == slot.Variable))
                SetVariable(slot.Variable, ShellText.Word(PiecesOf(slot.Value, origin)), around with { Guards = around.Condensed ? [] : around.Guards.GetRange(0, Math.Min(slot.Guards, around.Guards.Count)) }, origin);
        }

        // A text "false" would count as true, so that which only ever was yes or no is remembered as such.
        if (value is Known { Content: bool } or Truth && (fresh ? slot.Value is Known { Content: bool or null } : _flags.Contains(slot.Variable))) _flags.Add(slot.Variable);
        else _flags.Remove(slot.Variable);
        if (value is Truth truth)
        {
            var guard = Localised(truth.Guard, Job(around));
            SetVariable(slot.Variable, "\"$IT_HOLDS\"", around.WithEnv("IT_HOLDS", "${{ " + guard.Expression + " }}"), origin);
        }
        else
        {
            SetVariable(slot.Variable, ShellText.Word(PiecesOf(value, origin)), around, origin);
        }

        slot.Value = new Composed([Piece.Env(slot.Variable)]);
    }
}
