using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Agentic.Agents.Deployment;

namespace Agentic.Agents.Integrations.Kubernetes;

/// <summary>
/// Runs a service as one Rollout where Argo Rollouts is installed: its controller keeps the pods of two revisions in the numbers asked for,
/// and the Service's selector says which of them get traffic.
/// </summary>
/// <remarks>
/// The agent decides when to go on, so the Rollout always has one weight and a pause without end. Numbers are such that the larger share
/// keeps all its pods: going back needs no new ones.
/// </remarks>
internal sealed class ArgoRolloutWorkload(IKubernetes cluster, KubernetesOptions options, ClusterReading reading, ClusterWait wait, TimeProvider time)
{
    private const string Group = "argoproj.io";
    private const string Version = "v1alpha1";
    private const string Plural = "rollouts";
    private const string HashLabel = "rollouts-pod-template-hash";
    private static readonly TimeSpan Known = TimeSpan.FromMinutes(1);

    private (DateTimeOffset At, bool IsThere)? _installed;

    /// <summary>Whether the cluster knows Rollouts and this account may see them.</summary>
    public async Task<bool> IsInstalled(ServiceKey key, CancellationToken cancellation)
    {
        if (_installed is { } known && time.GetUtcNow() - known.At < Known)
        {
            return known.IsThere;
        }

        bool isThere;
        try
        {
            await cluster.CustomObjects.ListNamespacedCustomObjectAsync(Group, Version, Space(key), Plural, limit: 1, cancellationToken: cancellation).ConfigureAwait(false);
            isThere = true;
        }
        catch (HttpOperationException none) when (none.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            isThere = false;
        }

        _installed = (time.GetUtcNow(), isThere);
        return isThere;
    }

    public async Task<IReadOnlyList<RunningRevision>> Observe(ServiceKey key, IReadOnlyDictionary<string, int> shares, CancellationToken cancellation)
    {
        var rollout = await Find(key, cancellation).ConfigureAwait(false);
        if (rollout is null)
        {
            return [];
        }

        var pods = (await reading.Pods(key, null, cancellation).ConfigureAwait(false)).Items.Where(pod => pod.Metadata.DeletionTimestamp is null).ToList();
        var names = pods.Select(KubernetesManifests.RevisionOf).OfType<string>().Append(Current(rollout)).Distinct(StringComparer.Ordinal);
        return [.. names.Select(name =>
        {
            var mine = pods.Where(pod => KubernetesManifests.RevisionOf(pod) == name).ToList();
            var ready = mine.Count(PodTrouble.IsReady);
            var trouble = ready > 0 ? null : PodTrouble.Final(null, mine) ?? (name == Current(rollout) && (string?)rollout["status"]?["phase"] == "Degraded" ? $"Argo Rollouts: {(string?)rollout["status"]?["message"]}" : null);
            return new RunningRevision(name, shares.GetValueOrDefault(name), ready, Math.Max(1, mine.Count), trouble);
        })];
    }

    public async Task<TargetOutcome> Prepare(ServiceKey key, Revision revision, CancellationToken cancellation)
    {
        var rollout = await Find(key, cancellation).ConfigureAwait(false);
        var wanted = 1;
        if (rollout is null)
        {
            wanted = options.Replicas;
            await Apply(key, revision, options.Replicas, 100, cancellation).ConfigureAwait(false);
        }
        else if (Current(rollout) != revision.Name && await Stable(key, rollout, cancellation).ConfigureAwait(false) != revision.Name)
        {
            wanted = options.Replicas;
            await Apply(key, revision, 2 * options.Replicas, 50, cancellation).ConfigureAwait(false);
        }

        return await Ready(key, [(revision, wanted)], cancellation).ConfigureAwait(false);
    }

