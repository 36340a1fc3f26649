using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private Value FileExists(Value file, Call call, Surroundings around)
    {
        Mark(call.Span, Fate.Converted, "a step that looks for the file");
        return FileCondition(file, call, around);
    }

    private Value Load(Call call, Scope scope, Surroundings around)
    {
        if (GivenValue(call, scope, around, "path") is Known path && _request.Files.TryGetValue(path.Text, out var text))
        {
            var script = GroovyParser.Parse(text);
            var name = path.Text;
            foreach (var method in script.Statements.OfType<Method>())
            {
                Define(method);
                _libraryOf[method] = (name, script.Source);
            }

            Abroad((name, script.Source), call, () => ExecuteAll([.. script.Statements.Where(statement => statement is not Method)], _globals, around));
            Mark(call.Span, Fate.Converted, $"{name} was given; its code stands where it is called");
            return new Opaque(call.Span, "loaded");
        }

        return UnknownStep("load", call, null, scope, around);
    }

    private Value ReadFile(Call call, Scope scope, Surroundings around)
    {
        var hint = _nameHint;
        var file = GivenValue(call, scope, around, "file") ?? new Opaque(call.Span, "file");
        var name = FreshVariable(hint ?? Invariant($"content_of_line_{LineOf(call)}"), around);
        var path = ShellText.Word(PiecesOf(file, call));
        SetPrinted(name, "cat " + path, $"[ -f {path} ]", around, call);
        Mark(call.Span, Fate.Approximated, "the file is read into an environment variable; trailing line ends are lost");
        return new Composed([Piece.Env(name)]);
    }

    private Value WriteFile(Call call, Scope scope, Surroundings around)
    {
        var file = GivenValue(call, scope, around, "file") ?? new Opaque(call.Span, "file");
        var text = GivenValue(call, scope, around, "text", 1) ?? new Opaque(call.Span, "text");
        var pieces = PiecesOf(text, (Node?)Given(call, "text", 1) ?? call);
        foreach (var piece in pieces) if (piece.Literal is { } literal) FindSecrets(literal, call);
        var path = ShellText.Word(PiecesOf(file, call));
        var step = new WorkflowStep { Run = $"printf '%s' {ShellText.Word(pieces)} > {path}", Shell = _allocation?.Windows == true ? "bash" : null };
        Emit(step, around, call, "write a file");
        Mark(call.Span, pieces.Any(piece => piece.MissingLine > 0) ? Fate.Manual : Fate.Converted, pieces.Any(piece => piece.MissingLine > 0) ? "the text of the file is computed by Groovy; write it by hand" : "a run step");
        return Value.Null;
    }

    /// <summary>Files are known only on the runner, so a step looks and leaves an output.</summary>
    private Value FileCondition(Value file, Node origin, Surroundings around)
    {
        var step = new WorkflowStep { Name = "Look for " + Display(file), Run = $"if [ -e {ShellText.Word(PiecesOf(file, origin))} ]; then echo \"exists=true\" >> \"$GITHUB_OUTPUT\"; else echo \"exists=false\" >> \"$GITHUB_OUTPUT\"; fi" };
        if (_allocation?.Windows == true) step.Shell = "bash";
        Emit(step, around, origin);
        var id = StepId(Job(around), step, "file-exists");
        return new Truth(new Guard($"steps.{id}.outputs.exists == 'true'", true));
    }
}
