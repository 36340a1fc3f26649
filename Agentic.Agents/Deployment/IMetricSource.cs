using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Agents.Deployment;

/// <summary>Where the gates' numbers come from.</summary>
internal interface IMetricSource
{
    /// <summary>Requests of a revision since a time; null when this source does not see its traffic.</summary>
    Task<Sample?> Read(ServiceKey key, Revision revision, DateTimeOffset since, CancellationToken cancellation);

    /// <summary>The one number a custom query gives; null when it gives none.</summary>
    Task<double?> Ask(string query, CancellationToken cancellation);
}
