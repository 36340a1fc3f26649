using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Agentic.Agents.Deployment.Processes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

internal sealed record ImportRelease(
    [property: Description("Service whose configured repository holds the commit."), StringLength(63)] string Service,
    [property: Description("The commit, in full: 40 hex digits, or 64 in a SHA-256 repository."), RegularExpression("^([0-9a-f]{40}|[0-9a-f]{64})$", ErrorMessage = "must be a full commit id in lower-case hex.")] string Commit,
    [property: Description("Version to register it as; the commit's first 12 digits when left out."), StringLength(100)] string? Version = null);

internal sealed record ImportedRelease(string Service, string Version, string Commit, ReleaseArtifact Artifact);

internal sealed record ReleaseArtifact(string Uri, string Sha256);

internal sealed record RevertRelease(
    [property: Description("Service whose configured repository holds the commits."), StringLength(63)] string Service,
    [property: Description("The bad commit, in full."), RegularExpression("^([0-9a-f]{40}|[0-9a-f]{64})$", ErrorMessage = "must be a full commit id in lower-case hex.")] string Bad,
    [property: Description("The commit that was good, in full; everything after it up to the bad one is taken back. The bad one alone when left out."), RegularExpression("^([0-9a-f]{40}|[0-9a-f]{64})$", ErrorMessage = "must be a full commit id in lower-case hex.")] string? Good = null,
    [property: Description("Why; becomes the commit's message."), StringLength(500)] string? Reason = null);

/// <param name="Commit">The commit that takes it back; null where there was nothing left to take back.</param>
internal sealed record RevertedRelease(string Service, string Branch, string? Commit);

