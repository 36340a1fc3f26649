using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>What a core answers: events that happen now (none: nothing changes), or a refusal.</summary>
internal readonly record struct Decision
{
    private Decision(IReadOnlyList<IDeploymentEvent> events, Refusal? refusal)
    {
        Events = events;
        Refusal = refusal;
    }

    public static Decision Nothing { get; } = new([], null);

    public IReadOnlyList<IDeploymentEvent> Events { get; }

    public Refusal? Refusal { get; }

    public static Decision Of(params IReadOnlyList<IDeploymentEvent> events) => new(events, null);

    public static Decision Of(Refusal refusal) => new([], refusal);

    public static Decision No(RefusalKind kind, string reason) => new([], new Refusal(kind, reason));
}
