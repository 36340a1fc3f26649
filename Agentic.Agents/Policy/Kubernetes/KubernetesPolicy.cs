namespace Agentic.Agents.Policy.Kubernetes;

/// <summary>Every built-in Kubernetes rule over manifests as they are applied: many documents, Lists, kustomize output, rendered charts.</summary>
internal static class KubernetesPolicy
{
    public static IReadOnlyList<KubernetesRule> Rules { get; } =
        [.. PodSecurityBaseline.Rules, .. PodSecurityRestricted.Rules, .. WorkloadPractices.Rules, .. ClusterAccess.Rules];

    public static Checked Check(string text, string? path) => Check([new(path ?? "kubernetes", text)], path is null);

    /// <summary>Files that were sent together are judged together: a service account counts whichever file it stands in.</summary>
    public static Checked Check(IReadOnlyList<KeyValuePair<string, string>> files, bool hasNoPath = false)
    {
        if (files.Count == 1)
        {
            var only = Bundle.Read(files[0].Value, files[0].Key);
            return new Checked(Findings(only.Manifests, only, hasNoPath ? null : files[0].Key), only.NotChecked);
        }

        var kustomizations = Kustomizations.Of(files);
        var parts = files.Select(file => (Path: file.Key, Bundle: Read(file, kustomizations))).ToList();
        var whole = new Bundle([.. parts.SelectMany(part => part.Bundle.Manifests)], []);
        return new Checked(
            [.. parts.SelectMany(part => Findings(part.Bundle.Manifests, whole, part.Path).Where(finding => kustomizations.Concerns(finding.Rule, part.Path)))],
            [.. parts.SelectMany(part => part.Bundle.NotChecked)]);
    }

    private static Bundle Read(KeyValuePair<string, string> file, Kustomizations kustomizations)
    {
        var bundle = Bundle.Read(file.Value, file.Key);

        if (kustomizations.IsPatch(file.Key))
        {
            // A patch of operations is no object, and one that is an object leaves out what it does not change.
            const string why = "It is a kustomize patch: only what it writes was checked, not what it leaves out; check what kustomize build makes of it.";
            return bundle with { NotChecked = [new NotChecked(file.Key, why) { IsLimit = true }] };
        }

        return kustomizations.IsPlaced(file.Key)
            ? bundle with { Manifests = [.. bundle.Manifests.Select(manifest => manifest with { IsPlaced = true })] }
            : bundle;
    }

    /// <summary>Whether a YAML or JSON text looks like Kubernetes manifests at all; what routes a file of an archive.</summary>
    public static bool Recognises(string text) =>
        text.Contains("apiVersion", StringComparison.Ordinal) && text.Contains("kind", StringComparison.Ordinal);

    public static IReadOnlyList<Finding> Findings(Bundle bundle, string? path) => Findings(bundle.Manifests, bundle, path);

    private static List<Finding> Findings(IReadOnlyList<Manifest> manifests, Bundle bundle, string? path)
    {
        var findings = new List<Finding>();

        foreach (var manifest in manifests)
        {
            foreach (var rule in Rules)
            {
                foreach (var hit in rule.Look(manifest, bundle))
                {
                    findings.Add(Finding(rule, manifest, hit, path));
                }
            }
        }

        return findings;
    }

    private static Finding Finding(KubernetesRule rule, Manifest manifest, Hit hit, string? path)
    {
        var place = hit.At ?? manifest.Root;
        var line = place.Line > 0 ? place.Line : (int?)null;
        return new Finding(rule.Id, manifest.Resource, path, line, $"{manifest.Resource}: {hit.Fact}.")
        {
            EndLine = line is null ? null : place.EndLine,
            Fingerprint = string.Join('|', rule.Id, path, manifest.Resource, hit.Container),
        };
    }
}
