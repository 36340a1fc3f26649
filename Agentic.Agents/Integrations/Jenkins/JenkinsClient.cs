using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.Jenkins;

/// <summary>
/// The REST interface of Jenkins as far as a migration needs it. Reads are repeated on passing errors, writes never; a login page, HTML
/// and redirects are told apart from an answer; every answer is bounded in size and time.
/// </summary>
internal sealed class JenkinsClient : IDisposable
{
    private const int LargestAnswer = 20 * 1024 * 1024;

    private readonly HttpClient _http;
    private readonly JenkinsConnection _connection;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly Polly.ResiliencePipeline<HttpResponseMessage> _reads;

    public JenkinsClient(JenkinsConnection connection, TimeProvider time, TimeSpan limit)
    {
        (_connection, _time, _limit) = (connection, time, limit);
        // Its cookies matter: a crumb is bound to the session it was given in.
        _http = new HttpClient(OutboundServers.Handler(connection.Reach, limit)) { BaseAddress = connection.Address, Timeout = Timeout.InfiniteTimeSpan };
        if (connection is { Username.Length: > 0, Token.Length: > 0 })
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{connection.Username}:{connection.Token}")));
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("agentic");
        _reads = RepeatedReads.Pipeline(time);
    }

    /// <summary>What Jenkins calls its version on every answer; null while none has come from a Jenkins.</summary>
    public string? Version { get; private set; }

    public void Dispose() => _http.Dispose();

    /// <summary>The path of a job given by its full name, folders included.</summary>
    public static string JobPath(string fullName) => string.Concat(fullName.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(part => $"job/{Uri.EscapeDataString(part)}/"));

    /// <param name="tree">Which members to answer, in Jenkins' own notation.</param>
    public async Task<Outcome<JsonNode>> Json(string path, string? tree, CancellationToken cancellation)
    {
        var text = await Read($"{path}api/json{(tree is null ? "" : $"?tree={Uri.EscapeDataString(tree)}")}", "json", cancellation).ConfigureAwait(false);
        if (text.IsRefused)
            return text.Refusal;
        try
        {
            return JsonNode.Parse(text.Value, documentOptions: new JsonDocumentOptions { MaxDepth = AgenticJson.MaxDepth }) is JsonObject node
                ? node
                : Refusal.Unprocessable($"{Where(path)} answered JSON that Jenkins would not. Is this the address of a Jenkins?");
        }
        catch (JsonException)
        {
            return Refusal.Unprocessable($"{Where(path)} answered something that is not JSON. Is this the address of a Jenkins?");
        }
    }

    public Task<Outcome<string>> Xml(string path, CancellationToken cancellation) => Read(path, "xml", cancellation);

    /// <summary>Sends XML, with a crumb where Jenkins wants one.</summary>
    public async Task<Outcome<string>> PostXml(string path, string xml, CancellationToken cancellation)
    {
        var crumb = await Crumb(cancellation).ConfigureAwait(false);
        return crumb.IsRefused ? crumb.Refusal : await Guard(path, () => Post(path, xml, crumb.Value, cancellation), cancellation).ConfigureAwait(false);
    }

