using System.Globalization;

namespace Agentic.Agents.Policy.Secrets;

/// <summary>A patch shows the lines it changes and those beside them, and goes into records and reviews; one that would show a secret is held back.</summary>
internal static class SecretLines
{
    private static readonly HashSet<string> SecretRules = [.. SecretPolicy.Rules.Select(rule => rule.Id)];

    public static List<Violation> HoldBack(List<Violation> violations, IReadOnlyList<Finding> findings)
    {
        var secrets = findings.Where(finding => SecretRules.Contains(finding.Rule) && finding is { File: not null, Line: not null }).ToLookup(finding => finding.File!, StringComparer.Ordinal);
        return secrets.Count == 0 ? violations : [.. violations.Select(violation => violation.Patch is { } patch && Shows(patch, secrets[patch.File]) ? violation with { Patch = null } : violation)];
    }

    private static bool Shows(FixPatch patch, IEnumerable<Finding> secrets)
    {
        foreach (var line in patch.Diff.Split('\n').Where(line => line.StartsWith("@@ -", StringComparison.Ordinal)))
        {
            var numbers = line[4..].Split(' ')[0].Split(',');
            var from = int.Parse(numbers[0], CultureInfo.InvariantCulture);
            var count = numbers.Length > 1 ? int.Parse(numbers[1], CultureInfo.InvariantCulture) : 1;

            if (secrets.Any(secret => secret.Line < from + count && (secret.EndLine ?? secret.Line) >= from))
            {
                return true;
            }
        }

        return false;
    }
}
