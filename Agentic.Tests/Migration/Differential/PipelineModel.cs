using System.Globalization;
using Agentic.Agents.Migration.Groovy;

namespace Agentic.Tests.Migration.Differential;

/// <summary>
/// Runs a parsed Jenkinsfile as Jenkins documents it: Groovy's control flow, the steps of the generated pipelines, and
/// the sections of a declarative one. Commands only answer.
/// </summary>
internal sealed class PipelineModel
{
    private readonly Scenario _scenario;
    private readonly List<Observed> _commands = [];
    private readonly Dictionary<string, string> _set = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object?> _parameters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Method> _methods;
    private bool _failed;

    private sealed class StepFailed(string message) : Exception(message);

    private sealed class Left(object? value) : Exception
    {
        public object? Value { get; } = value;
    }

    private sealed class Variables(Variables? outer)
    {
        private readonly Dictionary<string, object?> _own = new(StringComparer.Ordinal);

        public void Declare(string name, object? value) => _own[name] = value;

        public bool Knows(string name) => _own.ContainsKey(name) || outer?.Knows(name) == true;

        public object? Get(string name) => _own.TryGetValue(name, out var value) ? value : outer?.Get(name);

        public void Set(string name, object? value)
        {
            if (_own.ContainsKey(name) || outer is null) _own[name] = value;
            else outer.Set(name, value);
        }
    }

    /// <summary>What surrounds a step: variables of withEnv and environment blocks, and the directory.</summary>
    private sealed record Place(IReadOnlyDictionary<string, string> Env, string Directory);

    private sealed record Block(Closure Closure, Variables Variables);

    private PipelineModel(GroovyScript script, Scenario scenario)
    {
        _scenario = scenario;
        _methods = script.Statements.OfType<Method>().ToDictionary(method => method.Name, StringComparer.Ordinal);
    }

    public static Behaviour Run(GroovyScript script, Scenario scenario)
    {
        var run = new PipelineModel(script, scenario);
        var place = new Place(new Dictionary<string, string>(StringComparer.Ordinal), "");
        var globals = new Variables(null);
        try
        {
            foreach (var statement in script.Statements.Where(statement => statement is not Method))
                if (statement is ExpressionStmt { Expression: Call { StepName: "pipeline", Body: { } body } }) run.Declarative(body, globals, place);
                else run.Execute(statement, globals, place);
        }
        catch (StepFailed)
        {
            run._failed = true;
        }

        return new Behaviour(run._commands, !run._failed);
    }

    private static IEnumerable<Call> Calls(Closure body) => body.Body.OfType<ExpressionStmt>().Select(statement => statement.Expression).OfType<Call>();

    private static Closure? Section(Closure body, string name) => Calls(body).FirstOrDefault(call => call.StepName == name)?.Body;

    private void Declarative(Closure pipeline, Variables variables, Place place)
    {
        if (Section(pipeline, "parameters") is { } parameters) foreach (var parameter in Calls(parameters)) Parameter(parameter, variables, place);
        if (Section(pipeline, "environment") is { } environment) place = Environment(environment, variables, place);
        var failed = false;
        foreach (var stage in Calls(Section(pipeline, "stages")!))
        {
            if (failed) break;
            failed = !Stage(stage, variables, place);
        }

        _failed |= failed;
        if (Section(pipeline, "post") is { } post) Post(post, _failed, variables, place);
    }

    private void Parameter(Call parameter, Variables variables, Place place)
    {
        var name = (string)Value(parameter.Named("name")!, variables, place)!;
        var fallback = parameter.Named("choices") is { } choices ? ((List<object?>)Value(choices, variables, place)!)[0] : Value(parameter.Named("defaultValue")!, variables, place);
        object? given = _scenario.Inputs?.GetValueOrDefault(name) ?? fallback;
        _parameters[name] = parameter.StepName == "booleanParam" && given is string text ? text == "true" : given;
    }