    private async Task<Outcome<string>> Post(string path, string xml, (string Field, string Value) crumb, CancellationToken cancellation)
    {
        using var limit = Limit(cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(xml)) { Headers = { ContentType = new MediaTypeHeaderValue("application/xml", "utf-8") } } };
        if (crumb.Field.Length > 0)
            request.Headers.TryAddWithoutValidation(crumb.Field, crumb.Value);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
        var body = await Body(answer, limit.Token).ConfigureAwait(false);
        return Refused(answer, path, body) is { } refusal ? refusal : body;
    }

    private async Task<Outcome<(string Field, string Value)>> Crumb(CancellationToken cancellation)
    {
        var answer = await Json("crumbIssuer/", null, cancellation).ConfigureAwait(false);
        // Without protection against forged requests there is no issuer.
        if (answer.Refusal is { Kind: RefusalKind.NotFound })
            return ("", "");
        if (answer.IsRefused)
            return answer.Refusal;
        return (Text(answer.Value, "crumbRequestField") ?? "", Text(answer.Value, "crumb") ?? "");
    }

    private Task<Outcome<string>> Read(string path, string expected, CancellationToken cancellation) => Guard(path, async () =>
    {
        using var answer = await _reads.ExecuteAsync(async token => await Get(path, token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        var body = await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        if (Refused(answer, path, body) is { } refusal)
            return refusal;
        return answer.Content.Headers.ContentType?.MediaType is { } media && !media.Contains(expected, StringComparison.OrdinalIgnoreCase)
            ? Refusal.Unprocessable($"{Where(path)} answered {media}. A login page or a proxy stands in front of Jenkins, or this is none; give the address of Jenkins itself, a user name and an API token.")
            : body;
    }, cancellation);

    private async Task<HttpResponseMessage> Get(string path, CancellationToken cancellation)
    {
        using var limit = Limit(cancellation);
        try
        {
            var answer = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            await answer.Content.LoadIntoBufferAsync(LargestAnswer, limit.Token).ConfigureAwait(false);
            return answer;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
        catch (HttpRequestException large) when (large.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new InvalidDataException();
        }
    }

    private static async Task<string> Body(HttpResponseMessage answer, CancellationToken cancellation)
    {
        await answer.Content.LoadIntoBufferAsync(LargestAnswer, cancellation).ConfigureAwait(false);
        return await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
    }

    private CancellationTokenSource Limit(CancellationToken cancellation)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_limit);
        return limit;
    }

    private async Task<Outcome<string>> Guard(string path, Func<Task<Outcome<string>>> work, CancellationToken cancellation)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (HttpRequestException problem) when (problem.InnerException is OutOfReachException reach)
        {
            return Refusal.Forbidden(reach.Message);
        }
        catch (HttpRequestException problem)
        {
            return Refusal.Unavailable($"{Where(path)} cannot be reached: {problem.Message}");
        }
        catch (InvalidDataException)
        {
            return Refusal.Unprocessable($"{Where(path)} answered more than {LargestAnswer / 1024 / 1024} MB.");
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return Refusal.Unavailable(string.Create(CultureInfo.InvariantCulture, $"{Where(path)} did not answer within {_limit.TotalSeconds:0.#} s."));
        }
    }

    private Refusal? Refused(HttpResponseMessage answer, string path, string body)
    {
        Version = Header(answer, "X-Jenkins") ?? Version;
        switch ((int)answer.StatusCode)
        {
            case >= 200 and < 300: return null;
            case >= 300 and < 400: return Redirected(answer, path);
            case 401: return Refusal.Unprocessable($"{Where(path)} does not accept this user name and API token.");
            case 403: return Forbidden(answer, path, body);
            case 404 when Version is null: return Refusal.NotFound($"There is no Jenkins at {_connection.Address}.");
            case 404: return Refusal.NotFound($"{Where(path)} does not exist, or the user may not see it.");
            case 429: return Refusal.Throttled($"{Where(path)} asks to slow down.", Asked(answer) ?? TimeSpan.FromSeconds(30));
            case 503 when body.Contains("getting ready to work", StringComparison.OrdinalIgnoreCase): return Refusal.Unavailable($"{Where(path)} is starting.", Asked(answer));
            case >= 500: return Refusal.Unavailable($"{Where(path)} answered {(int)answer.StatusCode}.", Asked(answer));
            default: return Refusal.Unprocessable($"{Where(path)} answered {(int)answer.StatusCode}{(Header(answer, "X-Error") is { } error ? $": {error}" : "")}.");
        }
    }

    private Refusal Redirected(HttpResponseMessage answer, string path)
    {
        var target = answer.Headers.Location;
        if (target?.OriginalString.Contains("login", StringComparison.OrdinalIgnoreCase) == true)
            return Refusal.Unprocessable($"{Where(path)} sends to a login page. Give a user name and an API token.");
        var server = target is { IsAbsoluteUri: true } ? target.GetLeftPart(UriPartial.Path) : target?.OriginalString.Split('?')[0] ?? "somewhere else";
        return Refusal.Unprocessable($"{Where(path)} redirects to {server}. Redirects are not followed; give that address if it is the right one.");
    }

    private Refusal Forbidden(HttpResponseMessage answer, string path, string body)
    {
        var who = Header(answer, "X-You-Are-Authenticated-As");
        if (Header(answer, "X-Required-Permission") is { } permission)
            return new MissingPermission(Name(permission), who ?? _connection.Username ?? "anonymous").AsRefusal(who == "anonymous" && _connection.Token is not { Length: > 0 });
        return body.Contains("No valid crumb", StringComparison.OrdinalIgnoreCase)
            ? Refusal.Unprocessable($"{Where(path)} did not accept its own crumb. A proxy in front of Jenkins probably changes the address or drops the session cookie; use an API token, which needs no crumb.")
            : Refusal.Unprocessable($"{Where(path)} answered 403: the user may not do this.");
    }

    /// <summary>Jenkins names permissions by class; people know them as Overall/Read.</summary>
    private static string Name(string permission)
    {
        var dot = permission.LastIndexOf('.');
        return dot < 0 ? permission : permission[..dot] switch
        {
            "hudson.model.Hudson" or "jenkins.model.Jenkins" => "Overall/" + permission[(dot + 1)..],
            "hudson.model.Item" => "Job/" + permission[(dot + 1)..],
            "hudson.model.View" => "View/" + permission[(dot + 1)..],
            "hudson.model.Run" => "Run/" + permission[(dot + 1)..],
            "hudson.model.Computer" => "Agent/" + permission[(dot + 1)..],
            "com.cloudbees.plugins.credentials.CredentialsProvider" => "Credentials/" + permission[(dot + 1)..],
            _ => permission,
        };
    }

    private TimeSpan? Asked(HttpResponseMessage answer) => (answer.Headers.RetryAfter?.Delta ?? (answer.Headers.RetryAfter?.Date is { } date ? date - _time.GetUtcNow() : null)) is { } asked
        ? TimeSpan.FromSeconds(Math.Clamp(asked.TotalSeconds, 1, 3600))
        : null;

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static string? Text(JsonNode node, string member) => node[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private string Where(string path) => $"Jenkins at {_connection.Address}{path.Split('?')[0].Replace("api/json", "", StringComparison.Ordinal)}";
}

/// <summary>What Jenkins says a user lacks, in its own words.</summary>
internal sealed record MissingPermission(string Permission, string User)
{
    public Refusal AsRefusal(bool isAnonymous) =>
        Refusal.Unprocessable($"The user {User} lacks the permission {Permission}.{(isAnonymous ? " Give a user name and an API token." : "")}", [new MemberError("permission", Permission)]);

    /// <summary>The permission a refusal is about; null where it is about something else.</summary>
    public static string? Of(Refusal refusal) => refusal.Errors is [{ Member: "permission" } error] ? error.Message : null;
}