/// <summary>Makes releases of commits: the code of a configured repository, as it was then, kept as an artifact that never changes.</summary>
internal sealed class ReleaseOperations(IReleases releases, IOptions<DeploymentOptions> options, Redactor redactor) : IOperationSource
{
    private static readonly TimeSpan FetchLimit = TimeSpan.FromMinutes(5);

    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<ImportRelease, ImportedRelease>("import_release", "deployment", Effect.Changes, Mode.Durable,
            "Fetches one commit of a service's configured repository and registers its files as a version that deploy_service can deploy. The same commit is always the same artifact.",
            Import) with { EstimatedDuration = TimeSpan.FromSeconds(20), Timeout = TimeSpan.FromMinutes(12) },
        Operation.Define<RevertRelease, RevertedRelease>("revert_release", "deployment", Effect.Changes, Mode.Durable,
            "Takes bad commits back in a service's configured repository with a commit that undoes them, on its branch or on one of its own as configured. A rollback asks for it by itself.",
            Revert) with { EstimatedDuration = TimeSpan.FromSeconds(20), Timeout = TimeSpan.FromMinutes(12) },
    ];

    private async Task<Outcome<RevertedRelease>> Revert(RevertRelease r, Call call, CancellationToken cancellation)
    {
        if (!options.Value.Sources.TryGetValue(r.Service, out var source) || source.Repository.Length == 0)
        {
            return Refusal.Unprocessable($"No repository is configured for {r.Service}; set Deployment:Sources:{r.Service}:Repository.");
        }

        var folder = Directory.CreateTempSubdirectory("agentic-revert-").FullName;
        try
        {
            var cloned = await Git(folder, cancellation, "clone", "--quiet", "--branch", source.Branch, source.Repository, ".").ConfigureAwait(false);
            if (!cloned.Succeeded)
            {
                return Failed("clone", cloned);
            }

            // A second delivery finds what the first one pushed.
            var mark = $"Reverts: {r.Bad}";
            var done = await Git(folder, cancellation, "log", "-1", "--format=%H", "--fixed-strings", $"--grep={mark}", "--all").ConfigureAwait(false);
            if (done.Succeeded && done.Output.Trim().Length > 0)
            {
                return new RevertedRelease(r.Service, source.Branch, done.Output.Trim());
            }

            var taken = await TakeBack(r, folder, cancellation).ConfigureAwait(false);
            if (!taken.Succeeded)
            {
                return Refusal.Conflict($"The commits of {r.Service} cannot be taken back by themselves, since later ones build on them: {Said(taken)}");
            }

            if ((await Git(folder, cancellation, "diff", "--cached", "--quiet").ConfigureAwait(false)).Succeeded)
            {
                return new RevertedRelease(r.Service, source.Branch, null);
            }

            var branch = source.Revert == "branch" ? $"revert/{r.Bad[..12]}" : source.Branch;
            var message = $"Take back {r.Bad[..12]} after a rollback\n\n{r.Reason}\n\n{mark}\n";
            var committed = await Git(folder, cancellation, "-c", "user.name=Agentic", "-c", "user.email=agentic@localhost", "commit", "--quiet", "-m", message).ConfigureAwait(false);
            var pushed = committed.Succeeded ? await Git(folder, cancellation, "push", "--quiet", "origin", $"HEAD:refs/heads/{branch}").ConfigureAwait(false) : committed;
            return pushed.Succeeded
                ? new RevertedRelease(r.Service, branch, (await Git(folder, cancellation, "rev-parse", "HEAD").ConfigureAwait(false)).Output.Trim())
                : Failed(committed.Succeeded ? "push" : "commit", pushed);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<CommandResult> TakeBack(RevertRelease r, string folder, CancellationToken cancellation)
    {
        var range = r.Good is null ? [r.Bad] : (await Git(folder, cancellation, "rev-list", "--first-parent", $"{r.Good}..{r.Bad}").ConfigureAwait(false)) is { Succeeded: true } listed
            ? listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [r.Bad];
        var last = new CommandResult(0, "", false);
        foreach (var commit in range)
        {
            var parents = await Git(folder, cancellation, "rev-list", "--parents", "-n", "1", commit).ConfigureAwait(false);
            if (!parents.Succeeded)
            {
                return parents;
            }

            // Of a merge, what it brought to the branch is taken back.
            string[] mainline = parents.Output.Trim().Split(' ').Length > 2 ? ["-m", "1"] : [];
            last = await Git(folder, cancellation, ["-c", "user.name=Agentic", "-c", "user.email=agentic@localhost", "revert", "--no-commit", .. mainline, commit]).ConfigureAwait(false);
            if (!last.Succeeded)
            {
                return last;
            }
        }

        return last;
    }

    private async Task<Outcome<ImportedRelease>> Import(ImportRelease r, Call call, CancellationToken cancellation)
    {
        if (!options.Value.Sources.TryGetValue(r.Service, out var source) || source.Repository.Length == 0)
        {
            return Refusal.Unprocessable($"No repository is configured for {r.Service}; set Deployment:Sources:{r.Service}:Repository.");
        }

        var folder = Directory.CreateTempSubdirectory("agentic-release-").FullName;
        try
        {
            if (await Fetch(source, r.Commit, folder, cancellation).ConfigureAwait(false) is { } refusal)
            {
                return refusal;
            }

            var version = r.Version ?? r.Commit[..12];
            return (await releases.Keep(r.Service, version, folder, cancellation).ConfigureAwait(false))
                .Select(kept => new ImportedRelease(r.Service, version, r.Commit, new ReleaseArtifact(kept.Artifact, kept.BareDigest)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<Refusal?> Fetch(ServiceSource source, string commit, string folder, CancellationToken cancellation)
    {
        var begun = await Git(folder, cancellation, "init", "--quiet").ConfigureAwait(false);
        if (!begun.Succeeded)
        {
            return Failed("init", begun);
        }

        // Not every server hands out a commit by its id; the branch's history holds it then.
        var fetched = await Git(folder, cancellation, "fetch", "--quiet", "--depth=1", source.Repository, commit).ConfigureAwait(false);
        if (!fetched.Succeeded)
        {
            fetched = await Git(folder, cancellation, "fetch", "--quiet", source.Repository, "+refs/heads/*:refs/remotes/origin/*").ConfigureAwait(false);
        }

        if (!fetched.Succeeded)
        {
            return Failed("fetch", fetched);
        }

        var shown = await Git(folder, cancellation, "-c", "advice.detachedHead=false", "-c", "core.symlinks=false", "checkout", "--quiet", commit).ConfigureAwait(false);
        return shown.Succeeded ? null : Refusal.Unprocessable($"The repository has no commit {commit}: {Said(shown)}");
    }

    private static Task<CommandResult> Git(string folder, CancellationToken cancellation, params IReadOnlyList<string> arguments)
    {
        var environment = ScrubbedEnvironment.ForBuild(folder);

        // A prompt for a password would wait for ever, and nothing a repository configures may run here.
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_ALLOW_PROTOCOL"] = "file:git:http:https:ssh";
        return BoundedCommand.Run(["git", "-c", "core.hooksPath=/dev/null", .. arguments], folder, environment, FetchLimit, cancellation);
    }

    private Refusal Failed(string step, CommandResult result) => Refusal.Unavailable($"git {step} of the service's repository failed: {Said(result)}");

    private string Said(CommandResult result)
    {
        var text = redactor.Redact(result.Output).Trim();
        return text.Length <= 500 ? text : text[^500..];
    }
}
