using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Polly.Retry;

namespace Agentic.Agents.Integrations.Jenkins;

/// <summary>Where a Jenkins is and who asks; the token is an API token of that user.</summary>
internal sealed record JenkinsConnection(Uri Url, string? Username, string? Token);

/// <summary>
/// The REST interface of Jenkins as far as a migration needs it. Reads are repeated on passing errors, writes never;
/// a login page, HTML and redirects are told apart from an answer; every answer is bounded in size and time.
/// </summary>
internal sealed class JenkinsClient : IDisposable
{
    private const int LargestAnswer = 20 * 1024 * 1024;

    private readonly HttpClient _http;
    private readonly JenkinsConnection _connection;
    private readonly Polly.ResiliencePipeline<HttpResponseMessage> _reads;

    public JenkinsClient(JenkinsConnection connection, TimeProvider time, TimeSpan timeout)
    {
        _connection = connection;
        // Cookies matter: a crumb is bound to the session it was given in.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true, ConnectTimeout = timeout }) { Timeout = timeout, MaxResponseContentBufferSize = LargestAnswer };
        if (connection.Username is { Length: > 0 } user && connection.Token is { Length: > 0 } token)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user + ":" + token)));
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("agentic-migration");
        var builder = new Polly.ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        _reads = Polly.RetryResiliencePipelineBuilderExtensions.AddRetry(builder, new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(200),
            BackoffType = Polly.DelayBackoffType.Exponential,
            ShouldHandle = new Polly.PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().HandleResult(response => response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout),
        }).Build();
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The path of a job given by its full name, folders included.</summary>
    public static string JobPath(string fullName) => string.Concat(fullName.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(part => "job/" + Uri.EscapeDataString(part) + "/"));

    public async Task<Outcome<JsonNode>> Json(string path, CancellationToken cancellation)
    {
        var text = await Read(path, "application/json", cancellation).ConfigureAwait(false);
        if (text.IsRefused) return text.Refusal;
        try
        {
            return JsonNode.Parse(text.Value, documentOptions: new JsonDocumentOptions { MaxDepth = AgenticJson.MaxDepth }) is { } node ? Outcome<JsonNode>.Of(node) : Refusal.Unavailable($"{Where(path)} answered null.");
        }
        catch (JsonException)
        {
            return Refusal.Unavailable($"{Where(path)} answered something that is not JSON. Is this the address of a Jenkins?");
        }
    }

    public Task<Outcome<string>> Xml(string path, CancellationToken cancellation) => Read(path, "xml", cancellation);

    /// <summary>Sends XML, with a crumb where Jenkins wants one.</summary>
    public async Task<Outcome<string>> PostXml(string path, string xml, CancellationToken cancellation)
    {
        var crumb = await Crumb(cancellation).ConfigureAwait(false);
        if (crumb.IsRefused) return crumb.Refusal;
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(path)) { Content = new StringContent(xml, Encoding.UTF8, "application/xml") };
        if (crumb.Value is { Field.Length: > 0 } known) request.Headers.TryAddWithoutValidation(known.Field, known.Value);
        return await Send(path, () => _http.SendAsync(request, cancellation), _ => null, cancellation).ConfigureAwait(false);
    }

    private async Task<Outcome<(string Field, string Value)>> Crumb(CancellationToken cancellation)
    {
        var answer = await Json("crumbIssuer/api/json", cancellation).ConfigureAwait(false);
        if (answer.Refusal is { Kind: RefusalKind.NotFound }) return ("", "");
        if (answer.IsRefused) return answer.Refusal;
        return ((string?)answer.Value["crumbRequestField"] ?? "", (string?)answer.Value["crumb"] ?? "");
    }

    private Task<Outcome<string>> Read(string path, string expected, CancellationToken cancellation) =>
        Send(path, () => _reads.ExecuteAsync(async token => await _http.GetAsync(Address(path), token).ConfigureAwait(false), cancellation).AsTask(),
            media => media is not null && !media.Contains(expected == "xml" ? "xml" : "json", StringComparison.OrdinalIgnoreCase) ? media : null, cancellation);

    private async Task<Outcome<string>> Send(string path, Func<Task<HttpResponseMessage>> send, Func<string?, string?> wrongMedia, CancellationToken cancellation)
    {
        try
        {
            using var response = await send().ConfigureAwait(false);
            if (Refused(response, path) is { } refusal) return refusal;
            if (wrongMedia(response.Content.Headers.ContentType?.MediaType) is { } media)
                return Refusal.Unavailable($"{Where(path)} answered {media}. A login page or a proxy stands in front of Jenkins; give the address of Jenkins itself and an API token.");
            return await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException problem)
        {
            return Refusal.Unavailable($"{Where(path)} cannot be reached: {problem.Message}");
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Refusal.Unavailable(string.Create(CultureInfo.InvariantCulture, $"{Where(path)} did not answer within {_http.Timeout.TotalSeconds:0.#} s."));
        }
    }

    private Refusal? Refused(HttpResponseMessage response, string path)
    {
        string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
        switch ((int)response.StatusCode)
        {
            case >= 200 and < 300: return null;
            case >= 300 and < 400:
                var target = response.Headers.Location?.ToString() ?? "somewhere else";
                // A created item is answered by a redirect to its page.
                if (response.RequestMessage?.Method == HttpMethod.Post && !target.Contains("login", StringComparison.OrdinalIgnoreCase)) return null;
                return target.Contains("login", StringComparison.OrdinalIgnoreCase)
                    ? Refusal.Unprocessable($"{Where(path)} sends to a login page. Give a user name and an API token.")
                    : Refusal.Unprocessable($"{Where(path)} redirects to {target}. Use that address.");
            case 401: return Refusal.Unprocessable($"{Where(path)} does not accept this user name and API token.");
            case 403:
                var permission = Header("X-Required-Permission");
                return Refusal.Unprocessable(permission is null ? $"{Where(path)} answered 403: the user may not do this." : $"The user {Header("X-You-Are-Authenticated-As") ?? _connection.Username ?? "anonymous"} lacks the permission {Permission(permission)}.");
            case 404: return Refusal.NotFound($"{Where(path)} does not exist, or the user may not see it.");
            case 429: return Refusal.Throttled($"{Where(path)} asks to slow down.", response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(30));
            case >= 500: return Refusal.Unavailable($"{Where(path)} answered {(int)response.StatusCode}.");
            default: return Refusal.Unprocessable($"{Where(path)} answered {(int)response.StatusCode}{(Header("X-Error") is { } error ? ": " + error : "")}.");
        }
    }

    /// <summary>Jenkins names permissions by class; people know them as Overall/Read.</summary>
    private static string Permission(string name) => name switch
    {
        "hudson.model.Hudson.Read" => "Overall/Read",
        "hudson.model.Hudson.Administer" => "Overall/Administer",
        _ when name.StartsWith("hudson.model.Item.", StringComparison.Ordinal) => "Job/" + name["hudson.model.Item.".Length..],
        _ when name.StartsWith("hudson.model.View.", StringComparison.Ordinal) => "View/" + name["hudson.model.View.".Length..],
        _ => name,
    };

    private Uri Address(string path) => new(new Uri(_connection.Url.ToString().TrimEnd('/') + "/"), path);

    private string Where(string path) => $"Jenkins at {_connection.Url.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{path.Split('?')[0]}";
}
