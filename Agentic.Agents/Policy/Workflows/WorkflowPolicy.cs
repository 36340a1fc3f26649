using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy.Workflows;

/// <summary>Hygiene of pipeline definitions: GitHub Actions workflows and actions, GitLab CI.</summary>
internal static class WorkflowPolicy
{
    public static IReadOnlyList<BuiltInRule> Rules { get; } = [.. GitHubRules.Rules.Select(rule => rule.Words), .. GitLabRules.Rules.Select(rule => rule.Words)];

    public static Checked Check(string text, string? path)
    {
        var place = path ?? "workflow";
        var parts = new List<Checked>();

        foreach (var document in YamlReader.Read(text))
        {
            parts.Add(document switch
            {
                { Error: { } error } => Checked.Unread(place, $"The YAML could not be read, {error}."),
                { Root: null or { IsNull: true } } => Checked.Nothing,
                { Root: var root } when GitHubWorkflow.From(root) is { } workflow => new Checked(Findings(GitHubRules.Rules, workflow, path), []),
                { Root: var root } when GitLabPipeline.From(root) is { } pipeline => new Checked(Findings(GitLabRules.Rules, pipeline, path), []),
                _ => Checked.Unread(place, $"The document at line {document.Line} is neither a GitHub Actions workflow nor a GitLab CI pipeline."),
            });
        }

        return parts.Count == 0 ? Checked.Unread(place, "It is empty.") : Checked.Join(parts);
    }

    /// <summary>What routes a file of an archive here.</summary>
    public static bool IsWorkflowPath(string path)
    {
        var isYaml = path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase);
        var name = path[(path.LastIndexOf('/') + 1)..];
        return isYaml && (path.Contains(".github/workflows/", StringComparison.Ordinal) || path.Contains(".gitea/workflows/", StringComparison.Ordinal)
            || name is "action.yml" or "action.yaml" or ".gitlab-ci.yml" or ".gitlab-ci.yaml" || name.EndsWith(".gitlab-ci.yml", StringComparison.Ordinal));
    }

    private static List<Finding> Findings<T>(IReadOnlyList<WorkflowRule<T>> rules, T subject, string? path)
    {
        var findings = new List<Finding>();

        foreach (var rule in rules)
        {
            foreach (var hit in rule.Look(subject))
            {
                findings.Add(new Finding(rule.Words.Id, hit.Place, path, hit.At?.Line is > 0 and var line ? line : null, $"{char.ToUpperInvariant(hit.Place[0])}{hit.Place[1..]}: {hit.Fact}.")
                {
                    EndLine = hit.At?.EndLine is > 0 and var end ? end : null,
                    Fingerprint = string.Join('|', rule.Words.Id, path, hit.Place, hit.Fact),
                });
            }
        }

        return findings;
    }
}
