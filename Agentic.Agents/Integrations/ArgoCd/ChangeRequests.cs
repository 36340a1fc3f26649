using Agentic.Agents.Integrations.GitHub;
using Agentic.Agents.Integrations.GitLab;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.ArgoCd;

/// <summary>Asks people to merge a branch of the GitOps repository.</summary>
internal interface IChangeRequests
{
    /// <summary>The address of the request; one that is open already is that one.</summary>
    Task<Outcome<string>> Open(string branch, string into, string title, string body, CancellationToken cancellation);
}

internal sealed class GitHubChangeRequests(IGitHubRepositories repositories, ChangeRequestOptions options) : IChangeRequests
{
    public async Task<Outcome<string>> Open(string branch, string into, string title, string body, CancellationToken cancellation)
    {
        var api = new Uri((options.ApiUrl.Length > 0 ? options.ApiUrl : "https://api.github.com").TrimEnd('/') + "/");
        var opened = await repositories.Propose(new GitHubAccount(api, options.Token, Reach.Configured), new WantedPullRequest(options.Repository, branch, title, body, into), cancellation).ConfigureAwait(false);
        return opened.Select(request => request.Url);
    }
}

internal sealed class GitLabChangeRequests(ChangeRequestOptions options, TimeProvider time) : IChangeRequests
{
    public async Task<Outcome<string>> Open(string branch, string into, string title, string body, CancellationToken cancellation)
    {
        using var client = new GitLabClient(new Uri((options.ApiUrl.Length > 0 ? options.ApiUrl : "https://gitlab.com/api/v4").TrimEnd('/') + "/"), options.Token, TimeSpan.FromSeconds(30), time);
        var request = await GitLabMergeRequests.Open(client, $"projects/{Uri.EscapeDataString(options.Repository)}", branch, into, title, body, cancellation).ConfigureAwait(false);
        return request.Select(found => found.Url ?? options.Repository);
    }
}
