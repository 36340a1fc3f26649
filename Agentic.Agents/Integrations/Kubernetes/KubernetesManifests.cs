using System.Globalization;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Agentic.Agents.Deployment;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.Kubernetes;

/// <summary>What a revision and its traffic look like in a cluster: a Deployment for each revision, one Service that selects among them.</summary>
internal static class KubernetesManifests
{
    public const string FieldManager = "agentic-deployment";
    public const string ServiceLabel = "app.kubernetes.io/name";
    public const string RevisionLabel = "agentic.dev/revision";
    public const string SharesAnnotation = "agentic.dev/shares";
    public const string ContainerName = "service";
    private const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>Why this is nothing a cluster can run, said before anything begins.</summary>
    public static Refusal? Objection(Revision revision, string target) => revision.IsStored
        ? Refusal.Unprocessable($"The target {target} runs images, and {revision.Version} is an artifact of this host. Build its image, push it, and give it as artifact, pinned by its digest: registry/name@sha256:…")
        : null;

    /// <summary>What would run, as the cluster is told, for policy to judge.</summary>
    public static string Declaration(ServiceKey key, Revision revision, KubernetesOptions options)
    {
        var deployment = Deployment(key, revision, options.Replicas, options);
        deployment.Metadata.NamespaceProperty = options.NamespaceOf(key.Environment);
        return KubernetesYaml.Serialize(deployment);
    }

    /// <summary>The revision that something in the cluster belongs to; null where it is none of ours.</summary>
    public static string? RevisionOf(IKubernetesObject<V1ObjectMeta> found) => found.Metadata.Labels is { } labels && labels.TryGetValue(RevisionLabel, out var revision) ? revision : null;

    public static string DeploymentName(ServiceKey key, string revision)
    {
        var name = $"{key.Service}-{revision}";

        // A Deployment's name becomes part of its pods' names, which are labels of at most 63 characters.
        return name.Length <= 52 ? name : $"{name[..43].TrimEnd('-')}-{revision[^8..]}";
    }

