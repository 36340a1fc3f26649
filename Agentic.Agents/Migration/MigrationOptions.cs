using System.ComponentModel.DataAnnotations;

namespace Agentic.Agents.Migration;

/// <summary>Section <c>Migration</c>.</summary>
internal sealed class MigrationOptions
{
    /// <summary>Folder with the organisation's mapping files (*.yaml); a rule in it replaces ours of the same step. None where empty.</summary>
    public string MappingFolder { get; set; } = "";

    /// <summary>Connections by name, so that a request need not carry a token.</summary>
    public Dictionary<string, ServerConnection> Connections { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Shared libraries by the name Jenkins knows them under; pipelines that ask for one get its sources from Git.</summary>
    public Dictionary<string, SharedLibrary> Libraries { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Hosts from which a request may have a library read, over https.</summary>
    public List<string> LibraryHosts { get; set; } = [];

    /// <summary>How long one request to Jenkins or GitHub may take, in seconds.</summary>
    [Range(1, 120)]
    public int RequestTimeoutSeconds { get; set; } = 20;

    /// <summary>Address of the GitHub API; another one for GitHub Enterprise.</summary>
    [Url]
    public string GitHubApi { get; set; } = "https://api.github.com/";
}

/// <summary>A configured server: its address and who asks.</summary>
internal sealed class ServerConnection
{
    /// <summary>Address of the server.</summary>
    public string Url { get; set; } = "";

    /// <summary>User the token belongs to; empty for GitHub.</summary>
    public string Username { get; set; } = "";

    /// <summary>API token.</summary>
    public string Token { get; set; } = "";
}

/// <summary>A shared library: its Git address, and the branch or tag where the pipeline names none.</summary>
internal sealed class SharedLibrary
{
    /// <summary>Git address.</summary>
    public string Url { get; set; } = "";

    /// <summary>Branch or tag; the repository's own default where empty.</summary>
    public string Branch { get; set; } = "";
}
