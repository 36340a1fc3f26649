using Akka.Actor;
using Akka.Event;
using Agentic.Agents.Deployment.Processes;

namespace Agentic.Agents.Deployment;

/// <summary>After a start of the host: brings every idle lane's stable version back to serving, and then stops what nobody accounts for.</summary>
internal sealed class LaneRestorer : UntypedActor, IWithTimers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lanes _lanes;
    private readonly RolloutPorts _ports;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopped = new();
    private readonly HashSet<ServiceKey> _left;

    public LaneRestorer(Lanes lanes, RolloutPorts ports)
    {
        (_lanes, _ports) = (lanes, ports);
        _left = [.. lanes.All.Values.Where(lane => lane.Stable is not null && lane.Active is null).Select(lane => lane.Key)];
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Self.Tell(new Look());

    protected override void PostStop() => _stopped.Cancel();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Look:
                _ = Restore([.. _left]).PipeTo(Self);
                break;
            case Restored restored:
                _left.ExceptWith(restored.Keys);
                if (_left.Count > 0)
                {
                    Timers.StartSingleTimer("look", new Look(), Patience);
                    break;
                }

                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private async Task<Restored> Restore(IReadOnlyList<ServiceKey> keys)
    {
        var restored = new List<ServiceKey>();
        foreach (var key in keys)
        {
            var lane = _lanes.Lane(key);
            if (_ports.Target(lane.Target ?? _ports.Options.TargetOf(key.Environment)) is not { } target)
            {
                _log.Warning("{Lane}: this host has no target '{Target}' to restore it on", key, lane.Target);
                restored.Add(key);
                continue;
            }

            try
            {
                // Only what runs on this machine goes away with it; a cluster keeps its own.
                var outcome = target.DiesWithHost ? await Restore(target, lane) : TargetOutcome.Done;
                if (outcome.Succeeded)
                {
                    restored.Add(key);
                }
                else
                {
                    _log.Warning("{Lane}: {Version} did not come back: {Reason}", key, lane.Stable!.Version, outcome.Reason);
                }
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                _log.Warning(problem, "{Lane} could not be restored yet", key);
            }
        }

        if (restored.Count == keys.Count && _lanes.All.Values.All(lane => lane.Active is null))
        {
            foreach (var process in _ports.Targets.OfType<ProcessRolloutTarget>())
            {
                var strays = await process.StopStrays();
                if (strays > 0)
                {
                    _log.Warning("{Strays} processes of an earlier host were stopped: nothing accounts for them", strays);
                }
            }
        }

        return new Restored(restored);
    }

    private async Task<TargetOutcome> Restore(IRolloutTarget target, Lane lane)
    {
        // A deployment that began meanwhile has prepared what it needs and knows the shares better.
        var outcome = await target.Prepare(lane.Key, lane.Stable!, _stopped.Token);
        return !outcome.Succeeded || (await target.Observe(lane.Key, _stopped.Token)).Revisions.Any(running => running.Weight > 0)
            ? outcome
            : await target.Shift(lane.Key, [new Share(lane.Stable!, 100)], _stopped.Token);
    }

    private sealed record Look;

    private sealed record Restored(IReadOnlyList<ServiceKey> Keys);
}

internal sealed class LaneRestorerProducer(Lanes lanes, RolloutPorts ports) : IIndirectActorProducer
{
    public Type ActorType => typeof(LaneRestorer);

    public ActorBase Produce() => new LaneRestorer(lanes, ports);

    public void Release(ActorBase actor)
    {
    }
}
