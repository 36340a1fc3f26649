using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private readonly Dictionary<WorkflowStep, List<Guard>> _guardsOf = [];
    private readonly Dictionary<WorkflowJob, HashSet<string>> _directories = [];

    private string StepId(WorkflowJob job, WorkflowStep step, string name)
    {
        if (step.Id is not null) return step.Id;
        step.Id = NewId(_stepIds, name.Length > 40 ? name[..40] : name);
        _owners[step.Id] = job;
        return step.Id;
    }

    /// <summary>Adds a step under everything that surrounds it.</summary>
    private WorkflowStep Emit(WorkflowStep step, Surroundings around, Node node, string? topic = null)
    {
        var job = Job(around);
        step.Source ??= _abroad?.Call ?? node.Span;
        if (step.Run is { } run) step.Run = run.Replace("${{", "${{ '${{' }}", StringComparison.Ordinal);
        step.Name ??= StepName(around, topic);
        if (++_emitted > MostSteps)
        {
            Mark(node.Span, Fate.Manual, Invariant($"the workflow would have more than {MostSteps} steps; split the pipeline and convert the parts"));
            _guardsOf[step] = [];
            _depthOf[step] = around.Depth;
            return step;
        }

        Checkpoint(around, job, node);
        AskForHoles(step, job, around, node);
        var guards = around.Guards.ToList();
        var status = around.Status;
        if (around.Directory is { } directory)
        {
            if (step.Run is not null)
            {
                MakeDirectory(job, directory, around);
                step.WorkingDirectory ??= directory;
            }
        }

        if (step.TimeoutMinutes is null) step.TimeoutMinutes = around.TimeoutMinutes;
        if (around.Tolerant) step.ContinueOnError = true;
        if (around.Stages.Count > 0 && step.Run?.Contains("STAGE_NAME", StringComparison.Ordinal) == true) step.Env["STAGE_NAME"] = around.Stages[^1];
        foreach (var (name, value) in around.Env)
            if (!step.Env.ContainsKey(name)) step.Env[name] = value;
        var fails = true;
        for (var attempt = around.Attempt; attempt is not null; attempt = attempt.Outer)
        {
            if (attempt.Swallows || attempt.Handles) Chain(attempt, job, guards, around.Despite);
            if (attempt.Swallows && !OnlySays(step)) step.ContinueOnError = true;

            attempt.Steps.Add(new AttemptedStep(job, step, fails, around.Depth <= attempt.Around.Depth && (around.Status is null || attempt.Handles && around.Status == attempt.Around.Status)));
            if (attempt.Swallows) fails = false;
        }

        for (var index = 0; index < guards.Count; index++) guards[index] = Localised(guards[index], job);
        _guardsOf[step] = guards;
        _depthOf[step] = around.Depth;
        step.If = StepCondition.Of(status, guards);
        job.Steps.Add(step);
        _inOrder.Add(step);
        return step;
    }

    /// <summary>After many steps that may have been skipped, one that surely runs answers for all of them.</summary>
    private void Checkpoint(Surroundings around, WorkflowJob job, Node node)
    {
        // A handler runs although something failed; a step that waits for success has no place in it.
        if (around.Status is not null || around.Despite.Count > 0) return;
        for (var attempt = around.Attempt; attempt is not null && !_checking; attempt = attempt.Outer)
        {
            if (!attempt.Swallows) continue;
            var open = attempt.Steps.AsEnumerable().Reverse().TakeWhile(entry => ReferenceEquals(entry.Job, job) && !(entry.Fails && entry.Certain && !OnlySays(entry.Step))).Count(entry => entry.Fails && !OnlySays(entry.Step));
            if (open < 5) continue;
            _checking = true;
            Emit(new WorkflowStep { Name = "All steps so far went well", Run = "true" }, attempt.Around with { Attempt = attempt, Env = [], Directory = null, Retries = 1, TimeoutMinutes = null, Image = null }, node);
            _checking = false;
        }
    }

    private bool _checking;
    private readonly List<WorkflowStep> _inOrder = [];

    /// <summary>Long conditions are asked once, by a step that leaves the answer in a variable.</summary>
    private Surroundings Condensed(Surroundings around, Node node)
    {
        if (around.Length < 220 || around.Guards.Count < 2 && around.Length < 500) return around;
        Job(around);
        var name = Invariant($"GO_ON_AT_LINE_{LineOf(node)}_{++_condensed}");
        SetVariable(name, "true", around with { Env = [], Directory = null, TimeoutMinutes = null, Image = null }, node);
        foreach (var head in around.Heads) Mark(head, Fate.Approximated, $"asked once, by the step that sets {name}");
        return around with { Guards = [new Guard($"env.{name} == 'true'", true)], Condensed = true, Heads = [] };
    }

    private int _condensed;

    /// <summary>A question about a step of another job is asked of that job's outputs.</summary>
    private Guard Localised(Guard guard, WorkflowJob job)
    {
        if (!guard.Expression.Contains("steps.", StringComparison.Ordinal)) return guard;
        if (_localised.TryGetValue((guard.Expression, job), out var known)) return guard with { Expression = known };
        var expression = StepQuestion().Replace(guard.Expression, match =>
        {
            if (!_owners.TryGetValue(match.Groups[1].Value, out var owner) || ReferenceEquals(owner, job)) return match.Value;
            var output = match.Groups[1].Value + "_" + (match.Groups[3].Success ? match.Groups[3].Value : "outcome");
            owner.Outputs[output] = "${{ " + match.Value + " }}";
            if (!job.Needs.Contains(owner.Id)) job.Needs.Add(owner.Id);
            return $"needs.{owner.Id}.outputs.{output}";
        });
        _localised[(guard.Expression, job)] = expression;
        return guard with { Expression = expression };
    }

    private readonly Dictionary<(string, WorkflowJob), string> _localised = [];

    [GeneratedRegex(@"steps\.([A-Za-z0-9_-]+)\.(outputs\.([A-Za-z0-9_-]+)|outcome)", RegexOptions.NonBacktracking)]
    private static partial Regex StepQuestion();

    private readonly Dictionary<string, WorkflowJob> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<WorkflowStep, int> _depthOf = [];

    /// <summary>A step of a try body runs when those before it did not fail; a step that surely ran stands for all before it.</summary>
    private void Chain(Attempt attempt, WorkflowJob job, List<Guard> guards, IReadOnlySet<WorkflowStep> despite)
    {
        for (var index = attempt.Steps.Count - 1; index >= 0; index--)
        {
            var before = attempt.Steps[index];
            if (!ReferenceEquals(before.Job, job)) return;
            if (!before.Fails || despite.Contains(before.Step) || OnlySays(before.Step)) continue;
            guards.Add(new Guard($"steps.{StepId(job, before.Step, Topic(before.Step))}.outcome {(before.Certain ? "== 'success'" : "!= 'failure'")}", true));
            if (before.Certain) return;
        }
    }

    /// <summary>Printing a line, or leaving one for later steps, does not fail.</summary>
    private static bool OnlySays(WorkflowStep step) => step.Run is { } run && run.StartsWith("echo ", StringComparison.Ordinal) && !run.Contains('\n', StringComparison.Ordinal) && !run.Contains("$(", StringComparison.Ordinal) && !run.Contains(":?", StringComparison.Ordinal);

    private static string Topic(WorkflowStep step) => step.Name ?? "step";

    private void MakeDirectory(WorkflowJob job, string directory, Surroundings around)
    {
        if (!_directories.TryGetValue(job, out var made)) _directories[job] = made = new HashSet<string>(StringComparer.Ordinal);
        if (!made.Add(directory)) return;
        var step = new WorkflowStep { Name = "Make the directory " + directory, Shell = "bash", Run = "mkdir -p \"$DIRECTORY\"", If = StepCondition.Of(around.Status, around.Guards) };
        step.Env["DIRECTORY"] = directory;
        foreach (var (name, value) in around.Env) if (directory.Contains("env." + name, StringComparison.Ordinal)) step.Env[name] = value;
        _guardsOf[step] = [.. around.Guards];
        job.Steps.Add(step);
    }

    /// <summary>The stages a step is in, without those its job is named after.</summary>
    private string StageName(Surroundings around)
    {
        var (stages, known) = (around.Stages, 0);
        if (_job is not null && _pathOf.TryGetValue(_job, out var path)) while (known < path.Count && known < stages.Count && path[known] == stages[known]) known++;
        var first = Math.Min(known, stages.Count - 1);
        return first == stages.Count - 1 ? stages[first] : string.Join(" / ", stages.Skip(first));
    }

    private readonly Dictionary<WorkflowJob, ImmutableList<string>> _pathOf = [];

    private string? StepName(Surroundings around, string? topic)
    {
        var stage = around.Stages.Count > 0 ? StageName(around) : _openStage;
        return stage is null ? topic : topic is null ? stage : $"{stage}: {topic}";
    }
}
