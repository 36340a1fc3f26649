using System.Text.Json;
using Agentic.Agents.Operations;
using Agentic.Host.Http;

namespace Agentic.Host.OpenApi;

/// <summary>Offers the description; its reader is the page at <c>/docs</c>.</summary>
internal static class OpenApiEndpoints
{
    public static void MapOpenApi(this WebApplication app)
    {
        var document = new Lazy<byte[]>(() => JsonSerializer.SerializeToUtf8Bytes(OpenApiDocument.Of(app.Services.GetRequiredService<OperationCatalogue>()), AgenticJson.Options));
        app.MapGet("/openapi/v1.json", (HttpContext http) =>
        {
            http.Response.ContentType = JsonAnswer.ContentType;
            http.Response.ContentLength = document.Value.Length;
            return http.Response.Body.WriteAsync(document.Value, http.RequestAborted).AsTask();
        }).AllowAnonymous();
    }
}
