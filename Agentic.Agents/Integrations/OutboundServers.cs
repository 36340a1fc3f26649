using System.Net;
using System.Net.Sockets;
using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;

namespace Agentic.Agents.Integrations;

/// <summary>How far a connection may reach.</summary>
internal enum Reach
{
    /// <summary>Addresses of the public internet only.</summary>
    Public,

    /// <summary>Also this machine and its network, though never link-local addresses, where clouds keep their credentials.</summary>
    Private,

    /// <summary>Wherever the configuration says.</summary>
    Configured,
}

/// <summary>A connection was about to leave what its <see cref="Reach"/> allows.</summary>
internal sealed class OutOfReachException(string message) : Exception(message);

/// <summary>
/// Decides whether a server that a caller names may be spoken to. The rule: what configuration names is allowed (a connection, or
/// Outbound:AllowedServers); the person at this machine may name any server they could reach themselves; everybody else may name
/// servers with public addresses only. It is checked on the address that is connected to, so a name that resolves elsewhere on a
/// second look gains nothing, and redirects are never followed to another server.
/// </summary>
internal sealed class OutboundServers(IOptions<OutboundOptions> options)
{
    private static readonly IPNetwork[] LinkLocal = [.. ((string[])["169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128", "100.100.100.200/32"]).Select(IPNetwork.Parse)];

    // IANA's special-purpose registries: what is not globally reachable, and the forms that carry an IPv4 address inside.
    private static readonly IPNetwork[] NotPublic =
    [
        .. ((string[])[
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"
        ]).Select(IPNetwork.Parse),
    ];

    /// <summary>How far a connection to this caller-supplied address may reach, or why it is refused at once.</summary>
    public Outcome<Reach> For(Uri address, Caller caller)
    {
        if (address.Scheme is not ("http" or "https"))
            return Refusal.Malformed("The address is no http address.", [new MemberError("url", "Give something like https://server.example.com/.")]);
        if (address.UserInfo.Length > 0)
            return Refusal.Malformed("The address holds a user or password.", [new MemberError("url", "Give them as username and token.")]);
        if (!caller.Has(Scope.Operate))
            return Refusal.Forbidden($"Naming a server needs the scope 'operate', which {caller.Name} does not have. Name a configured connection instead.");
        if (IsAllowed(address))
            return Reach.Configured;
        var reach = caller.IsLocal ? Reach.Private : Reach.Public;
        return IPAddress.TryParse(address.IdnHost.Trim('[', ']'), out var literal) && !Allows(reach, literal)
            ? Refusal.Forbidden(OutOfReach(address.Host))
            : reach;
    }

    /// <summary>A handler whose connections stay within this reach; cookies belong to it alone, and it follows no redirect.</summary>
    public static SocketsHttpHandler Handler(Reach reach, TimeSpan connectLimit)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = connectLimit, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        if (reach == Reach.Configured)
            return handler;
        // Behind a proxy the address would be the proxy's choice.
        handler.UseProxy = false;
        handler.ConnectCallback = (context, cancellation) => Connect(context.DnsEndPoint, reach, cancellation);
        return handler;
    }

    public static bool Allows(Reach reach, IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return reach switch
        {
            Reach.Configured => true,
            Reach.Private => !LinkLocal.Any(network => network.Contains(address)),
            _ => !NotPublic.Any(network => network.Contains(address)),
        };
    }

    public static string OutOfReach(string host) =>
        $"{host} is not a server this host may be sent to: its address is inside a private or reserved network. An administrator can configure a connection to it, or name it in Outbound:AllowedServers.";

    private static async ValueTask<Stream> Connect(DnsEndPoint server, Reach reach, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(server.Host, cancellation).ConfigureAwait(false);
        var within = addresses.Where(address => Allows(reach, address)).ToArray();
        if (within.Length == 0)
            throw new OutOfReachException(OutOfReach(server.Host));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(within, server.Port, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(Uri address)
    {
        var host = address.IdnHost.Trim('[', ']');
        var literal = IPAddress.TryParse(host, out var parsed) ? parsed : null;
        return options.Value.AllowedServers.Any(entry =>
            string.Equals(entry, host, StringComparison.OrdinalIgnoreCase)
            || (entry.StartsWith("*.", StringComparison.Ordinal) && host.EndsWith(entry[1..], StringComparison.OrdinalIgnoreCase))
            || (literal is not null && IPNetwork.TryParse(entry, out var network) && network.Contains(literal)));
    }
}