    private Place Environment(Closure section, Variables variables, Place place)
    {
        foreach (var assign in section.Body.OfType<ExpressionStmt>().Select(statement => statement.Expression).OfType<Assign>())
            place = place with { Env = With(place.Env, ((Name)assign.Target).Identifier, Shown(Value(assign.Value, variables, place))) };
        return place;
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> env, string name, string value) => new(env, StringComparer.Ordinal) { [name] = value };

    /// <summary>Runs a stage and says whether it went well; what comes after a stage that did not is skipped.</summary>
    private bool Stage(Call stage, Variables variables, Place place)
    {
        var body = stage.Body!;
        if (Section(body, "environment") is { } environment) place = Environment(environment, variables, place);
        if (Section(body, "when") is { } when && !Calls(when).All(condition => When(condition, variables, place))) return true;
        var failed = false;
        try
        {
            if (Section(body, "steps") is { } steps) Run(steps, variables, place);
            if (Section(body, "stages") is { } stages) failed = Calls(stages).Any(inner => !Stage(inner, variables, place));
            if (Section(body, "parallel") is { } parallel) foreach (var branch in Calls(parallel)) failed |= !Stage(branch, variables, place);
        }
        catch (StepFailed)
        {
            failed = true;
        }

        if (Section(body, "post") is { } post) failed |= !Post(post, failed, variables, place);
        return !failed;
    }

    private bool Post(Closure post, bool failed, Variables variables, Place place)
    {
        var well = true;
        foreach (var condition in (string[])["always", "failure", "success", "unsuccessful", "cleanup"])
        {
            if (Section(post, condition) is not { } body) continue;
            if (!(condition switch { "failure" or "unsuccessful" => failed, "success" => !failed, _ => true })) continue;
            try
            {
                Run(body, variables, place);
            }
            catch (StepFailed)
            {
                well = false;
                failed = true;
                _failed = true;
            }
        }

        return well;
    }

    private bool When(Call condition, Variables variables, Place place) => condition.StepName switch
    {
        "branch" => Value(condition.Arguments[0].Value, variables, place) as string == _scenario.Branch,
        "not" => !When(Calls(condition.Body!).Single(), variables, place),
        "allOf" => Calls(condition.Body!).All(inner => When(inner, variables, place)),
        "anyOf" => Calls(condition.Body!).Any(inner => When(inner, variables, place)),
        "environment" => Read((string)Value(condition.Named("name")!, variables, place)!, place) == Shown(Value(condition.Named("value")!, variables, place)),
        "equals" => Equals(Value(condition.Named("expected")!, variables, place), Value(condition.Named("actual")!, variables, place)),
        "expression" => True(Run(condition.Body!, variables, place)),
        _ => throw new InvalidOperationException("no such condition: " + condition.StepName),
    };

    private object? Run(Closure closure, Variables variables, Place place)
    {
        try
        {
            return All(closure.Body, new Variables(variables), place);
        }
        catch (Left left)
        {
            return left.Value;
        }
    }

    private object? All(IReadOnlyList<Stmt> statements, Variables variables, Place place)
    {
        object? last = null;
        foreach (var statement in statements) last = Execute(statement, variables, place);
        return last;
    }

    private object? Execute(Stmt statement, Variables variables, Place place)
    {
        switch (statement)
        {
            case ExpressionStmt expression: return Value(expression.Expression, variables, place);
            case Declaration declaration:
                foreach (var one in declaration.Variables) variables.Declare(one.Name, one.Value is null ? null : Value(one.Value, variables, place));
                return null;
            case Agentic.Agents.Migration.Groovy.Block block: return All(block.Statements, new Variables(variables), place);
            case If conditional:
                if (True(Value(conditional.Condition, variables, place))) return Execute(conditional.Then, variables, place);
                return conditional.Else is null ? null : Execute(conditional.Else, variables, place);
            case ForIn loop:
                foreach (var item in (List<object?>)Value(loop.Collection, variables, place)!)
                {
                    var inner = new Variables(variables);
                    inner.Declare(loop.Variable, item);
                    Execute(loop.Body, inner, place);
                }

                return null;
            case Switch choice:
                var subject = Value(choice.Subject, variables, place);
                foreach (var option in choice.Cases)
                    if (option.Test is null || Equals(subject, Value(option.Test, variables, place)))
                        return All([.. option.Body.Where(inner => inner is not Jump)], new Variables(variables), place);
                return null;
            case Try attempt:
                Attempt(attempt, variables, place);
                return null;
            case Throw: throw new StepFailed("thrown");
            case Return returned: throw new Left(returned.Value is null ? null : Value(returned.Value, variables, place));
            default: throw new InvalidOperationException("no such statement: " + statement.GetType().Name);
        }
    }

