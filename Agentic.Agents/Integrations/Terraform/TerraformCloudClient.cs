using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.Terraform;

/// <summary>What Terraform Cloud answered when it did not do what it was asked.</summary>
internal sealed class TerraformCloudException(HttpStatusCode status, string message) : Exception(message)
{
    public Refusal Refusal => (int)status is 409 ? Refusal.Conflict(Message)
        : (int)status is 408 or 429 or >= 500 ? Refusal.Unavailable(Message)
        : Refusal.Unprocessable(Message);
}

/// <summary>The part of Terraform Cloud's API that runs need; JSON:API in and out.</summary>
internal sealed class TerraformCloudClient(HttpClient http, HttpClient storage, string organization)
{
    private const string MediaType = "application/vnd.api+json";
    private const int LongestPlan = 64 * 1024 * 1024;

    public static TerraformCloudClient Connect(TerraformCloudOptions options)
    {
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(options.Url.TrimEnd('/') + "/api/v2/"), Timeout = options.RequestLimit, MaxResponseContentBufferSize = LongestPlan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Token);

        // Uploads and plans lie on addresses that are signed themselves: the token is not theirs to see.
        return new TerraformCloudClient(http, new HttpClient { Timeout = TimeSpan.FromMinutes(5), MaxResponseContentBufferSize = LongestPlan }, options.Organization);
    }

    public async Task<string> Workspace(string name, CancellationToken cancellation) =>
        Id((await Send(HttpMethod.Get, $"organizations/{Uri.EscapeDataString(organization)}/workspaces/{Uri.EscapeDataString(name)}", null, cancellation).ConfigureAwait(false))["data"]);

    public async Task<(string Id, string UploadUrl)> Configuration(string workspace, CancellationToken cancellation)
    {
        var made = await Send(HttpMethod.Post, $"workspaces/{workspace}/configuration-versions", Data("configuration-versions", new JsonObject { ["auto-queue-runs"] = false }), cancellation).ConfigureAwait(false);
        return (Id(made["data"]), made["data"]!["attributes"]!["upload-url"]!.GetValue<string>());
    }

    public async Task Upload(string url, Stream archive, CancellationToken cancellation)
    {
        using var content = new StreamContent(archive) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var answer = await storage.PutAsync(new Uri(http.BaseAddress!, url), content, cancellation).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            throw new TerraformCloudException(answer.StatusCode, $"Terraform Cloud did not take the configuration ({(int)answer.StatusCode}).");
        }
    }

    public async Task<string> ConfigurationStatus(string configuration, CancellationToken cancellation) =>
        Status(await Send(HttpMethod.Get, $"configuration-versions/{configuration}", null, cancellation).ConfigureAwait(false));

    public async Task<string> Run(string workspace, string configuration, string message, bool destroys, bool refreshOnly, IReadOnlyDictionary<string, string> variables, CancellationToken cancellation)
    {
        var attributes = new JsonObject
        {
            ["message"] = message, ["is-destroy"] = destroys, ["auto-apply"] = false, ["refresh-only"] = refreshOnly, ["plan-only"] = refreshOnly,

            // Values are written as in a configuration: a string in quotes.
            ["variables"] = new JsonArray([.. variables.Select(variable => (JsonNode)new JsonObject { ["key"] = variable.Key, ["value"] = JsonSerializer.Serialize(variable.Value).Replace("${", "$${", StringComparison.Ordinal) })]),
        };
        var body = Data("runs", attributes);
        body["data"]!["relationships"] = new JsonObject { ["workspace"] = Relation("workspaces", workspace), ["configuration-version"] = Relation("configuration-versions", configuration) };
        return Id((await Send(HttpMethod.Post, "runs", body, cancellation).ConfigureAwait(false))["data"]);
    }

    public Task<JsonNode> GetRun(string run, CancellationToken cancellation) => Send(HttpMethod.Get, $"runs/{run}", null, cancellation);

    public Task Act(string run, string action, string comment, CancellationToken cancellation) =>
        Send(HttpMethod.Post, $"runs/{run}/actions/{action}", new JsonObject { ["comment"] = comment }, cancellation);

    /// <summary>The plan as <c>terraform show -json</c> would show it.</summary>
    public async Task<JsonNode> Plan(JsonNode run, CancellationToken cancellation)
    {
        var plan = run["data"]?["relationships"]?["plan"]?["data"]?["id"]?.GetValue<string>() ?? throw new JsonException("the run names no plan");
        using var answer = await http.GetAsync(new Uri($"plans/{plan}/json-output", UriKind.Relative), cancellation).ConfigureAwait(false);
        if ((int)answer.StatusCode is >= 300 and < 400 && answer.Headers.Location is { } place)
        {
            using var stored = await storage.GetAsync(new Uri(http.BaseAddress!, place), cancellation).ConfigureAwait(false);
            return await Read(stored, cancellation).ConfigureAwait(false);
        }

        return await Read(answer, cancellation).ConfigureAwait(false);
    }

    public async Task<JsonObject> Outputs(string workspace, CancellationToken cancellation)
    {
        var state = await Send(HttpMethod.Get, $"workspaces/{workspace}/current-state-version-outputs", null, cancellation).ConfigureAwait(false);
        return new JsonObject((state["data"] as JsonArray ?? []).Select(output => output!["attributes"]!).Select(output => KeyValuePair.Create(
            output["name"]!.GetValue<string>(), output["sensitive"]?.GetValue<bool>() == true ? Redactor.Mark : output["value"]?.DeepClone())));
    }

    public static string Status(JsonNode answer) => answer["data"]?["attributes"]?["status"]?.GetValue<string>() ?? "unknown";

    private static string Id(JsonNode? data) => data?["id"]?.GetValue<string>() ?? throw new JsonException("the answer has no id");

    private static JsonObject Data(string type, JsonObject attributes) => new() { ["data"] = new JsonObject { ["type"] = type, ["attributes"] = attributes } };

    private static JsonObject Relation(string type, string id) => new() { ["data"] = new JsonObject { ["type"] = type, ["id"] = id } };

    private async Task<JsonNode> Send(HttpMethod method, string path, JsonNode? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8) };
        if (request.Content is not null)
        {
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaType);
        }

        using var answer = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        return await Read(answer, cancellation).ConfigureAwait(false);
    }

    private static async Task<JsonNode> Read(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            var said = answer.StatusCode == HttpStatusCode.NotFound ? "not found, or the token may not see it" : text.Length <= 500 ? text : text[..500];
            throw new TerraformCloudException(answer.StatusCode, string.Create(CultureInfo.InvariantCulture, $"Terraform Cloud answers {(int)answer.StatusCode}: {said}"));
        }

        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text) ?? new JsonObject();
    }
}
