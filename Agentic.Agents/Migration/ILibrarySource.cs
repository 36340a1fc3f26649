using Agentic.Agents.Operations;

namespace Agentic.Agents.Migration;

/// <summary>Where the sources of shared libraries come from.</summary>
internal interface ILibrarySource
{
    /// <summary>The Groovy files of a library by path; a revision is a branch or a tag.</summary>
    Task<Outcome<IReadOnlyDictionary<string, string>>> Read(LibraryAddress library, string? revision, CancellationToken cancellation);
}

/// <param name="Trusted">True where the operator wrote the address, false where a request brought it.</param>
internal sealed record LibraryAddress(string Name, string Url, bool Trusted);
