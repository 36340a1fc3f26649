using System.Collections.Concurrent;
using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Agents.Deployment;

/// <summary>The latest numbers of each deployment for those who watch: in memory, bounded, gone with the host. Decisions never look here.</summary>
internal sealed class MeasurementFeed
{
    private const int Deployments = 50;
    private const int Points = 900;

    private readonly ConcurrentDictionary<string, Queue<MeasuredPoint>> _all = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    public void Add(string id, DateTimeOffset at, int weight, Measurement measured, IReadOnlyList<GateReading> readings)
    {
        if (_all.TryAdd(id, new Queue<MeasuredPoint>()))
        {
            _order.Enqueue(id);
            while (_order.Count > Deployments && _order.TryDequeue(out var oldest))
            {
                _all.TryRemove(oldest, out _);
            }
        }

        if (!_all.TryGetValue(id, out var points))
        {
            return;
        }

        lock (points)
        {
            points.Enqueue(new MeasuredPoint(
                at, weight, measured.Candidate.Requests, measured.Candidate.Errors, measured.Candidate.Latency.Quantile(0.95), measured.Stable.Requests, measured.Stable.Errors,
                measured.Stable.Latency.Quantile(0.95), measured.Probes.Passed, measured.Probes.Failed,
                [.. readings.Select(reading => new GatePoint(reading.Name, reading.Verdict, reading.Value, reading.Low, reading.High))]));
            while (points.Count > Points)
            {
                points.Dequeue();
            }
        }
    }

    public IReadOnlyList<MeasuredPoint> Of(string id)
    {
        if (!_all.TryGetValue(id, out var points))
        {
            return [];
        }

        lock (points)
        {
            return [.. points];
        }
    }
}

/// <summary>What was counted so far at one moment.</summary>
internal sealed record MeasuredPoint(
    DateTimeOffset At, int Weight, long Requests, long Errors, double? P95, long StableRequests, long StableErrors, double? StableP95, int ProbesPassed, int ProbesFailed, IReadOnlyList<GatePoint> Gates);

/// <param name="Low">With <paramref name="High"/>: between which the truth lies, as sure as the gate is.</param>
internal sealed record GatePoint(string Name, Verdict Verdict, double? Value, double? Low, double? High);

internal sealed record DeploymentSeries(string DeploymentId, IReadOnlyList<MeasuredPoint> Points);
