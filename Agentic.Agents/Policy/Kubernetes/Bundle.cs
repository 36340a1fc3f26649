namespace Agentic.Agents.Policy.Kubernetes;

/// <summary>Everything sent together, so that objects which refer to each other are judged together.</summary>
internal sealed record Bundle(IReadOnlyList<Manifest> Manifests, IReadOnlyList<NotChecked> NotChecked)
{
    private const int MaxListDepth = 5;

    private readonly HashSet<(string Namespace, string Name)> _accountsWithoutToken = AccountsWithoutToken(Manifests);

    public static Bundle Read(string text, string? path)
    {
        var manifests = new List<Manifest>();
        var notChecked = new List<NotChecked>();
        var place = path ?? "kubernetes";

        var hint = text.Contains("{{", StringComparison.Ordinal) ? "; it holds template directives: render it first (helm template)" : "";

        foreach (var document in YamlReader.Read(text))
        {
            if (document.Error is not null)
            {
                notChecked.Add(new NotChecked(place, $"The YAML could not be read, {document.Error}{hint}."));
            }
            else if (document.Root is { IsNull: false } root && !Collect(root, manifests, depth: 0))
            {
                notChecked.Add(new NotChecked(place, $"The document at line {root.Line} is not a Kubernetes object: it has no apiVersion and kind{hint}."));
            }
        }

        return new Bundle(manifests, notChecked);
    }

    public static Bundle Of(YamlValue root)
    {
        var manifests = new List<Manifest>();
        Collect(root, manifests, depth: 0);
        return new Bundle(manifests, []);
    }

    public bool AccountMountsNoToken(string? space, string account) => _accountsWithoutToken.Contains((space ?? "default", account));

    /// <summary>A List is its items; so is a bare YAML sequence of objects, which some tools write.</summary>
    private static bool Collect(YamlValue root, List<Manifest> manifests, int depth)
    {
        var isList = root.Kind == YamlKind.Map && root.TextOf("kind") is { } kind && kind.EndsWith("List", StringComparison.Ordinal)
            && root.Get("items") is { Kind: YamlKind.List };

        if (depth < MaxListDepth && (isList || root.Kind == YamlKind.List))
        {
            var all = true;

            foreach (var item in isList ? root.ItemsOf("items") : root.Items)
            {
                all &= Collect(item, manifests, depth + 1);
            }

            return all;
        }

        if (Manifest.From(root) is not { } manifest)
        {
            return false;
        }

        manifests.Add(manifest);
        return true;
    }

    private static HashSet<(string, string)> AccountsWithoutToken(IReadOnlyList<Manifest> manifests) =>
    [
        .. manifests.Where(manifest => manifest.Kind == "ServiceAccount" && manifest.Root.Get("automountServiceAccountToken")?.AsBool() == false)
            .Select(manifest => (manifest.Namespace ?? "default", manifest.Name)),
    ];
}
