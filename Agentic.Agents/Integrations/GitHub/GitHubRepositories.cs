using System.Text;
using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;
using Octokit;
using Octokit.Internal;

namespace Agentic.Agents.Integrations.GitHub;

/// <summary>The repositories of GitHub through its API: one client per piece of work, each with a transport of its own.</summary>
internal sealed class GitHubRepositories(IOptions<GitHubOptions> options, TimeProvider time) : IGitHubRepositories
{
    private const int LongestBody = 60_000;

    public Task<Outcome<GitHubAccess>> Test(GitHubAccount account, string? repository, CancellationToken cancellation) => Work<GitHubAccess>(account, cancellation, async (client, transport) =>
    {
        var login = await Login(client).ConfigureAwait(false);
        var (missing, unseen) = (new List<string>(), new List<string>());
        var scopes = transport.Scopes;
        if (scopes is null)
            unseen.Add("whether the token may write workflow files: only classic tokens name their scopes; a fine-grained one needs Contents, Pull requests and Workflows: write");
        else
        {
            if (!scopes.Contains("repo"))
                missing.Add(scopes.Contains("public_repo") ? "repo, to push to private repositories" : "repo, to push a branch and open a pull request");
            if (!scopes.Contains("workflow"))
                missing.Add("workflow, to add files under .github/workflows");
        }

        if (repository is not null)
        {
            var (owner, name) = Split(repository);
            try
            {
                var found = await client.Repository.Get(owner, name).ConfigureAwait(false);
                if (found.Permissions?.Push != true)
                    missing.Add($"write access to {repository}");
                if (found.Archived)
                    missing.Add($"{repository} is archived; it takes no commits");
            }
            catch (NotFoundException)
            {
                missing.Add($"{repository} does not exist, or the token may not see it");
            }
        }
        else if (scopes is null)
            unseen.Add("which repositories the token may write to: name one to have it looked at");

        return new GitHubAccess(login, scopes ?? [], missing, unseen);
    });

    public Task<Outcome<GitHubRepository>> Ensure(GitHubAccount account, WantedRepository wanted, CancellationToken cancellation) => Work<GitHubRepository>(account, cancellation, async (client, _) =>
    {
        var (owner, name) = Split(wanted.Name);
        if (await Find(client, owner, name).ConfigureAwait(false) is { } known)
            return Describe(known, isNew: false);
        var plan = new NewRepository(name) { Private = wanted.IsPrivate, AutoInit = true, Description = wanted.Description };
        try
        {
            var isOwn = string.Equals(await Login(client).ConfigureAwait(false), owner, StringComparison.OrdinalIgnoreCase);
            return Describe(isOwn ? await client.Repository.Create(plan).ConfigureAwait(false) : await client.Repository.Create(owner, plan).ConfigureAwait(false), isNew: true);
        }
        catch (ApiValidationException)
        {
            // Somebody, or this work's own earlier try, was faster; any other reason is told as it is.
            if (await Find(client, owner, name).ConfigureAwait(false) is { } raced)
                return Describe(raced, isNew: false);
            throw;
        }
        catch (NotFoundException)
        {
            return Refusal.NotFound($"{wanted.Name} cannot be made: there is no organisation {owner} that this token may create repositories in.");
        }
    });

    public Task<Outcome<GitHubCommit>> Commit(GitHubAccount account, WantedCommit wanted, CancellationToken cancellation) => Work<GitHubCommit>(account, cancellation, async (client, transport) =>
    {
        var (owner, name) = Split(wanted.Repository);
        var repository = await client.Repository.Get(owner, name).ConfigureAwait(false);
        if (repository.Archived)
            return Refusal.Conflict($"{wanted.Repository} is archived; it takes no commits.");
        if (repository.Permissions is { Push: false })
            return Refusal.Unprocessable($"The token may not push to {wanted.Repository}.");
        // Without the scope GitHub answers that the repository does not exist, which helps nobody.
        if (transport.Scopes?.Contains("workflow") == false && wanted.Files.Any(file => file.Path.StartsWith(".github/workflows/", StringComparison.Ordinal)))
            return Refusal.Unprocessable("The token lacks the scope workflow, without which GitHub takes no files under .github/workflows.");
        return await new GitHubCommitting(client, time, owner, name, repository.DefaultBranch, repository.HtmlUrl).Commit(wanted, cancellation).ConfigureAwait(false);
    });

