using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private readonly Dictionary<string, CompositeAction?> _actions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GroovyScript> _libraryScripts = new(StringComparer.Ordinal);
    private bool _isAction;

    /// <summary>Stands for the runner of whoever uses an action.</summary>
    private static readonly Yaml TheCallers = Yaml.Of("ubuntu-latest");

    /// <summary>
    /// A library step that is used again becomes an action of the repository, where its body is nothing but steps and
    /// means the same at every place. Everything else stands where it is called: with the values of each call more of it
    /// converts, and nothing is guessed.
    /// </summary>
    private Value? AsAction(string name, Method method, Call call, Scope scope, Surroundings around)
    {
        if (_isAction || _abroad is not null || _request.CompositeActions == false || !ReferenceEquals(call, _statement) || call.Body is not null) return null;
        if (_allocation is not { Windows: false, AgentImage: null } || around is not { Directory: null, Image: null, Retries: 1, Env.IsEmpty: true }) return null;
        if (_job is null && !_allocation.ChecksOut && _allocation.Last.Count == 0 || call.Arguments.Any(argument => !IsPlain(argument.Value))) return null;
        if (!_actions.TryGetValue(name, out var action)) _actions[name] = action = MakeAction(name, method);
        if (action is null || Given(call, action.Inputs, scope, around) is not { } given) return null;
        // The action lies in the repository, so its files must be there.
        if (!HasSources(Job(around))) return null;
        _called.Add(method);
        var step = new WorkflowStep { Name = StepName(around, name), Uses = "./" + action.Folder };
        foreach (var (input, value) in given) step.With[input] = value;
        Emit(step, around, call, name);
        Mark(call.Span, Fate.Converted, $"uses the action {action.Folder}, made from {_libraryOf[method].Path}");
        return Value.Null;
    }

    private bool HasSources(WorkflowJob job) => ChecksOut(job) || job.Steps.Any(step => step.Name?.StartsWith("Restore the workspace of ", StringComparison.Ordinal) == true) && _workflow.Jobs.Any(ChecksOut);

    private static bool ChecksOut(WorkflowJob job) => job.Steps.Any(step => step.Uses == "actions/checkout" && !step.With.ContainsKey("repository") && !step.With.ContainsKey("path"));

    /// <summary>Text and values that can be worked out twice without doing anything twice.</summary>
    private static bool IsPlain(Expr expression) => expression switch
    {
        Literal or Name => true,
        Member member => IsPlain(member.Target),
        Text text => text.Parts.All(part => part.Expression is null || IsPlain(part.Expression)),
        Binary binary => IsPlain(binary.Left) && IsPlain(binary.Right),
        _ => false,
    };

    private CompositeAction? MakeAction(string name, Method method)
    {
        var calls = SyntaxWalk.All(_script.Statements).OfType<Call>().Where(call => call.StepName == name).ToList();
        if (_request.CompositeActions is null && calls.Count < 2 || calls.Any(call => call.Body is not null)) return null;
        var names = Parameters(method, calls[0]);
        if (names is null || calls.Any(call => Parameters(method, call)?.SequenceEqual(names) != true)) return null;
        var (path, _) = _libraryOf[method];
        var inside = new Conversion(_libraryScripts[path], _request, _catalogue) { _isAction = true };
        inside.ReadLibraries();
        var around = new Surroundings();
        foreach (var input in names)
        {
            var expression = "inputs." + input;
            around = around.WithEnv(input, "${{ " + expression + " }}");
            inside._inputs[input] = expression;
            inside._environment[input] = null;
            if (calls.All(call => ArgumentFor(method, call, input) is Literal { Value: bool })) inside._booleans[input] = expression + " == 'true'";
        }

        inside._allocation = new Allocation { RunsOn = TheCallers };
        var scope = new Scope(inside._globals);
        inside.BindInputs(method, calls[0], names, scope);
        inside._called.Add(method);
        inside.ExecuteAll(method.Body.Statements, scope, around);
        return inside.Finished(this, name, path, names, calls);
    }

    /// <summary>The inputs an action of this call would have: its parameters by position, and the keys of a map it is given by name.</summary>
    private static List<string>? Parameters(Method method, Call call)
    {
        var positional = call.Positional.Count();
        var named = call.Arguments.Where(argument => argument.Name is not null).Select(argument => argument.Name!).Order(StringComparer.Ordinal).ToList();
        if (call.Arguments.Any(argument => argument.Key is not null) || positional + (named.Count > 0 ? 1 : 0) > method.Parameters.Count || call.Positional.Any(argument => argument is MapLiteral or ListLiteral or Closure)) return null;
        List<string> names = [.. named, .. method.Parameters.Skip(named.Count > 0 ? 1 : 0).Take(positional).Select(parameter => parameter.Name)];
        return names.Distinct(StringComparer.OrdinalIgnoreCase).Count() == names.Count && names.All(one => EnvName(one) == one && !ReservedVariables.Contains(one)) ? names : null;
    }

    private static Expr? ArgumentFor(Method method, Call call, string input)
    {
        if (call.Named(input) is { } named) return named;
        var first = call.Arguments.Any(argument => argument.Name is not null) ? 1 : 0;
        for (var index = first; index < method.Parameters.Count; index++) if (method.Parameters[index].Name == input) return call.Positional.ElementAtOrDefault(index - first);
        return null;
    }

    private void BindInputs(Method method, Call call, List<string> names, Scope scope)
    {
        var map = call.Arguments.Any(argument => argument.Name is not null);
        for (var index = 0; index < method.Parameters.Count; index++)
        {
            var parameter = method.Parameters[index];
            Value value;
            if (index == 0 && map)
            {
                var entries = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
                foreach (var argument in call.Arguments) if (argument.Name is { } key) entries[key] = new Composed([Piece.Env(key)]);
                value = new Mapped(entries);
            }
            else if (names.Contains(parameter.Name)) value = new Composed([Piece.Env(parameter.Name)]);
            else value = parameter.Default is { } fallback ? Evaluate(fallback, scope, new Surroundings()) : Value.Null;
            scope.Declare(parameter.Name, value, 0);
        }
    }

    /// <summary>The action, or nothing where the body needs more than an action has: jobs, secrets, limits, decisions of a person.</summary>
    private CompositeAction? Finished(Conversion outer, string name, string path, List<string> names, List<Call> calls)
    {
        if (_workflow.Jobs is not [{ Container: null, Services: null, Matrix: null, Environment: null, ConcurrencyGroup: null, Outputs.Count: 0, Steps: { Count: > 0 } steps } job] || !ReferenceEquals(job.RunsOn, TheCallers)) return null;
        if (_workflow.Env.Count > 0 || _secrets.Count > 0 || _holes.Count > 0 || _assigned.Count > 0 || _caught.Count > 0 || _ledger.Holds(Fate.Manual)) return null;
        foreach (var step in steps)
        {
            if (step.TimeoutMinutes is not null || step.Sets.Any(outer.SourceMentions)) return null;
            if (step.With.Values.Concat(step.Env.Values).Append(step.If ?? "").Append(step.Run ?? "").Any(text => text.Contains("secrets.", StringComparison.Ordinal) || text.Contains("needs.", StringComparison.Ordinal))) return null;
            if (step.Run is not null) step.Shell ??= JenkinsShell;
            foreach (var input in names)
                if (step.Env.ContainsKey(input) && !Identifiers.Mentions(step.Run, input)) step.Env.Remove(input);
        }

        outer._warnings.AddRange(_warnings.Select(warning => $"{path}: {warning}"));
        foreach (var call in calls)
            foreach (var note in _ledger.Notes(Fate.Approximated).Take(5)) outer.Mark(call.Span, Fate.Approximated, $"uses the action .github/actions/{name}; in {path}: {note}");
        return new CompositeAction(name, $"The step {name} of the shared library, from {path}", names, steps);
    }

    /// <summary>What a call gives to each input; nothing where a value is not known as text.</summary>
    private List<KeyValuePair<string, string>>? Given(Call call, IReadOnlyList<string> inputs, Scope scope, Surroundings around)
    {
        var method = LibraryMethod(call.StepName!, "call")!;
        var given = new List<KeyValuePair<string, string>>();
        foreach (var input in inputs)
        {
            if (ArgumentFor(method, call, input) is not { } expression) return null;
            var value = Evaluate(expression, scope, around);
            if (value is not (Known { Content: not null } or Composed) || ContainsUnknown(value)) return null;
            given.Add(new(input, Expression(value, call, around)));
        }

        return given;
    }
}
