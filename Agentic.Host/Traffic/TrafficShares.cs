using Agentic.Agents.Deployment;

namespace Agentic.Host.Traffic;

/// <summary>One service's shares at one moment; replaced as a whole, so that no request ever sees half a shift.</summary>
internal sealed class TrafficShares
{
    private readonly TrafficRoute[] _byPercent = new TrafficRoute[100];
    private long _request = -1;

    public TrafficShares(IReadOnlyList<TrafficRoute> routes)
    {
        Routes = routes;
        var percent = 0;
        foreach (var route in routes)
        {
            for (var i = 0; i < route.Weight && percent < 100; i++)
            {
                _byPercent[percent++] = route;
            }
        }

        IsServed = percent == 100;
    }

    public IReadOnlyList<TrafficRoute> Routes { get; }

    public bool IsServed { get; }

    /// <summary>
    /// The next request's revision and instance. Stepping through the percents by 61, which has no divisor in common with 100, gives each
    /// hundred requests exactly the weights and spreads a small share evenly.
    /// </summary>
    public (TrafficRoute Route, Uri Destination) Next()
    {
        var request = (ulong)Interlocked.Increment(ref _request);
        var route = _byPercent[request * 61 % 100];
        return (route, route.Destinations[(int)(request / 100 % (ulong)route.Destinations.Count)]);
    }
}
