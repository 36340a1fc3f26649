using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;
using Agentic.Agents.Operations;
using Agentic.Host.Http;
using Microsoft.Extensions.Options;

namespace Agentic.Host.Security;

/// <summary>Section <c>RateLimit</c>: how often one caller may ask. Local mode has no limit unless one is set.</summary>
internal sealed class RateLimitOptions
{
    /// <summary>Requests per second a caller may keep up; 0 for no limit. Default 50, in Local mode 0.</summary>
    [Range(0, 100_000, ErrorMessage = "RateLimit:RequestsPerSecond must be between 0 and 100000.")]
    public int? RequestsPerSecond { get; set; }

    /// <summary>Requests a caller may send at once after a pause. Default 200.</summary>
    [Range(1, 1_000_000, ErrorMessage = "RateLimit:Burst must be between 1 and 1000000.")]
    public int Burst { get; set; } = 200;

    /// <summary>Requests per second from one address that names no valid caller, which slows the guessing of keys. Default 5, at most 20 at once.</summary>
    [Range(1, 100_000, ErrorMessage = "RateLimit:UnknownPerSecond must be between 1 and 100000.")]
    public int UnknownPerSecond { get; set; } = 5;
}

/// <summary>Counts requests per caller, and per address for those who name none.</summary>
internal sealed class CallerRates : IDisposable
{
    private const int DefaultPerSecond = 50;
    private const int UnknownBurst = 20;

    private readonly PartitionedRateLimiter<HttpContext>? _limiter;

    public CallerRates(IOptions<RateLimitOptions> options, IOptions<SecurityOptions> security)
    {
        var rates = options.Value;
        var isLocal = security.Value.Mode == AuthMode.Local;
        var perSecond = rates.RequestsPerSecond ?? (isLocal ? 0 : DefaultPerSecond);
        if (perSecond > 0)
            _limiter = PartitionedRateLimiter.Create<HttpContext, string>(http => http.Features.Get<Caller>() is { } caller
                ? RateLimitPartition.GetTokenBucketLimiter($"caller {caller.Name}", _ => Bucket(perSecond, rates.Burst))
                : RateLimitPartition.GetTokenBucketLimiter($"address {http.Connection.RemoteIpAddress}", _ => Bucket(rates.UnknownPerSecond, UnknownBurst)));
    }

    public async Task Count(HttpContext http, RequestDelegate next)
    {
        using var lease = _limiter?.AttemptAcquire(http);
        if (lease is null or { IsAcquired: true })
        {
            await next(http);
            return;
        }

        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        await RefusalProblems.Write(http, Refusal.Throttled("You are asking faster than this host allows. Wait as long as Retry-After says, then go on.", wait));
    }

    public void Dispose() => _limiter?.Dispose();

    private static TokenBucketRateLimiterOptions Bucket(int perSecond, int burst) => new()
    {
        TokenLimit = Math.Max(perSecond, burst),
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };
}
