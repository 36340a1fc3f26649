using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>Owns every deployment: journals what <see cref="Lanes"/> decides, then has it carried out, then answers.</summary>
internal sealed class DeploymentAgent : UntypedPersistentActor
{
    private readonly RolloutPorts _ports;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, IActorRef> _runs = new(StringComparer.Ordinal);
    private readonly List<(string Id, IActorRef Asker)> _waiting = [];
    private Lanes _lanes = new();

    public DeploymentAgent(RolloutPorts ports) => _ports = ports;

    public override string PersistenceId => "deployment";

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case IDeploymentEvent happened:
                _lanes = _lanes.Apply(happened);
                break;
            case RecoveryCompleted:
                Context.ActorOf(Props.CreateBy(new LaneRestorerProducer(_lanes, _ports)));
                foreach (var rollout in _lanes.Rollouts.Values.Where(rollout => rollout.Effect != RolloutEffect.None))
                {
                    Carry(rollout, isResumed: true);
                }

                break;
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case Tell tell:
                OnTell(tell.Command);
                break;
            case GetRollout get:
                Sender.Tell(_lanes.Rollouts.TryGetValue(get.Id, out var found) ? found : Refusal.NotFound($"There is no deployment '{get.Id}'. GET /deployments lists them."));
                break;
            case GetLane get:
                Sender.Tell(_lanes.Lane(get.Key));
                break;
            case GetLanes:
                Sender.Tell(_lanes);
                break;
            case AwaitRollout wait:
                OnAwait(wait);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        _log.Error(cause, "The journal did not take deployment event {Sequence}; the agent restarts from what is journalled", sequenceNr);

    private void OnTell(IDeploymentCommand command)
    {
        var decision = _lanes.Decide(command, _ports.Options.Calendar, _ports.Time.GetUtcNow());
        var asker = Sender;
        var id = command switch
        {
            StartRollout c => c.Id,
            PromoteEnvironment c => c.Id,
            Withdraw c => c.Id,
            RollBack c => _lanes.Rollouts.TryGetValue(c.Id, out var undone) && undone.IsOver ? c.NewId : c.Id,
            ForRollout c => c.Command.Id,
            _ => null,
        };
        if (decision.Refusal is { } refusal)
        {
            asker.Tell(refusal);
            return;
        }

        void Answer() => asker.Tell(id is not null && _lanes.Rollouts.TryGetValue(id, out var rollout) ? rollout : (object)_lanes);
        var left = decision.Events.Count;
        if (left == 0)
        {
            // Reports come every second; nobody waits for an answer to them.
            if (command is not ForRollout { Command: Tick or ReportMeasured or ReportDone or ReportFailure })
            {
                Answer();
            }

            return;
        }

        PersistAll(decision.Events, happened =>
        {
            _lanes = _lanes.Apply(happened);
            if (--left > 0)
            {
                return;
            }

            foreach (var changed in decision.Events.OfType<IRolloutEvent>().Select(e => e.Id).Distinct(StringComparer.Ordinal))
            {
                if (_lanes.Rollouts.TryGetValue(changed, out var rollout))
                {
                    Carry(rollout, isResumed: false);
                }
            }

            Answer();
        });
    }

    private void Carry(Rollout rollout, bool isResumed)
    {
        if (rollout.IsOver)
        {
            if (_runs.Remove(rollout.Id, out var ended))
            {
                Context.Stop(ended);
            }

            foreach (var (_, asker) in _waiting.Where(waiting => waiting.Id == rollout.Id))
            {
                asker.Tell(rollout);
            }

            _waiting.RemoveAll(waiting => waiting.Id == rollout.Id);
            _log.Info("{Rollout} of {Service} {Version} ended: {Status} {Reason}", rollout.Id, rollout.Request.Key, rollout.Request.Candidate.Version, rollout.Status, rollout.Reason);
            return;
        }

        if (_runs.TryGetValue(rollout.Id, out var run))
        {
            run.Tell(new Proceed(rollout));
        }
        else if (rollout.Effect != RolloutEffect.None)
        {
            _runs[rollout.Id] = Context.ActorOf(Props.CreateBy(new RolloutRunProducer(rollout, isResumed, _ports)));
        }
    }

    private void OnAwait(AwaitRollout wait)
    {
        if (!_lanes.Rollouts.TryGetValue(wait.Id, out var rollout))
        {
            Sender.Tell(Refusal.NotFound($"There is no deployment '{wait.Id}'."));
        }
        else if (rollout.IsOver)
        {
            Sender.Tell(rollout);
        }
        else
        {
            _waiting.Add((wait.Id, Sender));
        }
    }
}

/// <summary>Asks the agent to decide a command.</summary>
internal sealed record Tell(IDeploymentCommand Command);

internal sealed record GetRollout(string Id);

internal sealed record GetLane(ServiceKey Key);

internal sealed record GetLanes;

/// <summary>Answered when the deployment has ended.</summary>
internal sealed record AwaitRollout(string Id);

internal sealed class DeploymentAgentProducer(RolloutPorts ports) : IIndirectActorProducer
{
    public Type ActorType => typeof(DeploymentAgent);

    public ActorBase Produce() => new DeploymentAgent(ports);

    public void Release(ActorBase actor)
    {
    }
}
