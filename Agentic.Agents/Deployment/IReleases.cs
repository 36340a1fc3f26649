using System.Security.Cryptography;
using System.Text;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>Finds what a service's version is made of.</summary>
internal interface IReleases
{
    /// <param name="artifact">Where the caller says it is; null: as registered when it was generated.</param>
    Task<Outcome<Revision>> Find(string service, string version, string? artifact, CancellationToken cancellation);

    /// <summary>Keeps the files of a folder as what this version is made of, for ever.</summary>
    Task<Outcome<Revision>> Keep(string service, string version, string folder, CancellationToken cancellation) =>
        Task.FromResult<Outcome<Revision>>(Refusal.Unprocessable("This host keeps no artifacts of its own."));
}

/// <summary>Releases that are folders or zip files on this machine; the digest is taken from what is in them.</summary>
internal sealed class LocalReleases : IReleases
{
    private const long SizeLimit = 1024L * 1024 * 1024;

    public Task<Outcome<Revision>> Find(string service, string version, string? artifact, CancellationToken cancellation) => Task.Run<Outcome<Revision>>(() =>
    {
        if (artifact is null)
        {
            return Refusal.NotFound($"No artifact is registered for {service} {version}: generate the service first, or name the artifact.");
        }

        var path = Uri.TryCreate(artifact, UriKind.Absolute, out var uri) && uri.IsFile ? uri.LocalPath : artifact;
        if (File.Exists(path))
        {
            using var file = File.OpenRead(path);
            return new Revision(version, Convert.ToHexStringLower(SHA256.HashData(file)), path);
        }

        return Directory.Exists(path)
            ? DigestOf(path, cancellation).Select(digest => new Revision(version, digest, path))
            : Refusal.NotFound($"The artifact '{artifact}' of {service} {version} does not exist on this machine: give a folder or a .zip file.");
    }, cancellation);

    /// <summary>Digest over every file's path and content, in the order of the paths.</summary>
    private static Outcome<string> DigestOf(string folder, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var left = SizeLimit;
        var files = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 40 })
            .Select(path => (Path: path, Relative: Path.GetRelativePath(folder, path).Replace('\\', '/')))
            .Where(file => !file.Relative.Split('/').Any(part => part is ".git" or "node_modules" or ".venv" or ".bin"))
            .OrderBy(file => file.Relative, StringComparer.Ordinal);
        foreach (var (path, relative) in files)
        {
            cancellation.ThrowIfCancellationRequested();
            using var stream = File.OpenRead(path);
            left -= stream.Length;
            if (left < 0)
            {
                return Refusal.TooLarge("The artifact holds more than 1 GiB.");
            }

            hash.AppendData(Encoding.UTF8.GetBytes(relative));
            hash.AppendData([0]);
            hash.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