    /// <summary>Brings the pods to the numbers that these shares need; the traffic itself is the Service's.</summary>
    public async Task<TargetOutcome> Scale(ServiceKey key, IReadOnlyList<Share> shares, CancellationToken cancellation)
    {
        var rollout = await Find(key, cancellation).ConfigureAwait(false);
        if (rollout is null || shares.Count == 0)
        {
            return TargetOutcome.Done;
        }

        var current = shares.FirstOrDefault(share => share.Revision.Name == Current(rollout)).Revision;
        var isAlone = await Stable(key, rollout, cancellation).ConfigureAwait(false) == Current(rollout);
        if (shares.Count == 1)
        {
            // Both keep their full number until one is retired, so that either can take everything at once.
            if (current is not null)
            {
                await Apply(key, current, isAlone ? options.Replicas : 2 * options.Replicas, isAlone ? 100 : 50, cancellation).ConfigureAwait(false);
            }

            return await Ready(key, [(shares[0].Revision, current is null ? 1 : options.Replicas)], cancellation).ConfigureAwait(false);
        }

        if (current is null || isAlone)
        {
            return TargetOutcome.Unavailable("the Rollout holds another pair of revisions; prepare the candidate first");
        }

        var pods = KubernetesManifests.Replicas(shares, options.Replicas);
        var (mine, all) = (pods.Single(entry => entry.Revision.Name == current.Name).Replicas, pods.Sum(entry => entry.Replicas));
        await Apply(key, current, all, (int)Math.Round(100.0 * mine / all), cancellation).ConfigureAwait(false);
        return await Ready(key, pods, cancellation, exactly: true).ConfigureAwait(false);
    }

    public async Task<TargetOutcome> Retire(ServiceKey key, Revision revision, CancellationToken cancellation)
    {
        var rollout = await Find(key, cancellation).ConfigureAwait(false);
        if (rollout is not null)
        {
            var stable = await Stable(key, rollout, cancellation).ConfigureAwait(false);
            if (Current(rollout) == revision.Name && (stable is null || stable == revision.Name))
            {
                await cluster.CustomObjects.DeleteNamespacedCustomObjectAsync(Group, Version, Space(key), Plural, key.Service, propagationPolicy: "Background", cancellationToken: cancellation).ConfigureAwait(false);
            }
            else if (Current(rollout) == revision.Name)
            {
                await Abort(key, rollout, cancellation).ConfigureAwait(false);
            }
            else if (stable == revision.Name)
            {
                await Patch(key, new JsonObject { ["spec"] = new JsonObject { ["replicas"] = options.Replicas } }, cancellation).ConfigureAwait(false);
                await PatchStatus(key, new JsonObject { ["status"] = new JsonObject { ["promoteFull"] = true } }, cancellation).ConfigureAwait(false);
            }
        }

        return await wait.Gone(key, revision, isDeployment: false, cancellation).ConfigureAwait(false);
    }

    /// <summary>Aborts, and makes the stable version's template the current one again: an aborted Rollout stays degraded until that is so.</summary>
    private async Task Abort(ServiceKey key, JsonObject rollout, CancellationToken cancellation)
    {
        await PatchStatus(key, new JsonObject { ["status"] = new JsonObject { ["abort"] = true } }, cancellation).ConfigureAwait(false);
        if (await StableSet(key, rollout, cancellation).ConfigureAwait(false) is not { } set)
        {
            return;
        }

        var template = (JsonObject)JsonNode.Parse(KubernetesJson.Serialize(set.Spec.Template))!;
        template["metadata"]!["labels"]![HashLabel] = null;
        await Patch(key, new JsonObject { ["spec"] = new JsonObject { ["replicas"] = options.Replicas, ["template"] = template } }, cancellation).ConfigureAwait(false);
    }

