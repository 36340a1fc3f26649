namespace Agentic.Agents.Policy.Kubernetes;

/// <summary>What every workload should state so that it can be run, updated and found.</summary>
internal static class WorkloadPractices
{
    private const string Topic = "best-practice";
    private const string NameLabel = "app.kubernetes.io/name";

    private static readonly HashSet<string> RuntimeSockets =
        ["docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock", "dockershim.sock", "podman.sock", "buildkitd.sock"];

    /// <summary>Namespaced kinds where an absent namespace means "default"; others are judged only where they say so.</summary>
    private static readonly HashSet<string> KindsOfANamespace =
    [
        "Pod", "Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Service", "Secret",
        "ServiceAccount", "Role", "RoleBinding", "ConfigMap", "Ingress", "NetworkPolicy", "PersistentVolumeClaim", "HorizontalPodAutoscaler",
        "PodDisruptionBudget", "LimitRange", "ResourceQuota", "Endpoints", "EndpointSlice", "PodTemplate", "Lease",
    ];

    public static IReadOnlyList<KubernetesRule> Rules { get; } =
    [
        KubernetesRule.OfContainer("k8s-latest-tag", "MEDIUM", Topic, "image without tag or with :latest",
            "Name a released version of the image, best with its digest.", LatestTag),

        Resource("k8s-cpu-requests", "MEDIUM", "requests", "cpu", "container without cpu request"),
        Resource("k8s-cpu-limits", "LOW", "limits", "cpu", "container without cpu limit"),
        Resource("k8s-memory-requests", "MEDIUM", "requests", "memory", "container without memory request"),
        Resource("k8s-memory-limits", "MEDIUM", "limits", "memory", "container without memory limit"),

        KubernetesRule.Of("k8s-probes", "LOW", Topic, "no liveness/readiness probe",
            "Add a readinessProbe (and a livenessProbe where a restart heals) that asks the container itself.", Probes),

        KubernetesRule.OfLinuxContainer("k8s-readonly-rootfs", "MEDIUM", Topic, "readOnlyRootFilesystem not true",
            "Set securityContext.readOnlyRootFilesystem to true and mount an emptyDir where the container must write.",
            (_, container) => container.Security?.Get("readOnlyRootFilesystem") is var value && value?.AsBool() == true
                ? null : (value ?? container.Security, "can write to its root filesystem")),

        KubernetesRule.Of("k8s-default-namespace", "LOW", Topic, "resource in the default namespace",
            "Set metadata.namespace to a namespace of its own.", DefaultNamespace),

        KubernetesRule.OfPod("k8s-required-labels", "LOW", Topic, "label app.kubernetes.io/name missing",
            "Add the label app.kubernetes.io/name to the pod (the template's metadata in a workload).",
            pod => pod.Metadata?.Get("labels")?.TextOf(NameLabel) is { Length: > 0 }
                ? [] : [new Hit(pod.Metadata ?? pod.Spec, $"the pod has no label {NameLabel}")]),

        KubernetesRule.OfPod("k8s-docker-socket", "HIGH", Topic, "mounts a container runtime socket",
            "Remove the hostPath volume of the runtime socket; build images with a rootless builder.",
            pod => pod.Volumes.Where(volume => volume.Get("hostPath")?.TextOf("path") is { } path && IsRuntimeSocket(path))
                .Select(volume => new Hit(volume, $"volume '{volume.TextOf("name") ?? "(unnamed)"}' mounts the runtime socket {volume.Get("hostPath")!.TextOf("path")}"))),

        new(new BuiltInRule("k8s-service-account-token", "kubernetes", "MEDIUM", Topic, "service account token mounted without need",
            "Set automountServiceAccountToken to false; where the pod talks to the API, mount a projected token with an audience and an expiry."), ServiceAccountToken),

        KubernetesRule.OfContainer("k8s-secrets-in-env", "LOW", Topic, "secrets exposed through environment variables",
            "Mount the secret as a file instead of reading it into the environment.", SecretsInEnvironment),
    ];

    private static KubernetesRule Resource(string id, string severity, string side, string what, string failsWhen) =>
        KubernetesRule.OfDeclaredContainer(id, severity, Topic, failsWhen, $"Set resources.{side}.{what} to what the container was measured to need.",
            (_, container) => container.Spec.Get("resources", side, what) is not { Text.Length: > 0 } ? (container.Spec.Get("resources"), $"has no {what} {side[..^1]}") : null);

