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
    public async Task<Outcome<string>> Write(IReadOnlyDictionary<string, string?> files, string message, CancellationToken cancellation)
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

            var last = default(CommandResult);
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                foreach (var command in (string[][])[["fetch", "--quiet", "origin", options.Branch], ["reset", "--quiet", "--hard", "FETCH_HEAD"], ["clean", "--quiet", "-fd"]])
                {
                    var done = await Git(cancellation, command);
                    if (!done.Succeeded)
                    {
                        return Failed(command[0], done);
                    }
                }

                await Change(files, cancellation);
                await Git(cancellation, "add", "--all");
                if (!(await Git(cancellation, "diff", "--cached", "--quiet")).Succeeded)
                {
                    var committed = await Git(cancellation, "-c", "user.name=Agentic", "-c", "user.email=agentic@localhost", "commit", "--quiet", "-m", message);
                    if (!committed.Succeeded)
                    {
                        return Failed("commit", committed);
                    }

                    last = await Git(cancellation, "push", "--quiet", "origin", $"HEAD:{options.Branch}");
                    if (!last.Succeeded)
                    {
                        continue;
                    }
                }

                return (await Git(cancellation, "rev-parse", "HEAD")).Output.Trim();
            }

            return Failed("push", last!);
        }
        finally
        {
            _turn.Release();
        }
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