    public Task<Outcome<GitHubPullRequest>> Propose(GitHubAccount account, WantedPullRequest wanted, CancellationToken cancellation) => Work<GitHubPullRequest>(account, cancellation, async (client, _) =>
    {
        var (owner, name) = Split(wanted.Repository);
        var body = wanted.Body.Length <= LongestBody ? wanted.Body : wanted.Body[..wanted.Body.LastIndexOf('\n', LongestBody)] + "\n\nThe rest did not fit here.\n";
        var into = wanted.Into ?? (await client.Repository.Get(owner, name).ConfigureAwait(false)).DefaultBranch;
        if (await Open(client, owner, name, wanted.Branch, into).ConfigureAwait(false) is { } open)
        {
            if (open.Body != body || open.Title != wanted.Title)
                await client.PullRequest.Update(owner, name, open.Number, new PullRequestUpdate { Title = wanted.Title, Body = body }).ConfigureAwait(false);
            return new GitHubPullRequest(open.Number, open.HtmlUrl, IsNew: false);
        }

        try
        {
            var made = await client.PullRequest.Create(owner, name, new NewPullRequest(wanted.Title, wanted.Branch, into) { Body = body }).ConfigureAwait(false);
            return new GitHubPullRequest(made.Number, made.HtmlUrl, IsNew: true);
        }
        catch (ApiValidationException) when (wanted.Branch != into)
        {
            if (await Open(client, owner, name, wanted.Branch, into).ConfigureAwait(false) is { } raced)
                return new GitHubPullRequest(raced.Number, raced.HtmlUrl, IsNew: false);
            throw;
        }
    });

    public Task<Outcome<string>> Read(GitHubAccount account, string repository, string path, string? reference, CancellationToken cancellation) => Work<string>(account, cancellation, async (client, _) =>
    {
        var (owner, name) = Split(repository);
        try
        {
            var found = reference is null
                ? await client.Repository.Content.GetAllContents(owner, name, path).ConfigureAwait(false)
                : await client.Repository.Content.GetAllContentsByRef(owner, name, path, reference).ConfigureAwait(false);
            if (found is not [{ Encoding: "base64" or "none" } file] || file.Type.Value != ContentType.File)
                return Refusal.Unprocessable($"{path} in {repository} is no file.");
            // The contents interface leaves out what is larger than 1 MB; the blob has it.
            var bytes = Convert.FromBase64String(file.Encoding == "none" ? (await client.Git.Blob.Get(owner, name, file.Sha).ConfigureAwait(false)).Content : file.EncodedContent);
            return Encoding.UTF8.GetString(bytes);
        }
        catch (NotFoundException)
        {
            return Refusal.NotFound($"{path} is not in {repository}{(reference is null ? "" : $" at {reference}")}, or the token may not see it.");
        }
    });

    private static async Task<string> Login(GitHubClient client)
    {
        try
        {
            return (await client.User.Current().ConfigureAwait(false)).Login;
        }
        catch (ForbiddenException refused) when (refused.Message.Contains("integration", StringComparison.OrdinalIgnoreCase))
        {
            // The token of an app's installation belongs to nobody.
            return "(GitHub App)";
        }
    }

    private static async Task<Repository?> Find(GitHubClient client, string owner, string name)
    {
        try
        {
            return await client.Repository.Get(owner, name).ConfigureAwait(false);
        }
        catch (NotFoundException)
        {
            return null;
        }
    }

    private static async Task<PullRequest?> Open(GitHubClient client, string owner, string name, string branch, string into) =>
        (await client.PullRequest.GetAllForRepository(owner, name, new PullRequestRequest { Head = $"{owner}:{branch}", Base = into, State = ItemStateFilter.Open }).ConfigureAwait(false)).FirstOrDefault();

    private static GitHubRepository Describe(Repository repository, bool isNew) =>
        new(repository.FullName, repository.DefaultBranch, repository.HtmlUrl, repository.CloneUrl, repository.Private, isNew);

    private async Task<Outcome<T>> Work<T>(GitHubAccount account, CancellationToken cancellation, Func<GitHubClient, GitHubTransport, Task<Outcome<T>>> work)
    {
        var limit = TimeSpan.FromSeconds(options.Value.RequestTimeoutSeconds);
        using var transport = new GitHubTransport(account, limit, time, cancellation);
        using var http = new HttpClientAdapter(() => transport);
        // Attempts have their own limit; this one only has to be longer than all of them.
        http.SetRequestTimeout(limit * 4);
        var connection = new Connection(new ProductHeaderValue("agentic"), account.Api, new InMemoryCredentialStore(new Credentials(account.Token)), http, new SimpleJsonSerializer());
        return await GitHubRefusals.Guard(account, () => work(new GitHubClient(connection), transport), cancellation).ConfigureAwait(false);
    }

    private static (string Owner, string Name) Split(string repository) => repository.Split('/', 2) is [var owner, var name] ? (owner, name) : (repository, repository);
}
