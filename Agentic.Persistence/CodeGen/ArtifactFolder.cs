using System.Text;
using Agentic.Agents.CodeGen;

namespace Agentic.Persistence.CodeGen;

/// <summary>
/// Artifacts in a folder: <c>files/{sha256}</c> holds each content once, <c>manifests/{sha256}</c> names the files of an artifact. A
/// manifest is written after everything it names, so that what can be found is whole.
/// </summary>
internal sealed class ArtifactFolder(string root) : IArtifactStore
{
    private static readonly UTF8Encoding Utf8 = new(false);

    public async Task Put(GeneratedFiles files, CancellationToken cancellation)
    {
        if (File.Exists(Manifest(files.Sha256)))
            return;
        foreach (var file in files.Files)
        {
            if (!File.Exists(Content(file.Sha256)))
                await Write(Content(file.Sha256), file.Content, cancellation).ConfigureAwait(false);
        }

        await Write(Manifest(files.Sha256), files.Manifest, cancellation).ConfigureAwait(false);
    }

    public async Task<GeneratedFiles?> Find(string sha256, CancellationToken cancellation)
    {
        if (!IsDigest(sha256) || !File.Exists(Manifest(sha256)))
            return null;
        var files = new List<GeneratedFile>();
        foreach (var line in await File.ReadAllLinesAsync(Manifest(sha256), Utf8, cancellation).ConfigureAwait(false))
        {
            var (digest, path) = (line[..64], line[66..]);
            var file = new GeneratedFile(path, await File.ReadAllBytesAsync(Content(digest), cancellation).ConfigureAwait(false));
            if (file.Sha256 != digest)
                throw new InvalidDataException($"The stored content of {path} in artifact {sha256} has changed on disk.");
            files.Add(file);
        }

        var found = new GeneratedFiles(files);
        return found.Sha256 == sha256 ? found : throw new InvalidDataException($"The stored manifest of artifact {sha256} has changed on disk.");
    }

    public async Task<byte[]?> FindContent(string sha256, CancellationToken cancellation)
    {
        if (!IsDigest(sha256) || !File.Exists(Content(sha256)))
            return null;
        var content = await File.ReadAllBytesAsync(Content(sha256), cancellation).ConfigureAwait(false);
        return new GeneratedFile(sha256, content).Sha256 == sha256 ? content : throw new InvalidDataException($"The stored content {sha256} has changed on disk.");
    }

    public async Task Register(string service, string version, string sha256, CancellationToken cancellation)
    {
        var path = Version(service, version);
        if (!File.Exists(path))
            await Write(path, Utf8.GetBytes(sha256), cancellation).ConfigureAwait(false);
        else if (await File.ReadAllTextAsync(path, Utf8, cancellation).ConfigureAwait(false) is var known && known != sha256)
            throw new InvalidOperationException($"Version {version} of {service} is artifact {known} already.");
    }

    public async Task<string?> Resolve(string service, string version, CancellationToken cancellation) =>
        ArtifactPath.Problem($"{service}/{version}") is null && File.Exists(Version(service, version))
            ? await File.ReadAllTextAsync(Version(service, version), Utf8, cancellation).ConfigureAwait(false)
            : null;

    private static bool IsDigest(string text) => text.Length == 64 && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');

    private static async Task Write(string path, byte[] content, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Beside its place and then moved, so that a crash leaves a stray file and never half of one that is believed.
        var draft = $"{path}.{Guid.NewGuid():N}.draft";
        await using (var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            await stream.WriteAsync(content, cancellation).ConfigureAwait(false);
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }

    private string Content(string sha256) => Path.Combine(root, "files", sha256[..2], sha256);

    private string Manifest(string sha256) => Path.Combine(root, "manifests", sha256);

    private string Version(string service, string version) => Path.Combine(root, "versions", service, version);
}
