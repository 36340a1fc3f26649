using System.Text.Json.Nodes;

namespace Agentic.Agents.Operations;

/// <summary>What an agent needs on this host for the steps of a plan, said before the plan starts.</summary>
internal interface IPlanRequirement
{
    /// <summary>Why these steps could not run here, or null. Inputs may still hold references to earlier results.</summary>
    Refusal? Missing(IReadOnlyList<PlanStep> steps);
}

internal sealed record PlanStep(string Operation, JsonObject Input);