    private void Attempt(Try attempt, Variables variables, Place place)
    {
        try
        {
            try
            {
                All(attempt.Body.Statements, new Variables(variables), place);
            }
            catch (StepFailed failure) when (attempt.Catches.Count > 0)
            {
                var inner = new Variables(variables);
                inner.Declare(attempt.Catches[0].Variable, failure.Message);
                All(attempt.Catches[0].Body.Statements, inner, place);
            }
        }
        finally
        {
            if (attempt.Finally is { } final) All(final.Statements, new Variables(variables), place);
        }
    }

    private static bool True(object? value) => value switch { null => false, bool flag => flag, string text => text.Length > 0, long number => number != 0, List<object?> list => list.Count > 0, _ => true };

    private static string Shown(object? value) => value switch { null => "null", bool flag => flag ? "true" : "false", long number => number.ToString(CultureInfo.InvariantCulture), _ => value.ToString()! };

    private string? Read(string name, Place place) =>
        place.Env.TryGetValue(name, out var near) ? near : _set.TryGetValue(name, out var set) ? set : _parameters.TryGetValue(name, out var parameter) ? Shown(parameter) : name == "BRANCH_NAME" ? _scenario.Branch : null;

    private object? Value(Expr expression, Variables variables, Place place)
    {
        switch (expression)
        {
            case Literal literal: return literal.Value;
            case Text text: return string.Concat(text.Parts.Select(part => part.Value ?? Shown(Value(part.Expression!, variables, place))));
            case Closure closure: return new Block(closure, variables);
            case ListLiteral list: return list.Items.Select(item => Value(item, variables, place)).ToList();
            case Name name: return variables.Knows(name.Identifier) ? variables.Get(name.Identifier) : Read(name.Identifier, place);
            case Member { Target: Name { Identifier: "env" } } member: return Read(member.Identifier, place);
            case Member { Target: Name { Identifier: "params" } } member: return _parameters[member.Identifier];
            case Unary { Operator: "!" } not: return !True(Value(not.Operand, variables, place));
            case Binary { Operator: "&&" } both: return True(Value(both.Left, variables, place)) && True(Value(both.Right, variables, place));
            case Binary { Operator: "||" } either: return True(Value(either.Left, variables, place)) || True(Value(either.Right, variables, place));
            case Binary { Operator: "==" or "!=" } comparison: return Equals(Value(comparison.Left, variables, place), Value(comparison.Right, variables, place)) == (comparison.Operator == "==");
            case Binary { Operator: "+" } sum: return Value(sum.Left, variables, place) is long a && Value(sum.Right, variables, place) is long b ? a + b : Shown(Value(sum.Left, variables, place)) + Shown(Value(sum.Right, variables, place));
            case Binary { Operator: "?:" } fallback: return Value(fallback.Left, variables, place) is var left && True(left) ? left : Value(fallback.Right, variables, place);
            case Ternary ternary: return Value(True(Value(ternary.Condition, variables, place)) ? ternary.WhenTrue : ternary.WhenFalse, variables, place);
            case Assign { Operator: "=" } assign: return Store(assign, variables, place);
            case Call call: return Step(call, variables, place);
            default: throw new InvalidOperationException("no such expression: " + expression.GetType().Name);
        }
    }

    private object? Store(Assign assign, Variables variables, Place place)
    {
        var value = Value(assign.Value, variables, place);
        if (assign.Target is Member { Target: Name { Identifier: "env" } } member) _set[member.Identifier] = Shown(value);
        else variables.Set(((Name)assign.Target).Identifier, value);
        return value;
    }

