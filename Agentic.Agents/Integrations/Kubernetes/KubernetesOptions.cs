using System.ComponentModel.DataAnnotations;

namespace Agentic.Agents.Integrations.Kubernetes;

/// <summary>Section <c>Kubernetes</c>.</summary>
internal sealed class KubernetesOptions
{
    /// <summary>True offers the target <c>kubernetes</c>. Default: false.</summary>
    public bool IsEnabled { get; set; }

    /// <summary>The kubeconfig file; empty: the usual place, or the service account inside a cluster.</summary>
    public string ConfigFile { get; set; } = "";

    /// <summary>Namespace by environment; an environment without one has a namespace of its own name.</summary>
    public Dictionary<string, string> Namespaces { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Pods of a revision that takes all traffic, 1 to 1000.</summary>
    [Range(1, 1000, ErrorMessage = "Kubernetes:Replicas must be 1 to 1000.")]
    public int Replicas { get; set; } = 2;

    /// <summary>
    /// What runs the pods: <c>deployments</c>, one for each revision, or <c>rollouts</c> of Argo Rollouts, one for each service; <c>auto</c>
    /// (default) takes Rollouts where the cluster knows them and the service does not run as Deployments already.
    /// </summary>
    [RegularExpression("^(auto|deployments|rollouts)$", ErrorMessage = "Kubernetes:Workload must be auto, deployments or rollouts.")]
    public string Workload { get; set; } = "auto";

    /// <summary>Port the container listens on.</summary>
    [Range(1, 65535, ErrorMessage = "Kubernetes:ContainerPort must be 1 to 65535.")]
    public int ContainerPort { get; set; } = 8080;

    /// <summary>Processor time a pod is promised, as Kubernetes writes it.</summary>
    public string Cpu { get; set; } = "100m";

    /// <summary>Processor time a pod may take.</summary>
    public string CpuLimit { get; set; } = "1";

    /// <summary>Memory a pod is promised.</summary>
    public string Memory { get; set; } = "128Mi";

    /// <summary>Memory beyond which a pod is stopped.</summary>
    public string MemoryLimit { get; set; } = "512Mi";

    /// <summary>Path of the readiness probe.</summary>
    public string HealthPath { get; set; } = "/health";

    /// <summary>How long a revision's pods may take to become ready.</summary>
    public TimeSpan ReadyLimit { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the cluster is asked while waiting, where it cannot be watched.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one watch is held open; then everything is read again. Shorter than <see cref="RequestLimit"/>.</summary>
    public TimeSpan WatchLimit { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one request to the API server may take.</summary>
    public TimeSpan RequestLimit { get; set; } = TimeSpan.FromSeconds(20);

    public string NamespaceOf(string environment) => Namespaces.GetValueOrDefault(environment, environment);
}
