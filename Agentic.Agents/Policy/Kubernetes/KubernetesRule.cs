namespace Agentic.Agents.Policy.Kubernetes;

/// <summary>A failing fact and where it stands; the container makes two hits in one pod distinguishable.</summary>
internal sealed record Hit(YamlValue? At, string Fact, string? Container = null);

/// <summary>One rule over one object; <paramref name="Look"/> yields nothing when the object passes or the rule does not concern it.</summary>
internal sealed record KubernetesRule(BuiltInRule Words, Func<Manifest, Bundle, IEnumerable<Hit>> Look)
{
    public string Id => Words.Id;

    public static KubernetesRule Of(string id, string severity, string topic, string failsWhen, string fix, Func<Manifest, IEnumerable<Hit>> look) =>
        new(new BuiltInRule(id, "kubernetes", severity, topic, failsWhen, fix), (manifest, _) => look(manifest));

    /// <summary>A rule about the pod a workload makes; objects without a pod pass.</summary>
    public static KubernetesRule OfPod(string id, string severity, string topic, string failsWhen, string fix, Func<PodView, IEnumerable<Hit>> look) =>
        Of(id, severity, topic, failsWhen, fix, manifest => manifest.Pod is { } pod ? look(pod) : []);

    /// <summary>A rule about each container; <paramref name="look"/> answers the failing fact or null.</summary>
    public static KubernetesRule OfContainer(
        string id, string severity, string topic, string failsWhen, string fix, Func<PodView, ContainerView, (YamlValue? At, string Fact)?> look) =>
        OfPod(id, severity, topic, failsWhen, fix, pod => EachContainer(pod, pod.Containers, look));

    /// <summary>As <see cref="OfContainer"/>, for what only exists on Linux.</summary>
    public static KubernetesRule OfLinuxContainer(
        string id, string severity, string topic, string failsWhen, string fix, Func<PodView, ContainerView, (YamlValue? At, string Fact)?> look) =>
        OfPod(id, severity, topic, failsWhen, fix, pod => pod.IsWindows ? [] : EachContainer(pod, pod.Containers, look));

    /// <summary>As <see cref="OfContainer"/>, without ephemeral containers.</summary>
    public static KubernetesRule OfDeclaredContainer(
        string id, string severity, string topic, string failsWhen, string fix, Func<PodView, ContainerView, (YamlValue? At, string Fact)?> look) =>
        OfPod(id, severity, topic, failsWhen, fix, pod => EachContainer(pod, pod.Declared, look));

    private static IEnumerable<Hit> EachContainer(
        PodView pod, IEnumerable<ContainerView> containers, Func<PodView, ContainerView, (YamlValue? At, string Fact)?> look)
    {
        foreach (var container in containers)
        {
            if (look(pod, container) is var (at, fact))
            {
                yield return new Hit(at ?? container.Spec, $"container '{container.Name}' {fact}", container.Name);
            }
        }
    }
}
