using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>The cluster's one waker: after a start, and whenever members come or go, it wakes every workflow that has not ended, so that none waits for somebody to ask.</summary>
internal sealed class PlannerAgent : UntypedActor, IWithTimers
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    private readonly IWorkflowRecords _records;
    private readonly Workflows _workflows;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopped = new();
    private int _repeats;

    public PlannerAgent(IWorkflowRecords records, Workflows workflows) => (_records, _workflows) = (records, workflows);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Cluster.Get(Context.System).Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent));
        Self.Tell(new Look());
    }

    protected override void PostStop()
    {
        Cluster.Get(Context.System).Unsubscribe(Self);
        _stopped.Cancel();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Look:
                _ = _records.Unfinished(_stopped.Token).PipeTo(Self, Self, ids => new Found(ids), problem => new LookFailed(problem));
                break;
            case Found found:
                foreach (var id in found.Ids)
                    _workflows.Wake(id);
                if (found.Ids.Count > 0)
                    _log.Info("{Count} unfinished workflows go on", found.Ids.Count);
                // Shards move for a while after a change of members, and an entity that moved sleeps until it is woken.
                if (--_repeats > 0)
                    Timers.StartSingleTimer("look", new Look(), Settling);
                break;
            case LookFailed failed:
                _log.Warning("Unfinished workflows could not be listed yet ({Problem}); trying again", failed.Problem.Message);
                Timers.StartSingleTimer("look", new Look(), TimeSpan.FromSeconds(2));
                break;
            case ClusterEvent.MemberUp or ClusterEvent.MemberRemoved:
                _repeats = 6;
                Timers.StartSingleTimer("look", new Look(), TimeSpan.FromSeconds(1));
                break;
            case ClusterEvent.CurrentClusterState or ClusterEvent.IMemberEvent:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private sealed record Look;

    private sealed record Found(IReadOnlyList<string> Ids);

    private sealed record LookFailed(Exception Problem);
}

internal sealed class PlannerAgentProducer(IWorkflowRecords records, Workflows workflows) : IIndirectActorProducer
{
    public Type ActorType => typeof(PlannerAgent);

    public ActorBase Produce() => new PlannerAgent(records, workflows);

    public void Release(ActorBase actor)
    {
    }
}
