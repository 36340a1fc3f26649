using System.Globalization;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy.Engines;

namespace Agentic.Agents.Policy.Secrets;

/// <summary>Searches the history of a local Git repository, as far as its limits go, and says where it stopped.</summary>
internal sealed class GitHistoryScan(IEngineProcess process)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>A repository of this host, by its name below the folder the settings open.</summary>
    public async Task<Outcome<Checked>> CheckNamed(string? folder, string name, int maxCommits, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(folder))
        {
            return Refusal.Forbidden("This host opens no repositories. Set Policy:RepositoryFolder, or send a bundle.");
        }

        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(root, name));
        return !path.StartsWith(root, StringComparison.Ordinal) || !Directory.Exists(path)
            ? Refusal.NotFound($"There is no repository '{name}' below Policy:RepositoryFolder.")
            : await CheckAsync(path, maxCommits, Limit, cancellation).ConfigureAwait(false);
    }

    /// <summary>A bundle, unpacked into a folder that is gone afterwards.</summary>
    public async Task<Outcome<Checked>> CheckBundle(string base64, int maxCommits, CancellationToken cancellation)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var count) || !bytes.AsSpan(0, count).StartsWith("# v"u8))
        {
            return Refusal.Malformed("The bundle is not a Git bundle in base64.", [new MemberError("bundle", "Send the output of: git bundle create - --all | base64")]);
        }

        var (scratch, _) = await ScratchFolder.OfAsync(new Dictionary<string, string>(), cancellation).ConfigureAwait(false);
        using (scratch)
        {
            var file = Path.Combine(scratch.Path, "sent.bundle");
            await File.WriteAllBytesAsync(file, bytes.AsMemory(0, count), cancellation).ConfigureAwait(false);
            var cloned = await process.RunAsync("git", ["-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never", "-c", "protocol.file.allow=always", "clone", "--quiet", "--mirror", "--", file, "repository"], scratch.Path, Limit, cancellation).ConfigureAwait(false);
            return Failure(cloned, Limit) is { } why
                ? cloned.IsMissing ? Checked.Unread("git history", why) : Refusal.Unprocessable($"The bundle could not be read: {why}")
                : await CheckAsync(Path.Combine(scratch.Path, "repository"), maxCommits, Limit, cancellation).ConfigureAwait(false);
        }
    }

    /// <param name="maxCommits">Newest first; older ones are reported as not checked.</param>
    public async Task<Checked> CheckAsync(string repository, int maxCommits, TimeSpan limit, CancellationToken cancellation)
    {
        // Nothing of the repository's own settings may run a program: no external diff, no text conversion, no monitor, no pager.
        var outcome = await process.RunAsync("git",
            ["-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false", "--no-pager", "log", "-p", "--all", "--unified=0", "--no-color", "--no-ext-diff", "--no-textconv",
             "--format=commit %H", $"--max-count={(maxCommits + 1).ToString(CultureInfo.InvariantCulture)}"],
            repository, limit, cancellation);

        if (Failure(outcome, limit) is { } why)
        {
            return Checked.Unread("git history", why);
        }

        var (patch, isShortened) = Newest(outcome.Output, maxCommits);
        var found = SecretHistory.Read(patch);
        var left = new List<NotChecked>(found.NotChecked);

        if (isShortened)
        {
            left.Add(new NotChecked("git history", $"Only the newest {maxCommits} commits were searched."));
        }

        if (outcome.IsCut)
        {
            left.Add(new NotChecked("git history", "The history is longer than can be read at once; its oldest part was not searched."));
        }

        return found with { NotChecked = left };
    }

    private static string? Failure(ProcessOutcome outcome, TimeSpan limit) =>
        outcome.IsMissing ? "git is not installed."
        : outcome.HasTimedOut ? $"git did not finish within {limit.TotalSeconds:F0} s."
        : outcome.ExitCode != 0 ? $"git ended with exit code {outcome.ExitCode}: {outcome.Errors.Split('\n')[0]}"
        : null;

    private static (string Patch, bool IsShortened) Newest(string log, int maxCommits)
    {
        var at = log.StartsWith("commit ", StringComparison.Ordinal) ? 0 : log.IndexOf("\ncommit ", StringComparison.Ordinal);

        for (var count = 0; at >= 0; at = log.IndexOf("\ncommit ", at + 1, StringComparison.Ordinal))
        {
            if (++count > maxCommits)
            {
                return (log[..at], true);
            }
        }

        return (log, false);
    }
}
