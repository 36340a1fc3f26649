namespace Agentic.Agents.Operations;

/// <summary>What an agent knows about its own condition, beyond taking tasks at all; an agent that depends on something outside registers one.</summary>
internal interface IAgentHealth
{
    /// <summary>The agent this speaks for, e.g. <c>deployment</c>.</summary>
    string Agent { get; }

    /// <summary>Reports only what it looked at just now. Cancelled after two seconds.</summary>
    Task<AgentHealth> Check(CancellationToken cancellation);
}

/// <param name="Reason">One sentence for the person on call.</param>
internal sealed record AgentHealth(HealthStatus Status, string Reason);

/// <summary>Ordered: the worst of several is the larger.</summary>
internal enum HealthStatus
{
    Healthy,
    Degraded,
    Unhealthy,

    /// <summary>Not part of this host.</summary>
    Absent,
}
