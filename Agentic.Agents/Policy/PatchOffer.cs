namespace Agentic.Agents.Policy;

/// <summary>A change of whole lines that mends one finding.</summary>
/// <param name="Line">1-based line where <paramref name="Old"/> starts; with no old lines the new ones go before it.</param>
internal sealed record PatchOffer(string? File, int Line, IReadOnlyList<string> Old, IReadOnlyList<string> New)
{
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
