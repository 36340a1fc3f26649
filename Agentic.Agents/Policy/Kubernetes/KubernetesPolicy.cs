namespace Agentic.Agents.Policy.Kubernetes;

/// <summary>Every built-in Kubernetes rule over manifests as they are applied: many documents, Lists, kustomize output, rendered charts.</summary>
internal static class KubernetesPolicy
{
    public static IReadOnlyList<KubernetesRule> Rules { get; } =
        [.. PodSecurityBaseline.Rules, .. PodSecurityRestricted.Rules, .. WorkloadPractices.Rules, .. ClusterAccess.Rules];

    public static Checked Check(string text, string? path)
    {
        var bundle = Bundle.Read(text, path);
        return new Checked(Findings(bundle, path), bundle.NotChecked);
    }

    /// <summary>Whether a YAML or JSON text looks like Kubernetes manifests at all; what routes a file of an archive.</summary>
    public static bool Recognises(string text) =>
        text.Contains("apiVersion", StringComparison.Ordinal) && text.Contains("kind", StringComparison.Ordinal);

    public static IReadOnlyList<Finding> Findings(Bundle bundle, string? path)
    {
        var findings = new List<Finding>();

        foreach (var manifest in bundle.Manifests)
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
