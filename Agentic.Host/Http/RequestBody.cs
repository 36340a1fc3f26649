using System.Buffers;
using System.Text.Json;
using Agentic.Agents.Operations;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Agentic.Host.Http;

/// <summary>Reads the JSON body of a request within its limits; no body reads as an empty object.</summary>
internal static class RequestBody
{
    private static readonly JsonElement Empty = JsonDocument.Parse("{}").RootElement.Clone();

    public static async Task<Outcome<JsonElement>> Read(HttpContext http, long limit)
    {
        var request = http.Request;
        if (!HasBody(http))
            return Empty;
        // Our own count replaces the server's, which would cut the connection while a client is still sending and hide the answer.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        var bytes = await ReadBytes(request, limit, http.RequestAborted);
        if (bytes is null)
            return Refusal.TooLarge($"The body is larger than {limit:N0} bytes. Send less, or raise Http:MaxBodyBytes.");
        if (bytes.Length == 0)
            return Empty;
        return StrictJson.Read(bytes);
    }

    /// <summary>False where a body comes as something else than JSON in UTF-8.</summary>
    public static bool IsReadable(HttpContext http) =>
        !HasBody(http)
        || (MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var media) && IsJson(media));

    private static bool HasBody(HttpContext http) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false && http.Request.ContentLength != 0;

    private static bool IsJson(MediaTypeHeaderValue media) =>
        (media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (media.Type.Equals("application", StringComparison.OrdinalIgnoreCase) && media.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)))
        && (!media.Charset.HasValue || media.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <summary>Null where the body is over the limit; the rest is read and dropped, within reason, so that the client hears why.</summary>
    private static async Task<byte[]?> ReadBytes(HttpRequest request, long limit, CancellationToken cancellation)
    {
        var isTooLarge = request.ContentLength > limit;
        using var kept = new MemoryStream(isTooLarge ? 0 : (int)Math.Min(request.ContentLength ?? 1024, 1 << 20));
        var chunk = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            long total = 0;
            while (await request.Body.ReadAsync(chunk, cancellation) is > 0 and var read)
            {
                total += read;
                isTooLarge |= total > limit;
                if (!isTooLarge)
                    kept.Write(chunk, 0, read);
                else if (total > limit + MostDropped)
                    break;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        return isTooLarge ? null : kept.ToArray();
    }

    private const long MostDropped = 64 << 20;
}