    private Task<TargetOutcome> Ready(ServiceKey key, IReadOnlyList<(Revision Revision, int Replicas)> wanted, CancellationToken cancellation, bool exactly = false) => wait.Until(
        key,
        async isLate =>
        {
            var pods = await reading.Pods(key, null, cancellation).ConfigureAwait(false);
            var waiting = new List<string>();
            foreach (var (revision, replicas) in wanted)
            {
                var mine = pods.Items.Where(pod => KubernetesManifests.RevisionOf(pod) == revision.Name && pod.Metadata.DeletionTimestamp is null).ToList();
                var ready = mine.Count(PodTrouble.IsReady);
                if (ready >= replicas && (!exactly || mine.Count <= replicas))
                {
                    continue;
                }

                if (PodTrouble.Final(null, mine) is { } trouble)
                {
                    return new Look(TargetOutcome.Broken(trouble), null, null);
                }

                waiting.Add(string.Create(CultureInfo.InvariantCulture, $"{revision.Version}: {ready} of {replicas} pods ready"));
            }

            return new Look(await wait.Ready(waiting, isLate, () => Said(key, cancellation)).ConfigureAwait(false), null, pods.Version);
        },
        cancellation);

    /// <summary>The controller's own words, to stand at the end of ours.</summary>
    private async Task<string> Said(ServiceKey key, CancellationToken cancellation) =>
        (string?)(await Find(key, cancellation).ConfigureAwait(false))?["status"]?["message"] is { } said ? $". Argo Rollouts: {said}" : "";

    private Task Apply(ServiceKey key, Revision revision, int replicas, int weight, CancellationToken cancellation)
    {
        var manifest = KubernetesManifests.Rollout(key, revision, replicas, weight, options);
        return cluster.CustomObjects.PatchNamespacedCustomObjectAsync(
            new V1Patch(manifest, V1Patch.PatchType.ApplyPatch), Group, Version, Space(key), Plural, key.Service, fieldManager: KubernetesManifests.FieldManager, fieldValidation: "Strict", force: true, cancellationToken: cancellation);
    }

    private Task Patch(ServiceKey key, JsonObject patch, CancellationToken cancellation) => cluster.CustomObjects.PatchNamespacedCustomObjectAsync(
        new V1Patch(patch, V1Patch.PatchType.MergePatch), Group, Version, Space(key), Plural, key.Service, fieldManager: KubernetesManifests.FieldManager, cancellationToken: cancellation);

    private Task PatchStatus(ServiceKey key, JsonObject patch, CancellationToken cancellation) => cluster.CustomObjects.PatchNamespacedCustomObjectStatusAsync(
        new V1Patch(patch, V1Patch.PatchType.MergePatch), Group, Version, Space(key), Plural, key.Service, fieldManager: KubernetesManifests.FieldManager, cancellationToken: cancellation);

    private async Task<JsonObject?> Find(ServiceKey key, CancellationToken cancellation)
    {
        try
        {
            return await cluster.CustomObjects.GetNamespacedCustomObjectAsync<JsonObject>(Group, Version, Space(key), Plural, key.Service, cancellationToken: cancellation).ConfigureAwait(false);
        }
        catch (HttpOperationException missing) when (missing.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<string?> Stable(ServiceKey key, JsonObject rollout, CancellationToken cancellation) =>
        (await StableSet(key, rollout, cancellation).ConfigureAwait(false))?.Spec.Template.Metadata.Labels[KubernetesManifests.RevisionLabel];

    /// <summary>The ReplicaSet that the controller calls stable; null before it has called any so.</summary>
    private async Task<V1ReplicaSet?> StableSet(ServiceKey key, JsonObject rollout, CancellationToken cancellation) =>
        (string?)rollout["status"]?["stableRS"] is { Length: > 0 } hash
            ? (await cluster.AppsV1.ListNamespacedReplicaSetAsync(Space(key), labelSelector: $"{KubernetesManifests.ServiceLabel}={key.Service},{HashLabel}={hash}", limit: 1, cancellationToken: cancellation).ConfigureAwait(false)).Items.FirstOrDefault()
            : null;

    private static string Current(JsonObject rollout) => (string?)rollout["spec"]?["template"]?["metadata"]?["labels"]?[KubernetesManifests.RevisionLabel] ?? "";

    private string Space(ServiceKey key) => options.NamespaceOf(key.Environment);
}
