using Agentic.Agents.Integrations.GitHub;
using Agentic.Agents.Integrations.Jenkins;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Migration;

/// <summary>A pipeline that Jenkins only knows the repository of, read from GitHub where the repository is there.</summary>
internal static class RepositoryPipeline
{
    public static async Task<Outcome<string>> Read(IGitHubRepositories github, GitHubAccount? account, JobConfiguration configuration, CancellationToken cancellation)
    {
        if (configuration.RepositoryUrl is not { } url || Locate(url) is not var (host, name))
            return Refusal.Unprocessable("It cannot be read from there.");
        if (account is null)
            return Refusal.Unprocessable("No connection to GitHub is configured to read it with.");
        var own = account.Api.Host == "api.github.com" ? "github.com" : account.Api.Host;
        if (!string.Equals(host, own, StringComparison.OrdinalIgnoreCase))
            return Refusal.Unprocessable($"The connection to GitHub is for {own}, not for {host}.");
        var path = string.Join('/', configuration.ScriptPath!.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."));
        if (path.Split('/').Contains(".."))
            return Refusal.Unprocessable("That path leaves the repository.");
        return await github.Read(account, name, path, configuration.Branch, cancellation).ConfigureAwait(false);
    }

    /// <summary>Host and owner/name of the addresses Git takes: https, ssh and the short form of ssh.</summary>
    public static (string Host, string Name)? Locate(string url)
    {
        var text = url.Trim().TrimEnd('/');
        if (text.EndsWith(".git", StringComparison.Ordinal))
            text = text[..^4];
        string host, path;
        if (text.Contains("://", StringComparison.Ordinal))
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var address))
                return null;
            (host, path) = (address.Host, address.AbsolutePath.Trim('/'));
        }
        else
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                return null;
            (host, path) = (text[(text.IndexOf('@', StringComparison.Ordinal) + 1)..colon], text[(colon + 1)..].Trim('/'));
        }

        return host.Length > 0 && path.Split('/') is [{ Length: > 0 }, { Length: > 0 }] ? (host, path) : null;
    }
}
