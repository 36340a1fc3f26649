using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;
using Octokit;

namespace Agentic.Agents.Migration;

/// <summary>Delivers through the GitHub API: an existing branch, file or pull request is adopted instead of made again.</summary>
internal sealed class GitHubDelivery(IOptions<MigrationOptions> options) : IWorkflowDelivery
{
    public Task<Outcome<GithubConnectionTest>> Test(string token, string? repository, CancellationToken cancellation) => Guarded(async () =>
    {
        var client = Client(token);
        var user = await client.User.Current().ConfigureAwait(false);
        var scopes = client.GetLastApiInfo()?.OauthScopes.ToList() ?? [];
        var missing = new List<string>();
        // Fine-grained tokens name no scopes; what they may do shows only at the repository.
        if (scopes.Count > 0 && !scopes.Contains("repo")) missing.Add("repo, to push a branch and open a pull request");
        if (scopes.Count > 0 && !scopes.Contains("workflow")) missing.Add("workflow, to add files under .github/workflows");
        if (repository is not null)
        {
            var (owner, name) = Split(repository);
            var found = await client.Repository.Get(owner, name).ConfigureAwait(false);
            if (found.Permissions?.Push != true) missing.Add($"write access to {repository}");
        }

        return Outcome<GithubConnectionTest>.Of(new GithubConnectionTest(missing.Count == 0, user.Login, scopes, missing));
    });

    public Task<Outcome<DeliveredWorkflow>> Deliver(string token, WorkflowDelivery delivery, CancellationToken cancellation) => Guarded(async () =>
    {
        var client = Client(token);
        var (owner, name) = Split(delivery.Repository);
        var repository = await Repository(client, owner, name).ConfigureAwait(false);
        var trunk = repository.DefaultBranch;
        cancellation.ThrowIfCancellationRequested();
        await Branch(client, owner, name, trunk, delivery.Branch).ConfigureAwait(false);
        var commit = await Commit(client, owner, name, delivery).ConfigureAwait(false);
        var request = delivery.OpensPullRequest ? await PullRequest(client, owner, name, trunk, delivery).ConfigureAwait(false) : null;
        return Outcome<DeliveredWorkflow>.Of(new DeliveredWorkflow(delivery.Repository, delivery.Branch, delivery.Path, commit, request));
    });

    private static async Task<Repository> Repository(GitHubClient client, string owner, string name)
    {
        try
        {
            return await client.Repository.Get(owner, name).ConfigureAwait(false);
        }
        catch (NotFoundException)
        {
            var user = await client.User.Current().ConfigureAwait(false);
            var wanted = new NewRepository(name) { Private = true, AutoInit = true };
            return string.Equals(user.Login, owner, StringComparison.OrdinalIgnoreCase)
                ? await client.Repository.Create(wanted).ConfigureAwait(false)
                : await client.Repository.Create(owner, wanted).ConfigureAwait(false);
        }
    }

    private static async Task Branch(GitHubClient client, string owner, string name, string trunk, string branch)
    {
        try
        {
            await client.Git.Reference.Get(owner, name, "heads/" + branch).ConfigureAwait(false);
        }
        catch (NotFoundException)
        {
            var tip = await client.Git.Reference.Get(owner, name, "heads/" + trunk).ConfigureAwait(false);
            await client.Git.Reference.Create(owner, name, new NewReference("refs/heads/" + branch, tip.Object.Sha)).ConfigureAwait(false);
        }
    }

    private static async Task<string> Commit(GitHubClient client, string owner, string name, WorkflowDelivery delivery)
    {
        try
        {
            var known = (await client.Repository.Content.GetAllContentsByRef(owner, name, delivery.Path, delivery.Branch).ConfigureAwait(false))[0];
            if (known.Content == delivery.Content) return (await client.Git.Reference.Get(owner, name, "heads/" + delivery.Branch).ConfigureAwait(false)).Object.Sha;
            return (await client.Repository.Content.UpdateFile(owner, name, delivery.Path, new UpdateFileRequest(delivery.Title, delivery.Content, known.Sha, delivery.Branch)).ConfigureAwait(false)).Commit.Sha;
        }
        catch (NotFoundException)
        {
            return (await client.Repository.Content.CreateFile(owner, name, delivery.Path, new CreateFileRequest(delivery.Title, delivery.Content, delivery.Branch)).ConfigureAwait(false)).Commit.Sha;
        }
    }

    private static async Task<string> PullRequest(GitHubClient client, string owner, string name, string trunk, WorkflowDelivery delivery)
    {
        var open = await client.PullRequest.GetAllForRepository(owner, name, new PullRequestRequest { Head = $"{owner}:{delivery.Branch}", State = ItemStateFilter.Open }).ConfigureAwait(false);
        if (open.Count > 0) return open[0].HtmlUrl;
        var made = await client.PullRequest.Create(owner, name, new NewPullRequest(delivery.Title, delivery.Branch, trunk) { Body = delivery.Report }).ConfigureAwait(false);
        return made.HtmlUrl;
    }

    private GitHubClient Client(string token)
    {
        var client = new GitHubClient(new ProductHeaderValue("agentic-migration"), new Uri(options.Value.GitHubApi)) { Credentials = new Credentials(token) };
        client.SetRequestTimeout(TimeSpan.FromSeconds(options.Value.RequestTimeoutSeconds));
        return client;
    }

    private static (string Owner, string Name) Split(string repository) => repository.Split('/', 2) is [var owner, var name] ? (owner, name) : (repository, repository);

    /// <summary>GitHub's noes as refusals, with what to do about each.</summary>
    private static async Task<Outcome<T>> Guarded<T>(Func<Task<Outcome<T>>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (RateLimitExceededException limit)
        {
            return Refusal.Throttled("GitHub's rate limit is used up for this token.", limit.GetRetryAfterTimeSpan());
        }
        catch (SecondaryRateLimitExceededException)
        {
            return Refusal.Throttled("GitHub asks to slow down.", TimeSpan.FromSeconds(60));
        }
        catch (AuthorizationException)
        {
            return Refusal.Unprocessable("GitHub does not accept this token.");
        }
        catch (ForbiddenException forbidden)
        {
            return Refusal.Unprocessable($"GitHub forbids this: {forbidden.Message}");
        }
        catch (NotFoundException)
        {
            return Refusal.NotFound("GitHub does not know this repository or organisation, or the token may not see it.");
        }
        catch (ApiValidationException invalid)
        {
            return Refusal.Unprocessable($"GitHub refused: {string.Join("; ", invalid.ApiError.Errors?.Select(error => error.Message ?? error.Code) ?? [invalid.Message])}");
        }
        catch (ApiException problem)
        {
            return Refusal.Unavailable($"GitHub answered {(int)problem.StatusCode}: {problem.Message}");
        }
        catch (HttpRequestException problem)
        {
            return Refusal.Unavailable($"GitHub cannot be reached: {problem.Message}");
        }
        catch (TaskCanceledException)
        {
            return Refusal.Unavailable("GitHub did not answer in time.");
        }
    }
}
