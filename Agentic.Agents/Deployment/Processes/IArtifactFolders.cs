using System.IO.Compression;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment.Processes;

/// <summary>Turns a revision's artifact into files on this machine.</summary>
internal interface IArtifactFolders
{
    /// <summary>Copies the artifact's files into an empty folder, or says why it cannot.</summary>
    Task<Refusal?> CopyTo(Revision revision, string folder, CancellationToken cancellation);

    /// <summary>Paths of the artifact's files, or null where they are not known without copying it.</summary>
    Task<IReadOnlyCollection<string>?> Names(Revision revision, CancellationToken cancellation) => Task.FromResult<IReadOnlyCollection<string>?>(null);
}

/// <summary>Artifacts that are folders or zip files on this machine.</summary>
internal sealed class LocalArtifactFolders : IArtifactFolders
{
    private const long SizeLimit = 1024L * 1024 * 1024;

    // Built again for this machine; copying them would mix two machines' builds.
    private static readonly string[] LeftOut = [".git", "node_modules", ".venv", ".bin"];

    public Task<Refusal?> CopyTo(Revision revision, string folder, CancellationToken cancellation) => Task.Run(() =>
    {
        var path = Uri.TryCreate(revision.Artifact, UriKind.Absolute, out var uri) && uri.IsFile ? uri.LocalPath : revision.Artifact;
        if (File.Exists(path) && Path.GetExtension(path) == ".zip")
        {
            return Unzip(path, folder);
        }

        if (!Directory.Exists(path))
        {
            return Refusal.NotFound($"The artifact {revision.Artifact} of {revision.Version} is not on this machine: give a folder or a .zip file that exists.");
        }

        var left = SizeLimit;
        return Copy(new DirectoryInfo(path), folder, ref left, depth: 0, cancellation);
    }, cancellation);

    public Task<IReadOnlyCollection<string>?> Names(Revision revision, CancellationToken cancellation) => Task.FromResult<IReadOnlyCollection<string>?>(
        Directory.Exists(revision.Artifact) ? [.. Directory.EnumerateFiles(revision.Artifact).Select(path => Path.GetFileName(path)!)] : null);

    private static Refusal? Copy(DirectoryInfo from, string to, ref long left, int depth, CancellationToken cancellation)
    {
        if (depth > 40)
        {
            return Refusal.Unprocessable($"{from.FullName} is nested more than 40 folders deep.");
        }

        Directory.CreateDirectory(to);
        foreach (var entry in from.EnumerateFileSystemInfos())
        {
            cancellation.ThrowIfCancellationRequested();

            // A link could lead out of the artifact.
            if (entry.LinkTarget is not null || LeftOut.Contains(entry.Name, StringComparer.Ordinal))
            {
                continue;
            }

            if (entry is DirectoryInfo folder)
            {
                if (Copy(folder, Path.Combine(to, folder.Name), ref left, depth + 1, cancellation) is { } refusal)
                {
                    return refusal;
                }
            }
            else if (entry is FileInfo file)
            {
                left -= file.Length;
                if (left < 0)
                {
                    return Refusal.TooLarge("The artifact holds more than 1 GiB.");
                }

                file.CopyTo(Path.Combine(to, file.Name), overwrite: true);
            }
        }

        return null;
    }

    private static Refusal? Unzip(string path, string folder)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            if (zip.Entries.Sum(entry => entry.Length) > SizeLimit)
            {
                return Refusal.TooLarge("The artifact holds more than 1 GiB.");
            }

            // ExtractToDirectory refuses entries that would land outside.
            zip.ExtractToDirectory(folder, overwriteFiles: true);
            return null;
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            return Refusal.Unprocessable($"{path} cannot be unpacked: {broken.Message}");
        }
    }
}
