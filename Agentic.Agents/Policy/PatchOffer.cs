using Agentic.Agents.Policy.Dockerfiles;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy;

/// <summary>A change of whole lines that mends one finding.</summary>
/// <param name="Line">1-based line where <paramref name="Old"/> starts; with no old lines the new ones go before it.</param>
internal sealed record PatchOffer(string? File, int Line, IReadOnlyList<string> Old, IReadOnlyList<string> New)
{
    /// <summary>Each patch is proven by checking its file twice more, so their number and size are bounded.</summary>
    private const int MostPatches = 40;
    private const int LargestText = 500_000;

    /// <summary>The text with the change; null where the old lines are not there.</summary>
    public string? ApplyTo(string text)
    {
        var lines = text.Split('\n').ToList();

        if (Line < 1 || Line - 1 + Old.Count > lines.Count || !Old.SequenceEqual(lines.Skip(Line - 1).Take(Old.Count).Select(line => line.TrimEnd('\r'))))
        {
            return null;
        }

        var end = lines.Count > 1 && lines[0].EndsWith('\r') ? "\r" : "";
        lines.RemoveRange(Line - 1, Old.Count);
        lines.InsertRange(Line - 1, New.Select(line => line + end));
        return string.Join('\n', lines);
    }

    /// <summary>The change as a violation shows it; the line before it is in the diff, so that a place is seen even where lines are only added.</summary>
    public FixPatch? ToFix(string text, string file)
    {
        var lines = text.Split('\n');
        if (Line < 1 || Line - 1 + Old.Count > lines.Length)
        {
            return null;
        }

        var lead = Line > 1 ? 1 : 0;
        var context = lead == 1 ? $" {lines[Line - 2].TrimEnd('\r')}\n" : "";
        var diff = $"--- a/{file}\n+++ b/{file}\n@@ -{Line - lead},{Old.Count + lead} +{Line - lead},{New.Count + lead} @@\n{context}"
            + string.Concat(Old.Select(line => $"-{line}\n")) + string.Concat(New.Select(line => $"+{line}\n"));
        return new FixPatch(file, diff, Line, Line + Old.Count - 1, string.Join('\n', New));
    }

    /// <summary>Adds the proven patches of Dockerfiles and manifests to what is open.</summary>
    public static List<Violation> Offer(List<(Violation Violation, Finding Finding)> open, PolicyContent content, PolicyCatalogue catalogue)
    {
        var left = MostPatches;
        return [.. open.Select(each =>
        {
            var (violation, finding) = each;
            if (violation.Patch is not null || left == 0 || finding.File is not { } file || !content.Files.TryGetValue(file, out var text) || text.Length > LargestText)
            {
                return violation;
            }

            var offer = catalogue.Find(finding.Rule)?.Type switch
            {
                "dockerfile" => DockerfilePatch.For(text, file, finding),
                "kubernetes" => KubernetesPatch.For(text, file, finding),
                _ => null,
            };
            left -= offer is null ? 0 : 1;
            return offer?.ToFix(text, file) is { } patch ? violation with { Patch = patch } : violation;
        })];
    }

    /// <summary>
    /// Offers a patch only after it has been tried: the finding is gone afterwards and nothing new has come.
    /// </summary>
    public static PatchOffer? Proven(PatchOffer? patch, Finding finding, string text, Func<string, Checked> check)
    {
        if (patch?.ApplyTo(text) is not { } mended)
        {
            return null;
        }

        var before = check(text);
        var after = check(mended);
        var counted = Counted(before);
        var left = Counted(after);
        var key = Key(finding);
        return left.GetValueOrDefault(key) < counted.GetValueOrDefault(key) && left.All(each => each.Value <= counted.GetValueOrDefault(each.Key)) && after.NotChecked.Count <= before.NotChecked.Count
            ? patch : null;
    }

    private static Dictionary<string, int> Counted(Checked result) => result.Findings.GroupBy(Key).ToDictionary(each => each.Key, each => each.Count(), StringComparer.Ordinal);

    private static string Key(Finding finding) => $"{finding.Rule}|{finding.Resource}";
}
