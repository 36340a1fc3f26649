using System.ComponentModel.DataAnnotations;

namespace Agentic.Agents.Integrations.Jenkins;

/// <summary>Section <c>Jenkins</c>.</summary>
internal sealed class JenkinsOptions
{
    /// <summary>Servers by name, so that a request need not carry a token. One called jenkins, or the only one, is meant where a request names none.</summary>
    public Dictionary<string, JenkinsServer> Connections { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long one request to Jenkins may take, in seconds.</summary>
    [Range(1, 120, ErrorMessage = "Jenkins:RequestTimeoutSeconds must be 1 to 120.")]
    public int RequestTimeoutSeconds { get; set; } = 20;

    /// <summary>How long a survey of a whole server may take, in seconds; what is left over then is listed as not looked at.</summary>
    [Range(1, 3600, ErrorMessage = "Jenkins:AuditLimitSeconds must be 1 to 3600.")]
    public int AuditLimitSeconds { get; set; } = 300;
}

/// <summary>A configured server: its address and who asks.</summary>
internal sealed class JenkinsServer
{
    public string Url { get; set; } = "";

    /// <summary>User the token belongs to.</summary>
    public string Username { get; set; } = "";

    /// <summary>API token.</summary>
    public string Token { get; set; } = "";
}
