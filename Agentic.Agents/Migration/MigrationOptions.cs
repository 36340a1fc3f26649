using System.ComponentModel.DataAnnotations;

namespace Agentic.Agents.Migration;

/// <summary>Section <c>Migration</c>.</summary>
internal sealed class MigrationOptions
{
    /// <summary>Folder with the organisation's mapping files (*.yaml); a rule in it replaces ours of the same step. None where empty.</summary>
    public string MappingFolder { get; set; } = "";

    /// <summary>Connections by name, so that a request need not carry a token.</summary>
    public Dictionary<string, ServerConnection> Connections { get; set; } = new(StringComparer.OrdinalIgnoreCase);

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
