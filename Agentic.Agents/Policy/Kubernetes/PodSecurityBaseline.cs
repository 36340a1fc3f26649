namespace Agentic.Agents.Policy.Kubernetes;

/// <summary>The baseline level of the Pod Security Standards: what lets a pod out of its container.</summary>
internal static class PodSecurityBaseline
{
    private const string Topic = "pod-security-baseline";
    private const string SeccompPodAnnotation = "seccomp.security.alpha.kubernetes.io/pod";
    private const string SeccompContainerAnnotation = "container.seccomp.security.alpha.kubernetes.io/";
    private const string AppArmorAnnotation = "container.apparmor.security.beta.kubernetes.io/";

    private static readonly HashSet<string> Capabilities =
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE",
        "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ];

    private static readonly HashSet<string> SelinuxTypes = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

    private static readonly HashSet<string> SafeSysctls =
    [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
        "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat",
    ];

    public static IReadOnlyList<KubernetesRule> Rules { get; } =
    [
        KubernetesRule.OfContainer("k8s-privileged", "HIGH", Topic, "privileged: true",
            "Remove securityContext.privileged or set it to false; add only the single capability the container needs.",
            (_, container) => container.Security?.Get("privileged") is { } value && value.AsBool() == true ? (value, "runs privileged") : null),

        KubernetesRule.OfPod("k8s-host-namespaces", "HIGH", Topic, "hostPID, hostIPC or hostNetwork true",
            "Remove hostPID, hostIPC and hostNetwork, or set them to false.", HostNamespaces),

        KubernetesRule.OfPod("k8s-host-path", "MEDIUM", Topic, "hostPath volume",
            "Use a persistentVolumeClaim, configMap, secret or emptyDir instead of hostPath.",
            pod => pod.Volumes.Where(volume => volume.Get("hostPath") is not null)
                .Select(volume => new Hit(volume, $"volume '{NameOf(volume)}' mounts a path of the node"))),

        KubernetesRule.OfContainer("k8s-host-ports", "MEDIUM", Topic, "hostPort set",
            "Remove hostPort and expose the container through a Service.",
            (_, container) => container.Spec.ItemsOf("ports").Select(port => port.Get("hostPort")).FirstOrDefault(port => port is not null && port.Text != "0")
                is { } port ? (port, $"binds port {port.Text} of the node") : null),

        KubernetesRule.OfPod("k8s-host-process", "HIGH", Topic, "windowsOptions.hostProcess true",
            "Remove windowsOptions.hostProcess or set it to false.",
            pod => EachSecurity(pod).Select(each => (each.Who, each.Container, Value: each.Security.Get("windowsOptions", "hostProcess")))
                .Where(each => each.Value?.AsBool() == true).Select(each => new Hit(each.Value, $"{each.Who} runs as a Windows host process", each.Container))),

        KubernetesRule.OfContainer("k8s-capabilities-baseline", "HIGH", Topic, "adds a capability outside the baseline list",
            "Drop ALL and add back only capabilities of the baseline list, such as NET_BIND_SERVICE.",
            (_, container) => Added(container).FirstOrDefault(added => !Capabilities.Contains(added.Text)) is { } added
                ? (added, $"adds the capability {added.Text}") : null),

        KubernetesRule.OfContainer("k8s-proc-mount", "MEDIUM", Topic, "procMount other than Default",
            "Remove procMount or set it to Default.",
            (_, container) => container.Security?.Get("procMount") is { } mount && mount.Text != "Default" ? (mount, $"sets procMount to {mount.Text}") : null),

        KubernetesRule.OfPod("k8s-selinux-type", "MEDIUM", Topic,
            "seLinuxOptions.type outside container_t, container_init_t, container_kvm_t, container_engine_t",
            "Remove seLinuxOptions.type or use one of the container types.",
            pod => EachSecurity(pod).Select(each => (each.Who, each.Container, Value: each.Security.Get("seLinuxOptions", "type")))
                .Where(each => each.Value is not null && !SelinuxTypes.Contains(each.Value.Text))
                .Select(each => new Hit(each.Value, $"{each.Who} sets the SELinux type {each.Value!.Text}", each.Container))),

        KubernetesRule.OfPod("k8s-selinux-user-role", "MEDIUM", Topic, "seLinuxOptions user or role set",
            "Remove seLinuxOptions.user and seLinuxOptions.role.", SelinuxUserOrRole),

        KubernetesRule.OfPod("k8s-apparmor", "MEDIUM", Topic, "AppArmor profile other than runtime/default or localhost/*",
            "Use the AppArmor profile runtime/default (appArmorProfile type RuntimeDefault) or a localhost profile.", AppArmor),

        KubernetesRule.OfPod("k8s-seccomp-baseline", "MEDIUM", Topic, "seccomp profile Unconfined",
            "Set seccompProfile.type to RuntimeDefault, or to Localhost with a profile of your own.", SeccompUnconfined),

        KubernetesRule.OfPod("k8s-sysctls", "MEDIUM", Topic, "unsafe sysctl",
            "Remove the sysctl or set it on the node; only the safe, namespaced sysctls may be set by a pod.",
            pod => (pod.Security?.ItemsOf("sysctls") ?? []).Where(sysctl => sysctl.TextOf("name") is { } name && !SafeSysctls.Contains(Dotted(name)))
                .Select(sysctl => new Hit(sysctl, $"the pod sets the unsafe sysctl {sysctl.TextOf("name")}"))),
    ];

