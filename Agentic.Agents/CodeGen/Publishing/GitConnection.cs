using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen.Publishing;

/// <summary>A configured server, below <c>CodeGen:Connections:{name}</c>. Its token never leaves this host but to that server.</summary>
internal sealed class GitConnection
{
    /// <summary><c>git</c> (any server that speaks Git over HTTP), <c>gitlab</c> or <c>github</c>.</summary>
    public string Kind { get; set; } = "git";

    /// <summary>Address that repository paths are added to, such as <c>https://git.example.com/</c>.</summary>
    public string Url { get; set; } = "";

    /// <summary>Address of a vendor's API where it is not the usual one below <see cref="Url"/>.</summary>
    public string ApiUrl { get; set; } = "";

    /// <summary>User the token belongs to; vendors accept any.</summary>
    public string Username { get; set; } = "";

    /// <summary>Token, best given as an environment variable of the host.</summary>
    public string Token { get; set; } = "";

    /// <summary>File that holds the token (a mounted secret); read for every use.</summary>
    public string TokenFile { get; set; } = "";

    /// <summary>Allows a token over plain HTTP to another machine.</summary>
    public bool AllowPlainHttp { get; set; }

    /// <summary>How long one exchange may take, in seconds.</summary>
    public int TimeoutSeconds { get; set; } = 60;

    public TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);

    /// <summary>Where the API is: as configured, else at the vendor's usual place.</summary>
    public Uri Api => new(ApiUrl.Length > 0 ? ApiUrl.TrimEnd('/') + "/" : Kind switch
    {
        "github" when Root.Host == "github.com" => "https://api.github.com/",
        "github" => new Uri(Root, "api/v3/").ToString(),
        _ => new Uri(Root, "api/v4/").ToString(),
    });

    private Uri Root => new(Url.TrimEnd('/') + "/");

    /// <summary>What is wrong with the settings; null when nothing is.</summary>
    public string? Problem()
    {
        if (Kind is not ("git" or "gitlab" or "github"))
            return $"Kind '{Kind}' is not git, gitlab or github.";
        foreach (var address in new[] { Url, ApiUrl }.Where(address => address.Length > 0 || address == Url))
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                return "Url and ApiUrl are absolute http or https addresses.";
            if (url.UserInfo.Length > 0)
                return "Url has a user or password in it; set Username and Token instead.";
            if (url is { Scheme: "http", IsLoopback: false } && !AllowPlainHttp)
                return "Url is plain http to another machine, which would show the token to the network; use https, or set AllowPlainHttp.";
        }

        if (Token.Length > 0 && TokenFile.Length > 0)
            return "set Token or TokenFile, not both.";
        return TimeoutSeconds is < 1 or > 600 ? "TimeoutSeconds is 1 to 600." : null;
    }

    public async Task<Outcome<string>> ReadToken(CancellationToken cancellation)
    {
        if (TokenFile.Length == 0)
            return Token;
        try
        {
            return (await File.ReadAllTextAsync(TokenFile, cancellation).ConfigureAwait(false)).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Refusal.Unavailable("The token file of this connection cannot be read; ask whoever runs this host.");
        }
    }

    public async Task<Outcome<GitRemote>> Remote(string repository, CancellationToken cancellation)
    {
        var token = await ReadToken(cancellation).ConfigureAwait(false);
        var user = Username.Length > 0 ? Username : Kind == "github" ? "x-access-token" : "oauth2";
        return token.Select(text => new GitRemote(new Uri(Root, repository + ".git"), user, text, Timeout));
    }
}
