using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    /// <summary>Reads an environment section; each value may use those before it.</summary>
    private Surroundings Environment(Closure environment, Scope scope, Surroundings around, Action<string, string, Span>? set)
    {
        _ran.Add(environment);
        foreach (var statement in environment.Body)
        {
            if (statement is not ExpressionStmt { Expression: Assign { Target: Name name } assign })
            {
                Mark(statement.Span, Fate.Manual, "not an assignment");
                continue;
            }

            var variable = EnvName(name.Identifier);
            void Set(string key, string value)
            {
                _environment[key] = set is null ? null : value;
                if (set is null) around = around.WithEnv(key, value);
                else set(key, value, assign.Span);
            }

            if (assign.Value is Call { StepName: "credentials" } credentials)
            {
                EnvironmentCredential(variable, credentials.Arguments.Count > 0 ? Evaluate(credentials.Arguments[0].Value, scope, around) : null, assign, Set);
                continue;
            }

            _nameHint = variable;
            _hintOfEnvironment = true;
            var deferred = set is not null && (HasSideEffects(assign.Value) || assign.Value is not Literal && SyntaxWalk.All([new ExpressionStmt(assign.Span, assign.Value)]).Any(node => (node is Name { Identifier: var used } || node is Member { Target: Name { Identifier: "env" }, Identifier: var member } && (used = member) is not null) && _deferred.Any(earlier => earlier.Variable == used)));
            if (deferred)
            {
                // The value comes from a command: the first job works it out, the others get it as an output.
                _environment[variable] = null;
                _deferred.Add((variable, assign));
                _nameHint = null;
                _hintOfEnvironment = false;
                Mark(assign.Span, Fate.Approximated, "worked out once, by the first job");
                continue;
            }

            var value = Evaluate(assign.Value, scope, around);
            _nameHint = null;
            _hintOfEnvironment = false;
            var text = set is null ? value is Opaque ? null : Expression(value, assign, around) : JobExpression(value);
            if (value is Known known) FindSecrets(name.Identifier + "=" + known.Text, assign);
            if (text is null)
            {
                NeedSecret(Upper(variable), Invariant($"the value of {variable}, line {LineOf(assign)} of the Jenkinsfile; a repository variable does as well when it is not secret"));
                Set(variable, "${{ secrets." + Upper(variable) + " }}");
                Mark(assign.Span, Fate.Manual, $"{variable} is computed: {Quote(assign.Value.Span, 80)}; the workflow reads it from the secret {Upper(variable)}");
                continue;
            }

            Set(variable, text);
            var written = assign.Value is Text { Constant: not null } or Literal;
            Mark(assign.Span, written ? Fate.Converted : Fate.Approximated, written ? "env" : "env; its value is worked out: " + HardCodedSecrets.Redact(text));
        }

        return around;
    }

    private readonly List<(string Variable, Assign Assign)> _deferred = [];

    private static bool HasSideEffects(Expr expression) => expression switch
    {
        Call call => call.StepName is "sh" or "bat" or "powershell" or "readFile" or "pwd" or "readMavenPom" or "fileExists" || call.Arguments.Any(argument => HasSideEffects(argument.Value)) || HasSideEffects(call.Callee),
        Member member => HasSideEffects(member.Target),
        Binary binary => HasSideEffects(binary.Left) || HasSideEffects(binary.Right) || binary.Operator == "?:",
        Ternary => true,
        Text text => text.Parts.Any(part => part.Expression is not null && HasSideEffects(part.Expression)),
        _ => false,
    };

    /// <summary>Commands that give the pipeline's variables their values run before the first stage.</summary>
    private void Deferred(Scope scope, Surroundings around)
    {
        if (_deferred.Count == 0) return;
        var list = _deferred.ToList();
        _deferred.Clear();
        foreach (var (variable, assign) in list)
        {
            _nameHint = variable;
            _hintOfEnvironment = true;
            var value = Evaluate(assign.Value, scope, around with { Stages = [] });
            _nameHint = null;
            _hintOfEnvironment = false;
            if (value is Opaque)
            {
                NeedSecret(Upper(variable), Invariant($"the value of {variable}, line {LineOf(assign)} of the Jenkinsfile; a repository variable does as well when it is not secret"));
                _workflow.Env[variable] = new EnvEntry("${{ secrets." + Upper(variable) + " }}");
                Mark(assign.Span, Fate.Manual, $"{variable} is computed: {Quote(assign.Value.Span, 80)}; the workflow reads it from the secret {Upper(variable)}");
                continue;
            }

            if (value is Composed { Pieces: [{ Variable: { } same }] } && (same == variable || same == variable + "_value") && same == variable) continue;
            SetVariable(variable, ShellText.Word(PiecesOf(value, assign)), around with { Stages = [] }, assign);
        }
    }
}
