using System.Text.Json.Nodes;
using Agentic.Agents.Deployment;

namespace Agentic.Host.Webhooks;

/// <summary>Which workflows an event starts: pure, from the configuration.</summary>
internal static class WebhookRules
{
    /// <summary>One workflow to start.</summary>
    internal sealed record Match(string Rule, string Service, JsonObject Request);

    public static IReadOnlyList<Match> For(WebhookEvent said, IReadOnlyList<WebhookRule> rules, IReadOnlyDictionary<string, ServiceSource> sources, IReadOnlyList<string> environments)
    {
        var (service, environment) = Subject(said, sources, environments);
        if (service is null)
            return [];
        var main = sources.TryGetValue(service, out var source) ? source.Branch : "main";
        return
        [
            .. rules.Where(rule => rule.On == said.Kind
                    && (rule.Provider.Length == 0 || rule.Provider == said.Provider)
                    && (rule.Branch.Length == 0 || Fits(rule.Branch.Replace("{main}", main, StringComparison.Ordinal), said.Branch))
                    && (rule.Service.Length == 0 || Fits(rule.Service, service)))
                .Select(rule => new Match(rule.Name, service, Request(rule, said, service, environment))),
        ];
    }

    /// <summary>What is wrong with the configured rules, each as a sentence.</summary>
    public static IEnumerable<string> Faults(WebhookOptions options)
    {
        foreach (var (name, provider) in ((string, WebhookProviderOptions)[])[("GitHub", options.GitHub), ("GitLab", options.GitLab), ("ArgoCd", options.ArgoCd)])
        {
            if (provider.Secret is { Length: > 0 and < 16 })
                yield return $"Webhooks:{name}:Secret must have at least 16 characters; leave it out to keep the webhook closed.";
        }

        foreach (var same in options.Rules.GroupBy(rule => rule.Name, StringComparer.Ordinal).Where(group => group.Key.Length == 0 || group.Count() > 1))
            yield return $"Webhooks:Rules: the name '{same.Key}' is empty or given {same.Count()} times; each rule needs its own.";
        foreach (var rule in options.Rules.Where(rule => !Kinds.Contains(rule.On) || rule.Template.Length == 0))
            yield return $"Webhooks:Rules:{rule.Name}: On must be one of {string.Join(", ", Kinds)}, and Template must name a plan template.";
    }

    private static readonly string[] Kinds = ["push", "tag", "merge", "pipeline_succeeded", "pipeline_failed", "argocd_synced", "argocd_failed", "argocd_degraded"];

    // Argo CD's applications are named environment-service, by us.
    private static (string? Service, string Environment) Subject(WebhookEvent said, IReadOnlyDictionary<string, ServiceSource> sources, IReadOnlyList<string> environments)
    {
        if (said.Provider != "argocd")
            return (sources.FirstOrDefault(entry => PathOf(entry.Value.Repository).Equals(said.Repository, StringComparison.OrdinalIgnoreCase)).Key, "");
        var environment = environments.FirstOrDefault(name => said.Repository.StartsWith(name + "-", StringComparison.Ordinal));
        return environment is null ? (null, "") : (said.Repository[(environment.Length + 1)..], environment);
    }

    /// <summary>owner/name of a repository's address, as providers call it.</summary>
    internal static string PathOf(string repository)
    {
        var path = Uri.TryCreate(repository, UriKind.Absolute, out var address) && !address.IsFile ? address.AbsolutePath
            : repository.Contains('@', StringComparison.Ordinal) && repository.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? repository[(colon + 1)..]
            : string.Join('/', repository.TrimEnd('/').Split('/').TakeLast(2));
        path = path.Trim('/');
        return path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path;
    }

    private static JsonObject Request(WebhookRule rule, WebhookEvent said, string service, string environment)
    {
        var parameters = new JsonObject();
        foreach (var (name, value) in rule.Parameters)
            parameters[name] = value
                .Replace("{service}", service, StringComparison.Ordinal).Replace("{commit}", said.Commit, StringComparison.Ordinal).Replace("{branch}", said.Branch, StringComparison.Ordinal)
                .Replace("{repository}", said.Repository, StringComparison.Ordinal).Replace("{environment}", environment, StringComparison.Ordinal).Replace("{pipeline}", said.Pipeline, StringComparison.Ordinal);
        return new JsonObject { ["template"] = rule.Template, ["parameters"] = parameters };
    }

    /// <summary>Glob with * alone; greedy with one step back, so linear in practice and bounded always.</summary>
    internal static bool Fits(string pattern, string text)
    {
        var (p, t, star, mark) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
                (star, mark, p) = (p, t, p + 1);
            else if (p < pattern.Length && pattern[p] == text[t])
                (p, t) = (p + 1, t + 1);
            else if (star >= 0)
                (p, mark, t) = (star + 1, mark + 1, mark + 1);
            else
                return false;
        }

        return pattern.AsSpan(p).Trim('*').IsEmpty;
    }
}
