using System.Globalization;
using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Agentic.Agents.Deployment;

namespace Agentic.Agents.Integrations.Kubernetes;

/// <summary>Runs revisions as Deployments side by side; a Service's selector and the number of pods share the traffic.</summary>
internal sealed class KubernetesRolloutTarget(IKubernetes cluster, KubernetesOptions options, TimeProvider time) : IRolloutTarget
{
    private const int PageSize = 100;

    private readonly ServiceScaling _scaling = new(cluster, options);

    private static readonly string[] Hopeless = ["CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "CreateContainerConfigError", "CreateContainerError"];

    public string Name => "kubernetes";

    public async Task<TargetView> Observe(ServiceKey key, CancellationToken cancellation)
    {
        var space = options.NamespaceOf(key.Environment);
        var shares = KubernetesManifests.Shares(await FindService(key, cancellation));
        var revisions = new List<RunningRevision>();
        foreach (var deployment in await Deployments(key, cancellation))
        {
            if (deployment.Metadata.DeletionTimestamp is not null || !deployment.Metadata.Labels.TryGetValue(KubernetesManifests.RevisionLabel, out var revision))
            {
                continue;
            }

            var ready = deployment.Status?.ReadyReplicas ?? 0;
            var wanted = deployment.Spec.Replicas ?? 1;
            var trouble = ready > 0 ? null : await Trouble(key, revision, deployment, cancellation);
            revisions.Add(new RunningRevision(revision, shares.GetValueOrDefault(revision), ready, wanted, trouble));
        }

        return new TargetView(revisions, shares.Count == 0 ? null : $"http://{key.Service}.{space}.svc/");
    }

    public Task<TargetOutcome> Prepare(ServiceKey key, Revision revision, CancellationToken cancellation) => Asking(async () =>
    {
        var existing = (await Deployments(key, cancellation)).FirstOrDefault(deployment => deployment.Metadata.Labels.TryGetValue(KubernetesManifests.RevisionLabel, out var name) && name == revision.Name);
        await Apply(key, revision, existing?.Spec.Replicas ?? options.Replicas, cancellation);
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

        // An autoscaler's number is its own business: what it scales keeps it, and what comes beside it is as large.
        var deployments = await Deployments(key, cancellation);
        var autoscaler = await _scaling.Autoscaler(key, deployments.Select(deployment => deployment.Metadata.Name), cancellation);
        var scaled = deployments.FirstOrDefault(deployment => deployment.Metadata.Name == autoscaler?.Spec.ScaleTargetRef.Name)?.Spec.Replicas;
        var full = Math.Max(options.Replicas, scaled ?? 0);
        foreach (var (revision, replicas) in KubernetesManifests.Replicas(shares, full))
        {
            var isScaled = autoscaler?.Spec.ScaleTargetRef.Name == KubernetesManifests.DeploymentName(key, revision.Name);
            await Apply(key, revision, isScaled ? scaled ?? replicas : replicas, cancellation);
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
        var began = time.GetTimestamp();
        try
        {
            var running = (await Observe(key, cancellation)).Find(revision);
            var passed = running is { Ready: > 0 };
            return new ProbeOutcome(passed, time.GetElapsedTime(began), passed ? $"{running!.Ready} of {running.Wanted} pods pass their readiness probe" : running?.Trouble ?? $"{revision.Version} does not run");
        }
        catch (Exception unreachable) when (unreachable is HttpOperationException or HttpRequestException)
        {
            return new ProbeOutcome(false, time.GetElapsedTime(began), Describe(unreachable));
        }
    }

    public Task<TargetOutcome> Retire(ServiceKey key, Revision revision, CancellationToken cancellation) => Asking(async () =>
    {
        if (KubernetesManifests.Shares(await FindService(key, cancellation)).GetValueOrDefault(revision.Name) > 0)
        {
            return TargetOutcome.Broken($"{revision.Version} still has traffic");
        }

        // Deleting a Deployment passes by the budgets of its pods, so they are asked here.
        var all = await Deployments(key, cancellation);
        var going = all.FirstOrDefault(deployment => deployment.Metadata.Name == KubernetesManifests.DeploymentName(key, revision.Name))?.Status?.ReadyReplicas ?? 0;
        var isServed = KubernetesManifests.Shares(await FindService(key, cancellation)).Count > 0;
        if (going > 0 && isServed && await _scaling.Breach(key, all.Sum(deployment => deployment.Status?.ReadyReplicas ?? 0), going, cancellation) is { } breach)
        {
            return TargetOutcome.Unavailable($"{revision.Version} is not removed yet: {breach}");
        }

        try
        {
            await cluster.AppsV1.DeleteNamespacedDeploymentAsync(
                KubernetesManifests.DeploymentName(key, revision.Name), options.NamespaceOf(key.Environment), propagationPolicy: "Foreground", cancellationToken: cancellation);
        }
        catch (HttpOperationException gone) when (gone.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return TargetOutcome.Done;
        }

        var began = time.GetTimestamp();
        while ((await Deployments(key, cancellation)).Any(deployment => deployment.Metadata.Name == KubernetesManifests.DeploymentName(key, revision.Name)))
        {
            if (time.GetElapsedTime(began) > options.ReadyLimit)
            {
                return TargetOutcome.Unavailable($"{revision.Version} is being deleted and is not gone yet");
            }

            await Task.Delay(options.PollInterval, time, cancellation);
        }

        return TargetOutcome.Done;
    }, cancellation);

    private async Task<V1Service?> FindService(ServiceKey key, CancellationToken cancellation)
    {
        try
        {
            return await cluster.CoreV1.ReadNamespacedServiceAsync(key.Service, options.NamespaceOf(key.Environment), cancellationToken: cancellation);
        }
        catch (HttpOperationException missing) when (missing.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<V1Deployment>> Deployments(ServiceKey key, CancellationToken cancellation)
    {
        var found = new List<V1Deployment>();
        string? more = null;
        do
        {
            var page = await cluster.AppsV1.ListNamespacedDeploymentAsync(
                options.NamespaceOf(key.Environment), labelSelector: $"{KubernetesManifests.ServiceLabel}={key.Service}", limit: PageSize, continueParameter: more, cancellationToken: cancellation);
            found.AddRange(page.Items);
            more = page.Metadata?.ContinueProperty;
        }
        while (!string.IsNullOrEmpty(more));
        return found;
    }

    private Task Apply(ServiceKey key, Revision revision, int replicas, CancellationToken cancellation)
    {
        var manifest = KubernetesManifests.Deployment(key, revision, replicas, options);
        return cluster.AppsV1.PatchNamespacedDeploymentAsync(
            new V1Patch(manifest, V1Patch.PatchType.ApplyPatch), manifest.Metadata.Name, options.NamespaceOf(key.Environment),
            fieldManager: KubernetesManifests.FieldManager, fieldValidation: "Strict", force: true, cancellationToken: cancellation);
    }

    private Task Apply(ServiceKey key, IReadOnlyList<Share> shares, CancellationToken cancellation) =>
        cluster.CoreV1.PatchNamespacedServiceAsync(
            new V1Patch(KubernetesManifests.Service(key, shares, options), V1Patch.PatchType.ApplyPatch), key.Service, options.NamespaceOf(key.Environment),
            fieldManager: KubernetesManifests.FieldManager, fieldValidation: "Strict", force: true, cancellationToken: cancellation);

    /// <summary>Waits until the controller has seen the latest change and every pod of it is ready; old numbers of an older change do not count.</summary>
    private async Task<TargetOutcome> Ready(ServiceKey key, IReadOnlyList<Revision> revisions, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var deployments = await Deployments(key, cancellation);
            var waiting = new List<string>();
            foreach (var revision in revisions)
            {
                var deployment = deployments.FirstOrDefault(candidate => candidate.Metadata.Name == KubernetesManifests.DeploymentName(key, revision.Name));
                var wanted = deployment?.Spec.Replicas ?? 1;
                if (deployment?.Status is { } status && (status.ObservedGeneration ?? 0) >= (deployment.Metadata.Generation ?? 0) && (status.UpdatedReplicas ?? 0) >= wanted && (status.ReadyReplicas ?? 0) >= wanted)
                {
                    continue;
                }

                if (deployment is not null && await Trouble(key, revision.Name, deployment, cancellation) is { } trouble)
                {
                    return TargetOutcome.Broken(trouble);
                }

                waiting.Add($"{revision.Version}: {deployment?.Status?.ReadyReplicas ?? 0} of {wanted} pods ready");
            }

            if (waiting.Count == 0)
            {
                return TargetOutcome.Done;
            }

            if (time.GetElapsedTime(began) > options.ReadyLimit)
            {
                return TargetOutcome.Broken(string.Create(CultureInfo.InvariantCulture, $"not ready within {options.ReadyLimit.TotalSeconds:0} s: {string.Join("; ", waiting)}"));
            }

            await Task.Delay(options.PollInterval, time, cancellation);
        }
    }

    /// <summary>Why the pods do not come up, in the cluster's own words.</summary>
    private async Task<string?> Trouble(ServiceKey key, string revision, V1Deployment deployment, CancellationToken cancellation)
    {
        var pods = await cluster.CoreV1.ListNamespacedPodAsync(
            options.NamespaceOf(key.Environment), labelSelector: $"{KubernetesManifests.ServiceLabel}={key.Service},{KubernetesManifests.RevisionLabel}={revision}", limit: PageSize, cancellationToken: cancellation);
        foreach (var pod in pods.Items)
        {
            foreach (var container in pod.Status?.ContainerStatuses ?? [])
            {
                if (container.State?.Waiting is { Reason: { } reason } waiting && Hopeless.Contains(reason, StringComparer.Ordinal))
                {
                    var exit = container.LastState?.Terminated is { } ended ? string.Create(CultureInfo.InvariantCulture, $", last exit code {ended.ExitCode}") : "";
                    return $"pod {pod.Metadata.Name}: {reason}{exit}{(string.IsNullOrEmpty(waiting.Message) ? "" : $" ({waiting.Message})")}";
                }
            }
        }

        var stalled = deployment.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "Progressing", Status: "False" } or { Type: "ReplicaFailure", Status: "True" });
        return stalled is null ? null : $"{stalled.Reason}: {stalled.Message}";
    }

    private async Task<TargetOutcome> Asking(Func<Task<TargetOutcome>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask();
        }
        catch (HttpOperationException refused)
        {
            var status = (int)refused.Response.StatusCode;
            return status is 409 or 408 or 429 or >= 500 ? TargetOutcome.Unavailable(Describe(refused)) : TargetOutcome.Broken(Describe(refused));
        }
        catch (HttpRequestException unreachable)
        {
            return TargetOutcome.Unavailable(Describe(unreachable));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return TargetOutcome.Unavailable("the Kubernetes API server did not answer in time");
        }
    }

    private static string Describe(Exception problem) => problem is HttpOperationException refused
        ? string.Create(CultureInfo.InvariantCulture, $"the Kubernetes API server answers {(int)refused.Response.StatusCode}: {Shorten(refused.Response.Content)}")
        : $"the Kubernetes API server cannot be reached: {problem.Message}";

    private static string Shorten(string? text) => text is null ? "" : text.Length <= 500 ? text : text[..500] + "…";
}
