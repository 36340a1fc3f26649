using System.Collections.Concurrent;
using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Host.Traffic;

/// <summary>The agent's traffic port over YARP's forwarder: shares per service, requests in flight and what they came to.</summary>
/// <remarks>
/// Forwarding directly, rather than through YARP's configuration, makes a shift one atomic exchange: YARP applies a new configuration some
/// time after it is handed over, and "shifted" must mean that the next request follows.
/// </remarks>
internal sealed class ServiceTraffic(TimeProvider time, Func<string> address) : ITraffic, IMetricSource
{
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<ServiceKey, TrafficShares> _shares = new();
    private readonly ConcurrentDictionary<(ServiceKey Key, string Revision), RevisionTraffic> _revisions = new();

    public void Route(ServiceKey key, IReadOnlyList<TrafficRoute> routes)
    {
        var shares = new TrafficShares([.. routes.Where(route => route.Weight > 0)]);
        if (routes.Count > 0 && (!shares.IsServed || shares.Routes.Sum(route => route.Weight) != 100 || shares.Routes.Any(route => route.Destinations.Count == 0)))
        {
            throw new ArgumentException($"The shares of {key} must sum to 100 and each have a destination.", nameof(routes));
        }

        _shares[key] = shares;
    }

    public IReadOnlyList<TrafficRoute> Routes(ServiceKey key) => _shares.TryGetValue(key, out var shares) ? shares.Routes : [];

    public string Address(ServiceKey key) => $"{address().TrimEnd('/')}/run/{key.Environment}/{key.Service}/";

    public async Task<bool> Drain(ServiceKey key, string revision, TimeSpan limit, CancellationToken cancellation)
    {
        if (Routes(key).Any(route => route.Revision == revision))
        {
            throw new InvalidOperationException($"{revision} still has a share of {key}: shift the traffic away before draining.");
        }

        var began = time.GetTimestamp();
        while (InFlight(key, revision) > 0)
        {
            if (time.GetElapsedTime(began) >= limit)
            {
                return false;
            }

            await Task.Delay(DrainPoll, time, cancellation);
        }

        return true;
    }

    public int InFlight(ServiceKey key, string revision) => Of(key, revision).InFlight;

    public Task<Sample?> Read(ServiceKey key, Revision revision, DateTimeOffset since, CancellationToken cancellation) =>
        Task.FromResult(_revisions.TryGetValue((key, revision.Name), out var counted) ? counted.Tally.Since(since) : _shares.ContainsKey(key) ? Sample.None : null);

    /// <summary>The proxy counts requests; it answers no queries.</summary>
    public Task<double?> Ask(string query, CancellationToken cancellation) => Task.FromResult<double?>(null);

    /// <summary>Takes a request on, or null when the service is not served. The ticket must be disposed when the request is over.</summary>
    public TrafficTicket? Admit(ServiceKey key)
    {
        while (_shares.TryGetValue(key, out var shares) && shares.IsServed)
        {
            var (route, destination) = shares.Next();
            var revision = Of(key, route.Revision);
            revision.Enter();

            // Counted first, checked second: a drain that began in between either sees this request or makes it choose again.
            if (_shares.TryGetValue(key, out var current) && ReferenceEquals(current, shares))
            {
                return new TrafficTicket(revision, destination, time);
            }

            revision.Leave();
        }

        return null;
    }

    private RevisionTraffic Of(ServiceKey key, string revision) => _revisions.GetOrAdd((key, revision), _ => new RevisionTraffic());
}

/// <summary>Requests in flight at one revision, and the counts of those that ended.</summary>
internal sealed class RevisionTraffic
{
    private int _inFlight;

    public int InFlight => Volatile.Read(ref _inFlight);

    public RequestTally Tally { get; } = new();

    public void Enter() => Interlocked.Increment(ref _inFlight);

    public void Leave() => Interlocked.Decrement(ref _inFlight);
}

/// <summary>One admitted request.</summary>
internal sealed class TrafficTicket(RevisionTraffic revision, Uri destination, TimeProvider time) : IDisposable
{
    private readonly long _began = time.GetTimestamp();

    public Uri Destination { get; } = destination;

    public void Count(bool isError) => revision.Tally.Count(time.GetUtcNow(), isError, time.GetElapsedTime(_began));

    public void Dispose() => revision.Leave();
}
