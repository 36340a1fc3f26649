using System.Net;
using Agentic.Agents.Operations;
using Agentic.Host.Http;
using Microsoft.Extensions.Options;

namespace Agentic.Host.Security;

/// <summary>
/// Keeps web pages of others from driving this host with the rights of the person who visits them: by cross-site requests, and by DNS
/// rebinding, where a foreign name resolves to this machine.
/// </summary>
internal static class RequestOrigin
{
    public static void UseRequestOrigin(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<SecurityOptions>>().Value;
        app.Use((http, next) =>
        {
            if (options.Mode == AuthMode.Local && !IsLoopback(http.Request.Host.Host))
                return RefusalProblems.Write(http, StatusCodes.Status421MisdirectedRequest, "In Auth:Mode=Local this host answers to localhost, 127.0.0.1 and [::1] only, so that no foreign name can reach it. Use one of those.");
            return IsForeign(http.Request, options)
                ? RefusalProblems.Write(http, Refusal.Forbidden("A web page of another origin may not call this host. Open the console at its own address, or list the origin under Auth:AllowedOrigins."))
                : next(http);
        });
    }

    public static bool IsLoopback(string host)
    {
        host = host.TrimEnd('.');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }

    private static bool IsForeign(HttpRequest request, SecurityOptions options)
    {
        if (request.Headers.Origin is { Count: > 0 } origin)
            return !IsOwn(origin.ToString(), request, options);
        // Without an Origin only a browser says where a request comes from; tools send neither header.
        return request.Headers["Sec-Fetch-Site"].ToString() switch
        {
            "cross-site" or "same-site" => !IsNavigation(request),
            _ => false,
        };
    }

    // Following a link to us shows a page in its own right and hands its sender nothing.
    private static bool IsNavigation(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers["Sec-Fetch-Mode"] == "navigate"
        && request.Headers["Sec-Fetch-Dest"] == "document";

    private static bool IsOwn(string origin, HttpRequest request, SecurityOptions options)
    {
        if (options.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
            return true;
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var page) || page.Scheme is not ("http" or "https"))
            return false;
        // The scheme is left out off loopback: behind a proxy that ends TLS the page is https and the request is http.
        var isSameScheme = page.Scheme == request.Scheme || options.Mode != AuthMode.Local;
        var host = request.Host;
        var port = host.Port ?? (page.Scheme == "https" ? 443 : 80);
        return isSameScheme && page.Port == port && page.Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase);
    }
}
