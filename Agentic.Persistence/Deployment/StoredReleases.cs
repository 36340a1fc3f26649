using Agentic.Agents.CodeGen;
using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Processes;
using Agentic.Agents.Operations;

namespace Agentic.Persistence.Deployment;

/// <summary>
/// Releases are artifacts of this host's own store: by the version that was registered when they were made, or by digest. A path on the
/// machine is never taken from a caller, who could otherwise have any folder served.
/// </summary>
internal sealed class StoredReleases(IArtifactStore artifacts) : IReleases, IArtifactFolders
{
    private const string Prefix = "/artifacts/";

    public async Task<Outcome<Revision>> Find(string service, string version, string? artifact, CancellationToken cancellation)
    {
        var digest = artifact is null
            ? await artifacts.Resolve(service, version, cancellation).ConfigureAwait(false)
            : artifact.StartsWith(Prefix, StringComparison.Ordinal) ? artifact[Prefix.Length..] : artifact;
        if (digest is null)
            return Refusal.NotFound($"No artifact is registered for {service} {version}. Generate the service first (POST /generate answers its version), or name an artifact by its digest.");
        var isKnown = IsDigest(digest) && await artifacts.Find(digest, cancellation).ConfigureAwait(false) is not null;
        return isKnown
            ? new Revision(version, digest, Prefix + digest)
            : Refusal.NotFound($"There is no artifact '{artifact ?? digest}' on this host. Give the sha256 or the uri that generate_service answered.");
    }

    public async Task<Refusal?> CopyTo(Revision revision, string folder, CancellationToken cancellation)
    {
        var files = await artifacts.Find(revision.BareDigest, cancellation).ConfigureAwait(false);
        if (files is null)
            return Refusal.NotFound($"The artifact {revision.BareDigest} of {revision.Version} is no longer in this host's store.");
        var root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        foreach (var file in files.Files)
        {
            var path = Path.GetFullPath(Path.Combine(root, file.Path));
            if (!path.StartsWith(root, StringComparison.Ordinal))
                return Refusal.Unprocessable($"The artifact {revision.BareDigest} holds a path that leads out of it: {file.Path}.");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, file.Content, cancellation).ConfigureAwait(false);
        }

        return null;
    }

    private static bool IsDigest(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
