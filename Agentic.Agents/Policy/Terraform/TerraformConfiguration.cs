using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Terraform;

/// <summary>Reads Terraform files into the resources they would make.</summary>
internal static class TerraformConfiguration
{
    public static (ResourceGraph Graph, TerraformSources Sources) Read(IReadOnlyDictionary<string, string> files)
    {
        var sources = new TerraformSources(files);
        return (Read(sources, new EvaluationBudget()), sources);
    }

    /// <summary>
    /// The open reading, and where a dynamic block may or may not be there, the two it lies between: what both of those agree on holds
    /// whichever way it comes out.
    /// </summary>
    public static (ResourceGraph Graph, TerraformSources Sources, (ResourceGraph Absent, ResourceGraph Once)? Bounds) ReadWithBounds(IReadOnlyDictionary<string, string> files)
    {
        var sources = new TerraformSources(files);
        var budget = new EvaluationBudget();
        var graph = Read(sources, budget);
        return (graph, sources, budget.HasUnknownBlocks && !budget.IsSpent
            ? (Read(sources, new EvaluationBudget(UnknownBlocks.Absent)), Read(sources, new EvaluationBudget(UnknownBlocks.Once)))
            : null);
    }

    private static ResourceGraph Read(TerraformSources sources, EvaluationBudget budget)
    {
        var notChecked = new List<NotChecked>(sources.NotChecked);
        var resources = new List<CloudResource>();
        foreach (var root in sources.Roots())
        {
            new TerraformModule(sources, root, budget, notChecked).AddTo(resources);
        }

        if (budget.IsSpent)
        {
            notChecked.Add(new NotChecked("terraform", "The configuration unfolds to more than the evaluation allows; what was left is taken as unknown."));
        }

        return new ResourceGraph(resources, notChecked);
    }
}
