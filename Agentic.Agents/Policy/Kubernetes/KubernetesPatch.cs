namespace Agentic.Agents.Policy.Kubernetes;

/// <summary>Patches for findings whose mend is one value: it is written over the wrong one, or put where it is missing.</summary>
internal static class KubernetesPatch
{
    /// <summary>For each rule where its value belongs and what it must be.</summary>
    private static readonly Dictionary<string, (bool OnPod, string[] Path, string Value)> Mends = new(StringComparer.Ordinal)
    {
        ["k8s-privileged"] = (false, ["securityContext", "privileged"], "false"),
        ["k8s-privilege-escalation"] = (false, ["securityContext", "allowPrivilegeEscalation"], "false"),
        ["k8s-readonly-rootfs"] = (false, ["securityContext", "readOnlyRootFilesystem"], "true"),
        ["k8s-run-as-nonroot"] = (false, ["securityContext", "runAsNonRoot"], "true"),
        ["k8s-proc-mount"] = (false, ["securityContext", "procMount"], "Default"),
        ["k8s-service-account-token"] = (true, ["automountServiceAccountToken"], "false"),
    };

    public static PatchOffer? For(string text, string? path, Finding finding) => PatchOffer.Proven(Made(text, path, finding), finding, text, changed => KubernetesPolicy.Check(changed, path));

    private static PatchOffer? Made(string text, string? path, Finding finding)
    {
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r')).ToArray();

        if (finding.Rule is "k8s-host-namespaces" or "k8s-nodeport")
        {
            return Overwritten(lines, path, finding);
        }

        if (!Mends.TryGetValue(finding.Rule, out var mend) || Owner(text, path, finding, mend.OnPod) is not { IsFlow: false, Kind: YamlKind.Map } owner)
        {
            return null;
        }

        foreach (var key in mend.Path.SkipLast(1))
        {
            if (owner.Get(key) is not { } child)
            {
                return owner.Has(key) ? null : Inserted(lines, path, owner, [$"{key}:", $"  {mend.Path[^1]}: {mend.Value}"]);
            }

            if (child is not { IsFlow: false, Kind: YamlKind.Map })
            {
                return null;
            }

            owner = child;
        }

        return owner.Get(mend.Path[^1]) is { Kind: YamlKind.Scalar } wrong
            ? Replaced(lines, path, wrong, mend.Value)
            : owner.Has(mend.Path[^1]) ? null : Inserted(lines, path, owner, [$"{mend.Path[^1]}: {mend.Value}"]);
    }

    /// <summary>The container or pod the finding is about; the fingerprint names the container.</summary>
    private static YamlValue? Owner(string text, string? path, Finding finding, bool onPod)
    {
        var manifests = Bundle.Read(text, path).Manifests.Where(manifest => manifest.Resource == finding.Resource && manifest.Pod is not null).ToList();

        // Two objects of one name cannot be told apart, and a wrong patch is worse than none.
        if (manifests.Count != 1)
        {
            return null;
        }

        var pod = manifests[0].Pod!;

        if (onPod)
        {
            return pod.Spec;
        }

        var name = finding.Fingerprint?.Split('|')[^1];
        var containers = pod.Containers.Where(container => container.Name == name).ToList();
        return containers.Count == 1 ? containers[0].Spec : null;
    }

    private static PatchOffer? Overwritten(string[] lines, string? path, Finding finding)
    {
        if (finding.Line is not (> 0 and var line) || line > lines.Length || lines[line - 1].Contains('{'))
        {
            return null;
        }

        var old = lines[line - 1];
        var colon = old.IndexOf(':');
        return colon < 0 ? null : new PatchOffer(path, line, [old], [old[..(colon + 1)] + (finding.Rule == "k8s-nodeport" ? " ClusterIP" : " false")]);
    }

    private static PatchOffer? Replaced(string[] lines, string? path, YamlValue wrong, string value)
    {
        var old = lines[wrong.Line - 1];
        var start = wrong.Column - 1;
        var written = wrong.IsPlain ? wrong.Text : old[start..];
        return start < 0 || start >= old.Length || !old.AsSpan(start).StartsWith(written, StringComparison.Ordinal) ? null : new PatchOffer(path, wrong.Line, [old], [old[..start] + value + (wrong.IsPlain ? old[(start + written.Length)..] : "")]);
    }

    /// <summary>After the map's first entry, at its indentation: before it may stand the dash of a list.</summary>
    private static PatchOffer? Inserted(string[] lines, string? path, YamlValue map, string[] added)
    {
        if (map.Entries.Count == 0 || map.Column < 1 || map.Entries[0].Value is not { Kind: YamlKind.Scalar } first || first.Line != map.Line)
        {
            return null;
        }

        var indent = new string(' ', map.Column - 1);
        return first.Line > lines.Length ? null : new PatchOffer(path, first.Line + 1, [], [.. added.Select(line => indent + line)]);
    }
}
