namespace Agentic.Agents.Deployment;

/// <summary>Sends the requests for a service on this machine to its revisions, by weight. Implemented by the host's proxy.</summary>
internal interface ITraffic
{
    /// <summary>New requests follow these shares once this returns; no routes: the service is not served.</summary>
    void Route(ServiceKey key, IReadOnlyList<TrafficRoute> routes);

    /// <summary>What is in force.</summary>
    IReadOnlyList<TrafficRoute> Routes(ServiceKey key);

    /// <summary>Waits until no request is in flight at a revision without a share; false when the limit came first.</summary>
    Task<bool> Drain(ServiceKey key, string revision, TimeSpan limit, CancellationToken cancellation);

    /// <summary>Where users reach the service.</summary>
    string Address(ServiceKey key);
}

/// <param name="Revision">The revision's <see cref="Deployment.Revision.Name"/>.</param>
/// <param name="Destinations">Base addresses of its instances, e.g. <c>http://127.0.0.1:40001/</c>.</param>
internal sealed record TrafficRoute(string Revision, IReadOnlyList<Uri> Destinations, int Weight);
