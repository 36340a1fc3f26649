using System.Text.Json.Serialization;

namespace Agentic.Agents.Deployment.Analysis;

internal enum GateKind
{
    [JsonStringEnumMemberName("error-rate")] ErrorRate,
    [JsonStringEnumMemberName("error-rate-against-stable")] ErrorRateAgainstStable,
    [JsonStringEnumMemberName("latency")] Latency,
    [JsonStringEnumMemberName("latency-against-stable")] LatencyAgainstStable,
    [JsonStringEnumMemberName("probes")] Probes,
    [JsonStringEnumMemberName("query")] Query,
}

/// <summary>One condition a rollout is held to. A required gate must pass before completion; any gate that fails rolls back.</summary>
internal sealed record Gate
{
    public required string Name { get; init; }

    public required GateKind Kind { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>A rate proven to be above this fails. For latency: the part of the requests that may be slower than the limit.</summary>
    public double Acceptable { get; init; } = 0.01;

    /// <summary>A rate proven to be below this passes. Between the two either verdict is fair and takes longest.</summary>
    public double Unacceptable { get; init; } = 0.05;

    /// <summary>Against the stable version: how much higher the error rate may be, absolute.</summary>
    public double Margin { get; init; } = 0.01;

    /// <summary>Milliseconds that 95 % of the requests must stay under; unused by the other kinds.</summary>
    public double LimitMilliseconds { get; init; } = 1000;

    /// <summary>Against the stable version: how many times its p95 the candidate's may be.</summary>
    public double Factor { get; init; } = 1.5;

    /// <summary>Probes or query answers in a row (probes) or in sum (query) that pass.</summary>
    public int Passes { get; init; } = 5;

    /// <summary>Probes or query answers in a row (probes) or in sum (query) that fail.</summary>
    public int Failures { get; init; } = 3;

    /// <summary>The query text for the metric source; <c>{service} {environment} {version} {revision}</c> stand for the candidate's.</summary>
    public string? Query { get; init; }

    /// <summary>A query answer at or below this is good; null: no upper limit.</summary>
    public double? AtMost { get; init; }

    /// <summary>A query answer at or above this is good; null: no lower limit.</summary>
    public double? AtLeast { get; init; }

    public static IReadOnlyList<Gate> Defaults { get; } =
    [
        new Gate { Name = "error-rate", Kind = GateKind.ErrorRate, IsRequired = true },
        new Gate { Name = "error-rate-against-stable", Kind = GateKind.ErrorRateAgainstStable },
        new Gate { Name = "latency-p95", Kind = GateKind.LatencyAgainstStable, Acceptable = 0.05, Unacceptable = 0.1 },
        new Gate { Name = "probes", Kind = GateKind.Probes, IsRequired = true },
    ];

    public string? Fault()
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            return "a gate needs a name";
        }

        if (!(Acceptable is >= 0 and < 1 && Unacceptable is > 0 and <= 1 && Acceptable < Unacceptable))
        {
            return $"gate '{Name}': acceptable must be below unacceptable, both between 0 and 1";
        }

        if (Passes < 1 || Failures < 1 || !(Factor > 0) || !(LimitMilliseconds > 0) || !(Margin >= 0))
        {
            return $"gate '{Name}': passes, failures, factor and limit must be positive, the margin not negative";
        }

        return Kind == GateKind.Query && (string.IsNullOrWhiteSpace(Query) || (AtMost is null && AtLeast is null))
            ? $"gate '{Name}': a query gate needs the query and atMost or atLeast"
            : null;
    }
}
