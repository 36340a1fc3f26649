using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private readonly List<(string Cron, string Source)> _schedules = [];
    private readonly List<string> _upstream = [];
    private bool _pushes;

    /// <summary>The <c>properties</c> step of scripted pipelines holds what sections hold in declarative ones.</summary>
    private Value Properties(Call call, Scope scope, Surroundings around)
    {
        Mark(call.Callee.Span, Fate.Converted, "the workflow's own settings");
        if (call.StepName is "parameters") Nested(call, scope, around);
        foreach (var argument in call.Arguments) Property(argument.Value, scope, around);
        if (call.StepName is not ("properties" or "parameters")) Parameter(call, scope, around);
        return Value.Null;
    }

    private void Property(Expr property, Scope scope, Surroundings around)
    {
        switch (property)
        {
            case ListLiteral list:
                foreach (var item in list.Items) Property(item, scope, around);
                return;
            case Closure closure:
                foreach (var inner in Sections(closure)) Property(inner, scope, around);
                return;
            case Call { StepName: "parameters" or "pipelineTriggers" or "triggers" } group:
                Mark(group.Callee.Span, Fate.Converted, "on");
                Nested(group, scope, around);
                return;
            case Call { StepName: "disableConcurrentBuilds" or "buildDiscarder" or "durabilityHint" or "disableResume" or "overrideIndexTriggers" or "copyArtifactPermission" } option:
                Option(option, scope, around, wholePipeline: true);
                return;
            case MapLiteral map:
                var kind = (map.Entries.FirstOrDefault(entry => entry.Name == "$class")?.Value as Text)?.Constant ?? "";
                if (kind.EndsWith("BuildDiscarderProperty", StringComparison.Ordinal)) { Mark(map.Span, Fate.Approximated, "set the retention of runs and artifacts in the repository's settings"); return; }
                if (kind.EndsWith("DisableConcurrentBuildsJobProperty", StringComparison.Ordinal))
                {
                    _workflow.ConcurrencyGroup = "${{ github.workflow }}-${{ github.ref }}";
                    Mark(map.Span, Fate.Converted, "concurrency");
                    return;
                }

                if (map.Entries.FirstOrDefault(entry => entry.Name == "parameterDefinitions") is { Value: ListLiteral definitions })
                {
                    Mark(map.Span, Fate.Converted, "inputs");
                    foreach (var definition in definitions.Items) ParameterOf(definition, scope, around);
                    return;
                }

                Mark(map.Span, Fate.Manual, $"the job property {Quote(map.Span, 80)} has no equal in a workflow");
                return;
            case Call other when other.StepName is { } name && _globalsKnow(name):
                if (Evaluate(other, scope, around) is Listed produced) _ = produced;
                return;
            case Call other:
                Mark(other.Span, Fate.Manual, $"the job property {Quote(other.Span, 80)} has no equal in a workflow");
                return;
            case Name name when scope.Find(name.Identifier)?.Value is Listed:
                Mark(name.Span, Fate.Approximated, "the properties of this list were read where they stand");
                return;
            default:
                Mark(property.Span, Fate.Manual, $"the job properties {Quote(property.Span, 80)} are computed: set the workflow's inputs and triggers by hand");
                return;
        }
    }

    private bool _globalsKnow(string name) => _methods.ContainsKey(name);

    private void Nested(Call group, Scope scope, Surroundings around)
    {
        foreach (var argument in group.Arguments)
        {
            IEnumerable<Expr> items = argument.Value switch { ListLiteral list => list.Items, Closure closure => Sections(closure), var one => [one] };
            foreach (var item in items)
                if (group.StepName == "parameters") ParameterOf(item, scope, around);
                else if (item is Call trigger) Trigger(trigger, scope, around);
                else if (item is MapLiteral map && map.Entries.FirstOrDefault(entry => entry.Name == "$class")?.Value is Text { Constant: { } kind } && kind.EndsWith("TimerTrigger", StringComparison.Ordinal) && map.Entries.FirstOrDefault(entry => entry.Name == "spec") is { } spec) Cron(Evaluate(spec.Value, scope, around), map, scope);
                else Mark(item.Span, Fate.Manual, $"{Quote(item.Span, 80)} is computed or unknown: set it by hand");
        }
    }

    private void Trigger(Call call, Scope scope, Surroundings around)
    {
        switch (call.StepName)
        {
            case "cron":
                Cron(GivenValue(call, scope, around, "spec") ?? Value.Null, call, scope);
                break;
            case "parameterizedCron":
                Cron(GivenValue(call, scope, around, "parameterizedSpecification") ?? Value.Null, call, scope);
                break;
            case "pollSCM":
                _pushes = true;
                Mark(call.Span, Fate.Approximated, $"GitHub tells of every push, so nothing polls: {Quote(call.Span, 60)}");
                break;
            case "githubPush" or "bitbucketPush" or "gitlab" or "giteaPush" or "genericTrigger" or "GenericTrigger" or "issueCommentTrigger" or "pullRequestReview" or "webhook":
                _pushes = true;
                Mark(call.Span, call.StepName == "githubPush" ? Fate.Converted : Fate.Approximated, call.StepName == "githubPush" ? "on push" : $"on push; {call.StepName} could do more: {Quote(call.Span, 80)}");
                break;
            case "upstream":
                var names = GivenText(call, scope, around, "upstreamProjects");
                if (names is null) { Mark(call.Span, Fate.Manual, $"the upstream projects are computed: {Quote(call.Span, 80)}"); break; }
                _upstream.AddRange(names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
                Mark(call.Span, Fate.Approximated, $"workflow_run of the workflows named like the jobs: {names}; on the default branch only");
                break;
            default:
                Mark(call.Span, Fate.Manual, $"the trigger {Quote(call.Span, 80)} is unknown here: add an event under on");
                break;
        }
    }

    private void Cron(Value spec, Groovy.Node origin, Scope scope)
    {
        _ = scope;
        if (spec is not Known { Content: string text })
        {
            Mark(origin.Span, Fate.Manual, $"the schedule is computed: {Quote(origin.Span, 80)}; add a schedule under on");
            return;
        }

        var fate = Fate.Converted;
        var notes = new List<string> { "a schedule in UTC" };
        foreach (var line in CronSpread.Translate(text, _request.ProjectName))
        {
            if (line.Cron is null)
            {
                fate = Fate.Manual;
                notes.Add($"\"{line.Source}\" is no schedule GitHub understands");
                continue;
            }

            if (_schedules.All(known => known.Cron != line.Cron)) _schedules.Add((line.Cron, line.Source));
            if (line.Cron != line.Source)
            {
                fate = fate == Fate.Manual ? fate : Fate.Approximated;
                notes.Add($"\"{line.Source}\" became \"{line.Cron}\"");
            }

            if (line.TimeZone is { } zone)
            {
                fate = Fate.Manual;
                notes.Add($"Jenkins used the time zone {zone}: shift the hours to UTC");
            }

            if (line.Parameters is { } parameters)
            {
                fate = Fate.Manual;
                notes.Add($"scheduled runs cannot pass {parameters}: compare github.event.schedule in the steps");
            }
        }

        if (fate == Fate.Converted) notes.Add("Jenkins used the time zone of its server");
        Mark(origin.Span, fate == Fate.Converted ? Fate.Approximated : fate, string.Join("; ", notes));
    }

    /// <summary>Questions about change requests need the event that answers them.</summary>
    private void Triggers(object? _)
    {
    }

    private void FinishTriggers()
    {
        var on = _workflow.On;
        var multibranch = SourceMentions("changeRequest") || SourceMentions("CHANGE_ID") || SourceMentions("CHANGE_TARGET") || SourceMentions("CHANGE_BRANCH");
        var silent = _schedules.Count == 0 && _upstream.Count == 0 && !_pushes;
        var branches = SourceMentions("BRANCH_NAME") || SourceMentions("branch");
        if (_pushes || silent || multibranch && _schedules.Count == 0) on.Add("push", new YamlRaw(""), silent ? ["The Jenkinsfile names no trigger; Jenkins ran it on changes or by hand."] : []);
        if (multibranch || silent && branches) on.Add("pull_request", new YamlRaw(""));
        if (_schedules.Count > 0)
            on.Add("schedule", new YamlList([.. _schedules.Select(schedule =>
            {
                var map = new YamlMap();
                map.Add("cron", Yaml.Of(schedule.Cron));
                return new YamlEntry(null, map, schedule.Cron == schedule.Source ? [] : ["Jenkins: " + schedule.Source], null);
            })]));
        if (_upstream.Count > 0)
        {
            var run = new YamlMap();
            run.Add("workflows", Yaml.List(_upstream.Distinct()));
            run.Add("types", Yaml.List(["completed"]));
            on.Add("workflow_run", run);
        }

        if (_dispatchInputs.Entries.Count == 0) on.Add("workflow_dispatch", new YamlRaw(""));
        else
        {
            var dispatch = new YamlMap();
            dispatch.Add("inputs", _dispatchInputs);
            on.Add("workflow_dispatch", dispatch);
        }

        if (silent) _warnings.Add("The Jenkinsfile names no trigger: the workflow runs on push and by hand; change the events under on if Jenkins was told otherwise");
    }
}
