namespace Agentic.Agents.Policy;

/// <summary>The suppressions of each file of an input, read once.</summary>
internal sealed class SuppressionIndex(PolicyContent content, ContentResult checks, PolicyCatalogue catalogue)
{
    private readonly Dictionary<string, (IReadOnlyList<Suppression> Suppressions, string[] Lines)> byFile = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int? From, int? To)> ranges = (checks.Graph?.All ?? [])
        .Where(resource => resource.File is not null)
        .DistinctBy(resource => resource.Address)
        .ToDictionary(resource => resource.Address, resource => (resource.Line, resource.EndLine), StringComparer.Ordinal);

    public Suppression? Find(Finding finding)
    {
        if (finding.File is null || !content.Files.TryGetValue(finding.File, out var text))
        {
            return null;
        }

        if (!byFile.TryGetValue(finding.File, out var file))
        {
            var suppressions = Suppressions.Read(text);
            byFile[finding.File] = file = (suppressions, suppressions.Count == 0 ? [] : text.Split('\n'));
        }

        if (file.Suppressions.Count == 0)
        {
            return null;
        }

        var range = finding.Resource is not null && ranges.TryGetValue(finding.Resource, out var found) ? found : (null, null);
        return Suppressions.Covering(file.Suppressions, finding, range.Item1, range.Item2, file.Lines, catalogue);
    }
}
