using System.Text.Json.Nodes;

namespace Agentic.Agents.Planner;

/// <summary>A plan somebody wrote once, as YAML, for everybody to run with parameters.</summary>
/// <param name="Parameters">JSON schema of the parameters.</param>
/// <param name="Source"><c>built-in</c> or the organisation's file.</param>
internal sealed record PlanTemplate(string Name, string Version, string Summary, JsonObject Parameters, IReadOnlyList<TaskDraft> Tasks, string Source)
{
    /// <summary>Words of a goal that point to this template; the planner by rules picks the one with most.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];
}

/// <summary>A template that could not be used and why; shown with the templates, never dropped in silence.</summary>
internal sealed record BrokenTemplate(string Source, string Problem);

internal sealed record PlanTemplates(IReadOnlyList<PlanTemplate> Items, IReadOnlyList<BrokenTemplate> Broken)
{
    public PlanTemplate? Find(string name) => Items.FirstOrDefault(template => template.Name == name);
}
