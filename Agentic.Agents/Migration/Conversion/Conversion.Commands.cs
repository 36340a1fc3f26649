using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private Value Shell(Call call, Dialect dialect, string shell, Scope scope, Surroundings around)
    {
        var hint = _nameHint;
        _nameHint = null;
        var argument = Given(call, "script");
        if (argument is null)
        {
            Mark(call.Span, Fate.Manual, "a command without text");
            return new Opaque(call.Span, shell);
        }

        var value = GivenValue(call, scope, around, "script") ?? new Opaque(call.Span, shell);
        var (pieces, given) = AsWritten(value, PiecesOf(value, argument), dialect, around, call);
        foreach (var piece in pieces) if (piece.Literal is { } literal) FindSecrets(literal, call);
        var alone = pieces is [{ Literal: null }];
        var text = alone ? Alone(pieces[0], dialect) : ShellText.Script(pieces, dialect);
        var step = new WorkflowStep { Run = text };
        foreach (var (variable, known) in given) step.Env[variable] = known;
        if (dialect != Dialect.Posix) step.Shell = shell;
        else if (text.StartsWith("#!", StringComparison.Ordinal)) step.Shell = Interpreter(text);
        else if (_allocation?.Windows == true) step.Shell = "bash -xe {0}";
        if (GivenValue(call, scope, around, "label", 99) is Known label) step.Name = StepName(around, label.Text);
        Value result = Value.Null;
        var capture = call.Named("returnStdout") is Literal { Value: true } ? "stdout" : call.Named("returnStatus") is Literal { Value: true } ? "status" : null;
        if (alone && pieces[0].MissingLine > 0)
        {
            if (capture is not null) result = new Opaque(call.Span, shell);
        }
        else if (capture is not null) result = Capture(step, capture, dialect, hint ?? _function ?? Invariant($"{(capture == "stdout" ? "output" : "status")}_of_line_{LineOf(call)}"), around);
        else if (around.Retries > 1) Retry(step, dialect, around.Retries, call);
        if ((around.Image ?? _allocation?.AgentImage) is { } image && dialect == Dialect.Posix) InContainer(step, image, around);
        Emit(step, around, call, Topic(text));
        // A command that is not written out where it runs is shown to the reader.
        var worked = argument is not (Text or Binary { Left: Text }) || argument is Text written && OnlyInterpolates(written);
        Mark(call.Span, pieces.Any(piece => piece.MissingLine > 0) ? Fate.Manual : worked ? Fate.Approximated : Fate.Converted, pieces.Any(piece => piece.MissingLine > 0) ? $"the command uses a value the workflow does not know; the step fails until {string.Join(", ", pieces.Where(piece => piece.MissingLine > 0).Select(piece => piece.Variable).Distinct())} is set" : worked ? $"a run step; its text is worked out: {Shorten(text)}" : "a run step");
        return result;
    }

    /// <summary>
    /// A command of Windows cannot run on a hosted Linux runner: the exact twin of the command before is dropped, any
    /// other goes on in a job on Windows.
    /// </summary>
    private Value OnWindows(Call call, Surroundings around, Func<Value> run)
    {
        Job(around);
        if (_allocation!.Windows || _allocation.RunsOn is not YamlText { Value: var runner } || runner.StartsWith("windows", StringComparison.Ordinal)) return run();
        if (Given(call, "script") is Text { Constant: { } command } && _job!.Steps.Any(step => step.Shell is null && step.Run?.Trim() == command.Trim()))
        {
            Mark(call.Span, Fate.Dropped, $"the twin of the same command for {runner}: {Quote(call.Span, 80)}");
            return Value.Null;
        }

        var outer = _allocation;
        var windows = new Allocation { RunsOn = Yaml.Of("windows-latest"), Windows = true, ChecksOut = outer.ChecksOut, Last = outer.Last, Source = outer.Source };
        _allocation = windows;
        _job = null;
        var result = run();
        // What follows may be for Linux again; until then it stays here.
        outer.Last = windows.Last;
        _returnTo = outer;
        return result;
    }

    private Allocation? _returnTo;

    /// <summary>A command that is nothing but a value: run as text where the environment has it, a step that fails where nobody knows it.</summary>
    private static string Alone(Piece piece, Dialect dialect) => (dialect, piece.MissingLine > 0) switch
    {
        (_, true) => Invariant($"echo \"::error::The command of line {piece.MissingLine} was not converted; see the migration report\"\nexit 1"),
        (Dialect.Batch, _) => $"%{piece.Variable}%",
        (Dialect.PowerShell, _) => $"Invoke-Expression $env:{piece.Variable}",
        _ => $"eval {ShellText.Word([piece])}",
    };

    private static string Shorten(string text) => HardCodedSecrets.Redact(text.Length > 80 ? text[..80] + "..." : text).ReplaceLineEndings(" ");

    private static string Interpreter(string text)
    {
        var end = text.IndexOf('\n');
        var line = (end < 0 ? text : text[..end])[2..].Trim();
        return line.Length == 0 ? JenkinsShell : line + " {0}";
    }

    /// <summary>The first word of a command names its step.</summary>
    private static string? Topic(string script)
    {
        foreach (var raw in script.Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#' || line.StartsWith("set ", StringComparison.Ordinal) || line.StartsWith("cd ", StringComparison.Ordinal) || line.StartsWith("@echo", StringComparison.OrdinalIgnoreCase)) continue;
            var word = line.Split(' ', 2)[0].Trim('"', '\'', '(', '@');
            word = word[(word.LastIndexOf('/') + 1)..];
            return word.Length is > 0 and < 30 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? word : null;
        }

        return null;
    }

    private Value Capture(WorkflowStep step, string what, Dialect dialect, string wanted, Surroundings around)
    {
        var name = FreshVariable(wanted, around);
        var script = step.Run!;
        step.Sets.Add(name);
        step.Run = (dialect, what) switch
        {
            (Dialect.Posix, "stdout") => $"{Captured(name, script)}\nprintf '{name}<<END_OF_VALUE\\n%s\\nEND_OF_VALUE\\n' \"${name}\" >> \"$GITHUB_ENV\"",
            (Dialect.Posix, _) => $"set +e\n(\nset -e\n{script}\n)\necho \"{name}=$?\" >> \"$GITHUB_ENV\"",
            (Dialect.PowerShell, "stdout") => $"$captured = (& {{\n{script}\n}} | Out-String).Trim()\n\"{name}<<END_OF_VALUE`n$captured`nEND_OF_VALUE\" >> $env:GITHUB_ENV",
            (Dialect.PowerShell, _) => $"& {{\n{script}\n}}\n\"{name}=$LASTEXITCODE\" >> $env:GITHUB_ENV\nexit 0",
            (_, "stdout") => $"{(script.Contains('\n', StringComparison.Ordinal) ? $"(\n{script}\n)" : $"({script})")} > \"%RUNNER_TEMP%\\captured.txt\"\necho {name}^<^<END_OF_VALUE>> \"%GITHUB_ENV%\"\ntype \"%RUNNER_TEMP%\\captured.txt\" >> \"%GITHUB_ENV%\"\necho.>> \"%GITHUB_ENV%\"\necho END_OF_VALUE>> \"%GITHUB_ENV%\"",
            _ => $"(\n{script}\n)\necho {name}=%ERRORLEVEL%>> \"%GITHUB_ENV%\"\nexit /b 0",
        };
        if (step.Shell?.EndsWith(" {0}", StringComparison.Ordinal) == true && dialect == Dialect.Posix && _allocation?.Windows != true) step.Shell = null;
        _environment.Remove(name);
        return new Composed([Piece.Env(name)]);
    }

    private static string Captured(string name, string script) =>
        script.Contains('\n', StringComparison.Ordinal) || script.Contains('#', StringComparison.Ordinal) || script.StartsWith('(') ? $"{name}=$(\n{script}\n)" : $"{name}=$({script})";

    private void Retry(WorkflowStep step, Dialect dialect, int times, Node origin)
    {
        if (dialect != Dialect.Posix || step.Shell is not null && _allocation?.Windows != true)
        {
            Mark(new Span(origin.Span.Start, origin.Span.Start + 1), Fate.Manual, Invariant($"retry({times}) around a script of another interpreter: repeat it by hand"));
            return;
        }

        step.Run = Invariant($"set +e\nfor attempt in {string.Join(' ', Enumerable.Range(1, Math.Min(times, 20)))}; do\n(\nset -e\n") + step.Run + "\n)\n[ $? -ne 0 ] || exit 0\ndone\nexit 1";
    }

    /// <summary>Runs a step's script inside an image, with the same directory and environment.</summary>
    private void InContainer(WorkflowStep step, string image, Surroundings around)
    {
        var job = Job(around);
        const string path = "/tmp/in-container";
        if (!_indirect.Contains(job))
        {
            _indirect.Add(job);
            Plumb(job, new WorkflowStep
            {
                Name = "Prepare to run steps in containers",
                Run = $"cat > {path} <<'EOF'\n#!/bin/sh\ndocker run --rm $(env | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/-e \\1/p' | grep -v -x -e '-e PATH' -e '-e HOME') -v \"$GITHUB_WORKSPACE:$GITHUB_WORKSPACE\" -v \"$RUNNER_TEMP:$RUNNER_TEMP\" -w \"$PWD\" $CONTAINER_OPTIONS \"$CONTAINER_IMAGE\" sh -xe \"$1\"\nEOF\nchmod +x {path}",
            });
        }

        step.Shell = $"sh {path} {{0}}";
        step.Env["CONTAINER_IMAGE"] = image;
    }

    /// <summary>A text in which the source writes nothing itself.</summary>
    private static bool OnlyInterpolates(Text text) => text.Parts.Any(part => part.Expression is not null) && text.Parts.All(part => part.Value is null || !part.Value.Any(char.IsLetterOrDigit));
}
