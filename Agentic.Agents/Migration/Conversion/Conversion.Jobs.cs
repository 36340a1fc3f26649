using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

/// <summary>One agent Jenkins would have held for a while: its steps share a workspace, whatever jobs they end up in.</summary>
internal sealed class Allocation
{
    public required Yaml RunsOn { get; init; }

    public Yaml? Container { get; init; }

    public YamlMap? Services { get; init; }

    public bool Windows { get; init; }

    public bool ChecksOut { get; set; }

    /// <summary>Images by container name, for pods.</summary>
    public Dictionary<string, string> Containers { get; } = new(StringComparer.Ordinal);

    public string? DefaultContainer { get; set; }

    /// <summary>The jobs that hold the newest state of the workspace.</summary>
    public List<WorkflowJob> Last { get; set; } = [];

    /// <summary>The image every command runs in when the job itself does not.</summary>
    public string? AgentImage { get; set; }

    public Action<WorkflowJob>? Prepare { get; set; }

    public Span? Source { get; init; }
}

internal sealed partial class Conversion
{
    private const string JenkinsShell = "sh -xe {0}";

    private readonly HashSet<string> _jobIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _stepIds = new(StringComparer.Ordinal);
    private readonly HashSet<WorkflowStep> _plumbing = [];
    private readonly Dictionary<WorkflowStep, List<Guard>> _guardsOf = [];
    private readonly HashSet<WorkflowJob> _savesWorkspace = [];
    private readonly HashSet<WorkflowJob> _indirect = [];
    private readonly Dictionary<WorkflowJob, HashSet<string>> _directories = [];
    private Allocation? _allocation;
    private WorkflowJob? _job;
    private List<WorkflowJob> _frontier = [];
    private readonly List<Action<WorkflowJob>> _jobSettings = [];
    private readonly List<(string Axis, Listed Values)> _axes = [];

    /// <summary>Any runner: Linux, unless every command of the file is for Windows.</summary>
    private Allocation AnyAgent(Span? source, bool checksOut)
    {
        var windows = (SourceMentions("bat") || SourceMentions("powershell")) && !SourceMentions("sh");
        return new Allocation { RunsOn = Yaml.Of(windows ? "windows-latest" : "ubuntu-latest"), Windows = windows, ChecksOut = checksOut, Source = source };
    }

    /// <summary>The job that runs what comes next; a new one continues the workspace of those before it.</summary>
    private WorkflowJob Job(Surroundings around)
    {
        if (_job is not null) return _job;
        _allocation ??= AnyAgent(null, checksOut: true);
        var name = around.Stages.Count > 0 ? string.Join(" / ", around.Stages) : _workflow.Jobs.Count == 0 ? "build" : "continue";
        var job = new WorkflowJob { Id = NewId(_jobIds, around.Stages.Count > 0 ? around.Stages[^1] : name), Name = name, RunsOn = _allocation.RunsOn, Container = _allocation.Container, Services = _allocation.Services, Source = _allocation.Source };
        foreach (var before in _frontier) job.Needs.Add(before.Id);
        if (!_allocation.Windows) job.DefaultShell = JenkinsShell;
        _job = job;
        _pathOf[job] = around.Stages;
        _workflow.Jobs.Add(job);
        foreach (var setting in _jobSettings) setting(job);
        if (_allocation.Last.Count > 0) Restore(job, _allocation.Last);
        else if (_allocation.ChecksOut) Plumb(job, Checkout());
        _allocation.Prepare?.Invoke(job);
        _allocation.Last = [job];
        _frontier = [job];
        return job;
    }

    private static WorkflowStep Checkout() => new() { Name = "Check out", Uses = "actions/checkout" };

    private void Plumb(WorkflowJob job, WorkflowStep step)
    {
        _plumbing.Add(step);
        job.Steps.Add(step);
    }

