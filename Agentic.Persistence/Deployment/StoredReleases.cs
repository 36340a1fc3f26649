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
    private const int MostFiles = 20_000;
    private const long MostBytes = 200L << 20;
    private const string Prefix = "/artifacts/";

    public async Task<Outcome<Revision>> Find(string service, string version, string? artifact, CancellationToken cancellation)
    {
        if (artifact is not null && ImageDigest(artifact) is { } image)
            return new Revision(version, image, artifact);
        var digest = artifact is null
            ? await artifacts.Resolve(service, version, cancellation).ConfigureAwait(false)
            : artifact.StartsWith(Prefix, StringComparison.Ordinal) ? artifact[Prefix.Length..] : artifact;
        if (digest is null)
            return Refusal.NotFound($"No artifact is registered for {service} {version}. Generate the service first (POST /generate answers its version), or name an artifact by its digest.");
        var isKnown = IsDigest(digest) && await artifacts.Find(digest, cancellation).ConfigureAwait(false) is not null;
        return isKnown
            ? new Revision(version, digest, Prefix + digest)
            : Refusal.NotFound($"There is no artifact '{artifact ?? digest}' on this host. Give the sha256 or the uri that generate_service answered, or an image pinned by its digest.");
    }

    public async Task<IReadOnlyCollection<string>?> Names(Revision revision, CancellationToken cancellation) =>
        (await artifacts.Find(revision.BareDigest, cancellation).ConfigureAwait(false))?.Files.Select(file => file.Path).ToList();

    public async Task<Outcome<Revision>> Keep(string service, string version, string folder, CancellationToken cancellation)
    {
        var root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        var (files, left) = (new List<GeneratedFile>(), MostBytes);
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 40 };
        foreach (var path in Directory.EnumerateFiles(root, "*", all))
        {
            var name = path[root.Length..].Replace('\\', '/');
            if (name.StartsWith(".git/", StringComparison.Ordinal))
                continue;
            left -= new FileInfo(path).Length;
            if (left < 0 || files.Count == MostFiles)
                return Refusal.TooLarge($"{service} {version} holds more than {MostFiles} files or {MostBytes >> 20} MiB, which is no release of a service.");
            files.Add(new GeneratedFile(name, await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false)));
        }

        if (files.Count == 0)
            return Refusal.Unprocessable($"{service} {version} holds no files.");
        var made = new GeneratedFiles(files);
        if (await artifacts.Resolve(service, version, cancellation).ConfigureAwait(false) is { } known && known != made.Sha256)
            return Refusal.Conflict($"{service} {version} is artifact {known[..12]} already: a version never changes.");
        await artifacts.Put(made, cancellation).ConfigureAwait(false);
        await artifacts.Register(service, version, made.Sha256, cancellation).ConfigureAwait(false);
        return new Revision(version, made.Sha256, Prefix + made.Sha256);
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

    /// <summary>The digest of an image that is pinned by one; a tag can be moved, so it names nothing for certain.</summary>
    private static string? ImageDigest(string artifact)
    {
        const string Mark = "@sha256:";
        var at = artifact.LastIndexOf(Mark, StringComparison.Ordinal);
        return at > 0 && IsDigest(artifact[(at + Mark.Length)..]) && artifact[..at].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or ':') ? artifact[(at + Mark.Length)..] : null;
    }

    private static bool IsDigest(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
