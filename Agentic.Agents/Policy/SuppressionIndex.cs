namespace Agentic.Agents.Policy;

/// <summary>The suppressions of each file of an input, read once.</summary>
internal sealed class SuppressionIndex(PolicyContent content, ContentResult checks, PolicyCatalogue catalogue)
{
    private readonly Dictionary<string, (IReadOnlyList<Suppression> Suppressions, string[] Lines)> byFile = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string? File, int? From, int? To)> ranges = (checks.Graph?.All ?? [])
        .Where(resource => resource.File is not null)
        .DistinctBy(resource => resource.Address)
        .ToDictionary(resource => resource.Address, resource => (resource.File, resource.Line, resource.EndLine), StringComparer.Ordinal);

    /// <summary>A finding is suppressed where it is written, and where the resource it names is.</summary>
    public Suppression? Find(Finding finding) =>
        Find(finding, finding.WrittenIn ?? finding.Resource)
        ?? (finding.WrittenIn is not null && finding.Resource is not null && ranges.TryGetValue(finding.Resource, out var named)
            ? Find(finding with { File = named.File, Line = named.From }, finding.Resource)
            : null);

    private Suppression? Find(Finding finding, string? resource)
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

        var (_, from, to) = resource is not null && ranges.TryGetValue(resource, out var found) ? found : default;
        return Suppressions.Covering(file.Suppressions, finding, from, to, file.Lines, catalogue);
    }
}