    /// <summary>Jenkins kept one directory for the whole agent; jobs hand it on as an archive, so modes and dotfiles survive.</summary>
    private void Restore(WorkflowJob job, List<WorkflowJob> from)
    {
        foreach (var before in from)
        {
            if (!job.Needs.Contains(before.Id)) job.Needs.Add(before.Id);
            _savesWorkspace.Add(before);
            var download = new WorkflowStep { Name = $"Fetch the workspace of {before.Id}", Uses = "actions/download-artifact" };
            download.With["name"] = "workspace-" + before.Id;
            download.With["path"] = "${{ runner.temp }}/workspace-" + before.Id;
            Plumb(job, download);
            Plumb(job, new WorkflowStep { Name = $"Restore the workspace of {before.Id}", Shell = "bash", Run = $"tar -xzf \"$RUNNER_TEMP/workspace-{before.Id}/workspace.tgz\"" });
        }
    }

    private void SaveWorkspace(WorkflowJob job)
    {
        var always = job.Steps.Any(step => !_plumbing.Contains(step)) ? "always()" : null;
        Plumb(job, new WorkflowStep { Name = "Pack the workspace", If = always, Shell = "bash", Run = "tar -czf \"$RUNNER_TEMP/workspace.tgz\" ." });
        var upload = new WorkflowStep { Name = "Hand on the workspace", If = always, Uses = "actions/upload-artifact" };
        upload.With["name"] = "workspace-" + job.Id;
        upload.With["path"] = "${{ runner.temp }}/workspace.tgz";
        upload.With["retention-days"] = "1";
        Plumb(job, upload);
    }

    /// <summary>Runs a body on an agent of its own; what follows goes back to the agent before.</summary>
    private void OnAgent(Allocation allocation, Action body)
    {
        var outer = _allocation;
        _allocation = allocation;
        _job = null;
        body();
        _allocation = outer;
        _job = null;
    }

    /// <summary>Ends the current job so that the next step begins another one behind it.</summary>
    private void EndJob() => _job = null;

    /// <summary>Runs bodies side by side: each begins where all begin, and what follows waits for all.</summary>
    private void SideBySide(IEnumerable<Action> branches)
    {
        var start = _frontier.ToList();
        var allocation = _allocation;
        var workspace = allocation?.Last.ToList() ?? [];
        var ends = new List<WorkflowJob>();
        var workspaces = new List<WorkflowJob>();
        foreach (var branch in branches)
        {
            _frontier = [.. start];
            _job = null;
            _allocation = allocation;
            if (allocation is not null) allocation.Last = [.. workspace];
            branch();
            foreach (var job in _frontier) if (!ends.Contains(job)) ends.Add(job);
            if (allocation is not null) foreach (var job in allocation.Last) if (!workspaces.Contains(job)) workspaces.Add(job);
        }

        if (ends.Count > 1) ends.RemoveAll(start.Contains);
        if (workspaces.Count > 1) workspaces.RemoveAll(workspace.Contains);
        _frontier = ends.Count > 0 ? ends : start;
        _job = null;
        _allocation = allocation;
        if (allocation is not null) allocation.Last = workspaces.Count > 0 ? workspaces : workspace;
    }

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
        step.If = Condition(status, guards);
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

    private static string? Condition(string? status, IEnumerable<Guard> guards)
    {
        var parts = guards.Select(guard => Guard.Wrap(guard.Expression)).Distinct(StringComparer.Ordinal).ToList();
        if (status is not null) parts.Insert(0, Guard.Wrap(status));
        return parts.Count == 0 ? null : parts.Count == 1 ? Unwrap(parts[0]) : string.Join(" && ", parts);
    }

    private static string Unwrap(string expression) =>
        expression.StartsWith('(') && expression.EndsWith(')') && expression.IndexOf(')', StringComparison.Ordinal) == expression.Length - 1 ? expression[1..^1] : expression;

