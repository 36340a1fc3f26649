using System.ComponentModel.DataAnnotations;

namespace Agentic.Agents.Integrations.GitHub;

/// <summary>Section <c>GitHub</c>.</summary>
internal sealed class GitHubOptions
{
    /// <summary>Address of the API; <c>https://host/api/v3/</c> for GitHub Enterprise Server.</summary>
    [Url(ErrorMessage = "GitHub:ApiUrl must be an address such as https://api.github.com/.")]
    public string ApiUrl { get; set; } = "https://api.github.com/";

    /// <summary>Token used where a request names neither a token nor a connection; empty: such a request is refused.</summary>
    public string Token { get; set; } = "";

    /// <summary>Further accounts by name.</summary>
    public Dictionary<string, GitHubConnection> Connections { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long one request to GitHub may take, in seconds.</summary>
    [Range(1, 120, ErrorMessage = "GitHub:RequestTimeoutSeconds must be 1 to 120.")]
    public int RequestTimeoutSeconds { get; set; } = 20;
}

/// <summary>A configured account.</summary>
internal sealed class GitHubConnection
{
    /// <summary>Address of the API; empty: <see cref="GitHubOptions.ApiUrl"/>.</summary>
    public string ApiUrl { get; set; } = "";

    public string Token { get; set; } = "";
}
