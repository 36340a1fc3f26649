using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Microsoft.Net.Http.Headers;

namespace Agentic.Host.Http;

/// <summary>Turns a <see cref="Refusal"/> into RFC 9457 problem+json; nothing else does.</summary>
internal static class RefusalProblems
{
    public const string ContentType = "application/problem+json";

    public static Task Write(HttpContext http, Refusal refusal)
    {
        if (refusal.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Send(http, (int)refusal.Kind, Body(http, (int)refusal.Kind, refusal));
    }

    /// <summary>For what only HTTP can refuse: a method, a media type, a host name, a failure of ours.</summary>
    public static Task Write(HttpContext http, int status, string detail) =>
        Send(http, status, Body(http, status, Refusal.Malformed(detail)));

    // Secrets are taken out because what a person sent comes back in the sentences.
    private static JsonObject Body(HttpContext http, int status, Refusal refusal)
    {
        var redactor = http.RequestServices.GetRequiredService<Redactor>();
        var problem = new JsonObject
        {
            ["type"] = $"urn:agentic:problem:{Title(status).ToLowerInvariant().Replace(' ', '-')}",
            ["title"] = Title(status),
            ["status"] = status,
            ["detail"] = redactor.Redact(refusal.Reason),
            ["instance"] = redactor.Redact(http.Request.Path.Value ?? "/"),
            ["errors"] = Errors(refusal, redactor),
        };
        if (refusal.Missing.Count > 0)
            problem["missing"] = new JsonArray([.. refusal.Missing.Select(member => JsonValue.Create(member))]);
        problem["traceId"] = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;
        return problem;
    }

    /// <summary>The members that are wrong, as every door shows them; a client may have put a secret into a name.</summary>
    public static JsonArray Errors(Refusal refusal, Redactor redactor) =>
        [.. refusal.Errors.Select(error => new JsonObject { ["member"] = redactor.Redact(error.Member), ["message"] = redactor.Redact(error.Message) })];

    private static string Title(int status) => status switch
    {
        400 => "Malformed request",
        401 => "Not signed in",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Method not allowed",
        409 => "Conflict",
        413 => "Too large",
        415 => "Unsupported media type",
        421 => "Wrong host",
        422 => "Refused",
        429 => "Too many requests",
        500 => "Broken on our side",
        503 => "Unavailable",
        _ => "Refused by the server",
    };

    private static async Task Send(HttpContext http, int status, JsonObject problem)
    {
        if (http.Response.HasStarted)
            return;
        http.Response.StatusCode = status;
        http.Response.ContentType = ContentType;
        http.Response.Headers[HeaderNames.CacheControl] = "no-store";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(problem, AgenticJson.Options);
        http.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }
}
