using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Host.Http;
using Microsoft.Extensions.Options;

namespace Agentic.Host.Security;

/// <summary>Exchanges a key or token for the console's session and back.</summary>
internal static class SessionEndpoints
{
    private const long LargestLogin = 16 * 1024;

    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/session/login", Login).AllowAnonymous();
        routes.MapPost("/session/logout", Logout).AllowAnonymous();
        routes.MapGet("/session/me", Me);
    }

    private static async Task Login(HttpContext http)
    {
        var session = await Open(http);
        var audit = http.RequestServices.GetRequiredService<IAuditTrail>();
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var name = session.IsRefused ? "unknown" : session.Value.Caller.Name;
        if (!session.IsRefused || session.Refusal.Kind == RefusalKind.Unauthenticated)
            await audit.Append(new AuditRecord(now, "security", name, "console", "session_login", null, null, null, session.IsRefused ? "refused" : "accepted", null), http.RequestAborted);
        if (session.IsRefused)
        {
            await RefusalProblems.Write(http, session.Refusal);
            return;
        }

        if (session.Value.Session is { } cookie)
            http.RequestServices.GetRequiredService<SessionCookies>().Write(http, cookie);
        await JsonAnswer.Write(http, Describe(session.Value.Caller, session.Value.Session?.ExpiresAt));
    }

    private static Task Logout(HttpContext http)
    {
        http.RequestServices.GetRequiredService<SessionCookies>().Clear(http);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task Me(HttpContext http) => JsonAnswer.Write(http, Describe(http.Caller(), null));

    private static async Task<Outcome<(Caller Caller, Session? Session)>> Open(HttpContext http)
    {
        var options = http.RequestServices.GetRequiredService<IOptions<SecurityOptions>>().Value;
        if (options.Mode == AuthMode.Local)
            return (Caller.Local, null);
        var body = RequestBody.IsReadable(http) ? await RequestBody.Read(http, LargestLogin) : Refusal.Malformed("Send JSON.");
        if (body.IsRefused)
            return body.Refusal;
        if (Presented(body.Value) is not { } presented)
            return Refusal.Malformed("Send the key as { \"apiKey\": \"agk_…\" }.", [new MemberError("apiKey", "'apiKey' is missing; add it.")]);
        var latest = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().AddHours(options.SessionHours);
        if (options.Mode == AuthMode.Jwt)
        {
            var token = await http.RequestServices.GetRequiredService<JwtCallers>().Verify(presented, http.RequestAborted);
            return token.Select(verified => (verified.Caller, (Session?)new Session(null, null, verified.Caller, verified.ExpiresAt < latest ? verified.ExpiresAt : latest)));
        }

        var key = await http.RequestServices.GetRequiredService<ApiKeyCallers>().Find(presented, http.RequestAborted);
        return key.Select(found => (found.Caller, (Session?)new Session(found.Id, found.Hash[..16], null, found.ExpiresAt < latest ? found.ExpiresAt.Value : latest)));
    }

    private static string? Presented(JsonElement body) =>
        body.ValueKind != JsonValueKind.Object ? null
        : new[] { "apiKey", "api_key", "key", "token" }
            .Select(name => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null)
            .FirstOrDefault(value => !string.IsNullOrEmpty(value));

    private static JsonObject Describe(Caller caller, DateTimeOffset? expires) => new()
    {
        ["name"] = caller.Name,
        ["scopes"] = new JsonArray([.. caller.Scopes.Select(scope => JsonValue.Create(OperationListing.Word(scope)))]),
        ["environments"] = caller.Environments is null ? null : new JsonArray([.. caller.Environments.Select(name => JsonValue.Create(name))]),
        ["isLocal"] = caller.IsLocal,
        ["expiresAt"] = expires is { } end ? JsonValue.Create(end) : null,
    };
}
