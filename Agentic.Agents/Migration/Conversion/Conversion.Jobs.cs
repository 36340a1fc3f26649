using System.Globalization;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private const string JenkinsShell = "sh -xe {0}";

    private readonly HashSet<string> _jobIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _stepIds = new(StringComparer.Ordinal);
    private readonly HashSet<WorkflowStep> _plumbing = [];
    private readonly HashSet<WorkflowJob> _savesWorkspace = [];
    private readonly HashSet<WorkflowJob> _indirect = [];
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

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