    private object? Step(Call call, Variables variables, Place place)
    {
        if (call.Callee is Member member)
        {
            var target = Value(member.Target, variables, place);
            switch (member.Identifier)
            {
                case "trim": return ((string)target!).Trim();
                case "startsWith": return ((string)target!).StartsWith((string)Value(call.Arguments[0].Value, variables, place)!, StringComparison.Ordinal);
                case "contains": return target is List<object?> list ? list.Contains(Value(call.Arguments[0].Value, variables, place)) : ((string)target!).Contains((string)Value(call.Arguments[0].Value, variables, place)!, StringComparison.Ordinal);
                case "each":
                    foreach (var item in (List<object?>)target!)
                    {
                        var inner = new Variables(variables);
                        inner.Declare(call.Body!.Parameters.Count > 0 ? call.Body.Parameters[0].Name : "it", item);
                        Run(call.Body, inner, place);
                    }

                    return target;
            }

            throw new InvalidOperationException("no such method: " + member.Identifier);
        }

        var name = call.StepName!;
        if (_methods.TryGetValue(name, out var method)) return Invoke(method, call, variables, place);
        object? First() => Value(call.Named("script") ?? call.Named("message") ?? call.Named("name") ?? call.Positional.First(), variables, place);
        switch (name)
        {
            case "sh": return Shell(call, Shown(First()), place);
            case "echo":
                _scenario.Run(["echo", Shown(First())], Visible(place), "", _commands);
                return null;
            case "error": throw new StepFailed("error");
            case "stage" or "node" or "script" or "timestamps" or "timeout": return Run(call.Body!, variables, place);
            case "dir":
                var path = Shown(First());
                return Run(call.Body!, variables, place with { Directory = place.Directory.Length == 0 ? path : place.Directory + "/" + path });
            case "withEnv":
                var env = place.Env;
                foreach (var entry in (List<object?>)First()!) env = With(env, ((string)entry!).Split('=', 2)[0], ((string)entry!).Split('=', 2)[1]);
                return Run(call.Body!, variables, place with { Env = env });
            case "catchError":
                try
                {
                    return Run(call.Body!, variables, place);
                }
                catch (StepFailed)
                {
                    _failed = true;
                    return null;
                }

            case "parallel":
                var failed = false;
                foreach (var branch in call.Arguments)
                    try
                    {
                        Run((Closure)branch.Value, variables, place);
                    }
                    catch (StepFailed)
                    {
                        failed = true;
                    }

                return failed ? throw new StepFailed("a branch failed") : null;
            case "checkout": return null;
        }

        throw new InvalidOperationException("no such step: " + name);
    }

    private object? Invoke(Method method, Call call, Variables variables, Place place)
    {
        var inner = new Variables(null);
        var values = call.Positional.Select(argument => Value(argument, variables, place)).ToList();
        for (var index = 0; index < method.Parameters.Count; index++) inner.Declare(method.Parameters[index].Name, values[index]);
        try
        {
            return All(method.Body.Statements, inner, place);
        }
        catch (Left left)
        {
            return left.Value;
        }
    }

    private Dictionary<string, string> Visible(Place place)
    {
        var visible = new Dictionary<string, string>(StringComparer.Ordinal) { ["BRANCH_NAME"] = _scenario.Branch };
        foreach (var (name, value) in _parameters) visible[name] = Shown(value);
        foreach (var (name, value) in _set) visible[name] = value;
        foreach (var (name, value) in place.Env) visible[name] = value;
        return visible;
    }

    private object? Shell(Call call, string script, Place place)
    {
        var shell = new ShellModel(Visible(place), place.Directory, (words, env, directory) => _scenario.Run(words, env, directory, _commands));
        var code = shell.Run(script);
        if (call.Named("returnStatus") is Literal { Value: true }) return (long)code;
        if (code != 0) throw new StepFailed(script);
        return call.Named("returnStdout") is Literal { Value: true } ? shell.Printed.ToString() : null;
    }
}
