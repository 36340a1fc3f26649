namespace Agentic.Agents.Integrations.Prometheus;

/// <summary>Section <c>Prometheus</c>.</summary>
internal sealed class PrometheusOptions
{
    /// <summary>Address of a Prometheus-compatible server, e.g. <c>http://prometheus:9090</c>; empty: custom queries get no answer.</summary>
    public string Url { get; set; } = "";

    /// <summary>Bearer token, where the server asks for one.</summary>
    public string Token { get; set; } = "";

    /// <summary>How long a query may take. Default: five seconds.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(5);
}
