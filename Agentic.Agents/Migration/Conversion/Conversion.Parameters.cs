using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private const int MostInputs = 25;

    private readonly Dictionary<string, string> _parameters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _booleans = new(StringComparer.Ordinal);
    private readonly YamlMap _dispatchInputs = new();

    /// <summary>What Jenkins asked in the middle of a run is asked when the run is started.</summary>
    private void InputParameter(Expr parameter, Scope scope, Surroundings around)
    {
        ParameterOf(parameter, scope, around);
        if (_ledger.Around(parameter.Span) is Fate.Converted) Mark(parameter.Span, Fate.Approximated, "an input of the workflow: it is given when the run is started, not when the approval is");
    }

    private void ParameterOf(Expr expression, Scope scope, Surroundings around)
    {
        switch (expression)
        {
            case Call call:
                Parameter(call, scope, around);
                break;
            case MapLiteral map:
                var kind = (map.Entries.FirstOrDefault(entry => entry.Name == "$class")?.Value as Text)?.Constant ?? "";
                var name = kind.Replace("ParameterDefinition", "", StringComparison.Ordinal);
                name = name[(name.LastIndexOf('.') + 1)..];
                var arguments = map.Entries.Where(entry => entry.Name is not null and not "$class").Select(entry => new Argument(entry.Name, entry.Value)).ToList();
                Parameter(new Call(map.Span, new Name(map.Span, name switch { "Boolean" => "booleanParam", "Choice" => "choice", "Password" => "password", "" => "string", _ => char.ToLowerInvariant(name[0]) + name[1..] }), arguments, Parenthesised: true), scope, around);
                break;
            default:
                Mark(expression.Span, Fate.Manual, $"the parameter {Quote(expression.Span, 80)} is computed: add it to the inputs by hand");
                break;
        }
    }

    private void Parameter(Call call, Scope scope, Surroundings around)
    {
        if (GivenValue(call, scope, around, "name") is not { } nameValue || JobExpression(nameValue) is not { Length: > 0 } name || name.Contains("${{", StringComparison.Ordinal))
        {
            Mark(call.Span, Fate.Manual, $"the parameter {Quote(call.Span, 80)} is computed: add it to the inputs by hand");
            return;
        }

        var kind = call.StepName ?? "string";
        var fate = Fate.Converted;
        var note = "an input";
        var variable = EnvName(name);
        var id = NotInput(name);
        if (_parameters.ContainsKey(name)) { Mark(call.Span, Fate.Converted, "an input"); return; }
        if (_dispatchInputs.Entries.Count >= MostInputs)
        {
            var known = Upper(name);
            NeedSecret(known, "a parameter of the pipeline; GitHub takes 25 inputs at most, and a repository variable does as well");
            Mark(call.Span, Fate.Manual, $"GitHub takes {Number(MostInputs)} inputs at most; {name} is read from the secret {known}");
            _parameters[name] = variable;
            _environment[variable] = "${{ secrets." + known + " }}";
            _workflow.Env[variable] = new EnvEntry("${{ secrets." + known + " }}", call.Span);
            return;
        }

        var description = call.Named("description") is { } described ? JobExpression(Evaluate(described, scope, around)) : null;
        var given = call.Named("defaultValue") ?? call.Named("value") ?? call.Named("defaultVal") ?? (kind is "string" or "text" or "booleanParam" ? call.Positional.ElementAtOrDefault(1) : null);
        var fallback = given is null ? null : JobExpression(Evaluate(given, scope, around));
        if (given is not null && fallback is null) (fate, note) = (Fate.Approximated, $"an input without a default; Jenkins computed {Quote(given.Span, 60)}");
        if (fallback?.Contains("${{", StringComparison.Ordinal) == true) (fallback, fate, note) = (null, Fate.Approximated, $"an input without a default; Jenkins computed {Quote(given!.Span, 60)}");
        var input = new YamlMap();
        if (!string.IsNullOrWhiteSpace(description) && !description.Contains("${{", StringComparison.Ordinal)) input.Add("description", Yaml.Of(HardCodedSecrets.Redact(description.Trim())));
        var expression = "inputs." + id;
        string value;
        switch (kind.ToLowerInvariant())
        {
            case "booleanparam" or "boolean" or "bool":
                var on = string.Equals(fallback, "true", StringComparison.OrdinalIgnoreCase);
                input.Add("type", Yaml.Of("boolean"));
                input.Add("default", Yaml.Of(on));
                expression = on ? $"(github.event_name != 'workflow_dispatch' || inputs.{id})" : "inputs." + id;
                value = on ? $"${{{{ github.event_name != 'workflow_dispatch' || inputs.{id} }}}}" : $"${{{{ inputs.{id} || false }}}}";
                _booleans[variable] = expression;
                break;
            case "choice" or "extendedchoice":
                var choices = Choices(call, scope, around);
                if (choices.Count == 0) goto default;
                input.Add("type", Yaml.Of("choice"));
                var usable = choices.Where(choice => choice.Length > 0).Distinct(StringComparer.Ordinal).ToList();
                if (usable.Count < choices.Count) (fate, note) = (Fate.Approximated, "an input; GitHub knows no empty or repeated choice");
                if (usable.Count == 0) goto default;
                fallback = fallback is not null && usable.Contains(fallback) ? fallback : choices[0].Length > 0 ? choices[0] : null;
                if (fallback is not null) input.Add("default", Yaml.Of(fallback));
                input.Add("options", new YamlList([.. usable.Select(choice => new YamlEntry(null, Yaml.Of(choice), [], null))]));
                value = WithDefault(id, fallback);
                break;
            case "password" or "nonstoredpassword":
                var secret = Upper(name);
                NeedSecret(secret, "was a password parameter");
                input.Add("type", Yaml.Of("string"));
                value = "${{ secrets." + secret + " }}";
                _workflow.Env[variable] = new EnvEntry(value, call.Span);
                _parameters[name] = variable;
                _environment[variable] = value;
                input.Entries.Clear();
                input.Add("description", Yaml.Of("Not used: set the secret " + secret + " instead, inputs are visible to everyone"));
                _dispatchInputs.Add(id, input, source: call.Span);
                Mark(call.Span, Fate.Approximated, $"inputs are visible to everyone, so the value comes from the secret {secret}");
                return;
            default:
                input.Add("type", Yaml.Of("string"));
                if (fallback is { Length: > 0 })
                {
                    FindSecrets(name + "=" + fallback, call);
                    input.Add("default", Yaml.Of(fallback));
                }

                value = WithDefault(id, fallback);
                if (!ParameterKinds.Contains(kind)) (fate, note) = (Fate.Manual, $"the parameter type {kind} is unknown here; the input is plain text, check what it should offer");
                else if (kind.ToLowerInvariant() is not ("string" or "text" or "stringparam" or "textparam")) (fate, note) = (Fate.Approximated, $"an input of plain text; {kind} offered more");
                break;
        }

        _dispatchInputs.Add(id, input, source: call.Span);
        _parameters[name] = variable;
        _inputs[variable] = value is ['$', '{', '{', ..] ? value[3..^2].Trim() : expression;
        _environment[variable] = value;
        _workflow.Env[variable] = new EnvEntry(value, call.Span);
        Mark(call.Span, fate, note);
    }

    /// <summary>Parameters of Jenkins and of the plugins that are often installed.</summary>
    private static readonly HashSet<string> ParameterKinds = new(StringComparer.OrdinalIgnoreCase)
    {
        "string", "text", "stringParam", "textParam", "booleanParam", "boolean", "choice", "extendedChoice", "password", "nonStoredPassword", "file", "run", "credentials", "gitParameter", "activeChoice", "activeChoiceParam",
        "activeChoiceReactiveParam", "activeChoiceHtml", "reactiveChoice", "cascadeChoice", "dynamicReference", "validatingString", "hidden", "wHideParameter", "imageTag", "persistentString", "persistentChoice", "persistentText", "persistentBoolean",
        "stashedFile", "base64File", "nodeParameter", "labelParam", "jobParam", "listGitBranches", "separator", "parameterSeparator", "listSubversionTags", "mavenReleaseVersion", "agentParameter", "editableChoice", "restList", "dateParameter",
    };

    private static string WithDefault(string id, string? fallback) => string.IsNullOrEmpty(fallback) || fallback.Contains('\n', StringComparison.Ordinal) && fallback.Length > 2000 ? $"${{{{ inputs.{id} }}}}" : $"${{{{ inputs.{id} || {Guard.Quote(fallback)} }}}}";

    private static string NotInput(string name)
    {
        var cleaned = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'));
        return char.IsAsciiLetter(cleaned[0]) || cleaned[0] == '_' ? cleaned : "_" + cleaned;
    }

    private List<string> Choices(Call call, Scope scope, Surroundings around)
    {
        var given = call.Named("choices") ?? call.Named("value") ?? call.Positional.ElementAtOrDefault(1);
        if (given is null) return [];
        return Evaluate(given, scope, around) switch
        {
            Listed list => [.. list.Items.OfType<Known>().Select(item => item.Text)],
            Known known => [.. known.Text.Split(call.StepName == "choice" ? '\n' : ',').Select(choice => choice.Trim())],
            _ => [],
        };
    }
}
