using System.Globalization;
using System.Net;
using Agentic.Host.Security;

namespace Agentic.Host.Listening;

/// <summary>One address to listen on, as in <c>http://localhost:8080</c>.</summary>
internal sealed record ListenAddress(string Scheme, string Host, int Port)
{
    public bool IsLoopback => RequestOrigin.IsLoopback(Host);

    public bool IsTls => Scheme == "https";

    /// <summary>Throws with the fix where the text is no address.</summary>
    public static ListenAddress Parse(string text)
    {
        var scheme = text.Split("://")[0].ToLowerInvariant();
        var rest = text[Math.Min(text.Length, scheme.Length + 3)..].TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        // A colon inside brackets belongs to the IPv6 address.
        var hasPort = colon > rest.LastIndexOf(']');
        var host = hasPort ? rest[..colon] : rest;
        var port = scheme == "https" ? 443 : 80;
        if (scheme is not ("http" or "https") || host.Length == 0
            || (hasPort && !int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port)) || port > IPEndPoint.MaxPort)
            throw new StartRefusedException($"'{text}' is no address to listen on. Write it as http://localhost:8080.");
        return new ListenAddress(scheme, host, port);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{Host}:{Port}");
}

/// <summary>The settings do not allow a start; the message says what to change.</summary>
internal sealed class StartRefusedException(string message) : Exception(message);
