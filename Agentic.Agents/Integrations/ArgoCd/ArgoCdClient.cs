using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Agentic.Agents.Integrations.ArgoCd;

/// <summary>What Argo CD answered when it did not do what it was asked.</summary>
internal sealed class ArgoCdException(HttpStatusCode status, string message) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;
}

/// <summary>The part of Argo CD's API that deployments need.</summary>
internal sealed class ArgoCdClient(HttpClient http)
{
    public static HttpClient Connect(ArgoCdOptions options) => new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        BaseAddress = new Uri(options.Url.TrimEnd('/') + "/"), Timeout = options.RequestLimit, DefaultRequestHeaders = { { "Authorization", $"Bearer {options.Token}" } },
    };

    public Task<JsonNode?> Upsert(JsonObject application, CancellationToken cancellation) =>
        Send(HttpMethod.Post, "api/v1/applications?upsert=true&validate=true", application, cancellation);

    public async Task<JsonArray> List(string selector, CancellationToken cancellation) =>
        (await Send(HttpMethod.Get, $"api/v1/applications?selector={Uri.EscapeDataString(selector)}", null, cancellation))?["items"] as JsonArray ?? [];

    /// <summary>Null when there is none.</summary>
    public async Task<JsonNode?> Find(string name, CancellationToken cancellation)
    {
        try
        {
            return await Send(HttpMethod.Get, $"api/v1/applications/{name}?refresh=normal", null, cancellation);
        }
        catch (ArgoCdException missing) when (missing.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public Task<JsonNode?> Sync(string name, string commit, CancellationToken cancellation) =>
        Send(HttpMethod.Post, $"api/v1/applications/{name}/sync", new JsonObject { ["revision"] = commit, ["prune"] = true }, cancellation);

    public async Task Delete(string name, CancellationToken cancellation)
    {
        try
        {
            await Send(HttpMethod.Delete, $"api/v1/applications/{name}?cascade=true&propagationPolicy=foreground", null, cancellation);
        }
        catch (ArgoCdException missing) when (missing.Status == HttpStatusCode.NotFound)
        {
            // Gone already, which is what was asked for.
        }
    }

    private async Task<JsonNode?> Send(HttpMethod method, string path, JsonNode? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await http.SendAsync(request, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            throw new ArgoCdException(answer.StatusCode, string.Create(CultureInfo.InvariantCulture, $"Argo CD answers {(int)answer.StatusCode}: {(text.Length <= 500 ? text : text[..500])}"));
        }

        return text.Length == 0 ? null : JsonNode.Parse(text);
    }
}