    private void MakeDirectory(WorkflowJob job, string directory, Surroundings around)
    {
        if (!_directories.TryGetValue(job, out var made)) _directories[job] = made = new HashSet<string>(StringComparer.Ordinal);
        if (!made.Add(directory)) return;
        var step = new WorkflowStep { Name = "Make the directory " + directory, Shell = "bash", Run = "mkdir -p \"$DIRECTORY\"", If = Condition(around.Status, around.Guards) };
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

    /// <summary>Everything that can only be decided when all steps are known.</summary>
    private void Finish()
    {
        if (_workflow.Jobs.Count == 0 || _workflow.Jobs.All(job => job.Steps.Count == 0))
        {
            var job = Job(new Surroundings());
            if (job.Steps.Count == 0)
                job.Steps.Add(new WorkflowStep { Name = "Nothing was converted", Run = "echo \"::error::No step of the Jenkinsfile could be converted; see the migration report\"\nexit 1" });
        }

        foreach (var job in _workflow.Jobs)
            if (job.Steps.Count == 0) job.Steps.Add(new WorkflowStep { Name = job.Name, Run = "true" });
        HandOnVariables();
        foreach (var job in _workflow.Jobs.Where(_savesWorkspace.Contains)) SaveWorkspace(job);
        HoistConditions();
        BuiltInVariables();
        Triggers(null);
        FinishTriggers();
        FinishPermissions();
    }

    /// <summary>Variables set by a step live in its job only; later jobs that use them get them as outputs.</summary>
    private void HandOnVariables()
    {
        var setters = new Dictionary<string, List<(WorkflowJob Job, WorkflowStep Step)>>(StringComparer.Ordinal);
        foreach (var job in _workflow.Jobs)
            foreach (var step in job.Steps)
                foreach (var name in step.Sets)
                {
                    if (!setters.TryGetValue(name, out var list)) setters[name] = list = [];
                    list.Add((job, step));
                }

        if (setters.Count == 0) return;
        var wanted = setters.Keys.ToHashSet(StringComparer.Ordinal);
        var words = _workflow.Jobs.ToDictionary(job => job, job => NamesIn(job.Steps, wanted));
        foreach (var (name, list) in setters)
        {
            foreach (var job in _workflow.Jobs)
            {
                if (!words[job].Contains(name) && !_assigned.Contains(name) || job.Steps.All(_plumbing.Contains)) continue;
                var ancestors = Ancestors(job);
                var sources = list.Where(setter => !ReferenceEquals(setter.Job, job) && ancestors.Contains(setter.Job.Id)).Select(setter => setter.Job).Distinct().ToList();
                if (sources.Count == 0) continue;
                var values = new List<string>();
                foreach (var from in sources)
                {
                    if (!from.Outputs.ContainsKey(name))
                    {
                        var last = new WorkflowStep { Name = "Hand on " + name, If = "always()", Run = $"printf '%s<<END_OF_VALUE\\n%s\\nEND_OF_VALUE\\n' {name} \"${{{name}:-}}\" >> \"$GITHUB_OUTPUT\"", Shell = "bash" };
                        StepId(from, last, "hand-on-" + name);
                        Plumb(from, last);
                        from.Outputs[name] = $"${{{{ steps.{last.Id}.outputs.{name} }}}}";
                    }

                    if (!job.Needs.Contains(from.Id)) job.Needs.Add(from.Id);
                    values.Add($"needs.{from.Id}.outputs.{name}");
                }

                values.Reverse();
                if (!job.Env.ContainsKey(name)) job.Env[name] = "${{ " + string.Join(" || ", values) + " }}";
            }
        }
    }

    /// <summary>Variables a script assigned to env: every command may look at them, also where their name is not written.</summary>
    private readonly HashSet<string> _assigned = new(StringComparer.Ordinal);

    /// <summary>Those of some names that steps mention anywhere a variable can stand.</summary>
    private static HashSet<string> NamesIn(IEnumerable<WorkflowStep> steps, HashSet<string> wanted)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var lookup = wanted.GetAlternateLookup<ReadOnlySpan<char>>();
        void Look(string? text)
        {
            foreach (var word in new Identifiers(text))
                if (lookup.TryGetValue(word, out var name)) found.Add(name);
        }

        foreach (var step in steps)
        {
            Look(step.Run);
            Look(step.If);
            Look(step.WorkingDirectory);
            foreach (var value in step.With.Values) Look(value);
            foreach (var value in step.Env.Values) Look(value);
        }

        return found;
    }

