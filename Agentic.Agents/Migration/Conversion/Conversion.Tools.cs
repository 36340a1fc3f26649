using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private Value WithTool(string name, Call call, Closure body, Scope scope, Surroundings around)
    {
        foreach (var argument in call.Arguments.Where(argument => argument.Value is not Closure))
        {
            var tool = argument.Name ?? name;
            if (Evaluate(argument.Value, scope, around) is Known { Content: string version }) Tool(tool, version, argument.Value, around);
        }

        if (call.Arguments.Count == 1) Tool(name, "", call, around);
        Mark(call.Head, Fate.Approximated, "the tool is installed for the rest of the job; the plugin's reports and settings are not");
        return Inside(body, scope, around);
    }

    /// <summary>Installs a Jenkins tool with the setup action of its kind; its version is read from the tool's name.</summary>
    private void Tool(string kind, string label, Node origin, Surroundings around)
    {
        if (_catalogue.ToolFor(kind, label) is not { } tool)
        {
            Mark(origin.Span, Fate.Manual, $"the tool {kind} {label} must be on the runner: no setup action is known for it");
            return;
        }

        var job = Job(around);
        var version = tool.VersionKey is { } key ? tool.With.First(pair => pair.Key == key).Value : null;
        if (job.Steps.LastOrDefault(step => step.Uses == tool.Action) is { } before)
        {
            // The version a name gives wins over one that was only assumed; two names that differ are two tools.
            if (version is null || tool.Guessed || before.With.GetValueOrDefault(tool.VersionKey!) == version || !_versioned.Contains(before))
            {
                if (version is not null && !tool.Guessed && _versioned.Add(before)) (before.With[tool.VersionKey!], before.Name) = (version, "Set up " + tool.Name);
                Mark(origin.Span, Fate.Approximated, $"{tool.Action}, once for the job{(tool.Remark is null ? "" : "; " + tool.Remark)}");
                return;
            }
        }

        var step = new WorkflowStep { Name = "Set up " + tool.Name, Uses = tool.Action };
        foreach (var (name, value) in tool.With) step.With[name] = value;
        // Caches are keyed by lock files, so there must be sources to find them in.
        if (job.Steps.Any(earlier => earlier.Uses is "actions/checkout" || earlier.Run?.StartsWith("git clone", StringComparison.Ordinal) == true || earlier.Run?.StartsWith("tar -xzf", StringComparison.Ordinal) == true) && tool.Caches.FirstOrDefault(cache => _source.Text.Contains(cache.Command, StringComparison.Ordinal)) is { } cached)
            foreach (var (name, value) in cached.With) step.With[name] = value;
        if (version is not null && !tool.Guessed) _versioned.Add(step);
        Emit(step, around with { Retries = 1, TimeoutMinutes = null, Directory = null }, origin);
        Mark(origin.Span, Fate.Approximated, tool.Remark is { } remark ? $"{tool.Action}; {remark}" : tool.Guessed ? $"{tool.Action}; Jenkins knows the version behind \"{label}\", check it" : $"{tool.Action} with the version the name \"{label}\" gives");
    }

    /// <summary>The tool step: sets the tool up and gives the directory it lies in, as Jenkins does.</summary>
    private Value ToolStep(Call call, Scope scope, Surroundings around)
    {
        var hint = _nameHint;
        _nameHint = null;
        var label = GivenValue(call, scope, around, "name") is Known { Content: string known } ? known : null;
        var kind = (GivenValue(call, scope, around, "type", 9) as Known)?.Text ?? "";
        if (kind.Length == 0 || _catalogue.ToolFor(kind, "") is null) kind = _catalogue.KindOf(label ?? "") ?? kind;
        if (label is null || _catalogue.ToolFor(kind, label) is not { } tool || tool.Program is not { } program)
        {
            Mark(call.Span, Fate.Manual, $"the tool {Quote(call.Span, 60)} must be on the runner: no setup action is known for it; set its directory where it is used");
            return new Opaque(call.Span, hint ?? "tool");
        }

        Tool(kind, label, call, around);
        _nameHint = hint;
        var name = FreshVariable(hint ?? program + "_home", around);
        _nameHint = null;
        SetPrinted(name, $"dirname \"$(dirname \"$(readlink -f \"$(command -v {program})\")\")\"", null, around, call);
        return new Composed([Piece.Env(name)]);
    }

    /// <summary>Set-up steps whose version the Jenkinsfile names.</summary>
    private readonly HashSet<WorkflowStep> _versioned = new(ReferenceEqualityComparer.Instance);
}
