using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Polly.Retry;
using Retrying = Polly.ResiliencePipeline<System.Net.Http.HttpResponseMessage>;

namespace Agentic.Agents.Integrations.GitLab;

/// <summary>
/// GitLab's REST API (version 4) with one token. Reads are tried again on passing errors, writes never; redirects are not followed, since
/// the token would follow them; every answer is bounded in size and time.
/// </summary>
internal sealed class GitLabClient : IDisposable
{
    private const int LargestAnswer = 20 * 1024 * 1024;

    private readonly HttpClient _http;
    private readonly Uri _api;
    private readonly Retrying _reads;

    public GitLabClient(Uri api, string token, TimeSpan timeout, TimeProvider time)
    {
        _api = api;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = timeout }) { Timeout = timeout, MaxResponseContentBufferSize = LargestAnswer };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("agentic-codegen");
        if (token.Length > 0)
            _http.DefaultRequestHeaders.TryAddWithoutValidation("PRIVATE-TOKEN", token);
        var builder = new Polly.ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        _reads = Polly.RetryResiliencePipelineBuilderExtensions.AddRetry(builder, new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(200),
            BackoffType = Polly.DelayBackoffType.Exponential,
            ShouldHandle = new Polly.PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>()
                .HandleResult(response => response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout),
        }).Build();
    }

    public void Dispose() => _http.Dispose();

    public Task<Outcome<GitLabAnswer>> Get(string path, CancellationToken cancellation) =>
        Send(path, async token => await _http.GetAsync(new Uri(_api, path), token).ConfigureAwait(false), _reads, cancellation);

    public Task<Outcome<GitLabAnswer>> Post(string path, JsonObject body, CancellationToken cancellation) =>
        Send(path, async token =>
        {
            using var content = new StringContent(body.ToJsonString(AgenticJson.Options), Encoding.UTF8, "application/json");
            return await _http.PostAsync(new Uri(_api, path), content, token).ConfigureAwait(false);
        }, Retrying.Empty, cancellation);

    private async Task<Outcome<GitLabAnswer>> Send(
        string path, Func<CancellationToken, Task<HttpResponseMessage>> send, Retrying pipeline, CancellationToken cancellation)
    {
        var where = $"GitLab at {_api.GetLeftPart(UriPartial.Authority)}";
        try
        {
            using var response = await pipeline.ExecuteAsync(async token => await send(token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
            return Read(response, text, where, path);
        }
        catch (HttpRequestException problem)
        {
            return Refusal.Unavailable($"{where} cannot be reached: {problem.Message}");
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Refusal.Unavailable(string.Create(CultureInfo.InvariantCulture, $"{where} did not answer within {_http.Timeout.TotalSeconds:0} s. Ask again; what is there already is found."));
        }
    }

    private static Outcome<GitLabAnswer> Read(HttpResponseMessage response, string text, string where, string path)
    {
        JsonNode? body;
        try
        {
            body = text.Length == 0 ? null : JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = AgenticJson.MaxDepth });
        }
        catch (JsonException)
        {
            return (int)response.StatusCode is >= 200 and < 300
                ? Refusal.Unavailable($"{where} answered something that is not JSON. Is this the address of a GitLab?")
                : Refused(response, null, where, path);
        }

        return (int)response.StatusCode is >= 200 and < 300
            ? new GitLabAnswer(body, response.Headers.TryGetValues("X-Next-Page", out var pages) ? pages.First() : "")
            : Refused(response, body, where, path);
    }

    private static Refusal Refused(HttpResponseMessage response, JsonNode? body, string where, string path)
    {
        var said = Said(body);
        switch ((int)response.StatusCode)
        {
            case 401:
                return Refusal.Unprocessable($"{where} does not accept the token of this connection; it is wrong, expired or revoked.");
            case 403 when body is JsonObject members && (string?)members["error"] == "insufficient_scope":
                return Refusal.Unprocessable($"{where}: the token of this connection lacks the scope {(string?)members["scope"] ?? "api"}. Make one with the scope api.");
            case 403:
                return Refusal.Unprocessable($"{where} forbids this to the token of this connection{said}. It needs the role Developer on the project, or Maintainer to make one in a group.");
            case 404:
                return Refusal.NotFound($"{where} does not know {Uri.UnescapeDataString(path.Split('?')[0])}, or the token may not see it.");
            case 409:
                return Refusal.Conflict($"{where} refuses{said}.");
            case 429:
                return Refusal.Throttled($"{where} asks to slow down.", response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(30));
            case >= 300 and < 400:
                return Refusal.Unprocessable($"{where} redirects to {response.Headers.Location}. Configure that address.");
            case >= 500:
                return Refusal.Unavailable(string.Create(CultureInfo.InvariantCulture, $"{where} answered {(int)response.StatusCode}."));
            default:
                return Refusal.Unprocessable(string.Create(CultureInfo.InvariantCulture, $"{where} refuses with {(int)response.StatusCode}{said}."));
        }
    }

    // message is a text, a list or lists by member; error_description belongs to OAuth's form.
    private static string Said(JsonNode? body)
    {
        var said = body is not JsonObject members ? "" : members["message"] switch
        {
            JsonObject named => string.Join("; ", named.Select(member => $"{member.Key} {string.Join(", ", (member.Value as JsonArray ?? [member.Value?.DeepClone()]).Select(item => item?.ToString()))}")),
            JsonArray list => string.Join("; ", list.Select(item => item?.ToString())),
            { } text => text.ToString(),
            null => (string?)members["error_description"] ?? members["error"]?.ToString() ?? "",
        };
        said = said.ReplaceLineEndings(" ").TrimEnd('.');
        return said.Length == 0 ? "" : $": {(said.Length <= 300 ? said : said[..300])}";
    }
}

/// <param name="NextPage">Number of the next page; empty on the last.</param>
internal sealed record GitLabAnswer(JsonNode? Body, string NextPage);
