using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Host.Http;

/// <summary>Writes a success.</summary>
internal static class JsonAnswer
{
    public const string ContentType = "application/json; charset=utf-8";

    public static Task Write(HttpContext http, Operation operation, Answer answer, Call call)
    {
        if (answer.Location is { } location)
            http.Response.Headers.Location = location;
        // Said only where waiting meant something: an immediate operation answers when it is done anyway.
        if (call.Wait > TimeSpan.Zero && (operation.Mode == Mode.Durable || answer.Status == StatusCodes.Status202Accepted))
            http.Response.Headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={(int)call.Wait.TotalSeconds}");
        return Write(http, answer.Body, answer.Status);
    }

    public static async Task Write(HttpContext http, JsonNode body, int status = StatusCodes.Status200OK)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, AgenticJson.Options);
        http.Response.StatusCode = status;
        http.Response.ContentType = ContentType;
        http.Response.ContentLength = bytes.Length;
        http.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }
}
