using System.Security.Cryptography;
using System.Text;

namespace Agentic.Agents.CodeGen;

/// <summary>One file of an artifact; the path is relative, with forward slashes.</summary>
internal sealed record GeneratedFile(string Path, byte[] Content)
{
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Content));

    /// <summary>What the file is for, as its template says.</summary>
    public ServicePart Part { get; init; }

    public string Text => Encoding.UTF8.GetString(Content);
}

/// <summary>Files in ordinal order of their path, named by the digest of their manifest.</summary>
internal sealed class GeneratedFiles
{
    public GeneratedFiles(IEnumerable<GeneratedFile> files)
    {
        Files = [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
        Manifest = Encoding.UTF8.GetBytes(string.Concat(Files.Select(file => $"{file.Sha256}  {file.Path}\n")));
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Manifest));
    }

    public IReadOnlyList<GeneratedFile> Files { get; }

    /// <summary>One line per file in the form <c>sha256sum -c</c> reads.</summary>
    public byte[] Manifest { get; }

    /// <summary>Digest of <see cref="Manifest"/>: equal exactly when every path and byte is equal.</summary>
    public string Sha256 { get; }

    public GeneratedFile? Find(string path) => Files.FirstOrDefault(file => file.Path == path);

    public Artifact Describe(string? uri) => new(uri, Sha256, [.. Files.Select(file => new ArtifactFile(file.Path, file.Content.Length, file.Sha256, file.Part))]);
}
