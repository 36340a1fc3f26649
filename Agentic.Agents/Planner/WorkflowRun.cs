using System.Text.Json.Nodes;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>Owns one workflow: journals what <see cref="WorkflowDecisions"/> decides, then acts on it, then answers.</summary>
internal sealed class WorkflowRun : UntypedPersistentActor, IWithTimers
{
    private static readonly TimeSpan IdleAfterEnd = TimeSpan.FromSeconds(20);

    private readonly WorkflowRunPorts _ports;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, IActorRef> _attempts = new(StringComparer.Ordinal);
    private readonly List<(IActorRef Asker, string Timer)> _waiting = [];
    private readonly HashSet<IActorRef> _followers = [];
    private Workflow? _workflow;

    public WorkflowRun(string id, WorkflowRunPorts ports) => (PersistenceId, _ports) = (id, ports);

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    private DateTimeOffset Now => _ports.Time.GetUtcNow();

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case WorkflowCreated created:
                _workflow = Workflow.Start(created);
                break;
            case IPlannerEvent happened:
                _workflow = _workflow!.Apply(happened);
                break;
            case RecoveryCompleted when _workflow is { IsEnded: false } workflow:
                foreach (var task in workflow.Tasks.Where(task => task.Phase is TaskPhase.InProgress or TaskPhase.Compensating && task.NotBefore is null))
                    Dispatch(task);
                ArmTimers();
                Self.Tell(Continue.Instance);
                break;
            case RecoveryCompleted:
                PassivateSoon();
                break;
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case Asked { Command: StartWorkflow start } asked:
                OnStart(start, asked.By);
                break;
            case Asked asked when _workflow is null:
                Sender.Tell(Refusal.NotFound($"There is no workflow '{asked.Command.Id}'. GET /workflows lists them."));
                break;
            case Asked { Command: GetWorkflow }:
                Sender.Tell(new WorkflowAnswer(WorkflowView.InFull(_workflow!)));
                break;
            case Asked { Command: AwaitEnd wait }:
                OnAwait(wait);
                break;
            case Asked { Command: FollowWorkflow }:
                OnFollow();
                break;
            case Asked { Command: WakeWorkflow }:
                break;
            case Asked asked:
                OnCommandOf(asked);
                break;
            case AttemptEnded ended when _workflow is not null:
                _attempts.Remove(ended.TaskId);
                Persist(_workflow.Ended(ended.TaskId, ended.Attempt, ended.Outcome, ended.Failure, Now));
                break;
            case TimerDue due when _workflow is not null:
                Persist(_workflow.Due(due.TaskId, Now), after: ArmTimers);
                break;
            case Continue when _workflow is not null:
                Persist(_workflow.Advance(Now));
                break;
            case WaitOver over:
                OnWaitOver(over);
                break;
            case Terminated gone:
                _followers.Remove(gone.ActorRef);
                break;
            case ReceiveTimeout:
                if (_workflow is null or { IsEnded: true } && _followers.Count == 0)
                    Context.Parent.Tell(new Passivate(PoisonPill.Instance));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        _log.Error(cause, "{Workflow}: the journal did not take event {Sequence}; the run restarts from what is journalled", PersistenceId, sequenceNr);

    private void OnStart(StartWorkflow start, Caller by)
    {
        if (_workflow is { } existing)
        {
            Sender.Tell(existing.RequestDigest == start.RequestDigest
                ? new WorkflowAnswer(existing.ToRecord())
                : Refusal.Conflict("This Idempotency-Key was used for another request. Send the same body again, or a new key."));
            return;
        }

        Persist(WorkflowDecisions.Create(start, by, Now), after: Answering(wasCreated: true));
    }

    private void OnCommandOf(Asked asked)
    {
        var named = asked.IdempotencyKey is { } given ? AgenticJson.Digest(JsonValue.Create(given)) : null;
        var digest = named is null ? "" : AgenticJson.Digest(new JsonObject { ["command"] = asked.Command.ToString(), ["by"] = asked.By.Name });
        if (named is { } used && _workflow!.UsedKeys.TryGetValue(used, out var before))
        {
            Sender.Tell(before == digest
                ? new WorkflowAnswer(_workflow.ToRecord())
                : Refusal.Conflict("This Idempotency-Key was used for another command on this workflow. Send a new key."));
            return;
        }

        var decided = _workflow!.Decide(asked.Command, asked.By, Now);
        if (decided.Refusal is { } refusal)
        {
            Sender.Tell(refusal);
            return;
        }

        IReadOnlyList<IPlannerEvent> events = named is { } key ? [.. decided.Value!, new KeyUsed(key, digest, Now)] : decided.Value!;
        Persist(events, after: Answering());
    }

    private Action Answering(bool wasCreated = false)
    {
        var asker = Sender;
        return () => asker.Tell(new WorkflowAnswer(_workflow!.ToRecord(), wasCreated));
    }

    private void Persist(IReadOnlyList<IPlannerEvent> events, Action? after = null)
    {
        if (events.Count == 0)
        {
            after?.Invoke();
            return;
        }

        var left = events.Count;
        PersistAll(events, happened =>
        {
            _workflow = happened is WorkflowCreated created ? Workflow.Start(created) : _workflow!.Apply(happened);
            Publish(happened);
            if (--left > 0)
                return;
            foreach (var each in events)
                Act(each);
            after?.Invoke();
        });
    }

