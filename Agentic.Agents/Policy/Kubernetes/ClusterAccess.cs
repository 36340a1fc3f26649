namespace Agentic.Agents.Policy.Kubernetes;

/// <summary>Who may do what in the cluster, and what is reachable from outside it.</summary>
internal static class ClusterAccess
{
    private const string AllowHttp = "kubernetes.io/ingress.allow-http";

    public static IReadOnlyList<KubernetesRule> Rules { get; } =
    [
        KubernetesRule.Of("k8s-rbac-wildcard-verbs", "HIGH", "rbac", "Role/ClusterRole with wildcard verbs",
            "List the verbs that are needed, for example get, list and watch.", manifest => Wildcards(manifest, "verbs")),

        KubernetesRule.Of("k8s-rbac-wildcard-resources", "HIGH", "rbac", "Role/ClusterRole with wildcard resources",
            "List the resources that are needed.", manifest => Wildcards(manifest, "resources")),

        KubernetesRule.Of("k8s-cluster-admin-binding", "HIGH", "rbac", "binding to cluster-admin",
            "Bind a role that holds only the permissions the subject needs.",
            manifest => manifest.Kind is "RoleBinding" or "ClusterRoleBinding" && manifest.Root.Get("roleRef") is { } role && role.TextOf("name") == "cluster-admin"
                ? [new Hit(role, "binds its subjects to cluster-admin")] : []),

        KubernetesRule.Of("k8s-ingress-tls", "MEDIUM", "network", "Ingress without TLS",
            "Add spec.tls with the hosts and the secret of their certificate.",
            manifest => manifest.Kind == "Ingress" ? PlainHttp(manifest.Root) : []),

        KubernetesRule.Of("k8s-nodeport", "MEDIUM", "network", "Service of type NodePort",
            "Use type ClusterIP behind an Ingress or Gateway, or a LoadBalancer.",
            manifest => manifest.Kind == "Service" && manifest.Root.Get("spec", "type") is { Text: "NodePort" } type
                ? [new Hit(type, "opens a port on every node (type NodePort)")] : []),
    ];

    private static IEnumerable<Hit> PlainHttp(YamlValue ingress)
    {
        var spec = ingress.Get("spec");
        if (spec?.Get("tls") is not { Items.Count: > 0 } tls)
        {
            return [new Hit(spec, "serves plain HTTP: it has no spec.tls")];
        }

        if (ingress.Get("metadata", "annotations")?.Get(AllowHttp) is { } allowed && allowed.AsBool() == true)
        {
            return [new Hit(allowed, $"serves plain HTTP beside TLS: the annotation {AllowHttp} is true")];
        }

        // An entry without hosts stands for every host.
        var covered = tls.Items.SelectMany(entry => entry.ItemsOf("hosts")).Select(host => host.Text).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var coversAll = tls.Items.Any(entry => entry.Get("hosts") is not { Items.Count: > 0 });
        var open = coversAll ? null : spec.ItemsOf("rules").Select(rule => rule.Get("host")).FirstOrDefault(host => host is { Text.Length: > 0 } && !IsCovered(host.Text, covered));
        return open is null ? [] : [new Hit(open, $"serves the host {open.Text} over plain HTTP: no entry of spec.tls names it")];
    }

    private static bool IsCovered(string host, HashSet<string> hosts) =>
        hosts.Contains(host) || (host.IndexOf('.') is > 0 and var dot && hosts.Contains("*" + host[dot..]));

    private static IEnumerable<Hit> Wildcards(Manifest manifest, string list) =>
        manifest.Kind is not ("Role" or "ClusterRole")
            ? []
            : manifest.Root.ItemsOf("rules").SelectMany(rule => rule.ItemsOf(list)).Where(item => item.Text == "*").Take(1)
                .Select(item => new Hit(item, $"allows every one of its {list} ('*')"));
}
