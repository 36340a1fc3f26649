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
        var parts = files.Select(file => (Path: hasNoPath ? null : file.Key, Bundle: Bundle.Read(file.Value, file.Key))).ToList();
        var whole = parts.Count == 1 ? parts[0].Bundle : new Bundle([.. parts.SelectMany(part => part.Bundle.Manifests)], []);
        return new Checked(
            [.. parts.SelectMany(part => Findings(part.Bundle.Manifests, whole, part.Path))],
            [.. parts.SelectMany(part => part.Bundle.NotChecked)]);
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
