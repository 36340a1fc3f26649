using Agentic.Agents.CodeGen;
using Agentic.Agents.CodeGen.Publishing;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.GitHub;

/// <summary>Publishes to GitHub: repository, commit and pull request, each found before it is made.</summary>
internal sealed class GitHubPublisher(IGitHubRepositories repositories) : IPublisher
{
    public string Kind => "github";

    public async Task<Outcome<OpenReview>> AskForReview(GitConnection connection, WantedReview wanted, CancellationToken cancellation)
    {
        var token = await connection.ReadToken(cancellation).ConfigureAwait(false);
        if (token.IsRefused)
            return token.Refusal;
        var account = new GitHubAccount(connection.Api, token.Value, Reach.Configured);
        var request = await repositories.Propose(account, new WantedPullRequest(wanted.Repository, wanted.Branch, wanted.Title, wanted.Text, wanted.Into), cancellation).ConfigureAwait(false);
        return request.Select(pull => new OpenReview(pull.Url));
    }

    public async Task<Outcome<Published>> Publish(GitConnection connection, Publication publication, CancellationToken cancellation)
    {
        var token = await connection.ReadToken(cancellation).ConfigureAwait(false);
        if (token.IsRefused)
            return token.Refusal;
        if (publication.Repository.Count(letter => letter == '/') != 1)
            return Refusal.Unprocessable($"A repository on GitHub is owner/name; '{publication.Repository}' is not.", [new MemberError("repository", "Give owner/name.")]);
        var account = new GitHubAccount(connection.Api, token.Value, Reach.Configured);
        var record = publication.Files.Find(Provenance.Path)?.Text;
        if (!publication.Creates)
        {
            var access = await repositories.Test(account, publication.Repository, cancellation).ConfigureAwait(false);
            if (access.IsRefused)
                return access.Refusal;
            if (access.Value.Missing.FirstOrDefault(missing => missing.Contains(publication.Repository, StringComparison.Ordinal)) is { } missing)
                return Refusal.Unprocessable($"GitHub: {missing}.");
        }

        var repository = await repositories.Ensure(account, new WantedRepository(publication.Repository, publication.IsPrivate), cancellation).ConfigureAwait(false);
        if (repository.IsRefused)
            return repository.Refusal;
        var branch = repository.Value.DefaultBranch;
        if (!repository.Value.IsNew)
        {
            // The record of what made the files names every one of them, so equal records mean that this was published before.
            var there = await repositories.Read(account, publication.Repository, Provenance.Path, branch, cancellation).ConfigureAwait(false);
            var isOurs = record is not null && there.Value == record;
            if (there.IsRefused && there.Refusal.Kind != RefusalKind.NotFound)
                return there.Refusal;
            if (!isOurs)
                return publication.Review
                    ? await Propose(account, publication, repository.Value, cancellation).ConfigureAwait(false)
                    : Refusal.Conflict($"The name {publication.Repository} is taken on GitHub: the repository exists and holds something else. Ask with review to propose the files in a pull request, use update_service to merge what the templates changed, or choose another name.");
            // Somebody may have worked on since; that is theirs, and the files were published.
            return new Published(repository.Value.Url, branch, null, null, true);
        }

        var committed = await repositories.Commit(account, new WantedCommit(publication.Repository, branch, publication.Message, Files(publication), ReplacesAll: true), cancellation).ConfigureAwait(false);
        return committed.Select(commit => new Published(repository.Value.Url, branch, commit.Sha, null, !commit.IsNew));
    }

    private async Task<Outcome<Published>> Propose(GitHubAccount account, Publication publication, GitHubRepository repository, CancellationToken cancellation)
    {
        var commit = await repositories.Commit(account, new WantedCommit(publication.Repository, publication.ProposalBranch, publication.Message, Files(publication)), cancellation).ConfigureAwait(false);
        if (commit.IsRefused)
            return commit.Refusal;
        var request = await repositories.Propose(account, new WantedPullRequest(publication.Repository, publication.ProposalBranch, publication.Message, $"The files of {publication.Service}, artifact `{publication.Files.Sha256}`."), cancellation).ConfigureAwait(false);
        return request.Select(pull => new Published(repository.Url, publication.ProposalBranch, commit.Value.Sha, pull.Url, !commit.Value.IsNew && !pull.IsNew));
    }

    private static List<FileToCommit> Files(Publication publication) => [.. publication.Files.Files.Select(file => new FileToCommit(file.Path, file.Content))];
}
