using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Hosting;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>A workflow's transitions, from the journal and then live, without a gap and without a repeat.</summary>
internal sealed class WorkflowFeed(Lazy<IRequiredActor<WorkflowRun>> region, Lazy<ActorSystem> system, IWorkflowHistory history, IEnumerable<IEventSource> sources)
{
    private readonly Dictionary<Type, EventType> _types = sources.SelectMany(source => source.Events).ToDictionary(type => type.Type.Type);

    /// <summary>A page of the journal after <paramref name="after"/>.</summary>
    public async Task<IReadOnlyList<WorkflowTransition>> Read(string workflowId, long after, int limit, CancellationToken cancellation)
    {
        var items = new List<WorkflowTransition>();
        await foreach (var (sequence, happened) in history.Read(workflowId, after + 1, after + limit, cancellation).ConfigureAwait(false))
            items.Add(Show(sequence, happened));
        return items;
    }

    /// <summary>Ends after the workflow's last transition; throws nothing but cancellation.</summary>
    public async IAsyncEnumerable<WorkflowTransition> Follow(string workflowId, long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var last = after;
        while (!cancellation.IsCancellationRequested)
        {
            var channel = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
            var listener = system.Value.ActorOf(Props.CreateBy(new ListenerProducer(channel.Writer, region.Value.ActorRef, workflowId)));
            try
            {
                var isOver = false;
                await foreach (var message in channel.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
                {
                    if (message is Following following)
                    {
                        await foreach (var (sequence, happened) in history.Read(workflowId, last + 1, following.LastSequence, cancellation).ConfigureAwait(false))
                        {
                            last = sequence;
                            yield return Show(sequence, happened);
                        }

                        isOver = following.HasEnded;
                    }
                    else if (message is Journalled journalled && journalled.Sequence > last)
                    {
                        last = journalled.Sequence;
                        yield return Show(journalled.Sequence, journalled.Event);
                        isOver = journalled.Event is WorkflowCompleted or WorkflowFailed or WorkflowCancelled;
                    }
                    else if (message is Refusal)
                    {
                        isOver = true;
                    }

                    if (isOver)
                        yield break;
                }
            }
            finally
            {
                system.Value.Stop(listener);
            }
        }
    }

    private WorkflowTransition Show(long sequence, IPlannerEvent happened)
    {
        var type = _types[happened.GetType()];
        var detail = JsonSerializer.SerializeToNode(happened, type.Type) as JsonObject ?? [];
        detail.Remove("at");
        detail.Remove("taskId");
        detail.Remove("plan");
        detail.Remove("caller");
        detail.Remove("runAs");
        return new WorkflowTransition(sequence, type.Manifest, happened.At, (happened as ITaskEvent)?.TaskId, detail);
    }

    /// <summary>Subscribes to one workflow; its end (passivation, a move to another node) closes the channel, and the feed subscribes again.</summary>
    private sealed class Listener(ChannelWriter<object> channel, IActorRef region, string workflowId) : UntypedActor
    {
        protected override void PreStart()
        {
            region.Tell(new Asked(new FollowWorkflow(workflowId), new Caller("feed", [Operations.Scope.Read])));
            Context.SetReceiveTimeout(TimeSpan.FromMinutes(2));
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case Following:
                    Context.Watch(Sender);
                    channel.TryWrite(message);
                    break;
                case Journalled or Refusal:
                    channel.TryWrite(message);
                    break;
                case Terminated or ReceiveTimeout:
                    Context.Stop(Self);
                    break;
            }
        }

        protected override void PostStop() => channel.TryComplete();
    }

    private sealed class ListenerProducer(ChannelWriter<object> channel, IActorRef region, string workflowId) : IIndirectActorProducer
    {
        public Type ActorType => typeof(Listener);

        public ActorBase Produce() => new Listener(channel, region, workflowId);

        public void Release(ActorBase actor)
        {
        }
    }
}
