using System.IO.Compression;
using System.Security.Cryptography;
using Agentic.Host.Listening;
using Microsoft.Net.Http.Headers;

namespace Agentic.Host.Pages;

/// <summary>Serves the console and the API reader out of the assembly: to everybody, revalidated on every use, compressed once.</summary>
internal static class EmbeddedPages
{
    /// <summary>Where a folder of resources appears; its index.html is the folder itself.</summary>
    private static readonly (string Folder, string Path)[] Places = [("wwwroot/", "/"), ("OpenApi/Reader/", "/docs/")];

    public static void UseEmbeddedPages(this IApplicationBuilder app)
    {
        var pages = Load();
        app.Use((http, next) =>
            !ManagementConnection.Is(http)
            && (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            && pages.TryGetValue(http.Request.Path.Value ?? "/", out var page)
                ? page.Write(http)
                : next(http));
    }

    private static Dictionary<string, EmbeddedPage> Load()
    {
        var pages = new Dictionary<string, EmbeddedPage>(StringComparer.Ordinal);
        var assembly = typeof(EmbeddedPages).Assembly;
        foreach (var name in assembly.GetManifestResourceNames())
        {
            foreach (var (folder, path) in Places.Where(place => name.StartsWith(place.Folder, StringComparison.Ordinal)))
            {
                using var resource = assembly.GetManifestResourceStream(name)!;
                using var bytes = new MemoryStream();
                resource.CopyTo(bytes);
                var page = new EmbeddedPage(name, bytes.ToArray());
                var address = path + name[folder.Length..];
                pages[address] = page;
                if (address.EndsWith("/index.html", StringComparison.Ordinal))
                {
                    pages[address[..^"index.html".Length]] = page;
                    pages.TryAdd(address[..^"/index.html".Length], page);
                }
            }
        }

        return pages;
    }
}

/// <summary>One file of the console.</summary>
internal sealed class EmbeddedPage(string name, byte[] bytes)
{
    private readonly string _tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\"";
    private readonly string _type = TypeOf(Path.GetExtension(name));
    private readonly Lazy<byte[]?> _compressed = new(() => Compress(name, bytes));

    public Task Write(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ETag = _tag;
        headers.CacheControl = "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        if (http.Request.Headers.IfNoneMatch.Contains(_tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        var body = bytes;
        if (http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal) && _compressed.Value is { } compressed)
        {
            headers.ContentEncoding = "br";
            body = compressed;
        }

        http.Response.ContentType = _type;
        http.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    private static byte[]? Compress(string name, byte[] bytes)
    {
        if (bytes.Length < 512 || Path.GetExtension(name) is not (".html" or ".js" or ".css" or ".svg" or ".json" or ".webmanifest"))
            return null;
        using var target = new MemoryStream();
        using (var brotli = new BrotliStream(target, CompressionLevel.Optimal))
            brotli.Write(bytes);
        return target.ToArray();
    }

    private static string TypeOf(string extension) => extension switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" or ".mjs" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".json" => "application/json; charset=utf-8",
        ".webmanifest" => "application/manifest+json; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".ico" => "image/x-icon",
        ".woff2" => "font/woff2",
        ".txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
}