    private HashSet<string> Ancestors(WorkflowJob job)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(job.Needs);
        while (open.TryPop(out var id))
            if (found.Add(id))
                foreach (var before in _workflow.Jobs.First(other => other.Id == id).Needs) open.Push(before);
        return found;
    }

    /// <summary>A condition all steps of a job share, and that jobs may ask, is asked once for the job.</summary>
    private void HoistConditions()
    {
        var conditional = new HashSet<string>(StringComparer.Ordinal);
        foreach (var job in _workflow.Jobs)
        {
            var own = job.Steps.Where(step => !_plumbing.Contains(step)).ToList();
            var shared = new List<Guard>();
            if (own.Count > 0 && own.All(_guardsOf.ContainsKey))
                foreach (var guard in _guardsOf[own[0]])
                {
                    if (!guard.OnlyInSteps && own.All(step => _guardsOf[step].Contains(guard))) shared.Add(guard);
                }

            foreach (var step in own.Where(_ => shared.Count > 0))
            {
                var rest = _guardsOf[step].Where(guard => !shared.Contains(guard)).ToList();
                var status = step.If is { } condition && StatusOf(condition) is { } found ? found : null;
                step.If = Condition(status, rest);
            }

            var waitsForConditional = Ancestors(job).Overlaps(conditional);
            if (job.If is null)
            {
                var parts = new List<string>();
                if (waitsForConditional) parts.Add("!cancelled() && !failure()");
                parts.AddRange(shared.Select(guard => Guard.Wrap(guard.Expression)));
                if (parts.Count > 0) job.If = parts.Count == 1 ? Unwrap(parts[0]) : string.Join(" && ", parts);
            }

            if (shared.Count > 0 || waitsForConditional) conditional.Add(job.Id);
        }
    }

    private static string? StatusOf(string condition)
    {
        foreach (var status in (string[])["always()", "failure()", "cancelled()", "(failure() || cancelled())", "success()", "!cancelled()"])
            if (condition.StartsWith(status, StringComparison.Ordinal)) return Unwrap(status);
        return null;
    }

    private void BuiltInVariables()
    {
        var wanted = _catalogue.BuiltIns.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var step in _workflow.Jobs.SelectMany(job => job.Steps).Concat(UsedActions.SelectMany(action => action.Steps)))
            foreach (var name in NamesIn([step], wanted))
            {
                var expression = _catalogue.BuiltIns[name];
                if (!expression.Contains("runner.", StringComparison.Ordinal)) _workflow.Env.TryAdd(name, new EnvEntry("${{ " + expression + " }}"));
                else if (!step.Env.ContainsKey(name) && !_workflow.Env.ContainsKey(name)) step.Env[name] = "${{ " + expression + " }}";
            }
    }

    private void FinishPermissions()
    {
        foreach (var step in _workflow.Jobs.SelectMany(job => job.Steps).Concat(UsedActions.SelectMany(action => action.Steps)))
        {
            if (step.Run?.Contains("gh workflow run", StringComparison.Ordinal) == true) _workflow.Permissions["actions"] = "write";
            if (step.Uses is { } uses && _catalogue.Permissions.TryGetValue(uses, out var permissions))
                foreach (var (scope, level) in permissions) _workflow.Permissions[scope] = level;
        }
    }

    private List<CompositeAction> UsedActions =>
        [.. _actions.Values.OfType<CompositeAction>().Where(action => _workflow.Jobs.Any(job => job.Steps.Any(step => step.Uses == "./" + action.Folder))).OrderBy(action => action.Name, StringComparer.Ordinal)];

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
