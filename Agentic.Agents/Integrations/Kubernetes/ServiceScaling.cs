using System.Globalization;
using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Agentic.Agents.Deployment;

namespace Agentic.Agents.Integrations.Kubernetes;

/// <summary>What others decide about the pods of a service and deployments keep to: an autoscaler's number, a disruption budget's minimum.</summary>
/// <remarks>A cluster or an account that shows neither has neither: both are asked for, and a "no" is taken for none.</remarks>
internal sealed class ServiceScaling(IKubernetes cluster, KubernetesOptions options)
{
    private const int Most = 500;

    /// <summary>The autoscaler whose target is one of these Deployments.</summary>
    public async Task<V2HorizontalPodAutoscaler?> Autoscaler(ServiceKey key, IEnumerable<string> deployments, CancellationToken cancellation)
    {
        var names = deployments.ToHashSet(StringComparer.Ordinal);
        var found = await Ask(() => cluster.AutoscalingV2.ListNamespacedHorizontalPodAutoscalerAsync(options.NamespaceOf(key.Environment), limit: Most, cancellationToken: cancellation)).ConfigureAwait(false);
        return found?.Items.FirstOrDefault(autoscaler => autoscaler.Spec?.ScaleTargetRef is { Kind: "Deployment" } target && names.Contains(target.Name));
    }

    /// <summary>Has the autoscaler follow another Deployment; the rest of it stays as its owner made it.</summary>
    public Task Follow(ServiceKey key, V2HorizontalPodAutoscaler autoscaler, string deployment, CancellationToken cancellation)
    {
        var patch = new Dictionary<string, object> { ["spec"] = new Dictionary<string, object> { ["scaleTargetRef"] = new Dictionary<string, string> { ["apiVersion"] = "apps/v1", ["kind"] = "Deployment", ["name"] = deployment } } };
        return cluster.AutoscalingV2.PatchNamespacedHorizontalPodAutoscalerAsync(
            new V1Patch(patch, V1Patch.PatchType.MergePatch), autoscaler.Metadata.Name, options.NamespaceOf(key.Environment), fieldManager: KubernetesManifests.FieldManager, cancellationToken: cancellation);
    }

    /// <summary>Why taking away this many ready pods of the service would go below what a budget demands; null when none does.</summary>
    public async Task<string?> Breach(ServiceKey key, int readyBefore, int taken, CancellationToken cancellation)
    {
        var found = await Ask(() => cluster.PolicyV1.ListNamespacedPodDisruptionBudgetAsync(options.NamespaceOf(key.Environment), limit: Most, cancellationToken: cancellation)).ConfigureAwait(false);
        var mine = found?.Items.FirstOrDefault(budget => budget.Spec?.Selector?.MatchLabels is { Count: 1 } labels && labels.TryGetValue(KubernetesManifests.ServiceLabel, out var name) && name == key.Service
            && readyBefore - taken < (budget.Status?.DesiredHealthy ?? 0));
        return mine is null ? null : string.Create(CultureInfo.InvariantCulture, $"the disruption budget {mine.Metadata.Name} demands {mine.Status.DesiredHealthy} healthy pods, and {readyBefore - taken} would be left");
    }

    private static async Task<T?> Ask<T>(Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (HttpOperationException none) when (none.Response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            return null;
        }
    }
}
