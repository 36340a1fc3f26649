using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.GitHub;

/// <summary>
/// What the agents do on GitHub. Every call finds what an earlier one made and answers that instead of making it again, so a repeated
/// delivery changes nothing.
/// </summary>
internal interface IGitHubRepositories
{
    /// <summary>Who the token belongs to and what it may do; with a repository also whether it may push there.</summary>
    Task<Outcome<GitHubAccess>> Test(GitHubAccount account, string? repository, CancellationToken cancellation);

    /// <summary>The repository, made where it does not exist; one that is made has a first commit.</summary>
    Task<Outcome<GitHubRepository>> Ensure(GitHubAccount account, WantedRepository wanted, CancellationToken cancellation);

    /// <summary>One commit with all the files on the branch, which is made where it does not exist.</summary>
    Task<Outcome<GitHubCommit>> Commit(GitHubAccount account, WantedCommit wanted, CancellationToken cancellation);

    /// <summary>A pull request from the branch; an open one is brought up to date.</summary>
    Task<Outcome<GitHubPullRequest>> Propose(GitHubAccount account, WantedPullRequest wanted, CancellationToken cancellation);

    /// <summary>The text of one file at a branch, tag or commit; at the default branch where none is named.</summary>
    Task<Outcome<string>> Read(GitHubAccount account, string repository, string path, string? reference, CancellationToken cancellation);
}

/// <param name="Scopes">The scopes of a classic token; empty for kinds of token that name none.</param>
/// <param name="Missing">What delivering a workflow needs and the token lacks, each with what it is for.</param>
/// <param name="NotObserved">What cannot be seen beforehand with this kind of token.</param>
internal sealed record GitHubAccess(string Login, IReadOnlyList<string> Scopes, IReadOnlyList<string> Missing, IReadOnlyList<string> NotObserved);

/// <param name="Name"><c>owner/name</c>; the owner is a user or an organisation.</param>
internal sealed record WantedRepository(string Name, bool IsPrivate = true, string? Description = null);

internal sealed record GitHubRepository(string Name, string DefaultBranch, string Url, string CloneUrl, bool IsPrivate, bool IsNew);

/// <param name="From">Branch a new branch starts at; null for the default branch.</param>
/// <param name="ReplacesAll">True makes the files the whole content; false adds them to what is there.</param>
internal sealed record WantedCommit(string Repository, string Branch, string Message, IReadOnlyList<FileToCommit> Files, string? From = null, bool ReplacesAll = false);

internal sealed record FileToCommit(string Path, byte[] Content, bool IsExecutable = false);

/// <param name="IsNew">False where the branch held exactly this content already.</param>
internal sealed record GitHubCommit(string Repository, string Branch, string Sha, string Url, bool IsNew);

/// <param name="Into">Null for the default branch.</param>
internal sealed record WantedPullRequest(string Repository, string Branch, string Title, string Body, string? Into = null);

/// <param name="IsNew">False where one was open already.</param>
internal sealed record GitHubPullRequest(int Number, string Url, bool IsNew);
