namespace Agentic.Agents.Deployment.Processes;

/// <summary>Copies a revision's files and builds them once; what is built already stays.</summary>
internal sealed class RevisionBuild(ProcessOptions options, IArtifactFolders artifacts)
{
    /// <summary>Null when it is built, else why not.</summary>
    public async Task<TargetOutcome?> Run(Revision revision, string app, CancellationToken cancellation)
    {
        var marker = Path.Combine(Path.GetDirectoryName(app)!, "built");
        if (File.Exists(marker) && await File.ReadAllTextAsync(marker, cancellation) == revision.BareDigest)
        {
            return null;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(app)!);
        File.Delete(marker);
        if (Directory.Exists(app))
        {
            Directory.Delete(app, recursive: true);
        }

        Directory.CreateDirectory(app);
        if (await artifacts.CopyTo(revision, app, cancellation) is { } refusal)
        {
            return TargetOutcome.Broken(refusal.Reason);
        }

        var build = ServiceBuild.Of(app, options);
        if (build.IsRefused)
        {
            return TargetOutcome.Broken(build.Refusal.Reason);
        }

        foreach (var command in build.Value.Commands)
        {
            var result = await BoundedCommand.Run(command, app, ScrubbedEnvironment.ForBuild(app), options.BuildLimit, cancellation);
            if (!result.Succeeded)
            {
                return TargetOutcome.Broken($"'{string.Join(' ', command)}' failed: {End(result.Output)}");
            }
        }

        await File.WriteAllTextAsync(marker, revision.BareDigest, cancellation);
        return null;
    }

    /// <summary>The last words of a long text, where the cause usually stands.</summary>
    public static string End(string text) => text.Length <= 1000 ? text.Trim() : "…" + text[^1000..].Trim();
}