    private static (YamlValue?, string)? LatestTag(PodView pod, ContainerView container)
    {
        var image = container.Spec.TextOf("image");

        if (string.IsNullOrWhiteSpace(image))
        {
            return (container.Spec, "names no image");
        }

        // A digest pins the content whatever the tag says; a variable is not known here.
        if (image.Contains('@') || image.Contains('$') || image.Contains("{{", StringComparison.Ordinal))
        {
            return null;
        }

        var name = image[(image.LastIndexOf('/') + 1)..].Trim();
        var colon = name.IndexOf(':');
        var tag = colon < 0 ? "" : name[(colon + 1)..];
        return tag is "" or "latest" ? (container.Spec.Get("image"), tag.Length == 0 ? $"runs {image} without a tag" : $"runs {image}") : null;
    }

    /// <summary>Jobs end by themselves; a probe says nothing about them.</summary>
    private static IEnumerable<Hit> Probes(Manifest manifest)
    {
        if (manifest.Pod is null || manifest.Kind is "Job" or "CronJob")
        {
            yield break;
        }

        foreach (var container in manifest.Pod.Containers.Where(container => container.Role == ContainerRole.Main))
        {
            if (container.Spec.Get("livenessProbe") is null && container.Spec.Get("readinessProbe") is null && container.Spec.Get("startupProbe") is null)
            {
                yield return new Hit(container.Spec, $"container '{container.Name}' has neither a liveness nor a readiness probe", container.Name);
            }
        }
    }

    private static IEnumerable<Hit> DefaultNamespace(Manifest manifest)
    {
        // Kubernetes itself creates these two in the default namespace.
        var isBuiltIn = manifest is { Kind: "ServiceAccount", Name: "default" } or { Kind: "Service", Name: "kubernetes" };

        if (isBuiltIn)
        {
            yield break;
        }

        if (manifest.Namespace == "default")
        {
            yield return new Hit(manifest.Root.Get("metadata", "namespace"), "is in the default namespace");
        }
        else if (manifest.Namespace is null or "" && !manifest.IsPlaced && KindsOfANamespace.Contains(manifest.Kind) && !IsForeign(manifest))
        {
            yield return new Hit(manifest.Root.Get("metadata"), "names no namespace, so it lands in the default namespace");
        }
    }

    /// <summary>A kind of the same name in another API group (a Knative Service) follows rules of its own.</summary>
    private static bool IsForeign(Manifest manifest) =>
        manifest.ApiVersion.IndexOf('/') is > 0 and var slash
        && manifest.ApiVersion.AsSpan(0, slash) is var group
        && group.Contains('.')
        && !group.EndsWith(".k8s.io", StringComparison.Ordinal);

    private static bool IsRuntimeSocket(string path)
    {
        var trimmed = path.TrimEnd('/');
        return RuntimeSockets.Contains(trimmed[(trimmed.LastIndexOf('/') + 1)..]);
    }

    private static IEnumerable<Hit> ServiceAccountToken(Manifest manifest, Bundle bundle)
    {
        if (manifest.Pod is not { } pod)
        {
            yield break;
        }

        var own = pod.Spec.Get("automountServiceAccountToken");
        var account = pod.Spec.TextOf("serviceAccountName") ?? pod.Spec.TextOf("serviceAccount") ?? "default";

        // The pod's own word wins over its account's.
        if (own?.AsBool() == false || (own is null && bundle.AccountMountsNoToken(manifest.Namespace, account)))
        {
            yield break;
        }

        yield return new Hit(own ?? pod.Spec, "the pod mounts a service account token: automountServiceAccountToken is not false");
    }

    private static (YamlValue?, string)? SecretsInEnvironment(PodView pod, ContainerView container)
    {
        foreach (var variable in container.Spec.ItemsOf("env"))
        {
            if (variable.Get("valueFrom", "secretKeyRef") is not null)
            {
                return (variable, $"reads a secret into the variable {variable.TextOf("name") ?? "(unnamed)"}");
            }
        }

        foreach (var source in container.Spec.ItemsOf("envFrom"))
        {
            if (source.Get("secretRef") is { } reference)
            {
                return (source, $"reads every key of the secret {reference.TextOf("name") ?? "(unnamed)"} into its environment");
            }
        }

        return null;
    }
}
