using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;

namespace Agentic.Agents.Integrations.GitHub;

/// <summary>Which GitHub to speak to and as whom.</summary>
internal sealed record GitHubAccount(Uri Api, string Token, Reach Reach)
{
    // A record would print its token into whatever logs it.
    public override string ToString() => $"GitHub at {Api}";
}

/// <summary>Finds the account a request means: a configured one, or the one whose token it brings.</summary>
internal sealed class GitHubAccounts(IOptions<GitHubOptions> options, OutboundServers outbound, LentCredentials lent)
{
    /// <summary>Never sends a configured token to an address the caller chose.</summary>
    public Outcome<GitHubAccount> Find(string? url, string? token, string? connection, Caller caller)
    {
        if (connection is { Length: > 0 })
            return url is { Length: > 0 } || token is { Length: > 0 }
                ? Refusal.Malformed("A connection brings its own address and token.", [new MemberError("connection", "Give either connection, or url and token.")])
                : LentCredentials.IsLent(connection) ? Lent(connection, caller) : Configured(connection);
        if (token is { Length: > 0 })
            return url is { Length: > 0 } ? Named(url, token, caller) : new GitHubAccount(Api(options.Value.ApiUrl), token, Reach.Configured);
        if (url is { Length: > 0 })
            return Refusal.Malformed("There is no token for this GitHub.", [new MemberError("token", "Give the token that belongs to this address, or connection with the name of a configured one.")]);
        return Default() is { } account ? account : Refusal.Malformed("There is no token for GitHub.", [new MemberError("token", "Give token, give connection with the name of a configured one, or configure GitHub:Token.")]);
    }

    /// <summary>The account of <c>GitHub:Token</c>, else the connection called github; null where neither is configured.</summary>
    public GitHubAccount? Default() => options.Value.Token.Length > 0
        ? new GitHubAccount(Api(options.Value.ApiUrl), options.Value.Token, Reach.Configured)
        : options.Value.Connections.TryGetValue("github", out var usual) && usual.Token.Length > 0 ? Of(usual) : null;

    private Outcome<GitHubAccount> Configured(string name)
    {
        if (options.Value.Connections.TryGetValue(name, out var known))
            return known.Token.Length > 0 ? Of(known) : Refusal.Unprocessable($"The connection '{name}' to GitHub has no token. Configure GitHub:Connections:{name}:Token.");
        // The plain GitHub:Token needs no section of its own to be named.
        return string.Equals(name, "github", StringComparison.OrdinalIgnoreCase) && Default() is { } account
            ? account
            : Refusal.NotFound($"There is no connection '{name}' to GitHub. Configure GitHub:Connections:{name}:Token, or give url and token.");
    }

    private Outcome<GitHubAccount> Lent(string name, Caller caller)
    {
        var found = lent.Find(name, caller);
        return found.IsRefused ? found.Refusal : Find(found.Value.Url, found.Value.Token, null, caller);
    }

    private Outcome<GitHubAccount> Named(string url, string token, Caller caller)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
            return Refusal.Malformed("The address of GitHub is no http address.", [new MemberError("url", "Give the address of the API, such as https://api.github.com/.")]);
        // People paste the address of the site; its API lives elsewhere.
        if (address.Host is "github.com" or "www.github.com")
            address = new Uri("https://api.github.com/");
        return address == Api(options.Value.ApiUrl)
            ? new GitHubAccount(address, token, Reach.Configured)
            : outbound.For(address, caller).Select(reach => new GitHubAccount(Api(address.AbsoluteUri), token, reach));
    }

    private GitHubAccount Of(GitHubConnection known) => new(Api(known.ApiUrl.Length > 0 ? known.ApiUrl : options.Value.ApiUrl), known.Token, Reach.Configured);

    private static Uri Api(string url) => new(url.TrimEnd('/') + "/");
}
