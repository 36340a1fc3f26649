using System.Text.RegularExpressions;

namespace Agentic.Agents.Operations;

/// <summary>Every operation of the host, unique by name and by route. A duplicate or undescribed one stops the start-up.</summary>
internal sealed partial class OperationCatalogue
{
    private readonly Dictionary<string, Operation> _byName;

    public OperationCatalogue(IEnumerable<IOperationSource> sources)
    {
        var all = sources.SelectMany(source => source.Operations).OrderBy(operation => operation.Name, StringComparer.Ordinal).ToList();
        var problems = Problems(all).ToList();
        if (problems.Count > 0)
            throw new InvalidOperationException("The operation catalogue is not sound:\n" + string.Join("\n", problems));
        All = all;
        _byName = all.ToDictionary(operation => operation.Name, StringComparer.Ordinal);
    }

    public IReadOnlyList<Operation> All { get; }

    public Operation? Find(string name) => _byName.GetValueOrDefault(name);

    public Refusal Unknown(string name) => Refusal.NotFound(
        $"There is no operation '{Shorten(name)}'.{Suggestion(name)} GET /operations lists them all.");

    private string Suggestion(string name)
    {
        var near = All.Select(operation => (operation.Name, Distance: Nearness.Distance(operation.Name, name)))
            .OrderBy(candidate => candidate.Distance).FirstOrDefault();
        return near.Name is not null && near.Distance <= 4 ? $" Did you mean '{near.Name}'?" : "";
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private static IEnumerable<string> Problems(IReadOnlyList<Operation> all)
    {
        foreach (var operation in all)
        {
            if (!OperationName().IsMatch(operation.Name))
                yield return $"{operation.Name}: a name is snake_case verb_noun.";
            if (operation.Summary.Length is < 20 or > 600 || !operation.Summary.EndsWith('.'))
                yield return $"{operation.Name}: the summary is a sentence of 20 to 600 characters.";
            foreach (var member in operation.Schema.Undescribed)
                yield return $"{operation.Name}: member '{member}' has no description.";
        }

        foreach (var same in all.GroupBy(operation => operation.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            yield return $"{same.Key}: defined {same.Count()} times.";
        foreach (var same in all.Where(operation => operation.Route is not null).GroupBy(operation => $"{operation.Route!.Method} {operation.Route.Template}", StringComparer.Ordinal).Where(group => group.Count() > 1))
            yield return $"{same.Key}: offered by {string.Join(" and ", same.Select(operation => operation.Name))}.";
    }

    [GeneratedRegex("^[a-z]+(_[a-z0-9]+)*$", RegexOptions.NonBacktracking)]
    private static partial Regex OperationName();
}
