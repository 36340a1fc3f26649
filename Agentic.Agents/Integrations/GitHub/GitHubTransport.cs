using System.Net;
using System.Net.Http.Headers;
using Polly;

namespace Agentic.Agents.Integrations.GitHub;

/// <summary>GitHub, or what stands in its place, gave an answer that is none; the message says what to do.</summary>
internal sealed class NotGitHubException(string message) : Exception(message);

/// <summary>GitHub asked to come back later.</summary>
internal sealed class GitHubBusyException(string message, TimeSpan retryAfter) : Exception(message)
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>
/// The connection under the API client, made for one piece of work: bounded in time and size, cancelled with the work, reads repeated on
/// passing errors and writes never, and no answer taken for one that is not JSON.
/// </summary>
internal sealed class GitHubTransport : DelegatingHandler
{
    private const int LargestAnswer = 20 * 1024 * 1024;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly Uri _api;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly CancellationToken _work;
    private readonly ResiliencePipeline<HttpResponseMessage> _reads;

    public GitHubTransport(GitHubAccount account, TimeSpan limit, TimeProvider time, CancellationToken work)
        : base(OutboundServers.Handler(account.Reach, limit))
    {
        (_api, _limit, _time, _work) = (account.Api, limit, time, work);
        _reads = RepeatedReads.Pipeline(time);
    }

    /// <summary>What the last answer said about the token; null where it named no scopes, which only classic tokens do.</summary>
    public IReadOnlyList<string>? Scopes { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The client follows redirects by itself: a renamed repository is one, another server is none of ours.
        if (request.RequestUri is not { } address || address.Host != _api.Host || address.Port != _api.Port || address.Scheme != _api.Scheme)
            throw new NotGitHubException($"{_api} redirects to {request.RequestUri?.GetLeftPart(UriPartial.Authority)}. Use the address of the GitHub API itself.");
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _work);
        var answer = request.Method == HttpMethod.Get
            ? await _reads.ExecuteAsync(async token => await Attempt(request, token).ConfigureAwait(false), linked.Token).ConfigureAwait(false)
            : await Attempt(request, linked.Token).ConfigureAwait(false);
        Scopes = answer.Headers.TryGetValues("X-OAuth-Scopes", out var scopes)
            ? [.. scopes.SelectMany(line => line.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))]
            : null;
        if (Pause(answer) is { } pause)
            throw new GitHubBusyException(Header(answer, "x-ratelimit-remaining") == "0" ? "GitHub's rate limit is used up for this token." : "GitHub asks to slow down.", pause);
        if (Header(answer, "X-GitHub-SSO") is { } single && single.StartsWith("required", StringComparison.Ordinal))
            throw new NotGitHubException("The organisation demands single sign-on, for which this token is not authorised. Authorise it at " + (single.Split("url=", 2) is [_, var url] ? url : "GitHub, under Settings, Developer settings") + ".");
        if (answer.IsSuccessStatusCode && answer.Content.Headers.ContentLength != 0 && answer.Content.Headers.ContentType?.MediaType is { } media && !IsApi(media))
            throw new NotGitHubException($"{_api} answered {media}, not JSON. Is it the address of a GitHub API? For GitHub Enterprise Server it ends in /api/v3/.");
        return answer;
    }

    private async Task<HttpResponseMessage> Attempt(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_limit, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            var answer = await base.SendAsync(request, linked.Token).ConfigureAwait(false);
            // Read here, so that the limits hold for the body as well.
            await answer.Content.LoadIntoBufferAsync(LargestAnswer, linked.Token).ConfigureAwait(false);
            return answer;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }

    /// <summary>Both limits of GitHub answer 403 or 429, told apart from a plain "no" by these headers.</summary>
    private TimeSpan? Pause(HttpResponseMessage answer)
    {
        if (answer.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests))
            return null;
        if (answer.Headers.RetryAfter is { } after)
            return After(after);
        if (Header(answer, "x-ratelimit-remaining") == "0" && long.TryParse(Header(answer, "x-ratelimit-reset"), out var reset))
            return AtLeastOneSecond(DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(reset, 0, 253402300799)) - _time.GetUtcNow());
        return answer.StatusCode == HttpStatusCode.TooManyRequests ? LongestPause : null;
    }

    private TimeSpan After(RetryConditionHeaderValue after) => AtLeastOneSecond(after.Delta ?? (after.Date is { } date ? date - _time.GetUtcNow() : LongestPause));

    private static TimeSpan AtLeastOneSecond(TimeSpan pause) => pause < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : pause > TimeSpan.FromHours(1) ? TimeSpan.FromHours(1) : pause;

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static bool IsApi(string media) => media.Contains("json", StringComparison.OrdinalIgnoreCase) || media.StartsWith("application/vnd.github", StringComparison.OrdinalIgnoreCase);
}
