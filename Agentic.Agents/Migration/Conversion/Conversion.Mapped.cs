using System.Text.RegularExpressions;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    /// <summary>A step the mapping files know.</summary>
    private Value ByRule(StepRule rule, Call call, Scope scope, Surroundings around)
    {
        var around2 = EmitRule(rule, call, scope, around);
        if (call.Body is { } body)
        {
            Mark(call.Head, rule.Fate, Note(rule, call));
            return Inside(body, scope, around2);
        }

        Mark(call.Span, rule.Fate, Note(rule, call));
        return new Opaque(call.Span, rule.Step);
    }

    private Surroundings MappedWrapper(StepRule rule, Call call, Scope scope, Surroundings around)
    {
        Mark(call.Head, rule.Fate, Note(rule, call));
        return EmitRule(rule, call, scope, around);
    }

    private string Note(StepRule rule, Call call) => rule.Fate is Fate.Converted or Fate.Dropped ? rule.Note : $"{rule.Note}: {Quote(call.Body is null ? call.Span : call.Head, 120)}";

    private Surroundings EmitRule(StepRule rule, Call call, Scope scope, Surroundings around)
    {
        var arguments = new Dictionary<string, (Value Value, Expr Origin)>(StringComparer.Ordinal);
        void Take(string name, Expr expression)
        {
            if (expression is Closure) return;
            if (name.EndsWith("redentialsId", StringComparison.Ordinal) || name.EndsWith("redentialId", StringComparison.Ordinal)) NeedSecret(SecretName(Evaluate(expression, scope, around), name), "credential of the step " + rule.Step);
            arguments[name] = (Evaluate(expression, scope, around), expression);
        }

        foreach (var argument in call.Arguments)
        {
            if (argument.Name is not { } name) continue;
            // publishHTML(target: [...]) and its like: what counts stands in the map.
            if (argument.Value is MapLiteral inner) foreach (var entry in inner.Entries.Where(entry => entry.Name is not null and not "$class")) Take(entry.Name!, entry.Value);
            else Take(name, argument.Value);
        }

        var position = 0;
        foreach (var expression in call.Positional)
        {
            if (expression is MapLiteral map) { foreach (var entry in map.Entries.Where(entry => entry.Name is not null and not "$class")) Take(entry.Name!, entry.Value); continue; }
            if (position < rule.Arguments.Count) Take(rule.Arguments[position++], expression);
        }

        foreach (var secret in rule.Secrets) NeedSecret(secret.Name, secret.Kind);
        foreach (var step in rule.Steps)
        {
            var made = new WorkflowStep { Name = StepName(around, step.Name), Uses = step.Uses, Shell = step.Shell };
            foreach (var (key, template) in step.With) if (Fill(template, arguments, call, around, shell: false) is { } value) made.With[key] = value;
            foreach (var (key, template) in step.Env) if (Fill(template, arguments, call, around, shell: false) is { } value) made.Env[key] = value;
            if (step.Run is { } run) made.Run = Fill(run, arguments, call, around, shell: true) ?? run;
            if (_allocation?.Windows == true && made.Run is not null) made.Shell ??= "bash";
            Emit(made, (step.Always && around.Status is null ? around with { Status = "always()" } : around) with { Retries = 1, Image = null, Attempt = step.Always ? null : around.Attempt }, call);
        }

        foreach (var (key, template) in rule.Env) if (Fill(template, arguments, call, around, shell: false) is { } value) around = around.WithEnv(key, value);
        return around;
    }

    /// <summary>Puts the step's arguments into a template; a template that asks for a missing one without default is left out.</summary>
    private string? Fill(string template, Dictionary<string, (Value Value, Expr Origin)> arguments, Call call, Surroundings around, bool shell)
    {
        var missing = false;
        var text = Placeholder().Replace(template, match =>
        {
            var name = match.Groups[1].Value;
            var form = match.Groups[2].Value;
            if (name == "line") return Number(LineOf(call));
            if (!arguments.TryGetValue(name, out var argument) || argument.Value is Known { Content: null })
            {
                if (match.Groups[3].Success) return match.Groups[3].Value;
                missing = true;
                return "";
            }

            if (form == "secret") return SecretName(argument.Value, name);
            if (shell) return ShellText.Word(PiecesOf(argument.Value is Opaque o1 ? Softened(o1, argument.Origin) : argument.Value, argument.Origin));
            var value = argument.Value is Listed list ? string.Join('\n', list.Items.Select(item => Expression(item, argument.Origin, around))) : argument.Value is Opaque o2 ? Expression(Softened(o2, argument.Origin), argument.Origin, around) : Expression(argument.Value, argument.Origin, around);
            return form == "lines" ? Patterns(value, null, around.Directory) : form == "not" ? string.Join('\n', Patterns(value, null, around.Directory).Split('\n').Select(line => "!" + line)) : value;
        });
        return missing ? null : text;
    }

    [GeneratedRegex(@"\{\{(\w+)(?:\|(\w+))?(?::([^{}]*))?\}\}", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
