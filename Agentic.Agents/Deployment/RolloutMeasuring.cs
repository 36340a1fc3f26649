using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Agents.Deployment;

/// <summary>Gathers what the gates look at: counts from the metric sources, own probes, query answers, the target's word.</summary>
internal sealed class RolloutMeasuring(RolloutPorts ports)
{
    private static readonly TimeSpan LookBack = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, QueryTally> _queries = new(StringComparer.Ordinal);
    private ProbeTally _probes;
    private Sample? _before;

    public async Task<Measurement> Measure(IRolloutTarget target, Rollout rollout, CancellationToken cancellation)
    {
        var (key, candidate) = (rollout.Request.Key, rollout.Request.Candidate);
        var since = rollout.PreparedAt ?? rollout.AcceptedAt;
        var probe = await target.Probe(key, candidate, cancellation);
        _probes = _probes.Add(probe.Passed);
        foreach (var gate in rollout.Plan.Gates.Where(gate => gate.Kind == GateKind.Query))
        {
            _queries[gate.Name] = Count(gate, _queries.GetValueOrDefault(gate.Name), await Ask(Filled(gate.Query!, key, candidate), cancellation));
        }

        var view = await target.Observe(key, cancellation);
        var running = view.Find(candidate);
        var stable = rollout.Stable is null ? Sample.None : await Read(key, rollout.Stable, since, cancellation);
        if (_before is null && rollout.Stable is not null)
        {
            _before = (await Read(key, rollout.Stable, since - LookBack, cancellation)).Without(stable);
        }

        return new Measurement
        {
            Candidate = await Read(key, candidate, since, cancellation),
            CandidateStep = await Read(key, candidate, rollout.Since, cancellation),
            Stable = stable,
            Before = _before ?? Sample.None,
            Probes = _probes,
            Queries = new Dictionary<string, QueryTally>(_queries),
            Trouble = running is null ? $"{candidate.Version} does not run" : running.Trouble,
        };
    }

    private static QueryTally Count(Gate gate, QueryTally tally, double? value) => value switch
    {
        null => tally with { Unknown = tally.Unknown + 1 },
        { } v when double.IsNaN(v) => tally with { Unknown = tally.Unknown + 1 },
        { } v when (gate.AtMost is { } most && v > most) || (gate.AtLeast is { } least && v < least) => tally with { Failed = tally.Failed + 1, Last = v },
        { } v => tally with { Passed = tally.Passed + 1, Last = v },
    };

    private static string Filled(string query, ServiceKey key, Revision candidate) => query
        .Replace("{service}", key.Service, StringComparison.Ordinal).Replace("{environment}", key.Environment, StringComparison.Ordinal)
        .Replace("{version}", candidate.Version.Replace("\\", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal).Replace("{revision}", candidate.Name, StringComparison.Ordinal);

    private async Task<Sample> Read(ServiceKey key, Revision revision, DateTimeOffset since, CancellationToken cancellation)
    {
        foreach (var source in ports.Metrics)
        {
            if (await source.Read(key, revision, since, cancellation) is { } sample)
            {
                return sample;
            }
        }

        return Sample.None;
    }

    private async Task<double?> Ask(string query, CancellationToken cancellation)
    {
        foreach (var source in ports.Metrics)
        {
            if (await source.Ask(query, cancellation) is { } value)
            {
                return value;
            }
        }

        return null;
    }
}
