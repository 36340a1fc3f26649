using System.Net;
using Polly;
using Polly.Retry;

namespace Agentic.Agents.Integrations;

/// <summary>When a read from a vendor's server is tried again: on errors that pass, twice, and after the server's own short pause.</summary>
internal static class RepeatedReads
{
    private const int Retries = 2;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    public static ResiliencePipeline<HttpResponseMessage> Pipeline(TimeProvider time) => new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = Retries,
            Delay = TimeSpan.FromMilliseconds(200),
            BackoffType = DelayBackoffType.Exponential,
            ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                .Handle<HttpRequestException>(problem => problem.InnerException is not OutOfReachException && problem.HttpRequestError != HttpRequestError.ConfigurationLimitExceeded)
                .HandleResult(MayPass),
            DelayGenerator = tried => ValueTask.FromResult(tried.Outcome.Result is { } answer ? Pause(answer) : null),
        })
        .Build();

    private static bool MayPass(HttpResponseMessage answer) => answer.StatusCode switch
    {
        HttpStatusCode.TooManyRequests => Pause(answer) is not null,
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => answer.Headers.RetryAfter is null || Pause(answer) is not null,
        _ => false,
    };

    /// <summary>Only a short pause is waited for; a longer one is the caller's to decide.</summary>
    private static TimeSpan? Pause(HttpResponseMessage answer) => answer.Headers.RetryAfter?.Delta is { } pause && pause <= LongestPause ? pause : null;
}