    private void Act(IPlannerEvent happened)
    {
        switch (happened)
        {
            case TaskStarted or TaskCompensating when _workflow!.Find(((ITaskEvent)happened).TaskId) is { Phase: TaskPhase.InProgress or TaskPhase.Compensating } task:
                Dispatch(task);
                break;
            case TaskScheduled or TaskAttemptFailed or CompensationAttemptFailed or ApprovalRequested or TaskRetried:
                ArmTimers();
                break;
            case TaskCancelled cancelled when _attempts.Remove(cancelled.TaskId, out var attempt):
                attempt.Tell(CancelAttempt.Instance);
                break;
            case WorkflowCompleted or WorkflowFailed or WorkflowCancelled:
                OnEnded();
                break;
        }
    }

    private void Dispatch(TaskState task)
    {
        var workflow = _workflow!;
        var compensates = task.Phase == TaskPhase.Compensating;
        var operation = compensates ? task.Planned.Compensation!.Operation : task.Planned.Operation;
        var input = References.Resolve(compensates ? task.Planned.Compensation!.Input : task.EffectiveInput, References.Of(workflow)).Value!;
        var effect = compensates ? EffectKey.Undoing(workflow.Id, task.Planned.Id, task.InputDigest!) : new EffectKey(workflow.Id, task.Planned.Id, task.InputDigest!);
        var perform = new PerformTask(effect, task.Attempts, operation, input, task.RunAs ?? workflow.Caller, workflow.TraceParent, IsApproved: !compensates && task.ApprovedDigest == task.InputDigest);
        _attempts[task.Planned.Id] = Context.ActorOf(
            // A named mailbox spares each of these short-lived actors a locked look-up of its type's requirements.
            Props.CreateBy(new TaskRunProducer(task.Planned.Id, perform, _ports.MailboxOf(operation), task.Planned.Timeout)).WithMailbox("akka.actor.default-mailbox"));
    }

    private void ArmTimers()
    {
        var now = Now;
        foreach (var task in _workflow!.Tasks)
        {
            var due = task.Phase switch
            {
                TaskPhase.Scheduled or TaskPhase.Retrying or TaskPhase.Compensating => task.NotBefore,
                TaskPhase.WaitingApproval => task.Approval?.ExpiresAt,
                _ => null,
            };
            if (due is not { } at)
                continue;
            // Named by its time as well: the timer of an approval that was given must not stand in for that of a retry.
            var timer = $"{task.Planned.Id} {at.UtcTicks}";
            if (Timers.IsTimerActive(timer))
                continue;
            var wait = at - now;
            Timers.StartSingleTimer(timer, new TimerDue(task.Planned.Id), wait > TimeSpan.Zero ? Shorter(wait) : TimeSpan.Zero);
        }
    }

    // A timer for weeks is cut into days: the scheduler counts ticks, and Due looks at the clock again anyway.
    private static TimeSpan Shorter(TimeSpan wait) => wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait + TimeSpan.FromMilliseconds(1);

    private void OnEnded()
    {
        AgenticTelemetry.WorkflowEnded(WorkflowView.Word(_workflow!.Phase));
        foreach (var attempt in _attempts.Values)
            attempt.Tell(CancelAttempt.Instance);
        _attempts.Clear();
        foreach (var (asker, timer) in _waiting)
        {
            Timers.Cancel(timer);
            asker.Tell(new WorkflowAnswer(_workflow.ToRecord()));
        }

        _waiting.Clear();
        PassivateSoon();
    }

    private void OnAwait(AwaitEnd wait)
    {
        if (_workflow!.IsEnded || wait.Wait <= TimeSpan.Zero)
        {
            Sender.Tell(new WorkflowAnswer(_workflow.ToRecord()));
            return;
        }

        var timer = $"wait {Guid.NewGuid():n}";
        _waiting.Add((Sender, timer));
        Timers.StartSingleTimer(timer, new WaitOver(timer), wait.Wait);
    }

    private void OnWaitOver(WaitOver over)
    {
        foreach (var (asker, _) in _waiting.Where(waiting => waiting.Timer == over.Timer))
            asker.Tell(new WorkflowAnswer(_workflow!.ToRecord()));
        _waiting.RemoveAll(waiting => waiting.Timer == over.Timer);
    }

    private void OnFollow()
    {
        _followers.Add(Sender);
        Context.Watch(Sender);
        Sender.Tell(new Following(LastSequenceNr, _workflow!.IsEnded), Self);
    }

    private void Publish(IPlannerEvent happened)
    {
        foreach (var follower in _followers)
            follower.Tell(new Journalled(LastSequenceNr, happened), Self);
    }

    private void PassivateSoon() => SetReceiveTimeout(IdleAfterEnd);

    private sealed record TimerDue(string TaskId);

    private sealed record WaitOver(string Timer);

    private sealed record Continue
    {
        public static Continue Instance { get; } = new();
    }
}

/// <summary>What a workflow run needs from around it.</summary>
/// <param name="MailboxOf">The mailbox of the agent that owns an operation.</param>
internal sealed record WorkflowRunPorts(TimeProvider Time, Func<string, IActorRef> MailboxOf);

internal sealed class WorkflowRunProducer(string id, WorkflowRunPorts ports) : IIndirectActorProducer
{
    public Type ActorType => typeof(WorkflowRun);

    public ActorBase Produce() => new WorkflowRun(id, ports);

    public void Release(ActorBase actor)
    {
    }
}
