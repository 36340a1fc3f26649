using System.Globalization;
using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Agentic.Agents.Deployment;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.Kubernetes;

/// <summary>
/// Runs revisions as Deployments side by side, or as one Rollout where Argo Rollouts is there; a Service's selector and the number of pods
/// share the traffic.
/// </summary>
internal sealed class KubernetesRolloutTarget : IRolloutTarget
{
    private readonly IKubernetes _cluster;
    private readonly KubernetesOptions _options;
    private readonly TimeProvider _time;
    private readonly ServiceScaling _scaling;
    private readonly ClusterReading _reading;
    private readonly ClusterWait _wait;
    private readonly ArgoRolloutWorkload _rollouts;

    public KubernetesRolloutTarget(IKubernetes cluster, KubernetesOptions options, TimeProvider time)
    {
        (_cluster, _options, _time) = (cluster, options, time);
        (_scaling, _reading) = (new ServiceScaling(cluster, options), new ClusterReading(cluster, options, time));
        _wait = new ClusterWait(_reading, options, time);
        _rollouts = new ArgoRolloutWorkload(cluster, options, _reading, _wait, time);
    }

    public string Name => "kubernetes";

    public Task<Refusal?> Objection(ServiceKey key, Revision revision, CancellationToken cancellation) => Task.FromResult(KubernetesManifests.Objection(revision, Name));

    public string Declaration(ServiceKey key, Revision revision) => KubernetesManifests.Declaration(key, revision, _options);

    public async Task<TargetView> Observe(ServiceKey key, CancellationToken cancellation)
    {
        var shares = KubernetesManifests.Shares(await _reading.Service(key, cancellation));
        var address = shares.Count == 0 ? null : $"http://{key.Service}.{_options.NamespaceOf(key.Environment)}.svc/";
        var deployments = (await _reading.Deployments(key, cancellation)).Items;
        if (await UsesRollouts(key, deployments, cancellation))
        {
            return new TargetView(await _rollouts.Observe(key, shares, cancellation), address);
        }

        var revisions = new List<RunningRevision>();
        foreach (var deployment in deployments)
        {
            if (deployment.Metadata.DeletionTimestamp is not null || KubernetesManifests.RevisionOf(deployment) is not { } revision)
            {
                continue;
            }

            var ready = deployment.Status?.ReadyReplicas ?? 0;
            var trouble = ready > 0 ? null : PodTrouble.Final(deployment, (await _reading.Pods(key, revision, cancellation)).Items);
            revisions.Add(new RunningRevision(revision, shares.GetValueOrDefault(revision), ready, deployment.Spec.Replicas ?? 1, trouble));
        }

        return new TargetView(revisions, address);
    }

    public Task<TargetOutcome> Prepare(ServiceKey key, Revision revision, CancellationToken cancellation) => Asking(async () =>
    {
        var deployments = (await _reading.Deployments(key, cancellation)).Items;
        if (await UsesRollouts(key, deployments, cancellation))
        {
            return await _rollouts.Prepare(key, revision, cancellation);
        }

        var existing = deployments.FirstOrDefault(deployment => KubernetesManifests.RevisionOf(deployment) == revision.Name);

        // What is being deleted takes changes and vanishes with them.
        if (existing?.Metadata.DeletionTimestamp is not null && await _wait.Gone(key, revision, isDeployment: true, cancellation) is { Succeeded: false } stays)
        {
            return stays;
        }

        await Apply(key, revision, existing is { Metadata.DeletionTimestamp: null, Spec.Replicas: > 0 and int kept } ? kept : _options.Replicas, cancellation);
        return await Ready(key, [revision], cancellation);
    }, cancellation);

