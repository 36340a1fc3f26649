using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Terraform;

/// <summary>Reads Terraform files into the resources they would make.</summary>
internal static class TerraformConfiguration
{
    public static (ResourceGraph Graph, TerraformSources Sources) Read(IReadOnlyDictionary<string, string> files)
    {
        var sources = new TerraformSources(files);
        var budget = new EvaluationBudget();
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

        return (new ResourceGraph(resources, notChecked), sources);
    }
}
