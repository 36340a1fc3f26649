using System.Text.Unicode;
using Agentic.Agents.CodeGen;
using Agentic.Agents.Operations;
using Agentic.Host.Security;

namespace Agentic.Host.Http;

/// <summary>Hands out generated artifacts, whole as a zip or file by file. An artifact never changes, so a client may keep it for ever.</summary>
internal static class ArtifactEndpoints
{
    private const int DigestLength = 64;

    public static void MapArtifacts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/artifacts/{id}", Zip).WithMetadata(new RequiredScope(Scope.Read));
        routes.MapGet("/artifacts/{id}/files/{**path}", File).WithMetadata(new RequiredScope(Scope.Read));
    }

    private static Task Zip(HttpContext http) => With(http, artifact =>
    {
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{artifact.Sha256[..12]}.zip\"";
        return Send(http, artifact.Sha256, "application/zip", ArtifactZip.Write(artifact.Files));
    });

    private static Task File(HttpContext http) => With(http, artifact =>
    {
        var path = (string?)http.Request.RouteValues["path"] ?? "";
        // Only a path the manifest lists is ever answered, so no path can leave the artifact.
        return artifact.Find(path) is { } file
            ? Send(http, file.Sha256, TypeOf(file), file.Content)
            : RefusalProblems.Write(http, Refusal.NotFound($"The artifact has no file '{path}'. GET /artifacts/{artifact.Sha256} has them all."));
    });

    private static async Task With(HttpContext http, Func<GeneratedFiles, Task> answer)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        var artifact = id.Length == DigestLength && id.All(char.IsAsciiHexDigitLower)
            ? await http.RequestServices.GetRequiredService<IArtifactStore>().Find(id, http.RequestAborted)
            : null;
        await (artifact is null
            ? RefusalProblems.Write(http, Refusal.NotFound("There is no such artifact. Its id is the SHA-256 that generate_service answered."))
            : answer(artifact));
    }

    private static async Task Send(HttpContext http, string sha256, string type, byte[] bytes)
    {
        var tag = $"\"{sha256}\"";
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        // Generated text is shown or saved, and never run with the rights of this origin.
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        if (http.Request.Headers.IfNoneMatch.Contains(tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        http.Response.ContentType = type;
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    private static string TypeOf(GeneratedFile file) =>
        Utf8.IsValid(file.Content) && !file.Content.Contains((byte)0) ? "text/plain; charset=utf-8" : "application/octet-stream";
}
