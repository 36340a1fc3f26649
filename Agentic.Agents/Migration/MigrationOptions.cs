namespace Agentic.Agents.Migration;

/// <summary>Section <c>Migration</c>.</summary>
internal sealed class MigrationOptions
{
    /// <summary>Folder with the organisation's mapping files (*.yaml); a rule in it replaces ours of the same step. None where empty.</summary>
    public string MappingFolder { get; set; } = "";

    /// <summary>Shared libraries by the name Jenkins knows them under; pipelines that ask for one get its sources from Git.</summary>
    public Dictionary<string, SharedLibrary> Libraries { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Hosts from which a request may have a library read, over https.</summary>
    public List<string> LibraryHosts { get; set; } = [];
}

/// <summary>A shared library: its Git address, and the branch or tag where the pipeline names none.</summary>
internal sealed class SharedLibrary
{
    /// <summary>Git address.</summary>
    public string Url { get; set; } = "";

    /// <summary>Branch or tag; the repository's own default where empty.</summary>
    public string Branch { get; set; } = "";
}
