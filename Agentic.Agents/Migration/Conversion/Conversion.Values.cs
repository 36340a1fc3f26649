using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

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
            case ListLiteral list: return new Listed([.. list.Items.Select(item => Evaluate(item, scope, around))]);
            case MapLiteral map:
                var entries = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
                foreach (var entry in map.Entries)
                {
                    var key = entry.Name ?? Display(Evaluate(entry.Key!, scope, around));
                    if (entry.Name is not null && entry.Key is null && entry.Name == "*") continue;
                    entries[key] = Evaluate(entry.Value, scope, around);
                }

                return new Mapped(entries);
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

    private Value TextValue(Text text, Scope scope, Surroundings around)
    {
        if (text.Constant is { } constant) return new Known(constant);
        var pieces = new List<Piece>();
        foreach (var part in text.Parts)
            if (part.Expression is null) pieces.Add(Piece.Text(part.Value!));
            else pieces.AddRange(GivenPieces(Evaluate(part.Expression, scope, around), part.Expression));
        return Joined(pieces);
    }

    private static Value Joined(IReadOnlyList<Piece> pieces)
    {
        var merged = Merged(pieces);
        Value value = merged.All(piece => piece.Literal is not null) ? new Known(string.Concat(merged.Select(piece => piece.Literal))) : new Composed([.. merged]);
        return pieces.Any(piece => piece.From is not null) ? value with { Made = [.. pieces] } : value;
    }

    private static List<Piece> Merged(IReadOnlyList<Piece> pieces)
    {
        var merged = new List<Piece>(pieces.Count);
        foreach (var piece in pieces.SelectMany(piece => piece.Whole is { } whole ? whole.Pieces : (IEnumerable<Piece>)[piece]))
        {
            if (piece.Literal is { Length: 0 }) continue;
            if (piece.Literal is not null && merged.Count > 0 && merged[^1].Literal is { } before) merged[^1] = Piece.Text(before + piece.Literal);
            else merged.Add(piece.From is null ? piece : piece with { From = null });
        }

        return merged;
    }

    /// <summary>The pieces of a value as text; what is unknown becomes a hole that stops the step which needs it.</summary>
    private ImmutableArray<Piece> PiecesOf(Value value, Node origin)
    {
        switch (value)
        {
            case Known known: return [Piece.Text(known.Text)];
            case Composed composed: return composed.Pieces;
            case DockerImage image: return PiecesOf(image.Name, origin);
            case Listed list when list.Items.All(item => item is Known): return [Piece.Text("[" + string.Join(", ", list.Items.Cast<Known>().Select(item => item.Text)) + "]")];
            case Mapped map when map.Entries.Values.All(item => item is Known): return [Piece.Text("[" + string.Join(", ", map.Entries.Select(item => item.Key + ":" + ((Known)item.Value).Text)) + "]")];
        }

        var name = HoleName(value, origin);
        Mark(origin.Span, Fate.Manual, $"the value of {Quote(origin.Span, 60)} is not known to the workflow: set {name} in the environment, or rewrite the place that uses it");
        return [Piece.Hole(name, _source.LineOf(Math.Min(origin.Span.Start, Math.Max(0, _source.Text.Length - 1))))];
    }

    private string HoleName(Value value, Node origin)
    {
        var text = origin switch
        {
            Name name => name.Identifier,
            Member member => _source.Slice(member.Span),
            Call { Callee: Name callee } => callee.Identifier,
            Call { Callee: Member callee } => _source.Slice(callee.Span),
            _ => value is Opaque opaque ? opaque.Name : "value",
        };
        var cleaned = EnvName(text.Trim());
        return cleaned.Length > 40 ? cleaned[..40] : ReservedVariables.Contains(cleaned) ? cleaned + "_value" : cleaned;
    }

    private static string Display(Value value) => value switch
    {
        Known known => known.Text,
        Composed composed => string.Concat(composed.Pieces.Select(piece => piece.Literal ?? piece.Variable)),
        _ => "value",
    };

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

    private Value BinaryValue(Binary binary, Scope scope, Surroundings around)
    {
        switch (binary.Operator)
        {
            case "+":
                var left = Evaluate(binary.Left, scope, around);
                var right = Evaluate(binary.Right, scope, around);
                if (left is Known { Content: long a } && right is Known { Content: long b }) return new Known(a + b);
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
                    items.Items.Add(Evaluate(binary.Right, scope, around));
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

    private Value Increment(Unary step, Scope scope, Surroundings around)
    {
        if (step.Operand is Name name && scope.Find(name.Identifier) is { Value: Known { Content: long number } } slot && slot.Guards == around.Depth)
        {
            slot.Value = new Known(number + (step.Operator == "++" ? 1 : -1));
            return slot.Value;
        }

        return new Opaque(step.Span, "value");
    }

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
            case Subscript { Arguments: [var index] } subscript when Evaluate(subscript.Target, scope, around) is Mapped map:
                map.Entries[Display(Evaluate(index, scope, around))] = value;
                return;
            case Subscript { Arguments: [var index] } subscript when Evaluate(subscript.Target, scope, around) is Listed list && Evaluate(index, scope, around) is Known { Content: long at } && at >= 0 && at <= list.Items.Count && at < 1000:
                if (at == list.Items.Count) list.Items.Add(value);
                else list.Items[(int)at] = value;
                return;
            case Member member when Evaluate(member.Target, scope, around) is Mapped map:
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

    /// <summary>Text for a place where GitHub evaluates expressions: <c>with</c>, <c>env</c>, names.</summary>
    private string Expression(Value value, Node origin, Surroundings around) => string.Concat(PiecesOf(value, origin).Select(piece =>
    {
        if (piece.MissingLine > 0) _holes.TryAdd(piece.Variable!, piece.MissingLine);
        return piece.Literal ?? around.Env.LastOrDefault(pair => pair.Key == piece.Variable).Value ?? "${{ env." + piece.Variable + " }}";
    }));

    /// <summary>Variables that stand for what is not known, by the line that needs them.</summary>
    private readonly Dictionary<string, int> _holes = new(StringComparer.Ordinal);
    private readonly HashSet<(WorkflowJob, string)> _asked = [];

    /// <summary>An expression of GitHub takes a missing variable for empty; a step before it asks, as a shell would.</summary>
    private void AskForHoles(WorkflowStep step, WorkflowJob job, Surroundings around, Node node)
    {
        if (_holes.Count == 0) return;
        var texts = step.With.Values.Concat(step.Env.Values).Concat(around.Env.Select(pair => pair.Value)).Append(around.Directory ?? "").Where(text => text.Contains("${{ env.", StringComparison.Ordinal)).ToList();
        if (texts.Count == 0) return;
        var missing = _holes.Where(hole => texts.Any(text => text.Contains("${{ env." + hole.Key + " }}", StringComparison.Ordinal)) && _asked.Add((job, hole.Key))).ToList();
        if (missing.Count == 0) return;
        Emit(new WorkflowStep { Name = "Values the next steps need", Run = string.Join('\n', missing.Select(hole => Invariant($": \"${{{hole.Key}:?the value of line {hole.Value} was not converted}}\""))), Shell = _allocation?.Windows == true ? "bash" : null }, around with { Env = [], Directory = null, Retries = 1, Image = null }, node);
    }

    /// <summary>Text for a place outside steps, where the environment cannot be asked.</summary>
    private string? JobExpression(Value value)
    {
        switch (value)
        {
            case Known known: return known.Text;
            case Composed composed:
                var parts = new List<string>();
                foreach (var piece in composed.Pieces)
                {
                    if (piece.Literal is not null) parts.Add(piece.Literal);
                    else if (JobLevel(piece.Variable!) is { } expression) parts.Add(expression);
                    else return null;
                }

                return string.Concat(parts);
            default: return null;
        }
    }

    private string? JobLevel(string variable)
    {
        if (_environment.TryGetValue(variable, out var known)) return known;
        return _catalogue.BuiltIns.TryGetValue(variable, out var expression) && !expression.Contains("runner.", StringComparison.Ordinal) ? "${{ " + expression + " }}" : null;
    }
}
