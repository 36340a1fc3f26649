using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy.Workflows;

/// <summary>What the rules look at in a GitLab CI pipeline.</summary>
internal sealed record GitLabPipeline(YamlValue Root, IReadOnlyList<(string Name, YamlValue Spec)> Jobs)
{
    private static readonly HashSet<string> Keywords = ["default", "include", "stages", "variables", "workflow", "image", "services", "cache", "before_script", "after_script", "spec", "pages:deploy"];

    public static GitLabPipeline? From(YamlValue root)
    {
        if (root.Kind != YamlKind.Map)
        {
            return null;
        }

        var jobs = root.Entries.Where(entry => !Keywords.Contains(entry.Key) && entry.Value.Kind == YamlKind.Map && (entry.Value.Has("script") || entry.Value.Has("trigger") || entry.Value.Has("extends") || entry.Value.Has("run")))
            .Select(entry => (entry.Key, entry.Value)).ToList();
        return jobs.Count > 0 || root.Has("include") || root.Has("stages") ? new GitLabPipeline(root, jobs) : null;
    }

    /// <summary>Every script text: of the jobs, and the global ones.</summary>
    public IEnumerable<(string Place, YamlValue At, string Script)> Scripts()
    {
        foreach (var (place, owner) in Jobs.Select(job => ($"job {job.Name}", job.Spec)).Append(("pipeline", Root)).Append(("default", Root.Get("default") ?? YamlValue.Map(0, 0, isFlow: false))))
        {
            foreach (var key in (string[])["before_script", "script", "after_script"])
            {
                if (owner.Get(key) is not { } script)
                {
                    continue;
                }

                var text = script.Kind == YamlKind.Scalar ? script.Text : string.Join('\n', script.Items.Where(item => item.Kind == YamlKind.Scalar).Select(item => item.Text));
                yield return (place, script, text);
            }
        }
    }

    /// <summary>Every image the pipeline runs: main images and services, global and per job.</summary>
    public IEnumerable<(string Place, YamlValue At, string Image)> Images()
    {
        foreach (var (place, owner) in Jobs.Select(job => ($"job {job.Name}", job.Spec)).Append(("pipeline", Root)).Append(("default", Root.Get("default") ?? YamlValue.Map(0, 0, isFlow: false))))
        {
            foreach (var image in owner.ItemsOf("services").Append(owner.Get("image")))
            {
                var name = image?.Kind == YamlKind.Scalar ? image.Text : image?.TextOf("name");

                if (image is not null && name is { Length: > 0 })
                {
                    yield return (place, image, name);
                }
            }
        }
    }
}
