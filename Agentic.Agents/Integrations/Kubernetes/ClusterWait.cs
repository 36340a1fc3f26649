using System.Globalization;
using Agentic.Agents.Deployment;

namespace Agentic.Agents.Integrations.Kubernetes;

/// <summary>What one look at a cluster showed: how the wait ends, or from where to watch for the next change.</summary>
internal sealed record Look(TargetOutcome? End, string? Deployments, string? Pods);

/// <summary>Looks, and looks again whenever the cluster has changed, until what is waited for is seen, or plainly will not come, or it is late.</summary>
internal sealed class ClusterWait(ClusterReading reading, KubernetesOptions options, TimeProvider time)
{
    /// <summary>A look can ask whether it is late, and then ends the wait with what is missing.</summary>
    public async Task<TargetOutcome> Until(ServiceKey key, Func<Func<bool>, Task<Look>> look, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var seen = await look(() => time.GetElapsedTime(began) > options.ReadyLimit).ConfigureAwait(false);
            if (seen.End is { } end)
            {
                return end;
            }

            await reading.Change(key, seen.Deployments, seen.Pods, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until none of a revision's pods is there, and where it is a Deployment of its own, that neither.</summary>
    public Task<TargetOutcome> Gone(ServiceKey key, Revision revision, bool isDeployment, CancellationToken cancellation) => Until(
        key,
        async isLate =>
        {
            var deployments = isDeployment ? await reading.Deployments(key, cancellation).ConfigureAwait(false) : null;
            var pods = await reading.Pods(key, null, cancellation).ConfigureAwait(false);
            var left = pods.Items.Count(pod => KubernetesManifests.RevisionOf(pod) == revision.Name && pod.Status?.Phase is not ("Succeeded" or "Failed"));
            var isThere = deployments?.Items.Any(deployment => KubernetesManifests.RevisionOf(deployment) == revision.Name) == true;
            var end = !isThere && left == 0 ? TargetOutcome.Done
                : isLate() ? TargetOutcome.Unavailable(string.Create(CultureInfo.InvariantCulture, $"{revision.Version} is being deleted and is not gone yet: {left} pods are left"))
                : null;
            return new Look(end, deployments?.Version, pods.Version);
        },
        cancellation);

    /// <summary>The end of a wait for pods: nothing is waited for any more, or it is late.</summary>
    public async Task<TargetOutcome?> Ready(IReadOnlyList<string> waiting, Func<bool> isLate, Func<Task<string>>? explain = null)
    {
        if (waiting.Count == 0 || !isLate())
        {
            return waiting.Count == 0 ? TargetOutcome.Done : null;
        }

        var explanation = explain is null ? "" : await explain().ConfigureAwait(false);
        return TargetOutcome.Broken(string.Create(CultureInfo.InvariantCulture, $"not ready within {options.ReadyLimit.TotalSeconds:0} s: {string.Join("; ", waiting)}{explanation}"));
    }
}
