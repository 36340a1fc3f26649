using System.Globalization;
using Agentic.Agents.Policy.Engines;

namespace Agentic.Agents.Policy.Secrets;

/// <summary>Searches the history of a local Git repository, as far as its limits go, and says where it stopped.</summary>
internal sealed class GitHistoryScan(IEngineProcess process)
{
    /// <param name="maxCommits">Newest first; older ones are reported as not checked.</param>
    public async Task<Checked> CheckAsync(string repository, int maxCommits, TimeSpan limit, CancellationToken cancellation)
    {
        // Nothing of the repository's own settings may run a program: no external diff, no text conversion, no monitor, no pager.
        var outcome = await process.RunAsync("git",
            ["-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "core.hooksPath=/dev/null", "--no-pager", "log", "-p", "--all", "--unified=0", "--no-color", "--no-ext-diff", "--no-textconv",
             "--format=commit %H", $"--max-count={(maxCommits + 1).ToString(CultureInfo.InvariantCulture)}"],
            repository, limit, cancellation);

        if (outcome.IsMissing)
        {
            return Checked.Unread("git history", "git is not installed.");
        }

        if (outcome.HasTimedOut)
        {
            return Checked.Unread("git history", $"git did not finish within {limit.TotalSeconds:F0} s.");
        }

        if (outcome.ExitCode != 0)
        {
            return Checked.Unread("git history", $"git ended with exit code {outcome.ExitCode}: {outcome.Errors.Split('\n')[0]}");
        }

        var (patch, isShortened) = Limit(outcome.Output, maxCommits);
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

    private static (string Patch, bool IsShortened) Limit(string log, int maxCommits)
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
