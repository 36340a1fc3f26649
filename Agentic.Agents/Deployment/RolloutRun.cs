using Akka.Actor;
using Akka.Event;
using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Agents.Deployment;

/// <summary>Carries out one rollout's effects, one at a time, and reports each to its parent.</summary>
/// <remarks>
/// A new effect waits until the one before has ended, cancelled or not: a shift forward that arrived after the shift back would undo it.
/// </remarks>
internal sealed class RolloutRun : UntypedActor, IWithTimers
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly RolloutPorts _ports;
    private readonly RolloutMeasuring _measuring;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private Rollout _rollout;
    private bool _mustRestore;
    private CancellationTokenSource? _cancellation;
    private int _running = -1;

    public RolloutRun(Rollout rollout, bool isResumed, RolloutPorts ports)
    {
        (_rollout, _mustRestore, _ports) = (rollout, isResumed, ports);
        _measuring = new RolloutMeasuring(ports);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("tick", new Beat(), TimeSpan.FromSeconds(1));
        Begin();
    }

    protected override void PostStop() => _cancellation?.Cancel();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Proceed proceed:
                OnProceed(proceed.Rollout);
                break;
            case EffectEnded ended:
                OnEnded(ended);
                break;
            case Again:
                Begin();
                break;
            case Beat:
                Context.Parent.Tell(new Tell(new ForRollout(new Tick(_rollout.Id))));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnProceed(Rollout rollout)
    {
        var hasNewEffect = rollout.Run != _rollout.Run;
        var hasFailed = rollout.Attempts > _rollout.Attempts;
        _rollout = rollout;
        if (hasNewEffect)
        {
            Timers.Cancel("again");
            _cancellation?.Cancel();
            Begin();
        }
        else if (hasFailed)
        {
            var wait = _ports.Options.RetryDelay * Math.Pow(2, Math.Min(rollout.Attempts - 1, 10));
            Timers.StartSingleTimer("again", new Again(), wait < LongestWait ? wait : LongestWait);
        }
    }

    private void Begin()
    {
        if (_cancellation is not null || _rollout.Effect == RolloutEffect.None)
        {
            return;
        }

        _cancellation = new CancellationTokenSource();
        _running = _rollout.Run;
        var (rollout, restore, cancellation) = (_rollout, _mustRestore, _cancellation.Token);
        _mustRestore = false;
        _ = Act(rollout, restore, cancellation).PipeTo(Self, Self);
    }

    private void OnEnded(EffectEnded ended)
    {
        _cancellation?.Dispose();
        _cancellation = null;
        if (ended.Run != _rollout.Run)
        {
            Begin();
            return;
        }

        if (ended.Report is { } report)
        {
            Context.Parent.Tell(new Tell(new ForRollout(report)));
        }

        if (_rollout.Effect == RolloutEffect.Observe)
        {
            Timers.StartSingleTimer("again", new Again(), _ports.Options.MeasureInterval);
        }
    }

    private async Task<EffectEnded> Act(Rollout rollout, bool restore, CancellationToken cancellation)
    {
        var run = rollout.Run;
        try
        {
            if (_ports.Target(rollout.Request.Target) is not { } target)
            {
                return new EffectEnded(run, new ReportFailure(rollout.Id, run, $"this host has no target '{rollout.Request.Target}'", false));
            }

            if (restore)
            {
                await Restore(target, rollout, cancellation);
            }

            if (rollout.Effect == RolloutEffect.Observe)
            {
                var measured = await _measuring.Measure(target, rollout, cancellation);
                _ports.Feed.Add(rollout.Id, _ports.Time.GetUtcNow(), rollout.Weight, measured, MetricVerdict.Judge(rollout.Plan.Gates, measured));
                return new EffectEnded(run, new ReportMeasured(rollout.Id, run, measured));
            }

            var outcome = await Effect(target, rollout, cancellation);
            return new EffectEnded(run, outcome.Succeeded
                ? new ReportDone(rollout.Id, run, outcome.Reference)
                : new ReportFailure(rollout.Id, run, outcome.Reason ?? "no reason given", outcome.MayRetry));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new EffectEnded(run, null);
        }
        catch (Exception problem)
        {
            _log.Warning(problem, "{Rollout}: {Effect} failed unexpectedly", rollout.Id, rollout.Effect);
            return new EffectEnded(run, new ReportFailure(rollout.Id, run, $"{rollout.Effect} failed unexpectedly: {problem.Message}", true));
        }
    }

    private static async Task<TargetOutcome> Effect(IRolloutTarget target, Rollout rollout, CancellationToken cancellation)
    {
        var key = rollout.Request.Key;
        switch (rollout.Effect)
        {
            case RolloutEffect.Prepare:
                // Ready to go back before going forward: what serves now must be there to take the traffic again.
                if (rollout.Stable is { } stable && (await target.Observe(key, cancellation)).Find(stable) is null
                    && await target.Prepare(key, stable, cancellation) is { Succeeded: false } missing)
                {
                    return TargetOutcome.Unavailable($"{stable.Version} should serve and does not run, so there would be nothing to go back to: {missing.Reason}");
                }

                return await target.Prepare(key, rollout.Request.Candidate, cancellation);
            case RolloutEffect.Shift:
                return await target.Shift(key, rollout.Shares, cancellation);
            case RolloutEffect.Retire:
                return await target.Retire(key, rollout.Stable!, cancellation);
            default:
                return await target.Retire(key, rollout.Request.Candidate, cancellation);
        }
    }

    /// <summary>After a restart of the host: brings back what should run by now and the last confirmed shares, before going on.</summary>
    private async Task Restore(IRolloutTarget target, Rollout rollout, CancellationToken cancellation)
    {
        var key = rollout.Request.Key;
        var needed = new List<Revision>();
        if (rollout.Stable is { } stable)
        {
            needed.Add(stable);
        }

        if (rollout.Phase is RolloutPhase.Shifting or RolloutPhase.Observing or RolloutPhase.Verifying or RolloutPhase.Retiring)
        {
            needed.Add(rollout.Request.Candidate);
        }

        foreach (var revision in needed)
        {
            var outcome = await target.Prepare(key, revision, cancellation);
            if (!outcome.Succeeded)
            {
                _log.Warning("{Rollout}: {Version} did not come back after a restart: {Reason}", rollout.Id, revision.Version, outcome.Reason);
            }
        }

        await target.Shift(key, rollout.SharesAt(rollout.IsUnwinding ? 0 : rollout.Weight), cancellation);
    }

    private sealed record EffectEnded(int Run, IRolloutCommand? Report);

    private sealed record Again;

    private sealed record Beat;
}

/// <summary>The rollout's state after something happened.</summary>
internal sealed record Proceed(Rollout Rollout);

internal sealed class RolloutRunProducer(Rollout rollout, bool isResumed, RolloutPorts ports) : IIndirectActorProducer
{
    public Type ActorType => typeof(RolloutRun);

    public ActorBase Produce() => new RolloutRun(rollout, isResumed, ports);

    public void Release(ActorBase actor)
    {
    }
}
