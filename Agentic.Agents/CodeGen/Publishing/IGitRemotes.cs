using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen.Publishing;

/// <summary>Reads and writes repositories of servers that speak Git over HTTP. Nothing waits longer than the remote's timeout.</summary>
internal interface IGitRemotes
{
    /// <summary>What a branch holds now; null when the repository is there and has no such branch.</summary>
    Task<Outcome<RemoteBranch>> Read(GitRemote remote, string branch, CancellationToken cancellation);

    /// <summary>Brings files to an empty repository, finds them where they are already, or proposes them on a branch of their own.</summary>
    Task<Outcome<Published>> Publish(GitRemote remote, Publication publication, CancellationToken cancellation);

    /// <summary>Pushes changes to a branch of their own on top of the commit they were made for; refused when the branch has moved on.</summary>
    Task<Outcome<Published>> Propose(GitRemote remote, ProposedChange change, CancellationToken cancellation);
}

/// <param name="Snapshot">Null where the repository has no such branch.</param>
internal sealed record RemoteBranch(RepositorySnapshot? Snapshot);

/// <summary>What is to be published.</summary>
/// <param name="Repository">Path of the repository on the server, such as <c>platform/user-service</c>.</param>
/// <param name="Review">Proposes the files on a branch with a request for review where the repository already holds something else.</param>
/// <param name="Creates">Makes the repository where there is none.</param>
internal sealed record Publication(
    string Service, string Repository, string Branch, GeneratedFiles Files, string Message, bool Review, bool Creates, bool IsPrivate, DateTimeOffset Now)
{
    /// <summary>The branch a proposal goes to: the same for the same files.</summary>
    public string ProposalBranch => $"agentic-{Files.Sha256[..12]}";
}

/// <summary>Where a service is now.</summary>
/// <param name="Commit">Null where the server was only seen to hold the files.</param>
/// <param name="Review">Address of the request for review; null where none was needed or the server has none.</param>
/// <param name="Found">True where everything was there already and nothing was changed.</param>
internal sealed record Published(string Url, string Branch, string? Commit, string? Review, bool Found);

/// <summary>A kind of server that services can be published to.</summary>
internal interface IPublisher
{
    /// <summary><c>git</c>, <c>gitlab</c> or <c>github</c>, as a connection names it.</summary>
    string Kind { get; }

    /// <summary>Publishing again what is there already changes nothing.</summary>
    Task<Outcome<Published>> Publish(GitConnection connection, Publication publication, CancellationToken cancellation);

    /// <summary>Asks for a review of a branch that was pushed; a request that is open already is found.</summary>
    Task<Outcome<OpenReview>> AskForReview(GitConnection connection, WantedReview wanted, CancellationToken cancellation);
}

/// <param name="Branch">The branch to look at.</param>
/// <param name="Into">The branch it is meant for.</param>
internal sealed record WantedReview(string Repository, string Branch, string Into, string Title, string Text);

/// <param name="Url">Address of the merge or pull request; null on a server that has no such thing.</param>
internal sealed record OpenReview(string? Url);
