namespace Agentic.Agents.Policy.Kubernetes;

/// <summary>The restricted level of the Pod Security Standards: what a hardened pod states about itself.</summary>
internal static class PodSecurityRestricted
{
    private const string Topic = "pod-security-restricted";
    private const string SeccompAnnotation = "seccomp.security.alpha.kubernetes.io/pod";

    private static readonly HashSet<string> VolumeTypes =
        ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    public static IReadOnlyList<KubernetesRule> Rules { get; } =
    [
        KubernetesRule.OfLinuxContainer("k8s-privilege-escalation", "HIGH", Topic, "allowPrivilegeEscalation not false",
            "Set securityContext.allowPrivilegeEscalation to false.",
            (_, container) => container.Security?.Get("allowPrivilegeEscalation") is var value && value?.AsBool() == false
                ? null
                : (value ?? container.Security, value is null ? "does not forbid privilege escalation" : "allows privilege escalation")),

        KubernetesRule.OfLinuxContainer("k8s-capabilities-restricted", "MEDIUM", Topic, "adds a capability other than NET_BIND_SERVICE",
            "Add no capability but NET_BIND_SERVICE.",
            (_, container) => PodSecurityBaseline.Added(container).FirstOrDefault(added => added.Text != "NET_BIND_SERVICE") is { } added
                ? (added, $"adds the capability {added.Text}") : null),

        KubernetesRule.OfLinuxContainer("k8s-drop-all", "MEDIUM", Topic, "does not drop ALL capabilities",
            "Set securityContext.capabilities.drop to [\"ALL\"].", DropAll),

        KubernetesRule.OfContainer("k8s-run-as-nonroot", "HIGH", Topic, "runAsNonRoot not true",
            "Set securityContext.runAsNonRoot to true, on the pod or on every container.", RunAsNonRoot),

        KubernetesRule.OfPod("k8s-run-as-user-zero", "HIGH", Topic, "runAsUser 0",
            "Set runAsUser to a number above zero.", RunAsUserZero),

        KubernetesRule.OfLinuxContainer("k8s-seccomp-restricted", "MEDIUM", Topic, "seccomp profile not RuntimeDefault/Localhost",
            "Set securityContext.seccompProfile.type to RuntimeDefault, on the pod or on every container.", Seccomp),

        KubernetesRule.OfPod("k8s-volume-types", "LOW", Topic, "volume type outside the restricted list",
            "Use configMap, csi, downwardAPI, emptyDir, ephemeral, persistentVolumeClaim, projected or secret volumes.",
            pod => pod.Volumes.SelectMany(volume => volume.Entries
                .Where(entry => entry.Key is not ("name" or "<<") && !VolumeTypes.Contains(entry.Key) && !entry.Value.IsNull)
                .Select(entry => new Hit(volume, $"volume '{volume.TextOf("name") ?? "(unnamed)"}' is of type {entry.Key}")))),
    ];

    private static (YamlValue?, string)? DropAll(PodView pod, ContainerView container)
    {
        var capabilities = container.Security?.Get("capabilities");
        var dropsAll = (capabilities?.ItemsOf("drop") ?? []).Any(dropped => string.Equals(dropped.Text, "ALL", StringComparison.OrdinalIgnoreCase));
        return dropsAll ? null : (capabilities ?? container.Security, "does not drop ALL capabilities");
    }

    private static (YamlValue?, string)? RunAsNonRoot(PodView pod, ContainerView container)
    {
        var value = container.Security?.Get("runAsNonRoot") ?? pod.Security?.Get("runAsNonRoot");
        return value?.AsBool() == true ? null : (value ?? container.Security, "may run as root: runAsNonRoot is not true");
    }

    private static IEnumerable<Hit> RunAsUserZero(PodView pod)
    {
        foreach (var (who, container, security) in PodSecurityBaseline.EachSecurity(pod))
        {
            if (security.Get("runAsUser") is { } user && user.Text.Length > 0 && user.Text.AsSpan().TrimStart('-').Trim('0').IsEmpty)
            {
                yield return new Hit(user, $"{who} runs as user 0", container);
            }
        }
    }

    private static (YamlValue?, string)? Seccomp(PodView pod, ContainerView container)
    {
        var type = container.Security?.Get("seccompProfile", "type") ?? pod.Security?.Get("seccompProfile", "type");

        if (type is not null)
        {
            return type.Text is "RuntimeDefault" or "Localhost" ? null : (type, $"uses the seccomp profile {type.Text}");
        }

        // Clusters before 1.19 knew the profile only as an annotation of the pod.
        var annotation = pod.Metadata?.Get("annotations")?.TextOf(SeccompAnnotation);
        var isConfined = annotation is "runtime/default" or "docker/default" || annotation?.StartsWith("localhost/", StringComparison.Ordinal) == true;
        return isConfined ? null : (container.Security, "has no seccomp profile");
    }
}
