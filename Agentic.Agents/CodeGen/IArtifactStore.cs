namespace Agentic.Agents.CodeGen;

/// <summary>Keeps artifacts under the digest of their manifest. Putting the same files again changes nothing.</summary>
internal interface IArtifactStore
{
    Task Put(GeneratedFiles files, CancellationToken cancellation);

    /// <summary>The whole artifact with every hash verified, or null when there is none of this digest.</summary>
    Task<GeneratedFiles?> Find(string sha256, CancellationToken cancellation);

    /// <summary>One file's content by its digest, from whichever artifact it came; null when none had it.</summary>
    Task<byte[]?> FindContent(string sha256, CancellationToken cancellation);

    /// <summary>Says which artifact a version of a service is; a version never changes its artifact.</summary>
    Task Register(string service, string version, string sha256, CancellationToken cancellation);

    /// <summary>The digest of a version's artifact, or null when it was never generated.</summary>
    Task<string?> Resolve(string service, string version, CancellationToken cancellation);
}