    public Task<TargetOutcome> Shift(ServiceKey key, IReadOnlyList<Share> shares, CancellationToken cancellation) => Asking(async () =>
    {
        var view = await Observe(key, cancellation);
        if (shares.FirstOrDefault(share => view.Find(share.Revision) is not { Ready: > 0 }) is { Revision: { } missing })
        {
            return TargetOutcome.Unavailable($"{missing.Version} has no ready pod, so it gets no traffic");
        }

        // All to one: the selector does it at once, and the pods follow. To two: the pods first, lest the share overshoot.
        if (shares.Count < 2)
        {
            await Apply(key, shares, cancellation);
        }

        var deployments = (await _reading.Deployments(key, cancellation)).Items;
        if (await UsesRollouts(key, deployments, cancellation))
        {
            var scaledOut = await _rollouts.Scale(key, shares, cancellation);
            if (scaledOut.Succeeded && shares.Count > 1)
            {
                await Apply(key, shares, cancellation);
            }

            return scaledOut;
        }

        // An autoscaler's number is its own business: what it scales keeps it, and what comes beside it is as large.
        var autoscaler = await _scaling.Autoscaler(key, deployments.Select(deployment => deployment.Metadata.Name), cancellation);
        var scaled = deployments.FirstOrDefault(deployment => deployment.Metadata.Name == autoscaler?.Spec.ScaleTargetRef.Name)?.Spec.Replicas;
        var full = Math.Max(_options.Replicas, scaled ?? 0);
        foreach (var (revision, replicas) in KubernetesManifests.Replicas(shares, full))
        {
            var isScaled = autoscaler?.Spec.ScaleTargetRef.Name == KubernetesManifests.DeploymentName(key, revision.Name);
            await Apply(key, revision, isScaled ? scaled ?? replicas : replicas, cancellation);
        }

        if (shares.Count > 1)
        {
            await Silence(key, deployments.Where(deployment => KubernetesManifests.RevisionOf(deployment) is { } name && shares.All(share => share.Revision.Name != name)), cancellation);
        }

        var outcome = await Ready(key, [.. shares.Select(share => share.Revision)], cancellation);
        if (outcome.Succeeded && shares.Count > 1)
        {
            await Apply(key, shares, cancellation);
        }

        if (outcome.Succeeded && shares.Count == 1 && autoscaler is not null && KubernetesManifests.DeploymentName(key, shares[0].Revision.Name) is var only && autoscaler.Spec.ScaleTargetRef.Name != only)
        {
            await _scaling.Follow(key, autoscaler, only, cancellation);
        }

        return outcome;
    }, cancellation);

    /// <summary>The kubelet probes the pods all the time; its word is taken.</summary>
    public async Task<ProbeOutcome> Probe(ServiceKey key, Revision revision, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        try
        {
            var running = (await Observe(key, cancellation)).Find(revision);
            var passed = running is { Ready: > 0 };
            return new ProbeOutcome(passed, _time.GetElapsedTime(began), passed ? $"{running!.Ready} of {running.Wanted} pods pass their readiness probe" : running?.Trouble ?? $"{revision.Version} does not run");
        }
        catch (Exception unreachable) when (ClusterRefusals.IsPassing(unreachable, cancellation))
        {
            return new ProbeOutcome(false, _time.GetElapsedTime(began), ClusterRefusals.Describe(unreachable));
        }
    }

    public Task<string?> Log(ServiceKey key, Revision revision, int characters, CancellationToken cancellation) => _reading.Log(key, revision.Name, characters, cancellation);

    public Task<TargetOutcome> Retire(ServiceKey key, Revision revision, CancellationToken cancellation) => Asking(async () =>
    {
        var view = await Observe(key, cancellation);
        var running = view.Find(revision);
        if (running is { Weight: > 0 })
        {
            return TargetOutcome.Broken($"{revision.Version} still has traffic");
        }

        // Removing what runs pods passes by their budgets, so they are asked here.
        if (running is { Ready: > 0 } && view.Address is not null && await _scaling.Breach(key, view.Revisions.Sum(other => other.Ready), running.Ready, cancellation) is { } breach)
        {
            return TargetOutcome.Unavailable($"{revision.Version} is not removed yet: {breach}");
        }

        if (await UsesRollouts(key, (await _reading.Deployments(key, cancellation)).Items, cancellation))
        {
            return await _rollouts.Retire(key, revision, cancellation);
        }

        var name = KubernetesManifests.DeploymentName(key, revision.Name);
        try
        {
            await _cluster.AppsV1.DeleteNamespacedDeploymentAsync(name, _options.NamespaceOf(key.Environment), propagationPolicy: "Background", cancellationToken: cancellation);
        }
        catch (HttpOperationException gone) when (gone.Response.StatusCode == HttpStatusCode.NotFound)
        {
            // Gone already; its pods may not be.
        }

        return await _wait.Gone(key, revision, isDeployment: true, cancellation);
    }, cancellation);

    /// <summary>A service stays what it began as.</summary>
    private async Task<bool> UsesRollouts(ServiceKey key, IReadOnlyList<V1Deployment> deployments, CancellationToken cancellation) => _options.Workload switch
    {
        "deployments" => false,
        "rollouts" => true,
        _ => deployments.All(deployment => KubernetesManifests.RevisionOf(deployment) is null) && await _rollouts.IsInstalled(key, cancellation),
    };

