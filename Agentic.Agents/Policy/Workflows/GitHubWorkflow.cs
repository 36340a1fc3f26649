using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy.Workflows;

internal sealed record GitHubStep(YamlValue Spec, int Index)
{
    public string Name => Spec.TextOf("name") ?? Spec.TextOf("id") ?? Spec.TextOf("uses") ?? $"step {Index + 1}";

    public string? Uses => Spec.TextOf("uses");

    public string? Run => Spec.TextOf("run");

    public YamlValue? With => Spec.Get("with");
}

internal sealed record GitHubJob(string Name, YamlValue Spec, IReadOnlyList<GitHubStep> Steps);

/// <summary>What the rules look at in a GitHub Actions workflow or a composite action.</summary>
internal sealed record GitHubWorkflow(YamlValue Root, IReadOnlyList<GitHubJob> Jobs, IReadOnlySet<string> Triggers)
{
    public bool IsAction { get; private init; }

    public bool StartsOn(string trigger) => Triggers.Contains(trigger);

    /// <summary>Null where the document is not a workflow.</summary>
    public static GitHubWorkflow? From(YamlValue root)
    {
        if (root.Get("jobs") is { Kind: YamlKind.Map } jobs)
        {
            return new GitHubWorkflow(root, [.. jobs.Entries.Where(job => job.Value.Kind == YamlKind.Map).Select(job => new GitHubJob(job.Key, job.Value, Steps(job.Value)))], TriggersOf(root));
        }

        return root.Get("runs") is { Kind: YamlKind.Map } runs && runs.Has("using")
            ? new GitHubWorkflow(root, [new GitHubJob("action", runs, Steps(runs))], new HashSet<string>()) { IsAction = true }
            : null;
    }

    private static List<GitHubStep> Steps(YamlValue job) => [.. job.ItemsOf("steps").Where(step => step.Kind == YamlKind.Map).Select((step, index) => new GitHubStep(step, index))];

    private static HashSet<string> TriggersOf(YamlValue root)
    {
        // A YAML 1.1 reader turns the key "on" into true; files written back by one carry it.
        var on = root.Get("on") ?? root.Get("true");
        return on?.Kind switch
        {
            YamlKind.Scalar => [on.Text],
            YamlKind.List => [.. on.Items.Select(item => item.Text)],
            YamlKind.Map => [.. on.Entries.Select(entry => entry.Key)],
            _ => [],
        };
    }
}
