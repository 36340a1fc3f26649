namespace Agentic.Agents.Policy.Kubernetes;

internal enum ContainerRole { Main, Init, Ephemeral }

/// <summary>One container of a pod, whichever list it stands in.</summary>
internal sealed record ContainerView(string Name, YamlValue Spec, ContainerRole Role)
{
    public YamlValue? Security => Spec.Get("securityContext");
}

/// <summary>The pod a workload makes: its own spec for a Pod, the template's for everything that starts pods.</summary>
internal sealed record PodView(YamlValue Spec, YamlValue? Metadata, IReadOnlyList<ContainerView> Containers)
{
    public YamlValue? Security => Spec.Get("securityContext");

    /// <summary>Containers a person declares; ephemeral ones are added to a running pod and take no resources or probes.</summary>
    public IEnumerable<ContainerView> Declared => Containers.Where(container => container.Role != ContainerRole.Ephemeral);

    /// <summary>A pod that says it runs on Windows: the API refuses the settings of Linux security there, so none can be asked for.</summary>
    public bool IsWindows => string.Equals(Spec.Get("os")?.TextOf("name"), "windows", StringComparison.OrdinalIgnoreCase);

    public IEnumerable<YamlValue> Volumes => Spec.ItemsOf("volumes");

    public IEnumerable<(string Key, YamlValue Value)> Annotations =>
        (Metadata?.Get("annotations")?.Entries ?? []).Select(entry => (entry.Key, entry.Value));
}

/// <summary>One Kubernetes object with the place it was read from.</summary>
internal sealed record Manifest(YamlValue Root, string ApiVersion, string Kind, string Name, string? Namespace, PodView? Pod)
{
    /// <summary>Kinds whose template is a pod's even where it holds no containers yet, as in a patch or a sketch.</summary>
    private static readonly HashSet<string> Workloads =
        ["Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Pod", "PodTemplate", "DeploymentConfig", "Rollout"];

    /// <summary>A kustomization puts it into a namespace of its own.</summary>
    public bool IsPlaced { get; init; }

    public string Resource => $"{Kind}/{Namespace ?? "default"}/{Name}";

    public static Manifest? From(YamlValue root)
    {
        if (root.Kind != YamlKind.Map || root.TextOf("kind") is not { Length: > 0 } kind || !root.Has("apiVersion"))
        {
            return null;
        }

        var metadata = root.Get("metadata");
        var name = metadata?.TextOf("name") ?? metadata?.TextOf("generateName") ?? "(unnamed)";
        return new Manifest(root, root.TextOf("apiVersion") ?? "", kind, name, metadata?.TextOf("namespace"), PodOf(root, kind));
    }

    /// <summary>A custom workload (Argo Rollout, Knative Service, DeploymentConfig) counts too: anything whose template holds containers.</summary>
    private static PodView? PodOf(YamlValue root, string kind)
    {
        var (owner, spec) = kind switch
        {
            "Pod" => (root, root.Get("spec")),
            "CronJob" => Template(root.Get("spec", "jobTemplate", "spec")),
            "PodTemplate" => Template(root),
            _ => Template(root.Get("spec")),
        };

        if (spec is null || (!Workloads.Contains(kind) && spec.Get("containers")?.Kind != YamlKind.List))
        {
            return null;
        }

        var containers = new List<ContainerView>();
        Add(containers, spec, "containers", ContainerRole.Main);
        Add(containers, spec, "initContainers", ContainerRole.Init);
        Add(containers, spec, "ephemeralContainers", ContainerRole.Ephemeral);
        return new PodView(spec, owner?.Get("metadata"), containers);
    }

    private static (YamlValue? Owner, YamlValue? Spec) Template(YamlValue? parent)
    {
        var template = parent?.Get("template");
        return (template, template?.Get("spec"));
    }

    private static void Add(List<ContainerView> containers, YamlValue spec, string key, ContainerRole role)
    {
        var index = 0;

        foreach (var item in spec.ItemsOf(key))
        {
            if (item.Kind == YamlKind.Map)
            {
                containers.Add(new ContainerView(item.TextOf("name") ?? $"{key}[{index}]", item, role));
            }

            index++;
        }
    }
}
