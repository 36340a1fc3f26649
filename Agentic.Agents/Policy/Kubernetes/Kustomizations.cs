namespace Agentic.Agents.Policy.Kubernetes;

/// <summary>
/// What the kustomizations among the files say about the other files: which are patches, and so no objects by themselves,
/// and which are put into a namespace when they are built.
/// </summary>
internal sealed class Kustomizations
{
    private const int MaxDepth = 20;

    private static readonly string[] Names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

    /// <summary>Rules about what is written; the others are about what is missing, and a patch leaves out nearly everything.</summary>
    private static readonly HashSet<string> AboutWhatIsThere =
    [
        "k8s-privileged", "k8s-host-namespaces", "k8s-host-path", "k8s-host-ports", "k8s-host-process", "k8s-capabilities-baseline",
        "k8s-capabilities-restricted", "k8s-proc-mount", "k8s-selinux-type", "k8s-selinux-user-role", "k8s-apparmor", "k8s-seccomp-baseline",
        "k8s-sysctls", "k8s-run-as-user-zero", "k8s-volume-types", "k8s-docker-socket", "k8s-secrets-in-env", "k8s-rbac-wildcard-verbs",
        "k8s-rbac-wildcard-resources", "k8s-cluster-admin-binding", "k8s-nodeport",
    ];

    private readonly Dictionary<string, YamlValue> _byFolder = new(StringComparer.Ordinal);
    private readonly HashSet<string> _patches = new(StringComparer.Ordinal);
    private readonly HashSet<string> _placed = new(StringComparer.Ordinal);

    public static Kustomizations Of(IReadOnlyList<KeyValuePair<string, string>> files)
    {
        var all = new Kustomizations();

        foreach (var (path, text) in files.Where(file => IsKustomization(file.Key)))
        {
            if (YamlReader.Read(text) is [{ Root: { Kind: YamlKind.Map } root }])
            {
                all._byFolder[Folder(path)] = root;
            }
        }

        foreach (var (folder, root) in all._byFolder)
        {
            all._patches.UnionWith(Patches(root).Select(path => Joined(folder, path)));

            if (root.TextOf("namespace") is { Length: > 0 } and not "default")
            {
                all.Place(folder, []);
            }
        }

        // What is a resource somewhere is an object, whatever else it is used for.
        all._patches.ExceptWith(all._byFolder.SelectMany(each => each.Value.ItemsOf("resources").Select(entry => Joined(each.Key, entry.Text))));
        return all;
    }

    public bool IsPatch(string path) => _patches.Contains(Joined("", path));

    /// <summary>True where an overlay puts the objects of the file into a namespace that is not the default one.</summary>
    public bool IsPlaced(string path) => _placed.Contains(Joined("", path));

    /// <summary>Whether a rule can be asked of an object in this file.</summary>
    public bool Concerns(string rule, string path) => !IsPatch(path) || AboutWhatIsThere.Contains(rule);

    private static bool IsKustomization(string path) => Names.Contains(path[(path.LastIndexOf('/') + 1)..], StringComparer.Ordinal);

    /// <summary>The files it takes patches from; a patch may also be written into the kustomization itself.</summary>
    private static IEnumerable<string> Patches(YamlValue root) =>
        root.ItemsOf("patches").Concat(root.ItemsOf("patchesJson6902")).Select(patch => patch.TextOf("path"))
            .Concat(root.ItemsOf("patchesStrategicMerge").Select(patch => patch.Kind == YamlKind.Scalar && !patch.Text.Contains('\n') ? patch.Text : null))
            .OfType<string>();

    private void Place(string folder, HashSet<string> seen)
    {
        if (!seen.Add(folder) || seen.Count > MaxDepth || !_byFolder.TryGetValue(folder, out var root))
        {
            return;
        }

        foreach (var entry in root.ItemsOf("resources").Concat(root.ItemsOf("bases")).Concat(root.ItemsOf("components")))
        {
            var target = Joined(folder, entry.Text);
            _placed.Add(target);
            Place(target, seen);
        }
    }

    private static string Folder(string path) => Joined("", path.LastIndexOf('/') is >= 0 and var slash ? path[..slash] : "");

    private static string Joined(string folder, string path)
    {
        var parts = new List<string>();

        foreach (var part in $"{folder}/{path}".Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "." or ".."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }
}
