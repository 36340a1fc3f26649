using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Terraform;

/// <summary>Names an expression can see beyond those of its module: <c>each</c>, <c>count</c>, iterators and loop variables.</summary>
internal sealed class HclScope(IHclNames names, EvaluationBudget budget, HclScope? parent = null, string? name = null, CloudValue? value = null)
{
    public IHclNames Names => names;

    public EvaluationBudget Budget => budget;

    public HclScope With(string added, CloudValue bound) => new(names, budget, this, added, bound);

    public CloudValue? Find(string wanted)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.Name == wanted)
            {
                return scope.Value;
            }
        }

        return null;
    }

    private HclScope? Parent => parent;

    private string? Name => name;

    private CloudValue? Value => value;
}

/// <summary>What a module lets its expressions refer to.</summary>
internal interface IHclNames
{
    CloudValue Variable(string name);

    CloudValue Local(string name);

    CloudValue ModuleCall(string name);

    CloudValue Resource(bool isData, string type, string name);

    /// <summary>The text of a file of the input, relative to the module; null where it was not sent.</summary>
    string? FileText(string path);

    /// <summary>The module's directory as <c>path.module</c> gives it.</summary>
    string Directory { get; }
}
