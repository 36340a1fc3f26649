using System.Text.Json;
using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>Waits for deployments to end, and has what failed its gates taken back in Git where that is configured.</summary>
internal sealed class DeploymentEnding(Lazy<Deployments> deployments, DeploymentReading reading, Lazy<OperationGate> gate, IOptions<DeploymentOptions> options)
{
    /// <summary>Success is what was seen to end well; every other end is a refusal with the reason, so that the workflow fails too.</summary>
    public async Task<Outcome<DeploymentRecord>> Ended(string id, Call call, CancellationToken cancellation)
    {
        var ended = await deployments.Value.End(id, cancellation).ConfigureAwait(false);
        if (ended.IsRefused)
        {
            return ended.Refusal;
        }

        var rollout = ended.Value;
        if (rollout.End == RolloutEnd.Completed)
        {
            return await reading.WithUrl(rollout, cancellation).ConfigureAwait(false);
        }

        // This may come twice, after a restart; the key makes it one revert.
        var reverts = rollout is { End: RolloutEnd.RolledBack, Request.Kind: RolloutKind.Deploy } && options.Value.Sources.GetValueOrDefault(rollout.Request.Key.Service)?.RevertWhenGatesFail == true
            ? await TakeBack(rollout, rollout, rollout.Reason ?? "rolled back by its gates", call, cancellation).ConfigureAwait(false)
            : null;
        return Refusal.Unprocessable($"{id} of {rollout.Request.Key} {rollout.Request.Candidate.Version} ended {rollout.Status}: {rollout.Reason}{(reverts is null ? "" : $". Its commits are taken back by {reverts}")}");
    }

    /// <summary>Has the bad commits taken back in Git as well, as work of its own: the traffic does not wait for a repository.</summary>
    public async Task<string?> TakeBack(Rollout undone, Rollout back, string reason, Call call, CancellationToken cancellation)
    {
        var (service, bad) = (undone.Request.Key.Service, undone.Request.Candidate.Commit);
        if (bad is null || !options.Value.Sources.TryGetValue(service, out var source) || source.Repository.Length == 0 || source.Revert == "none")
        {
            return null;
        }

        var good = back.Id == undone.Id ? undone.Stable?.Commit : back.Request.Candidate.Commit;
        var input = JsonSerializer.SerializeToElement(new RevertRelease(service, bad, good, reason), AgenticJson.Options);
        var asked = await gate.Value.Ask("revert_release", input, call with { IdempotencyKey = $"revert {back.Id}", Wait = TimeSpan.Zero, Effect = null }, cancellation).ConfigureAwait(false);
        return asked.IsRefused ? null : asked.Value.Body["workflowId"]?.GetValue<string>();
    }
}
