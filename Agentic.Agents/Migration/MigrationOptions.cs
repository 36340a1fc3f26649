namespace Agentic.Agents.Migration;

/// <summary>Section <c>Migration</c>.</summary>
internal sealed class MigrationOptions
{
    /// <summary>Folder with the organisation's mapping files (*.yaml); a rule in it replaces ours of the same step. None where empty.</summary>
    public string MappingFolder { get; set; } = "";
}
