namespace Agentic.Agents.Migration.Workflows;

/// <summary>Turns a workflow into the text that is committed. Knows GitHub's keys and their usual order, nothing of Jenkins.</summary>
internal static class WorkflowWriter
{
    public static WrittenYaml Write(Workflow workflow, ActionPins pins)
    {
        var document = new YamlMap();
        document.Add("name", Yaml.Of(workflow.Name));
        document.AddText("run-name", workflow.RunName);
        document.Add("on", workflow.On);
        document.Add("permissions", Yaml.Map(workflow.Permissions.OrderBy(pair => pair.Key, StringComparer.Ordinal)));
        if (workflow.ConcurrencyGroup is { } group) document.Add("concurrency", Concurrency(group, workflow.CancelInProgress));
        if (workflow.Env.Count > 0)
        {
            var env = new YamlMap();
            foreach (var (key, entry) in workflow.Env) env.Add(key, Yaml.Of(entry.Value), source: entry.Source);
            document.Add("env", env);
        }

        var jobs = new YamlMap();
        foreach (var job in workflow.Jobs) jobs.Add(job.Id, Job(job, pins), job.Comments, job.Source);
        document.Add("jobs", jobs);
        return YamlWriter.Write(document, []);
    }

    private static YamlMap Concurrency(string group, bool cancel)
    {
        var map = new YamlMap();
        map.Add("group", Yaml.Of(group));
        map.Add("cancel-in-progress", Yaml.Of(cancel));
        return map;
    }

    private static YamlMap Job(WorkflowJob job, ActionPins pins)
    {
        var map = new YamlMap();
        map.Add("name", Yaml.Of(job.Name));
        if (job.Needs.Count > 0) map.Add("needs", Yaml.List(job.Needs));
        map.AddText("if", Condition(job.If));
        map.Add("runs-on", job.RunsOn);
        if (job.Environment is { } environment) map.Add("environment", Yaml.Of(environment));
        if (job.ConcurrencyGroup is { } group) map.Add("concurrency", Concurrency(group, cancel: false));
        if (job.Outputs.Count > 0) map.Add("outputs", Yaml.Map(job.Outputs));
        if (job.Env.Count > 0) map.Add("env", Yaml.Map(job.Env));
        if (job.Matrix is { } matrix)
        {
            var strategy = new YamlMap();
            strategy.Add("fail-fast", Yaml.Of(job.FailFast));
            strategy.Add("matrix", matrix);
            map.Add("strategy", strategy);
        }

        if (job.Container is { } container) map.Add("container", container);
        if (job.Services is { } services) map.Add("services", services);
        if (job.DefaultShell is { } shell)
        {
            var run = new YamlMap();
            run.Add("shell", Yaml.Of(shell));
            var defaults = new YamlMap();
            defaults.Add("run", run);
            map.Add("defaults", defaults);
        }

        if (job.TimeoutMinutes is { } minutes) map.Add("timeout-minutes", Yaml.Of(minutes));
        map.Add("steps", new YamlList([.. job.Steps.Select(step => new YamlEntry(null, Step(step, pins), step.Comments, step.Source))]));
        return map;
    }

    public static YamlMap Step(WorkflowStep step, ActionPins pins)
    {
        var map = new YamlMap();
        map.AddText("name", step.Name);
        map.AddText("id", step.Id);
        map.AddText("if", Condition(step.If));
        if (step.ContinueOnError) map.Add("continue-on-error", Yaml.Of(true));
        if (step.TimeoutMinutes is { } minutes) map.Add("timeout-minutes", Yaml.Of(minutes));
        if (step.Uses is { } uses)
        {
            map.Add("uses", pins.Reference(uses));
            if (step.With.Count > 0) map.Add("with", Yaml.Map(step.With));
        }

        map.AddText("shell", step.Shell);
        map.AddText("working-directory", step.WorkingDirectory);
        if (step.Env.Count > 0) map.Add("env", Yaml.Map(step.Env));
        map.AddText("run", step.Run);
        return map;
    }

    /// <summary>GitHub reads a leading '!' as a YAML tag and a quoted mixture as text, so anything but a plain start is wrapped.</summary>
    private static string? Condition(string? condition) =>
        condition is null ? null : condition.StartsWith('!') || condition.Contains(" #", StringComparison.Ordinal) || condition.Contains(": ", StringComparison.Ordinal) ? "${{ " + condition + " }}" : condition;
}
