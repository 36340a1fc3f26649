using Agentic.Agents.Deployment.Processes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.ArgoCd;

/// <summary>Writes to the GitOps repository as a person would: fetch, change, commit, push, and again when somebody was faster.</summary>
internal sealed class GitOpsRepository(ArgoCdOptions options, Redactor redactor)
{
    private const int Attempts = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _turn = new(1, 1);

    private string Folder => Path.GetFullPath(options.Folder);

    /// <summary>The commit that holds these files; a null text removes the file. Nothing to change: the commit that is there.</summary>
    public Task<Outcome<string>> Write(IReadOnlyDictionary<string, string?> files, string message, CancellationToken cancellation) => InTurn<string>(async () =>
    {
        var last = default(CommandResult);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await Fetch(options.Branch, cancellation) is { } refusal)
            {
                return refusal;
            }

            var changed = await Commit(files, message, cancellation);
            if (changed.IsRefused)
            {
                return changed.Refusal;
            }

            if (changed.Value)
            {
                last = await Git(cancellation, "push", "--quiet", "origin", $"HEAD:{options.Branch}");
                if (!last.Succeeded)
                {
                    continue;
                }
            }

            return await Head(cancellation);
        }

        return Failed("push", last!);
    }, cancellation);

    /// <summary>The branch's newest commit where it holds exactly these files, else null.</summary>
    public Task<Outcome<string?>> Holding(IReadOnlyDictionary<string, string?> files, CancellationToken cancellation) => InTurn<string?>(async () =>
        await Fetch(options.Branch, cancellation) is { } refusal ? refusal : await Holds(files, cancellation) ? await Head(cancellation) : null, cancellation);

    /// <summary>Puts the files onto a branch of their own that starts at the newest commit; one that holds them already is left as it is.</summary>
    public Task<Outcome<string>> Propose(IReadOnlyDictionary<string, string?> files, string message, string branch, CancellationToken cancellation) => InTurn<string>(async () =>
    {
        // Pushing again would throw away what people said about the first.
        if (await Fetch(branch, cancellation) is null && await Holds(files, cancellation))
        {
            return await Head(cancellation);
        }

        if (await Fetch(options.Branch, cancellation) is { } refusal)
        {
            return refusal;
        }

        var changed = await Commit(files, message, cancellation);
        if (changed.IsRefused)
        {
            return changed.Refusal;
        }

        var pushed = await Git(cancellation, "push", "--quiet", "--force", "origin", $"HEAD:refs/heads/{branch}");
        return pushed.Succeeded ? await Head(cancellation) : Failed("push", pushed);
    }, cancellation);

    private async Task<Outcome<T>> InTurn<T>(Func<Task<Outcome<T>>> act, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (!Directory.Exists(Path.Combine(Folder, ".git")))
            {
                Directory.CreateDirectory(Folder);
                var cloned = await Git(cancellation, "clone", "--quiet", "--branch", options.Branch, options.Repository, ".");
                if (!cloned.Succeeded)
                {
                    Directory.Delete(Folder, recursive: true);
                    return Failed("clone", cloned);
                }
            }

            return await act();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<Refusal?> Fetch(string branch, CancellationToken cancellation)
    {
        foreach (var command in (string[][])[["fetch", "--quiet", "origin", branch], ["reset", "--quiet", "--hard", "FETCH_HEAD"], ["clean", "--quiet", "-fd"]])
        {
            var done = await Git(cancellation, command);
            if (!done.Succeeded)
            {
                return Failed(command[0], done);
            }
        }

        return null;
    }

    /// <summary>False where there was nothing to commit.</summary>
    private async Task<Outcome<bool>> Commit(IReadOnlyDictionary<string, string?> files, string message, CancellationToken cancellation)
    {
        await Change(files, cancellation);
        await Git(cancellation, "add", "--all");
        if ((await Git(cancellation, "diff", "--cached", "--quiet")).Succeeded)
        {
            return false;
        }

        var committed = await Git(cancellation, "-c", "user.name=Agentic", "-c", "user.email=agentic@localhost", "commit", "--quiet", "-m", message);
        return committed.Succeeded ? true : Failed("commit", committed);
    }

    private async Task<bool> Holds(IReadOnlyDictionary<string, string?> files, CancellationToken cancellation)
    {
        foreach (var (path, text) in files)
        {
            var full = Path.Combine(Folder, path);
            if (text is null ? File.Exists(full) : !File.Exists(full) || await File.ReadAllTextAsync(full, cancellation) != text)
            {
                return false;
            }
        }

        return true;
    }

    private async Task Change(IReadOnlyDictionary<string, string?> files, CancellationToken cancellation)
    {
        foreach (var (path, text) in files)
        {
            var full = Path.Combine(Folder, path);
            if (text is null)
            {
                // Its folder may be gone as well, which Delete would take for an error.
                if (File.Exists(full))
                {
                    File.Delete(full);
                }

                continue;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            await File.WriteAllTextAsync(full, text, cancellation);
        }
    }

    private async Task<string> Head(CancellationToken cancellation) => (await Git(cancellation, "rev-parse", "HEAD")).Output.Trim();

    private Task<CommandResult> Git(CancellationToken cancellation, params IReadOnlyList<string> arguments)
    {
        var environment = ScrubbedEnvironment.ForBuild(Folder);

        // A prompt for a password would wait for ever.
        environment["GIT_TERMINAL_PROMPT"] = "0";
        return BoundedCommand.Run(["git", .. arguments], Folder, environment, Limit, cancellation);
    }

    private Refusal Failed(string step, CommandResult result)
    {
        var text = redactor.Redact(result.Output).Trim();
        return Refusal.Unavailable($"git {step} of the GitOps repository failed: {(text.Length <= 500 ? text : text[^500..])}");
    }
}
