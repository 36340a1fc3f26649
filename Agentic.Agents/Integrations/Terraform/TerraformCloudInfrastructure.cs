using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment.Infrastructure;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.Terraform;

/// <summary>Plans and applies as runs on Terraform Cloud or Enterprise: the plan's digest names the one run that may be applied.</summary>
internal sealed class TerraformCloudInfrastructure(TerraformOptions options, TerraformCloudClient cloud, TimeProvider time) : IInfrastructure
{
    private static readonly string[] Planned = ["planned", "cost_estimated", "policy_checked", "policy_soft_failed", "policy_override", "planned_and_finished", "planned_and_saved"];
    private static readonly string[] Lost = ["errored", "canceled", "force_canceled", "discarded", "policy_hard_failed"];

    public Task<Outcome<InfrastructurePlan>> Plan(InfrastructurePlace place, bool destroys, CancellationToken cancellation) => Asking<InfrastructurePlan>(async () =>
    {
        var begun = await Begin(place, destroys, refreshOnly: false, cancellation).ConfigureAwait(false);
        if (begun.IsRefused)
        {
            return begun.Refusal;
        }

        var plan = await cloud.Plan(begun.Value.Run, cancellation).ConfigureAwait(false);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{begun.Value.Id}\n{plan.ToJsonString()}")));
        var kept = Kept(place, digest);
        Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
        await File.WriteAllTextAsync(kept, begun.Value.Id, cancellation).ConfigureAwait(false);
        return TerraformPlanText.Read(digest, plan);
    });

    public Task<Outcome<InfrastructureResult>> Apply(InfrastructurePlace place, string digest, CancellationToken cancellation) => Asking<InfrastructureResult>(async () =>
    {
        if (digest.Length != 64 || !digest.All(char.IsAsciiHexDigitLower) || !File.Exists(Kept(place, digest)))
        {
            return Refusal.Conflict("There is no run with a plan of this digest for this folder and environment: it was applied, or made for another place. Plan again.");
        }

        var id = await File.ReadAllTextAsync(Kept(place, digest), cancellation).ConfigureAwait(false);
        var run = await cloud.GetRun(id, cancellation).ConfigureAwait(false);
        var plan = await cloud.Plan(run, cancellation).ConfigureAwait(false);
        if (Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{id}\n{plan.ToJsonString()}"))) != digest)
        {
            return Refusal.Conflict($"The plan of {id} is another than the one that was approved. Plan again.");
        }

        // A run that somebody confirmed or that is being applied already is followed to its end, not applied again.
        var status = TerraformCloudClient.Status(run);
        if (Planned.Contains(status) && status != "planned_and_finished")
        {
            await cloud.Act(id, "apply", "Approved as planned.", cancellation).ConfigureAwait(false);
        }

        var ended = await Until(id, state => state is "applied" or "planned_and_finished" || Lost.Contains(state), options.ApplyLimit, cancellation).ConfigureAwait(false);
        if (ended.IsRefused)
        {
            return ended.Refusal;
        }

        File.Delete(Kept(place, digest));
        var final = TerraformCloudClient.Status(ended.Value);
        return final is "applied" or "planned_and_finished"
            ? new InfrastructureResult(digest, $"Apply complete! Run {id} is {final}.", await cloud.Outputs(await cloud.Workspace(Workspace(place), cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false))
            : Refusal.Unprocessable($"The run {id} ended {final}; plan again to see what is left to do. Its log is on Terraform Cloud.");
    });

    public Task<Outcome<InfrastructureDrift>> Drift(InfrastructurePlace place, CancellationToken cancellation) => Asking<InfrastructureDrift>(async () =>
    {
        var begun = await Begin(place, destroys: false, refreshOnly: true, cancellation).ConfigureAwait(false);
        if (begun.IsRefused)
        {
            return begun.Refusal;
        }

        var plan = await cloud.Plan(begun.Value.Run, cancellation).ConfigureAwait(false);
        List<ResourceChange> changes = [.. TerraformPlanText.Changes(plan["resource_drift"])];
        return new InfrastructureDrift(changes.Count > 0, changes);
    });

    private async Task<Outcome<(string Id, JsonNode Run)>> Begin(InfrastructurePlace place, bool destroys, bool refreshOnly, CancellationToken cancellation)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Root)) + Path.DirectorySeparatorChar;
        if (!(Path.GetFullPath(place.Folder) + Path.DirectorySeparatorChar).StartsWith(root, StringComparison.Ordinal))
        {
            return Refusal.Forbidden($"'{place.Folder}' does not lie below the folder of configurations this host may run. Put it there, or ask an administrator to set Terraform:Root.");
        }

        if (!Directory.Exists(place.Folder))
        {
            return Refusal.NotFound($"{place.Folder} holds no Terraform configuration (*.tf).");
        }

