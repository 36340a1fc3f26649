using System.Collections.Concurrent;
using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Tests.Deployment;

/// <summary>A target and metric source in memory, for the agent's own tests: obeys at once unless told to fail or to wait.</summary>
internal sealed class FakeRolloutTarget : IRolloutTarget, IMetricSource
{
    private readonly ConcurrentDictionary<(ServiceKey, string), int> _running = new();
    private readonly ConcurrentQueue<string> _calls = new();

    public string Name => "fake";

    public IReadOnlyList<string> Calls => [.. _calls];

    /// <summary>Versions that never come up.</summary>
    public HashSet<string> Broken { get; } = [];

    /// <summary>Errors of a hundred requests of a version.</summary>
    public ConcurrentDictionary<string, int> ErrorsOfHundred { get; } = new();

    /// <summary>Requests counted per second and revision.</summary>
    public int RequestsPerLook { get; set; } = 400;

    /// <summary>A call that does not come back until its caller is gone.</summary>
    public string WaitsAt { get; set; } = "";

    public ConcurrentDictionary<string, int> FailTimes { get; } = new();

    /// <summary>The manifest it would have a cluster run.</summary>
    public string? Declared { get; set; }

    public string? Declaration(ServiceKey key, Revision revision) => Declared;

    public Task<TargetView> Observe(ServiceKey key, CancellationToken cancellation) => Task.FromResult(new TargetView(
        [.. _running.Where(entry => entry.Key.Item1 == key).Select(entry => new RunningRevision(entry.Key.Item2, entry.Value, 1, 1))]));

    public Task<TargetOutcome> Prepare(ServiceKey key, Revision revision, CancellationToken cancellation) => Do($"prepare {revision.Version}", () =>
    {
        if (Broken.Contains(revision.Version))
        {
            return TargetOutcome.Broken("it does not build");
        }

        _running.TryAdd((key, revision.Name), 0);
        return TargetOutcome.Done;
    }, cancellation);

    public Task<TargetOutcome> Shift(ServiceKey key, IReadOnlyList<Share> shares, CancellationToken cancellation) =>
        Do($"shift {string.Join(' ', shares.Select(share => $"{share.Revision.Version}:{share.Weight}"))}".TrimEnd(), () =>
        {
            if (shares.Any(share => !_running.ContainsKey((key, share.Revision.Name))))
            {
                return TargetOutcome.Unavailable("not prepared");
            }

            foreach (var entry in _running.Where(entry => entry.Key.Item1 == key).ToList())
            {
                _running[entry.Key] = shares.FirstOrDefault(share => share.Revision.Name == entry.Key.Item2).Weight;
            }

            return TargetOutcome.Done;
        }, cancellation);

    public Task<ProbeOutcome> Probe(ServiceKey key, Revision revision, CancellationToken cancellation) =>
        Task.FromResult(new ProbeOutcome(_running.ContainsKey((key, revision.Name)), TimeSpan.Zero, "fake"));

    public Task<TargetOutcome> Retire(ServiceKey key, Revision revision, CancellationToken cancellation) => Do($"retire {revision.Version}", () =>
    {
        if (_running.TryGetValue((key, revision.Name), out var weight) && weight > 0)
        {
            return TargetOutcome.Broken("it has traffic");
        }

        _running.TryRemove((key, revision.Name), out _);
        return TargetOutcome.Done;
    }, cancellation);

    public Task<Sample?> Read(ServiceKey key, Revision revision, DateTimeOffset since, CancellationToken cancellation)
    {
        var weight = _running.GetValueOrDefault((key, revision.Name));
        var requests = weight == 0 ? 0 : RequestsPerLook;
        return Task.FromResult<Sample?>(new Sample(requests, requests * ErrorsOfHundred.GetValueOrDefault(revision.Version) / 100, LatencyHistogram.Empty));
    }

    public Task<double?> Ask(string query, CancellationToken cancellation) => Task.FromResult<double?>(null);

    private async Task<TargetOutcome> Do(string call, Func<TargetOutcome> act, CancellationToken cancellation)
    {
        _calls.Enqueue(call);
        if (call == WaitsAt)
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }

        if (FailTimes.TryGetValue(call, out var times) && times > 0)
        {
            FailTimes[call] = times - 1;
            return TargetOutcome.Unavailable("busy");
        }

        return act();
    }
}

public class FakeRolloutTargetTests : RolloutTargetConformance
{
    private FakeRolloutTarget _fake = null!;

    private protected override IRolloutTarget Target => _fake;

    [SetUp]
    public void Begin() => _fake = new FakeRolloutTarget();

    private protected override Revision Good(string version) => ARollout.Revision(version);

    private protected override Revision Broken(string version)
    {
        _fake.Broken.Add(version);
        return ARollout.Revision(version);
    }
}
