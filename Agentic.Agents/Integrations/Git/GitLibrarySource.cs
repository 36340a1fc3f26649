using System.Globalization;
using Agentic.Agents.Deployment.Processes;
using Agentic.Agents.Migration;
using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;

namespace Agentic.Agents.Integrations.Git;

/// <summary>
/// Reads shared libraries from Git: a shallow clone into a directory of its own, of which only Groovy files of bounded
/// number and size are taken. Nothing of it is ever run, no hook, no filter and no link out of the clone is followed.
/// </summary>
internal sealed class GitLibrarySource(IOptions<MigrationOptions> options) : ILibrarySource
{
    private const int MostFiles = 500;
    private const int LargestFile = 200 * 1024;
    private const int MostCharacters = 2 * 1024 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public async Task<Outcome<IReadOnlyDictionary<string, string>>> Read(LibraryAddress library, string? revision, CancellationToken cancellation)
    {
        if (!library.Trusted && Unwelcome(library.Url) is { } refusal) return refusal;
        if (revision is not null && (revision.StartsWith('-') || revision.Any(c => char.IsControl(c) || c == ' '))) return Refusal.Unprocessable($"The revision {revision} of the library {library.Name} is no branch or tag.");
        var folder = Directory.CreateTempSubdirectory("agentic-library-");
        try
        {
            var target = Path.Combine(folder.FullName, "library");
            string[] command = ["git", "-c", "core.hooksPath=/dev/null", "-c", "core.symlinks=false", "-c", "credential.helper=", .. library.Trusted ? (string[])[] : ["-c", "http.followRedirects=false"], "clone", "--quiet", "--depth", "1", "--single-branch", .. revision is null ? (string[])[] : ["--branch", revision], "--", library.Url, target];
            var environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin", ["HOME"] = folder.FullName, ["GIT_TERMINAL_PROMPT"] = "0", ["GIT_CONFIG_NOSYSTEM"] = "1",
                ["GIT_ALLOW_PROTOCOL"] = library.Trusted ? "https:ssh:file" : "https",
            };
            var cloned = await BoundedCommand.Run(command, folder.FullName, environment, Limit, cancellation);
            if (!cloned.Succeeded) return Refusal.Unprocessable($"The library {library.Name} could not be read from {Shown(library.Url)}: {Last(cloned.Output.Replace(library.Url, Shown(library.Url), StringComparison.Ordinal))} Leave the address out to convert without its sources.");
            return Files(library, target);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A request may only name hosts the operator allows: the server would reach places its caller cannot.</summary>
    private Refusal? Unwelcome(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps && address.UserInfo.Length == 0 && options.Value.LibraryHosts.Contains(address.Host, StringComparer.OrdinalIgnoreCase) ? null
            : Refusal.Unprocessable($"Libraries are read over https, without user or token in the address, from {string.Join(", ", options.Value.LibraryHosts)} (Migration:LibraryHosts), not from {Shown(url)}.");

    /// <summary>An address without the user and the token somebody wrote into it.</summary>
    private static string Shown(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
        var end = url.IndexOf('/', start) is >= 0 and var slash ? slash : url.Length;
        var at = url.LastIndexOf('@', Math.Max(start, end - 1), Math.Max(0, end - start));
        return at < start || start == 0 ? url : url[..start] + url[(at + 1)..];
    }

    private static string Last(string output) => output.Trim().Split('\n')[^1] is { Length: > 0 } line ? line.TrimEnd('.') + "." : "git gave no reason.";

    private static Outcome<IReadOnlyDictionary<string, string>> Files(LibraryAddress library, string root)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var characters = 0;
        foreach (var folder in (string[])["vars", "src"])
        {
            var start = Path.Combine(root, folder);
            if (!Directory.Exists(start)) continue;
            var walk = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 12, AttributesToSkip = FileAttributes.ReparsePoint };
            foreach (var path in Directory.EnumerateFiles(start, "*.groovy", walk).Order(StringComparer.Ordinal))
            {
                if (new FileInfo(path).Length > LargestFile) continue;
                var text = File.ReadAllText(path);
                characters += text.Length;
                if (files.Count >= MostFiles || characters > MostCharacters)
                    return Refusal.TooLarge(string.Create(CultureInfo.InvariantCulture, $"The library {library.Name} holds more than {MostFiles} Groovy files or {MostCharacters} characters."));
                files[$"{library.Name}/{Path.GetRelativePath(root, path).Replace('\\', '/')}"] = text;
            }
        }

        return files.Count > 0 ? Outcome<IReadOnlyDictionary<string, string>>.Of(files) : Refusal.Unprocessable($"{Shown(library.Url)} holds no shared library: neither vars nor src has a Groovy file.");
    }
}
