using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>Keeps each service in a Git repository that can be cloned.</summary>
internal interface IServiceRepositories
{
    /// <summary>
    /// Commits the files as the whole content. A commit with the same content is found and answered instead of made again. Where main
    /// already holds something else, that stays and the files go to a branch of their own.
    /// </summary>
    Task<ClonedFrom> Commit(string service, GeneratedFiles files, string message, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>What a branch holds now; null when the service has no repository, a refusal when it has no such branch or is too large.</summary>
    Task<Outcome<RepositorySnapshot>?> Read(string service, string branch, CancellationToken cancellation);

    /// <summary>
    /// Commits changes to a branch of their own on top of the commit they were made for; refused when the branch they were read from has
    /// moved on since. The same changes again are found and answered.
    /// </summary>
    Task<Outcome<ClonedFrom>> Propose(string service, ProposedChange change, CancellationToken cancellation);
}

/// <param name="From">The branch the changes were made for.</param>
/// <param name="Parent">Its tip when they were made.</param>
/// <param name="Branch">The branch that takes them.</param>
internal sealed record ProposedChange(string From, string Parent, string Branch, IReadOnlyList<FileChange> Changes, string Message, DateTimeOffset Now);