    /// <summary>The pod's own security context and each container's, with words for whose it is.</summary>
    public static IEnumerable<(string Who, string? Container, YamlValue Security)> EachSecurity(PodView pod)
    {
        if (pod.Security is { } own)
        {
            yield return ("the pod", null, own);
        }

        foreach (var container in pod.Containers)
        {
            if (container.Security is { } security)
            {
                yield return ($"container '{container.Name}'", container.Name, security);
            }
        }
    }

    public static IEnumerable<YamlValue> Added(ContainerView container) =>
        (container.Security?.Get("capabilities")?.ItemsOf("add") ?? []).Where(capability => capability.Kind == YamlKind.Scalar && capability.Text.Length > 0);

    /// <summary>The kernel knows a sysctl by a path as well: <c>net/ipv4/tcp_syncookies</c> is the same one.</summary>
    private static string Dotted(string sysctl) => sysctl.Replace('/', '.');

    private static string NameOf(YamlValue volume) => volume.TextOf("name") ?? "(unnamed)";

    private static IEnumerable<Hit> HostNamespaces(PodView pod)
    {
        foreach (var key in (string[])["hostPID", "hostIPC", "hostNetwork"])
        {
            if (pod.Spec.Get(key) is { } value && value.AsBool() == true)
            {
                yield return new Hit(value, $"the pod sets {key}");
            }
        }
    }

    private static IEnumerable<Hit> SelinuxUserOrRole(PodView pod)
    {
        foreach (var (who, container, security) in EachSecurity(pod))
        {
            foreach (var key in (string[])["user", "role"])
            {
                if (security.Get("seLinuxOptions", key) is { Text.Length: > 0 } value)
                {
                    yield return new Hit(value, $"{who} sets the SELinux {key} {value.Text}", container);
                }
            }
        }
    }

    private static IEnumerable<Hit> AppArmor(PodView pod)
    {
        foreach (var (key, value) in pod.Annotations)
        {
            if (key.StartsWith(AppArmorAnnotation, StringComparison.Ordinal)
                && value.Text is not ("" or "runtime/default")
                && !value.Text.StartsWith("localhost/", StringComparison.Ordinal))
            {
                yield return new Hit(value, $"the annotation {key} is {value.Text}", key[AppArmorAnnotation.Length..]);
            }
        }

        foreach (var (who, container, security) in EachSecurity(pod))
        {
            if (security.Get("appArmorProfile", "type") is { } type && type.Text is not ("RuntimeDefault" or "Localhost" or ""))
            {
                yield return new Hit(type, $"{who} uses the AppArmor profile {type.Text}", container);
            }
        }
    }

    /// <summary>The container a seccomp annotation is about, "" for the whole pod; null for any other annotation.</summary>
    private static string? SeccompTarget(string annotation) => annotation switch
    {
        SeccompPodAnnotation => "",
        _ when annotation.StartsWith(SeccompContainerAnnotation, StringComparison.Ordinal) => annotation[SeccompContainerAnnotation.Length..],
        _ => null,
    };

    /// <summary>The annotation is of clusters before 1.19; a field beside it wins.</summary>
    private static bool HasSeccompField(PodView pod, string container) =>
        pod.Security?.Get("seccompProfile", "type") is not null
        || pod.Containers.Any(each => each.Name == container && each.Security?.Get("seccompProfile", "type") is not null);

    private static IEnumerable<Hit> SeccompUnconfined(PodView pod)
    {
        foreach (var (who, container, security) in EachSecurity(pod))
        {
            if (security.Get("seccompProfile", "type") is { } type && type.Text is not ("RuntimeDefault" or "Localhost" or ""))
            {
                yield return new Hit(type, $"{who} uses the seccomp profile {type.Text}", container);
            }
        }

        foreach (var (key, value) in pod.Annotations)
        {
            if (value.Text == "unconfined" && SeccompTarget(key) is { } container && !HasSeccompField(pod, container))
            {
                yield return new Hit(value, $"the annotation {key} is unconfined");
            }
        }
    }
}
