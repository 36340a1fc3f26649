namespace Agentic.Agents.Deployment;

/// <summary>Something asked of the deployment agent that changes something.</summary>
internal interface IDeploymentCommand;

/// <param name="Id">Derived from the effect, so that a second delivery finds the first.</param>
/// <param name="MayQueue">Wait behind a deployment in progress instead of being refused.</param>
internal sealed record StartRollout(string Id, RolloutRequest Request, bool MayQueue) : IDeploymentCommand;

/// <summary>Undoes a deployment: one in progress gives its traffic back, a completed one is followed by the deployment of an earlier version.</summary>
/// <param name="NewId">Id of the deployment that brings the earlier version back.</param>
/// <param name="ToVersion">Null: the version before.</param>
internal sealed record RollBack(string Id, string NewId, string? ToVersion, string By, string Reason, RolloutPlan Plan, string? WorkflowId) : IDeploymentCommand;

/// <summary>Takes what serves out of its lane, so that nothing serves there.</summary>
internal sealed record Withdraw(string Id, ServiceKey Key, string By, string Reason, string? WorkflowId) : IDeploymentCommand;

/// <summary>Deploys to the next environment exactly what serves in this one.</summary>
internal sealed record PromoteEnvironment(string Id, ServiceKey From, string? Version, RolloutRequest Request, bool MayQueue) : IDeploymentCommand;

/// <summary>Journals something others are to be told that no rollout's own course tells.</summary>
internal sealed record Announce(IAnnouncement What) : IDeploymentCommand;

internal sealed record LockEnvironment(string Environment, string By, string Reason) : IDeploymentCommand;

internal sealed record UnlockEnvironment(string Environment, string By) : IDeploymentCommand;

/// <param name="Digest">The digest or the beginning of it.</param>
internal sealed record LiftQuarantine(ServiceKey Key, string Digest, string By) : IDeploymentCommand;

/// <summary>Passes a command on to the rollout it names.</summary>
internal sealed record ForRollout(IRolloutCommand Command) : IDeploymentCommand;
