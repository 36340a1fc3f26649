namespace Agentic.Agents.Operations;

/// <summary>Whether someone who asked earlier may still act: a workflow runs with its caller's rights, and those can be taken back meanwhile.</summary>
internal interface ICallerStanding
{
    /// <summary>The refusal where this caller's rights were taken back since; null while they stand. An expiry is not one: what was accepted in time goes on.</summary>
    ValueTask<Refusal?> Withdrawn(Caller caller, CancellationToken cancellation);
}