        var workspace = await cloud.Workspace(Workspace(place), cancellation).ConfigureAwait(false);
        var (configuration, upload) = await cloud.Configuration(workspace, cancellation).ConfigureAwait(false);
        await using (var archive = await Archive(place.Folder, cancellation).ConfigureAwait(false))
        {
            await cloud.Upload(upload, archive, cancellation).ConfigureAwait(false);
        }

        var began = time.GetTimestamp();
        while (await cloud.ConfigurationStatus(configuration, cancellation).ConfigureAwait(false) is "pending" or "fetching")
        {
            if (time.GetElapsedTime(began) > options.PlanLimit)
            {
                return Refusal.Unavailable("Terraform Cloud did not unpack the configuration in time.");
            }

            await Task.Delay(options.Cloud.PollInterval, time, cancellation).ConfigureAwait(false);
        }

        var id = await cloud.Run(workspace, configuration, refreshOnly ? "Look for drift" : destroys ? "Plan to destroy" : "Plan", destroys, refreshOnly, place.Variables, cancellation).ConfigureAwait(false);
        var run = await Until(id, state => Planned.Contains(state) || Lost.Contains(state), options.PlanLimit, cancellation).ConfigureAwait(false);
        return run.IsRefused ? run.Refusal
            : Lost.Contains(TerraformCloudClient.Status(run.Value)) ? Refusal.Unprocessable($"The run {id} ended {TerraformCloudClient.Status(run.Value)} while it was planned. Its log is on Terraform Cloud.")
            : (id, run.Value);
    }

    /// <summary>Follows a run; when nobody wants it any more, it is cancelled there too.</summary>
    private async Task<Outcome<JsonNode>> Until(string id, Func<string, bool> isThere, TimeSpan limit, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        try
        {
            while (true)
            {
                var run = await cloud.GetRun(id, cancellation).ConfigureAwait(false);
                if (isThere(TerraformCloudClient.Status(run)))
                {
                    return Outcome<JsonNode>.Of(run);
                }

                if (time.GetElapsedTime(began) > limit)
                {
                    return Refusal.Unavailable($"The run {id} is {TerraformCloudClient.Status(run)} still; look at it on Terraform Cloud.");
                }

                await Task.Delay(options.Cloud.PollInterval, time, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await Cancel(id).ConfigureAwait(false);
            throw;
        }
    }

    private async Task Cancel(string id)
    {
        try
        {
            await cloud.Act(id, "cancel", "Cancelled.", CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is TerraformCloudException or HttpRequestException or JsonException)
        {
            // It has ended, or can be seen there as what it is.
        }
    }

    private string Workspace(InfrastructurePlace place) => options.Cloud.Workspace
        .Replace("{folder}", Path.GetFileName(Path.TrimEndingDirectorySeparator(place.Folder)), StringComparison.Ordinal).Replace("{environment}", place.Environment, StringComparison.Ordinal);

    private string Kept(InfrastructurePlace place, string digest)
    {
        var where = SHA256.HashData(Encoding.UTF8.GetBytes($"{Path.GetFullPath(place.Folder)}\n{place.Environment}"));
        return Path.GetFullPath(Path.Combine(options.Folder, "runs", $"{Convert.ToHexStringLower(where.AsSpan(0, 6))}-{digest}"));
    }

    private static async Task<MemoryStream> Archive(string folder, CancellationToken cancellation)
    {
        var packed = new MemoryStream();
        await using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        await using (var tar = new TarWriter(zip))
        {
            var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 20 };
            foreach (var path in Directory.EnumerateFiles(folder, "*", all).Order(StringComparer.Ordinal))
            {
                var name = Path.GetRelativePath(folder, path).Replace('\\', '/');

                // State and caches are this machine's; the workspace has its own.
                if (!name.Split('/').Any(part => part is ".terraform" or ".git") && !name.EndsWith(".tfstate", StringComparison.Ordinal) && !name.EndsWith(".tfstate.backup", StringComparison.Ordinal))
                {
                    await tar.WriteEntryAsync(path, name, cancellation).ConfigureAwait(false);
                }
            }
        }

        packed.Position = 0;
        return packed;
    }

    private static async Task<Outcome<T>> Asking<T>(Func<Task<Outcome<T>>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (TerraformCloudException refused)
        {
            return refused.Refusal;
        }
        catch (HttpRequestException unreachable)
        {
            return Refusal.Unavailable($"Terraform Cloud cannot be reached: {unreachable.Message}");
        }
        catch (TaskCanceledException late) when (late.InnerException is TimeoutException)
        {
            return Refusal.Unavailable("Terraform Cloud did not answer in time.");
        }
        catch (JsonException garbled)
        {
            return Refusal.Unavailable($"Terraform Cloud answered something else than it should: {garbled.Message}");
        }
    }
}
