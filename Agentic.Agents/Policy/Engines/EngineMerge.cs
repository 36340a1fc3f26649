namespace Agentic.Agents.Policy.Engines;

/// <summary>Puts what others saw beside what we saw; the same rule in the same place is one finding, in our words.</summary>
internal static class EngineMerge
{
    public static Checked Merge(Checked own, IReadOnlyList<Checked> others)
    {
        if (others.Count == 0)
        {
            return own;
        }

        var findings = own.Findings.ToList();
        var notChecked = own.NotChecked.ToList();
        var byRule = own.Findings.GroupBy(finding => finding.Rule, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);

        foreach (var other in others)
        {
            notChecked.AddRange(other.NotChecked);

            foreach (var finding in other.Findings)
            {
                var known = byRule.GetValueOrDefault(finding.Rule);

                if (known?.Exists(each => IsSame(each, finding)) != true)
                {
                    findings.Add(finding);
                    (known ?? (byRule[finding.Rule] = [])).Add(finding);
                }
            }
        }

        return new Checked(findings, notChecked);
    }

    private static bool IsSame(Finding known, Finding other)
    {
        if (!SameFile(known.File, other.File))
        {
            return false;
        }

        var lines = known.Line is null || other.Line is null || Overlap(known, other);
        var resources = known.Resource is null || other.Resource is null || SameResource(known.Resource, other.Resource);
        return lines && (resources || (known.Line is not null && other.Line is not null));
    }

    private static bool Overlap(Finding known, Finding other) =>
        known.Line <= (other.EndLine ?? other.Line) && other.Line <= (known.EndLine ?? known.Line);

    private static bool SameFile(string? one, string? other) =>
        one is null || other is null || one.TrimStart('.', '/') == other.TrimStart('.', '/');

    /// <summary>Tools write Pod.default.web, Pod/default/web and web for one thing: the last part decides.</summary>
    private static bool SameResource(string one, string other)
    {
        var left = one.Split('/', '.');
        var right = other.Split('/', '.');
        return string.Equals(left[^1], right[^1], StringComparison.Ordinal);
    }
}
