using System.Buffers;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy.Terraform;

namespace Agentic.Agents.Policy;

/// <summary>What was sent, as text files by path. Files that are not text, and files over the limits, are named in <see cref="NotChecked"/>.</summary>
internal sealed record PolicyContent(string Type, IReadOnlyDictionary<string, string> Files, IReadOnlyList<NotChecked> NotChecked)
{
    public const int MostBytes = 64 * 1024 * 1024;
    public const int MostFiles = 20_000;
    public const long MostUnpacked = 256L * 1024 * 1024;
    public const int LargestTextFile = 32 * 1024 * 1024;

    public static readonly IReadOnlyList<string> Types =
        ["terraform_plan", "terraform", "cloudformation", "kubernetes", "dockerfile", "workflow", "files", "dependencies"];

    /// <summary>Reads base64 (the default) or plain content; archives and maps of files where the type takes several.</summary>
    public static Outcome<PolicyContent> Read(string type, string content, string? encoding)
    {
        if (content.Length == 0)
        {
            return Wrong("content", "The content is empty.");
        }

        if (content.Length > MostBytes * 4L / 3 + 4)
        {
            return Refusal.TooLarge($"The content is larger than {MostBytes / 1024 / 1024} MiB.");
        }

        byte[] bytes;
        if (encoding == "plain")
        {
            return Unpack(type, Encoding.UTF8.GetBytes(content));
        }

        bytes = ArrayPool<byte>.Shared.Rent(content.Length);
        try
        {
            return Convert.TryFromBase64String(content, bytes, out var count)
                ? Unpack(type, bytes.AsSpan(0, count).ToArray())
                : Wrong("content", "The content is not base64. Send base64, or plain text with \"encoding\": \"plain\".");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    public static string DefaultName(string type) => type switch
    {
        "terraform" => "main.tf",
        "terraform_plan" => "plan.json",
        "cloudformation" => "template.yaml",
        "kubernetes" => "manifests.yaml",
        "dockerfile" => "Dockerfile",
        "workflow" => ".github/workflows/workflow.yml",
        _ => "content",
    };

    private static Outcome<PolicyContent> Unpack(string type, byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return Wrong("content", "The content is empty.");
        }

        if (bytes.AsSpan().StartsWith("PK\u0003\u0004"u8) || bytes.AsSpan().StartsWith("PK\u0005\u0006"u8))
        {
            return type is "terraform_plan" or "dockerfile"
                ? Wrong("content", $"A {type} is one file, not an archive. Use the type files for an archive.")
                : Zip(type, bytes);
        }

        if (bytes is [0x1F, 0x8B, ..])
        {
            return Wrong("content", "The content is gzip. Send a zip archive or the file itself.");
        }

        var text = PlanText.Decode(bytes);
        if (text.AsSpan().TrimStart().IsEmpty)
        {
            return Wrong("content", "The content is blank.");
        }

        if (type is "files" or "dependencies" && Map(text) is { } map)
        {
            return new PolicyContent(type, map, []);
        }

        if (IsBinary(text))
        {
            return Wrong("content", "The content is not text, and not a zip archive.");
        }

        var name = type == "terraform" && text.AsSpan().TrimStart().StartsWith("{") ? "main.tf.json" : DefaultName(type);
        return new PolicyContent(type, new Dictionary<string, string>(StringComparer.Ordinal) { [name] = text }, []);
    }

    /// <summary><c>{ "path": "text", … }</c>, the other way to send several files.</summary>
    private static Dictionary<string, string>? Map(string text)
    {
        if (!text.AsSpan().TrimStart().StartsWith("{"))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4 });
            var files = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Value.ValueKind != JsonValueKind.String || files.Count >= MostFiles || Path(member.Name) is not { } path)
                {
                    return null;
                }

                files[path] = member.Value.GetString()!;
            }

            return files.Count == 0 ? null : files;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Outcome<PolicyContent> Zip(string type, byte[] bytes)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var notChecked = new List<NotChecked>();
        long unpacked = 0;
        try
        {
            using var archive = new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read);
            if (archive.Entries.Count > MostFiles)
            {
                return Refusal.TooLarge($"The archive has {archive.Entries.Count} entries; at most {MostFiles} are taken.");
            }

            foreach (var entry in archive.Entries)
            {
                if (entry.FullName.EndsWith('/'))
                {
                    continue;
                }

                if (Path(entry.FullName) is not { } path)
                {
                    return Wrong("content", $"The archive has an entry outside of itself: {Shown(entry.FullName)}. Pack it again with relative paths.");
                }

                var read = ReadEntry(entry, Math.Min(LargestTextFile, MostUnpacked - unpacked));
                if (read is null)
                {
                    // What an archive says of its sizes is not believed: the limit is on what really came out.
                    if (MostUnpacked - unpacked <= LargestTextFile)
                    {
                        return Refusal.TooLarge($"The archive unpacks to more than {MostUnpacked / 1024 / 1024} MiB.");
                    }

                    unpacked += LargestTextFile;
                    notChecked.Add(new NotChecked(path, $"The file is larger than {LargestTextFile / 1024 / 1024} MiB."));
                    continue;
                }

                unpacked += read.Length;
                var text = PlanText.Decode(read);
                if (!IsBinary(text))
                {
                    files[path] = text;
                }
            }
        }
        catch (InvalidDataException broken)
        {
            return Wrong("content", $"The zip archive is damaged: {broken.Message}");
        }

        return files.Count == 0 ? Wrong("content", "The archive holds no text file.") : new PolicyContent(type, files, notChecked);
    }

    private static byte[]? ReadEntry(ZipArchiveEntry entry, long limit)
    {
        using var source = entry.Open();
        using var target = new MemoryStream();
        var buffer = new byte[81920];
        int count;
        while ((count = source.Read(buffer)) > 0)
        {
            if (target.Length + count > limit)
            {
                return null;
            }

            target.Write(buffer, 0, count);
        }

        return target.ToArray();
    }

    /// <summary>Null for a path that leaves the archive.</summary>
    private static string? Path(string name)
    {
        var path = name.Replace('\\', '/');
        return path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal) || path.Split('/').Contains("..") || (path.Length > 1 && path[1] == ':')
            ? null
            : TerraformSources.Normalise(path);
    }

    private static bool IsBinary(string text) => text.AsSpan(0, Math.Min(text.Length, 8000)).Contains('\0');

    private static string Shown(string name) => name.Length <= 80 ? name : name[..80] + "…";

    private static Refusal Wrong(string member, string message) => Refusal.Malformed(message, [new MemberError(member, message)]);
}
