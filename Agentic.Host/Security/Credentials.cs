using Microsoft.Net.Http.Headers;

namespace Agentic.Host.Security;

/// <summary>Finds the key or token a request presents.</summary>
internal static class Credentials
{
    private const string Bearer = "Bearer ";

    /// <summary>From <c>Authorization: Bearer …</c>, else <c>X-Api-Key</c>; null where neither is sent.</summary>
    public static string? Of(HttpRequest request)
    {
        var authorization = request.Headers[HeaderNames.Authorization].ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return authorization[Bearer.Length..].Trim();
        if (authorization.Length > 0)
            return authorization;
        var key = request.Headers["X-Api-Key"].ToString().Trim();
        return key.Length > 0 ? key : null;
    }
}
