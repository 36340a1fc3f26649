using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>Finds names a template reads that nothing gives it, without rendering it, so that a branch no test takes is looked at too.</summary>
internal static class LiquidNames
{
    public static IEnumerable<(string Name, int Line, string Hint)> Unknown(IReadOnlyList<LiquidText.Node> nodes, IReadOnlySet<string> known)
    {
        var all = Flat(nodes).ToList();
        var own = all.SelectMany(Defined).ToHashSet(StringComparer.Ordinal);
        return all.SelectMany(Read)
            .SelectMany(value => value.Filters.Select(filter => filter.Argument).OfType<LiquidValue>().Prepend(value))
            .Where(value => value.Constant is null && !known.Contains(value.Name) && !own.Contains(value.Name))
            .Select(value => (value.Name, value.Line, Nearness.Closest(value.Name, known.Concat(own), within: 2) is { } near ? $" (did you mean '{near}'?)" : ""))
            .Distinct();
    }

    private static IEnumerable<LiquidText.Node> Flat(IEnumerable<LiquidText.Node> nodes) => nodes.SelectMany(node => node switch
    {
        LiquidText.Choose choose => choose.Branches.SelectMany(branch => Flat(branch.Then)).Prepend(node),
        LiquidText.Each each => Flat(each.Body).Prepend(node),
        _ => [node],
    });

    private static IEnumerable<string> Defined(LiquidText.Node node) => node switch
    {
        LiquidText.Set set => [set.Name],
        LiquidText.Each each => [each.Name],
        _ => [],
    };

    private static IEnumerable<LiquidValue> Read(LiquidText.Node node) => node switch
    {
        LiquidText.Print print => [print.Value],
        LiquidText.Set set => [set.Value],
        LiquidText.Each each => [each.List],
        LiquidText.Choose choose => choose.Branches.SelectMany(branch => Read(branch.When)),
        _ => [],
    };

    private static IEnumerable<LiquidValue> Read(LiquidCondition condition) => condition switch
    {
        LiquidCondition.Compare compare => [compare.Left, compare.Right],
        LiquidCondition.Both both => Read(both.Left).Concat(Read(both.Right)),
        LiquidCondition.Either either => Read(either.Left).Concat(Read(either.Right)),
        LiquidCondition.Not not => Read(not.Inner),
        _ => [],
    };
}
