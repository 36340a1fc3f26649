using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;

namespace Agentic.Agents.Integrations.Jenkins;

/// <summary>Where a Jenkins is and who asks; the token is an API token of that user.</summary>
/// <param name="Address">Ends in a slash.</param>
internal sealed record JenkinsConnection(Uri Address, string? Username, string? Token, Reach Reach)
{
    // A record would print its token into whatever logs it.
    public override string ToString() => $"Jenkins at {Address}";
}

/// <summary>Finds the Jenkins a request means: a configured one, one lent for this work, or the one it names.</summary>
internal sealed class JenkinsConnections(IOptions<JenkinsOptions> options, OutboundServers outbound, LentCredentials lent)
{
    private const string Usual = "jenkins";

    public Outcome<JenkinsConnection> Find(string? url, string? username, string? token, string? connection, Caller caller)
    {
        if (connection is { Length: > 0 })
            return url is { Length: > 0 } || username is { Length: > 0 } || token is { Length: > 0 }
                ? Refusal.Malformed("A connection brings its own address, user and token.", [new MemberError("connection", "Give either connection, or url, username and token.")])
                : LentCredentials.IsLent(connection) ? Lent(connection, caller) : Configured(connection);
        if (url is { Length: > 0 })
            return Named(url, username, token, caller);
        if (token is { Length: > 0 })
            return Refusal.Malformed("The address of Jenkins is missing.", [new MemberError("url", "Give the address the token belongs to.")]);
        return Default() is { } usual ? Configured(usual) : Refusal.Malformed("The address of Jenkins is missing.", [new MemberError("url", "Give url, username and token, or connection with the name of a configured connection.")]);
    }

    private string? Default() => options.Value.Connections.ContainsKey(Usual) ? Usual : options.Value.Connections.Count == 1 ? options.Value.Connections.Keys.Single() : null;

    private Outcome<JenkinsConnection> Configured(string name)
    {
        if (!options.Value.Connections.TryGetValue(name, out var known))
            return Refusal.NotFound($"There is no connection '{name}' to Jenkins. Configure Jenkins:Connections:{name}, or give url, username and token.");
        return Uri.TryCreate(known.Url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new JenkinsConnection(Base(address!), known.Username, known.Token, Reach.Configured)
            : Refusal.Unprocessable($"The connection '{name}' has no address. Configure Jenkins:Connections:{name}:Url.");
    }

    private Outcome<JenkinsConnection> Lent(string name, Caller caller)
    {
        var found = lent.Find(name, caller);
        return found.IsRefused ? found.Refusal : Named(found.Value.Url, found.Value.Username, found.Value.Token, caller);
    }

    private Outcome<JenkinsConnection> Named(string url, string? username, string? token, Caller caller)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return Refusal.Malformed("The address of Jenkins is no http address.", [new MemberError("url", "Give something like https://jenkins.example.com/.")]);
        if (token is { Length: > 0 } && username is not { Length: > 0 })
            return Refusal.Malformed("The user name is missing.", [new MemberError("username", "Give the user the API token belongs to.")]);
        return outbound.For(address, caller).Select(reach => new JenkinsConnection(Base(address), username, token, reach));
    }

    private static Uri Base(Uri address) => new(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
}
