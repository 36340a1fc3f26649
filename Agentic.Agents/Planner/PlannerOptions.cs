using System.ComponentModel.DataAnnotations;

namespace Agentic.Agents.Planner;

/// <summary>Section <c>Planner</c>.</summary>
internal sealed class PlannerOptions
{
    /// <summary>Folder with the organisation's plan templates (*.yaml); they override or extend the built-in ones by name. Empty: only built-in ones.</summary>
    public string TemplateFolder { get; set; } = "";

    /// <summary>Tasks one agent works on at the same time on one node, 1 to 1000. Default 32.</summary>
    [Range(1, 1000, ErrorMessage = "Planner:TasksPerAgent must be 1 to 1000; set it to how many tasks one agent may work on at once on a node.")]
    public int TasksPerAgent { get; set; } = 32;

    /// <summary>Shards of the workflow entities, 10 to 1000; never change it while workflows run. Default 100.</summary>
    [Range(10, 1000, ErrorMessage = "Planner:Shards must be 10 to 1000, about ten for each node you will ever have.")]
    public int Shards { get; set; } = 100;
}
