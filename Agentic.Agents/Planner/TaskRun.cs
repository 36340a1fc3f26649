using System.Text.Json.Nodes;
using Akka.Actor;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>One attempt of one task: hands it to the agent's mailbox, holds its time limit and carries a cancel to it.</summary>
internal sealed class TaskRun(string taskId, PerformTask perform, IActorRef mailbox, TimeSpan timeout) : UntypedActor
{
    private bool _hasEnded;

    protected override void PreStart()
    {
        mailbox.Tell(perform, Self);
        Context.SetReceiveTimeout(timeout);
    }

    protected override void PostStop()
    {
        if (!_hasEnded)
            mailbox.Tell(new CancelPerform(perform.Effect, perform.Attempt));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case TaskPerformed performed when performed.Attempt == perform.Attempt:
                _hasEnded = true;
                End(performed.Outcome, performed.Failure);
                break;
            case ReceiveTimeout:
                End(default, $"It took longer than {WorkflowView.Spell(timeout)}, the limit of one attempt.");
                break;
            case CancelAttempt:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void End(Outcome<JsonNode?> outcome, string? failure)
    {
        Context.Parent.Tell(new AttemptEnded(taskId, perform.Attempt, outcome, failure));
        Context.Stop(Self);
    }
}

/// <summary>What became of one attempt.</summary>
internal sealed record AttemptEnded(string TaskId, int Attempt, Outcome<JsonNode?> Outcome, string? Failure);

internal sealed record CancelAttempt
{
    public static CancelAttempt Instance { get; } = new();
}

internal sealed class TaskRunProducer(string taskId, PerformTask perform, IActorRef mailbox, TimeSpan timeout) : IIndirectActorProducer
{
    public Type ActorType => typeof(TaskRun);

    public ActorBase Produce() => new TaskRun(taskId, perform, mailbox, timeout);

    public void Release(ActorBase actor)
    {
    }
}