    /// <summary>A Service that two revisions share selects whatever carries the service's name, so what has no share must have no pods.</summary>
    private async Task Silence(ServiceKey key, IEnumerable<V1Deployment> others, CancellationToken cancellation)
    {
        var none = new Dictionary<string, object> { ["spec"] = new Dictionary<string, int> { ["replicas"] = 0 } };
        foreach (var other in others.Where(other => other.Metadata.DeletionTimestamp is null && other.Spec.Replicas != 0))
        {
            await _cluster.AppsV1.PatchNamespacedDeploymentScaleAsync(
                new V1Patch(none, V1Patch.PatchType.MergePatch), other.Metadata.Name, _options.NamespaceOf(key.Environment), fieldManager: KubernetesManifests.FieldManager, cancellationToken: cancellation);
        }
    }

    private Task Apply(ServiceKey key, Revision revision, int replicas, CancellationToken cancellation)
    {
        var manifest = KubernetesManifests.Deployment(key, revision, replicas, _options);
        return _cluster.AppsV1.PatchNamespacedDeploymentAsync(
            new V1Patch(manifest, V1Patch.PatchType.ApplyPatch), manifest.Metadata.Name, _options.NamespaceOf(key.Environment),
            fieldManager: KubernetesManifests.FieldManager, fieldValidation: "Strict", force: true, cancellationToken: cancellation);
    }

    private Task Apply(ServiceKey key, IReadOnlyList<Share> shares, CancellationToken cancellation) =>
        _cluster.CoreV1.PatchNamespacedServiceAsync(
            new V1Patch(KubernetesManifests.Service(key, shares, _options), V1Patch.PatchType.ApplyPatch), key.Service, _options.NamespaceOf(key.Environment),
            fieldManager: KubernetesManifests.FieldManager, fieldValidation: "Strict", force: true, cancellationToken: cancellation);

    /// <summary>Waits until the controller has seen the latest change and every pod of it is ready; old numbers of an older change do not count.</summary>
    private Task<TargetOutcome> Ready(ServiceKey key, IReadOnlyList<Revision> revisions, CancellationToken cancellation) => _wait.Until(key, async isLate =>
    {
        var deployments = await _reading.Deployments(key, cancellation);
        var pods = await _reading.Pods(key, null, cancellation);
        var waiting = new List<string>();
        foreach (var revision in revisions)
        {
            var deployment = deployments.Items.FirstOrDefault(candidate => candidate.Metadata.Name == KubernetesManifests.DeploymentName(key, revision.Name));
            if (deployment is not null && IsRolledOut(deployment))
            {
                continue;
            }

            var mine = pods.Items.Where(pod => KubernetesManifests.RevisionOf(pod) == revision.Name).ToList();
            if (deployment is not null && PodTrouble.Final(deployment, mine) is { } trouble)
            {
                return new Look(TargetOutcome.Broken(trouble + await Warned(key, mine, cancellation)), null, null);
            }

            waiting.Add(string.Create(CultureInfo.InvariantCulture, $"{revision.Version}: {deployment?.Status?.ReadyReplicas ?? 0} of {deployment?.Spec.Replicas ?? 1} pods ready"));
            if (isLate() && PodTrouble.Pending(mine) is { } pending)
            {
                waiting.Add($"pod {pending.Pod}: {pending.Words}{await Warned(key, mine, cancellation)}");
            }
        }

        return new Look(await _wait.Ready(waiting, isLate), deployments.Version, pods.Version);
    }, cancellation);

    /// <summary>As many pods as wanted, and no more: one too many of a small share is several times its share.</summary>
    private static bool IsRolledOut(V1Deployment deployment)
    {
        var wanted = deployment.Spec.Replicas ?? 1;
        return deployment.Status is { } status && (status.ObservedGeneration ?? 0) >= (deployment.Metadata.Generation ?? 0)
            && (status.UpdatedReplicas ?? 0) >= wanted && (status.ReadyReplicas ?? 0) >= wanted && (status.Replicas ?? 0) <= wanted;
    }

    private async Task<string> Warned(ServiceKey key, IReadOnlyList<V1Pod> pods, CancellationToken cancellation)
    {
        var warnings = PodTrouble.Pending(pods) is { } pending ? await _reading.Warnings(key, pending.Pod, cancellation) : [];
        return warnings.Count == 0 ? "" : $". Events: {string.Join("; ", warnings)}";
    }

    private Task<TargetOutcome> Asking(Func<Task<TargetOutcome>> ask, CancellationToken cancellation) => ClusterRefusals.Guard(ask, _time, cancellation);
}
