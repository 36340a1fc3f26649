namespace Agentic.Agents.CodeGen;

/// <summary>Keeps each service in a Git repository that can be cloned.</summary>
internal interface IServiceRepositories
{
    /// <summary>
    /// Commits the files as the whole content. A commit with the same content is found and answered instead of made again. Where main
    /// already holds something else, that stays and the files go to a branch of their own.
    /// </summary>
    Task<ClonedFrom> Commit(string service, GeneratedFiles files, string message, DateTimeOffset now, CancellationToken cancellation);
}
