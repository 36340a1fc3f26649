namespace Agentic.Agents.Policy.Dockerfiles;

/// <summary>Every built-in Dockerfile rule.</summary>
internal static class DockerfilePolicy
{
    public static IReadOnlyList<DockerfileRule> Rules { get; } =
        [.. ImageRules.Rules, .. InstructionRules.Rules, .. RunRules.Rules, .. PackageRules.Rules];

    public static Checked Check(string text, string? path)
    {
        var file = DockerfileReader.Read(text);
        var place = path ?? "Dockerfile";

        if (file.Stages.Count == 0)
        {
            return Checked.Unread(place, "It holds no Dockerfile instruction that could be read.");
        }

        var notChecked = file.Unknown.Take(20)
            .Select(unknown => new NotChecked(place, $"Line {unknown.Line}: {Shown(unknown.Keyword)} is not a Dockerfile instruction; the line was skipped.")).ToList();
        return new Checked(Findings(file, path), notChecked);
    }

    /// <summary>Dockerfile, Dockerfile.dev, api.Dockerfile, Containerfile.</summary>
    public static bool IsDockerfileName(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.Equals("Dockerfile", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Containerfile", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("Dockerfile.", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("Containerfile.", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".dockerfile", StringComparison.OrdinalIgnoreCase);
    }

    private static List<Finding> Findings(Dockerfile file, string? path)
    {
        var findings = new List<Finding>();

        foreach (var rule in Rules)
        {
            foreach (var hit in rule.Look(file))
            {
                var stage = hit.Stage?.Name ?? "Dockerfile";
                findings.Add(new Finding(rule.Id, stage, path, hit.At?.Line ?? 1, $"{Sentence(hit.Fact)}.")
                {
                    EndLine = hit.At?.EndLine ?? 1,
                    Fingerprint = string.Join('|', rule.Id, path, stage, hit.At?.Arguments),
                });
            }
        }

        return findings;
    }

    private static string Sentence(string fact) => char.ToUpperInvariant(fact[0]) + fact[1..];

    private static string Shown(string keyword) => keyword.Length <= 40 ? keyword : keyword[..40] + "...";
}
