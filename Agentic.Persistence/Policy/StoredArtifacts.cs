using System.Text;
using Agentic.Agents.CodeGen;
using Agentic.Agents.Policy;

namespace Agentic.Persistence.Policy;

/// <summary>The artifacts of this host, for the gate between making a service and deploying it, and for rule packs.</summary>
internal sealed class StoredArtifacts(IArtifactStore artifacts) : IPolicyArtifacts
{
    public async Task<IReadOnlyDictionary<string, string>?> Read(string artifact, CancellationToken cancellation)
    {
        var digest = artifact[(artifact.LastIndexOf('/') + 1)..];
        var files = digest.Length == 64 && digest.All(char.IsAsciiHexDigitLower) ? await artifacts.Find(digest, cancellation).ConfigureAwait(false) : null;
        return files?.Files.ToDictionary(file => file.Path, file => file.Text, StringComparer.Ordinal);
    }

    public async Task<string> Keep(IReadOnlyDictionary<string, string> files, CancellationToken cancellation)
    {
        var kept = new GeneratedFiles(files.Select(file => new GeneratedFile(file.Key, Encoding.UTF8.GetBytes(file.Value))));
        await artifacts.Put(kept, cancellation).ConfigureAwait(false);
        return kept.Sha256;
    }
}
