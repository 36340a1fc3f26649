using System.Collections.Immutable;
using System.Globalization;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private string? _openStage;
    private string? _approval;

    private Expr? Given(Call call, string name, int position = 0) => call.Named(name) ?? call.Positional.Where(argument => argument is not Closure).ElementAtOrDefault(position);

    private Value? GivenValue(Call call, Scope scope, Surroundings around, string name, int position = 0)
    {
        if (Given(call, name, position) is not { } expression) return null;
        if (expression is MapLiteral map && call.Named(name) is null)
            return map.Entries.FirstOrDefault(entry => entry.Name == name) is { } entry ? Evaluate(entry.Value, scope, around) : null;
        return Evaluate(expression, scope, around);
    }

    private bool IsTrueArgument(Call call, string name) => call.Named(name) is Literal { Value: true } || call.Named(name) is Text { Constant: "true" };

    /// <summary>A step of Jenkins or of a plugin, by its name.</summary>
    private Value Step(string name, Call call, Scope scope, Surroundings around)
    {
        switch (name)
        {
            case "sh":
                if (_returnTo is { } linux && _allocation is { Windows: true } && ReferenceEquals(_allocation.Last, linux.Last))
                {
                    _allocation = linux;
                    _job = null;
                    _returnTo = null;
                }

                return Shell(call, Dialect.Posix, "sh", scope, around);
            case "bat": return OnWindows(call, around, () => Shell(call, Dialect.Batch, "cmd", scope, around));
            case "powershell": return OnWindows(call, around, () => Shell(call, Dialect.PowerShell, "powershell", scope, around));
            case "pwsh": return Shell(call, Dialect.PowerShell, "pwsh", scope, around);
            case "echo" or "println" or "print": return Echo(call, scope, around);
            case "error":
                Fail(GivenValue(call, scope, around, "message") ?? Value.Of("the pipeline stopped here"), around, call);
                Mark(call.Span, Fate.Converted, "a step that fails");
                return Value.Null;
            case "stage": return Stage(call, scope, around);
            case "node": return Node(call, scope, around);
            case "parallel": return Parallel(call, scope, around);
            case "checkout": return CheckoutStep(call, scope, around);
            case "git": return GitStep(call, scope, around);
            case "stash" or "unstash": return Stash(name, call, scope, around);
            case "input": return Input(call, scope, around);
            case "build": return BuildJob(call, scope, around);
            case "properties": return Properties(call, scope, around);
            case "parameters" when call.Arguments.Count > 0: return Properties(call, scope, around);
            case "library" or "libraryResource":
                if (name == "library") LibraryAccount(call.Span);
                else Mark(call.Span, Fate.Manual, $"{Quote(call.Span, 60)} reads a file of a shared library; commit that file to the repository");
                return new Opaque(call.Span, name);
            case "load": return Load(call, scope, around);
            case "readFile" or "readTrusted": return ReadFile(call, scope, around);
            case "writeFile": return WriteFile(call, scope, around);
            case "fileExists": return GivenValue(call, scope, around, "file") is { } file && file is Known or Composed ? FileExists(file, call, around) : new Opaque(call.Span, name);
            case "pwd":
                Mark(call.Span, Fate.Converted, "the workspace");
                return IsTrueArgument(call, "tmp") ? new Composed([Piece.Env("RUNNER_TEMP")]) : around.Directory is null ? new Composed([Piece.Env("GITHUB_WORKSPACE")]) : Joined([Piece.Env("GITHUB_WORKSPACE"), Piece.Text("/" + around.Directory)]);
            case "isUnix": return CallCondition(call, scope, around);
            case "tool" when call.Body is null: return ToolStep(call, scope, around);
            case "step" when Delegate(call) is { } named: return Step(named.StepName!, named, scope, around);
            case "sleep": return Sleep(call, scope, around);
            case "credentials" or "string" or "booleanParam" or "choice" or "text" or "password" when call is { Body: null } && call.Named("name") is { } given && call.Named("value") is { } passed && call.Named("defaultValue") is null:
                // A parameter for another job: build takes it as a value.
                Mark(call.Span, Fate.Converted, "a parameter that is passed on");
                return new Mapped(new OrderedDictionary<string, Value>(StringComparer.Ordinal) { ["name"] = Evaluate(given, scope, around), ["value"] = Evaluate(passed, scope, around) });
            case "credentials" or "string" or "booleanParam" or "choice" or "text" or "password" when call.Named("name") is not null:
                return Properties(call, scope, around);
        }

        if (Wrapper(name, call, scope, around) is { } wrapped) return wrapped;
        if (LibraryMethod(name, "call") is { } library) return AsAction(name, library, call, scope, around) ?? Inline(library, call, scope, around);
        if (_catalogue.Rules.TryGetValue(name, out var rule)) return ByRule(rule, call, scope, around);
        return UnknownStep(name, call, call.Body, scope, around);
    }

    private Value Echo(Call call, Scope scope, Surroundings around)
    {
        var value = GivenValue(call, scope, around, "message");
        var argument = Given(call, "message");
        var pieces = value is null ? [] : PiecesOf(value is Opaque opaque ? Softened(opaque, argument!) : value, argument!);
        var holes = pieces.Any(piece => piece.MissingLine > 0);
        var given = new List<KeyValuePair<string, string>>();
        if (value is not null) (pieces, given) = AsWritten(value, pieces, Dialect.Posix, around, call, soft: true);
        if (holes) pieces = [.. pieces.Select(piece => piece.MissingLine > 0 ? Piece.Soft(piece.Variable!) : piece)];
        var text = ShellText.Word(pieces);
        var step = new WorkflowStep { Run = text.Contains('\\', StringComparison.Ordinal) ? "printf '%s\\n' " + text : "echo " + text };
        foreach (var (variable, known) in given) step.Env[variable] = known;
        if (_allocation?.Windows == true) step.Shell = "bash";
        Emit(step, around, call, "message");
        if (holes) Mark(call.Span, Fate.Approximated, "a run step; what is not known stands in the message by its name, unless the environment has it");
        var worked = argument is not (null or Text or Binary) || argument is Text written && OnlyInterpolates(written);
        if (!_ledger.Knows(call.Span)) Mark(call.Span, value is Opaque || worked ? Fate.Approximated : Fate.Converted, value is Opaque ? "the message is computed by Groovy and not known here" : worked ? "a run step; the message is worked out: " + Shorten(text) : "a run step");
        return Value.Null;
    }

    /// <summary>A message that cannot be known is no reason to fail: it is shown as what it was.</summary>
    private Value Softened(Opaque opaque, Node argument) => Value.Of("Jenkinsfile: " + Quote(argument.Span.Length > 0 ? argument.Span : opaque.Span, 60));

    private Value Sleep(Call call, Scope scope, Surroundings around)
    {
        var time = GivenValue(call, scope, around, "time");
        var unit = (GivenValue(call, scope, around, "unit", 1) as Known)?.Text ?? "SECONDS";
        var seconds = unit.ToUpperInvariant() switch { "MINUTES" => 60, "HOURS" => 3600, "DAYS" => 86400, _ => 1 };
        var run = time is Known { Content: long count } ? "sleep " + (count * seconds).ToString(CultureInfo.InvariantCulture)
            : time is Known or Composed ? $"sleep $(( {string.Concat(PiecesOf(time, call).Select(piece => piece.Literal ?? piece.Variable))} * {Number(seconds)} ))" : "sleep 1";
        Emit(new WorkflowStep { Run = run, Shell = _allocation?.Windows == true ? "bash" : null }, around, call, "wait");
        Mark(call.Span, time is Opaque ? Fate.Manual : Fate.Converted, time is Opaque ? "the time to wait is not known" : "a run step");
        return Value.Null;
    }

    /// <summary>A step nothing here knows: a step that fails stands for it, so nobody mistakes the rest for a finished translation.</summary>
    private Value UnknownStep(string name, Call call, Closure? body, Scope scope, Surroundings around)
    {
        var lets = body is null ? call.Span : new Span(call.Span.Start, Math.Max(call.Span.Start + 1, body.Span.Start));
        foreach (var argument in call.Arguments) if (argument.Value is Call or Assign) Evaluate(argument.Value, scope, around);
        var step = new WorkflowStep
        {
            Run = $"echo \"::error::The Jenkins step {EchoSafe(name)} of line {Number(LineOf(call))} was not converted; see the migration report\"\nexit 1",
            Name = StepName(around, name.Length < 50 ? name : "unknown step"),
        };
        if (_allocation?.Windows == true) step.Shell = "bash";
        step.Comments.Add(Invariant($"MANUAL, line {LineOf(call)}: {Quote(lets, 160)}"));
        Emit(step, around with { Retries = 1, Image = null }, call, name);
        Mark(lets, Fate.Manual, $"the step {name} is unknown here (a shared library or a plugin): replace the step that fails; its arguments: {Quote(lets, 120)}");
        if (body is not null)
        {
            var inner = new Scope(scope);
            foreach (var parameter in body.Parameters) inner.Declare(parameter.Name, new Opaque(body.Span, parameter.Name), around.Depth);
            foreach (var closure in call.Arguments.Select(argument => argument.Value).OfType<Closure>().Where(closure => !ReferenceEquals(closure, body)))
                Run(closure, scope, around);
            RunIn(body, inner, around);
        }
        return new Opaque(call.Span, name);
    }

    private static string EchoSafe(string text) => string.Concat(text.Where(c => c is not ('"' or '`' or '$' or '\\')));

    private void FindSecrets(string text, Node origin)
    {
        foreach (var found in HardCodedSecrets.Find(text))
            _warnings.Add(Invariant($"line {LineOf(origin)}: {found}; move it to a secret and change it, since it is in the history of the repository"));
    }

    private void BuildState(string member, Value value, Surroundings around, Node origin)
    {
        var pieces = value is Known or Composed ? PiecesOf(value, origin) : ImmutableArray.Create(Piece.Text("Jenkinsfile: " + Quote(origin.Span, 80)));
        switch (member)
        {
            case "displayName" or "description":
                if (member == "displayName" && _workflow.RunName is null && around.Depth == 0 && JobExpression(value) is { Length: > 0 } name && !name.Contains("secrets.", StringComparison.Ordinal) && !name.Contains('\n', StringComparison.Ordinal)) _workflow.RunName = name;
                Emit(new WorkflowStep { Run = $"echo {ShellText.Word(pieces)} >> \"$GITHUB_STEP_SUMMARY\"", Shell = _allocation?.Windows == true ? "bash" : null }, around, origin, member);
                Mark(origin.Span, Fate.Approximated, $"the {member} of the build goes to the run's summary");
                break;
            case "result" when value is Known { Content: "UNSTABLE" }:
                Emit(new WorkflowStep { Run = Invariant($"echo \"::warning::unstable, line {LineOf(origin)} of the Jenkinsfile\""), Shell = _allocation?.Windows == true ? "bash" : null }, around, origin, "unstable");
                Mark(origin.Span, Fate.Approximated, "GitHub has no unstable result: a warning stands for it");
                break;
            case "result" when value is Known { Content: "SUCCESS" or null }:
                Mark(origin.Span, Fate.Approximated, "a run that reaches its end succeeded; earlier failures keep their result");
                break;
            case "result" when value is Known:
                Emit(new WorkflowStep { Run = Invariant($"echo \"::error::the pipeline set its result to {EchoSafe(((Known)value).Text)} in line {LineOf(origin)}\"\nexit 1"), Shell = _allocation?.Windows == true ? "bash" : null }, around, origin, "fail");
                Mark(origin.Span, Fate.Approximated, "the job fails here; Jenkins would have gone on to the next step");
                break;
            default:
                Mark(origin.Span, Fate.Manual, $"{Quote(origin.Span, 60)}: a workflow cannot set this");
                break;
        }
    }
}
