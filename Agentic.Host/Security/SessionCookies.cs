using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Agentic.Agents.Operations;

namespace Agentic.Host.Security;

/// <summary>Who a console session belongs to. Signed, not stored, so that a restart or another node keeps it.</summary>
/// <param name="KeyId">The API key behind it, asked again on every request; null for a session made from a token.</param>
/// <param name="KeyMark">Start of the key's hash: a bootstrap key that was changed ends the sessions of the old one.</param>
/// <param name="Caller">Who a token named; null with a key.</param>
internal sealed record Session(string? KeyId, string? KeyMark, Caller? Caller, DateTimeOffset ExpiresAt);

/// <summary>
/// Hands out and reads the session cookie: HttpOnly, so that no script sees it; SameSite=Strict, so that no other site sends it.
/// An EventSource sends no Authorization header, which is why the console needs one.
/// </summary>
internal sealed class SessionCookies(byte[] signingKey, TimeProvider time)
{
    public const string Name = "agentic_session";

    public void Write(HttpContext http, Session session)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(session, KeptJson.Options);
        var value = $"{Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(HMACSHA256.HashData(signingKey, payload))}";
        http.Response.Cookies.Append(Name, value, Options(http, session.ExpiresAt));
    }

    public void Clear(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http, null));

    /// <summary>Null where there is no cookie, or one that was not signed here or has run out.</summary>
    public Session? Read(HttpContext http)
    {
        var parts = (http.Request.Cookies[Name] ?? "").Split('.');
        if (parts.Length != 2 || !Base64Url.IsValid(parts[0]) || !Base64Url.IsValid(parts[1]))
            return null;
        var payload = Base64Url.DecodeFromChars(parts[0]);
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(signingKey, payload), Base64Url.DecodeFromChars(parts[1])))
            return null;
        var session = JsonSerializer.Deserialize<Session>(payload, KeptJson.Options)!;
        return session.ExpiresAt > time.GetUtcNow() ? session : null;
    }

    private static CookieOptions Options(HttpContext http, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps || http.Request.Headers["X-Forwarded-Proto"] == "https",
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };
}
