using Agentic.Agents.CodeGen;
using Agentic.Agents.Policy;

namespace Agentic.Persistence.Policy;

/// <summary>The files of an artifact of this host, for the gate between making a service and deploying it.</summary>
internal sealed class StoredArtifacts(IArtifactStore artifacts) : IPolicyArtifacts
{
    public async Task<IReadOnlyDictionary<string, string>?> Read(string artifact, CancellationToken cancellation)
    {
        var digest = artifact[(artifact.LastIndexOf('/') + 1)..];
        var files = digest.Length == 64 && digest.All(char.IsAsciiHexDigitLower) ? await artifacts.Find(digest, cancellation).ConfigureAwait(false) : null;
        return files?.Files.ToDictionary(file => file.Path, file => file.Text, StringComparer.Ordinal);
    }
}
