using System.Collections.Concurrent;
using Akka.Actor;

namespace Agentic.Agents.Operations;

/// <summary>Where each agent of this node takes its tasks.</summary>
internal sealed class AgentMailboxes
{
    private readonly ConcurrentDictionary<string, IActorRef> _byAgent = new(StringComparer.Ordinal);

    public void Add(string agent, IActorRef mailbox) => _byAgent[agent] = mailbox;

    /// <summary>The mailbox, or nobody: the attempt then runs into its time limit and is tried again.</summary>
    public IActorRef Of(string? agent) => agent is not null && _byAgent.TryGetValue(agent, out var mailbox) ? mailbox : ActorRefs.Nobody;
}