    public static V1Deployment Deployment(ServiceKey key, Revision revision, int replicas, KubernetesOptions options) => new()
    {
        ApiVersion = "apps/v1",
        Kind = "Deployment",
        Metadata = new V1ObjectMeta { Name = DeploymentName(key, revision.Name), Labels = Labels(key, revision.Name) },
        Spec = new V1DeploymentSpec
        {
            Replicas = replicas,
            ProgressDeadlineSeconds = (int)Math.Max(30, options.ReadyLimit.TotalSeconds),
            Selector = new V1LabelSelector { MatchLabels = Selector(key, revision.Name) },
            Template = new V1PodTemplateSpec
            {
                Metadata = new V1ObjectMeta { Labels = Labels(key, revision.Name) },
                Spec = new V1PodSpec
                {
                    AutomountServiceAccountToken = false,
                    SecurityContext = new V1PodSecurityContext { RunAsNonRoot = true, SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" } },
                    Volumes = [new V1Volume { Name = "tmp", EmptyDir = new V1EmptyDirVolumeSource() }],
                    Containers =
                    [
                        new V1Container
                        {
                            Name = ContainerName,
                            Image = revision.Artifact,
                            Ports = [new V1ContainerPort { ContainerPort = options.ContainerPort, Name = "http", Protocol = "TCP" }],
                            Env = [new V1EnvVar { Name = "PORT", Value = options.ContainerPort.ToString(CultureInfo.InvariantCulture) }, .. revision.Variables.OrderBy(variable => variable.Key, StringComparer.Ordinal).Select(variable => new V1EnvVar { Name = variable.Key, Value = variable.Value })],
                            ReadinessProbe = new V1Probe { HttpGet = new V1HTTPGetAction { Path = options.HealthPath, Port = options.ContainerPort }, PeriodSeconds = 2 },
                            LivenessProbe = new V1Probe { TcpSocket = new V1TCPSocketAction { Port = options.ContainerPort }, PeriodSeconds = 10, FailureThreshold = 6 },
                            Resources = new V1ResourceRequirements
                            {
                                Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(options.Cpu), ["memory"] = new(options.Memory) },
                                Limits = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(options.CpuLimit), ["memory"] = new(options.MemoryLimit) },
                            },
                            VolumeMounts = [new V1VolumeMount { Name = "tmp", MountPath = "/tmp" }],
                            SecurityContext = new V1SecurityContext { AllowPrivilegeEscalation = false, RunAsNonRoot = true, ReadOnlyRootFilesystem = true, Capabilities = new V1Capabilities { Drop = ["ALL"] } },
                        },
                    ],
                },
            },
        },
    };

    /// <summary>The same pods as a Rollout of Argo Rollouts, which stays at one weight until it is told another.</summary>
    public static JsonObject Rollout(ServiceKey key, Revision revision, int replicas, int weight, KubernetesOptions options)
    {
        var deployment = Deployment(key, revision, replicas, options);
        return new JsonObject
        {
            ["apiVersion"] = "argoproj.io/v1alpha1",
            ["kind"] = "Rollout",
            ["metadata"] = new JsonObject { ["name"] = key.Service, ["labels"] = new JsonObject { [ServiceLabel] = key.Service, [ManagedBy] = "agentic" } },
            ["spec"] = new JsonObject
            {
                ["replicas"] = replicas,
                ["progressDeadlineSeconds"] = deployment.Spec.ProgressDeadlineSeconds,
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { [ServiceLabel] = key.Service } },
                ["template"] = JsonNode.Parse(KubernetesJson.Serialize(deployment.Spec.Template)),
                ["strategy"] = new JsonObject
                {
                    ["canary"] = new JsonObject { ["maxUnavailable"] = 0, ["maxSurge"] = "100%", ["steps"] = new JsonArray(new JsonObject { ["setWeight"] = weight }, new JsonObject { ["pause"] = new JsonObject() }) },
                },
            },
        };
    }

    /// <summary>One revision is selected by its label, two by what they have in common: their pods then share the traffic by their number.</summary>
    public static V1Service Service(ServiceKey key, IReadOnlyList<Share> shares, KubernetesOptions options) => new()
    {
        ApiVersion = "v1",
        Kind = "Service",
        Metadata = new V1ObjectMeta
        {
            Name = key.Service,
            Labels = new Dictionary<string, string> { [ServiceLabel] = key.Service, [ManagedBy] = "agentic" },
            Annotations = new Dictionary<string, string>
            {
                [SharesAnnotation] = string.Join(',', shares.Select(share => string.Create(CultureInfo.InvariantCulture, $"{share.Revision.Name}={share.Weight}"))),
            },
        },
        Spec = new V1ServiceSpec
        {
            Selector = shares.Count switch
            {
                0 => Selector(key, "none"),
                1 => Selector(key, shares[0].Revision.Name),
                _ => new Dictionary<string, string> { [ServiceLabel] = key.Service },
            },
            Ports = [new V1ServicePort { Name = "http", Port = 80, TargetPort = options.ContainerPort, Protocol = "TCP" }],
        },
    };

    public static IReadOnlyDictionary<string, int> Shares(V1Service? service)
    {
        var shares = new Dictionary<string, int>(StringComparer.Ordinal);
        var text = service?.Metadata?.Annotations is { } annotations && annotations.TryGetValue(SharesAnnotation, out var kept) ? kept : "";
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=') is [var name, var weight] && int.TryParse(weight, CultureInfo.InvariantCulture, out var percent))
            {
                shares[name] = percent;
            }
        }

        return shares;
    }

    /// <summary>Pods for each share. The larger one keeps the full number; the smaller gets at least one pod, so small shares need many replicas to be exact.</summary>
    public static IReadOnlyList<(Revision Revision, int Replicas)> Replicas(IReadOnlyList<Share> shares, int full) => shares.Count < 2
        ? [.. shares.Select(share => (share.Revision, full))]
        : [.. shares.Select(share => (share.Revision, share.Weight >= 50 ? full : Math.Max(1, (int)Math.Round((double)full * share.Weight / (100 - share.Weight)))))];

    private static Dictionary<string, string> Labels(ServiceKey key, string revision) => new(Selector(key, revision)) { [ManagedBy] = "agentic" };

    private static Dictionary<string, string> Selector(ServiceKey key, string revision) => new() { [ServiceLabel] = key.Service, [RevisionLabel] = revision };
}
