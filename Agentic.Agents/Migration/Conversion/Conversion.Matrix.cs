using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private void Matrix(Closure matrix, Scope scope, Surroundings around)
    {
        foreach (var call in Sections(matrix)) if (call.StepName is not null) MarkWord(call);
        var map = new YamlMap();
        var names = new List<string>();
        var values = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var axis in Section(matrix, "axes") is { Body: { } axes } ? Sections(axes) : [])
        {
            if (axis.Body is not { } body) continue;
            var name = Section(body, "name") is { Arguments: [var given, ..] } && Evaluate(given.Value, scope, around) is Known known ? EnvName(known.Text) : "AXIS";
            var list = Section(body, "values")?.Arguments.Select(argument => Evaluate(argument.Value, scope, around)).SelectMany(value => value is Listed many ? many.Items : [value]).Select(Display).ToList() ?? [];
            map.Add(name, Yaml.List(list));
            names.Add(name);
            values[name] = list;
            Mark(axis.Span, Fate.Converted, "an axis of the matrix");
        }

        if (Section(matrix, "excludes") is { Body: { } excludes })
        {
            var list = new YamlList([]);
            foreach (var exclude in Sections(excludes))
            {
                if (exclude.Body is not { } rows) continue;
                var combinations = new List<YamlMap> { new() };
                foreach (var axis in Sections(rows))
                {
                    if (axis.Body is not { } body || Section(body, "name") is not { Arguments: [var given, ..] } || Evaluate(given.Value, scope, around) is not Known known) continue;
                    var excluded = Section(body, "values")?.Arguments.Select(argument => Display(Evaluate(argument.Value, scope, around))).ToList();
                    var kept = Section(body, "notValues")?.Arguments.Select(argument => Display(Evaluate(argument.Value, scope, around))).ToList();
                    excluded ??= kept is not null && values.TryGetValue(EnvName(known.Text), out var all) ? [.. all.Except(kept)] : [];
                    combinations = [.. combinations.SelectMany(one => excluded.Select(value =>
                    {
                        var copy = new YamlMap();
                        foreach (var entry in one.Entries) copy.Entries.Add(entry);
                        copy.Add(EnvName(known.Text), Yaml.Of(value));
                        return copy;
                    }))];
                }

                foreach (var combination in combinations.Where(one => one.Entries.Count > 0)) list.Items.Add(new YamlEntry(null, combination, [], exclude.Span));
                Mark(exclude.Span, Fate.Converted, "exclude of the matrix");
            }

            if (list.Items.Count > 0) map.Add("exclude", list);
        }

        foreach (var name in names) _environment[name] = "${{ matrix." + name + " }}";
        foreach (var name in names) around = around.WithEnv(name, "${{ matrix." + name + " }}");
        var suffix = string.Join(", ", names.Select(name => "${{ matrix." + name + " }}"));
        void Settle(WorkflowJob job)
        {
            job.Matrix = map;
            job.Name = $"{job.Name} ({suffix})";
            foreach (var name in names) job.Env[name] = "${{ matrix." + name + " }}";
        }

        var inner = around;
        foreach (var name in names) inner = inner with { Env = inner.Env.RemoveAll(pair => pair.Key == name) };
        _jobSettings.Add(Settle);
        EndJob();
        var allocation = Section(matrix, "agent") is { } agent ? Agent(agent, scope, around, checksOut: !_skipsCheckout) : null;
        void Content()
        {
            if (Section(matrix, "when") is { Body: { } when } whenCall) inner = When(whenCall, when, scope, inner);
            if (Section(matrix, "options")?.Body is { } options) foreach (var option in Sections(options)) inner = Option(option, scope, inner, wholePipeline: false);
            if (Section(matrix, "environment")?.Body is { } environment) inner = Environment(environment, scope, inner, null);
            if (Section(matrix, "tools")?.Body is { } tools) foreach (var tool in Sections(tools)) UseToolIn(tool, scope, inner);
            var attempt = new Attempt(false, inner.Attempt) { Around = inner };
            if (Section(matrix, "stages")?.Body is { } stages) foreach (var stage in Sections(stages)) DeclarativeStage(stage, scope, inner with { Attempt = attempt });
            if (Section(matrix, "post")?.Body is { } post) StagePost(post, attempt, scope, inner);
        }

        if (allocation is null) Content();
        else OnAgent(allocation, Content);
        _jobSettings.Remove(Settle);
        EndJob();
        // The cells have workspaces of their own, so nothing of theirs is handed on.
        if (_allocation is { } outer) outer.Last = [.. outer.Last.Where(job => job.Matrix is null)];
    }

    private void UseToolIn(Call tool, Scope scope, Surroundings around)
    {
        ToolAccount(tool, scope, around);
        if (tool.Arguments.Count > 0 && Evaluate(tool.Arguments[0].Value, scope, around) is Known label) Tool(tool.StepName!, label.Text, tool, around);
    }
}
