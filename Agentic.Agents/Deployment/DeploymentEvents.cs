using System.Text.Json.Serialization;
using Agentic.Agents.Deployment.Analysis;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>How a rollout ends. Final: nothing changes a rollout that has ended.</summary>
internal enum RolloutEnd
{
    Completed,
    Failed,
    Aborted,
    RolledBack,
}

/// <summary>What happened to deployments. A stored contract: names and members are never changed, only added to.</summary>
internal interface IDeploymentEvent : IJournalled
{
    DateTimeOffset At { get; }
}

internal interface IRolloutEvent : IDeploymentEvent
{
    string Id { get; }
}

/// <summary>A deployment was taken on and waits for its turn.</summary>
internal sealed record RolloutAccepted(string Id, DateTimeOffset At, RolloutRequest Request) : IRolloutEvent;

/// <summary>Its turn has come; the version it would replace and the ladder it will climb are fixed now.</summary>
internal sealed record RolloutAdmitted(string Id, DateTimeOffset At, Revision? Stable, RolloutPlan Plan) : IRolloutEvent;

internal sealed record RolloutApproved(string Id, DateTimeOffset At, string By, string Digest) : IRolloutEvent;

/// <summary>The candidate runs beside the stable version, ready and without traffic.</summary>
internal sealed record CandidatePrepared(string Id, DateTimeOffset At) : IRolloutEvent;

/// <summary>The candidate shall have this share. Persisted first, so that a restart finishes what a crash interrupted.</summary>
internal sealed record WeightRequested(string Id, DateTimeOffset At, int Step, int Weight, string? By) : IRolloutEvent;

/// <param name="Reference">What the target calls what it did, e.g. Argo CD's sync.</param>
internal sealed record WeightShifted(string Id, DateTimeOffset At, int Weight, string? Reference = null) : IRolloutEvent;

/// <summary>An effect did not succeed and will be tried again.</summary>
internal sealed record EffectFailed(string Id, DateTimeOffset At, int Attempt, string Reason) : IRolloutEvent;

/// <summary>A gate's verdict changed.</summary>
internal sealed record GateJudged(string Id, DateTimeOffset At, GateReading Reading, bool HasTraffic) : IRolloutEvent;

internal sealed record RolloutHeld(string Id, DateTimeOffset At, string? By, string Reason) : IRolloutEvent;

internal sealed record RolloutReleased(string Id, DateTimeOffset At, string By) : IRolloutEvent;

/// <summary>Verified: the old version may go.</summary>
internal sealed record RetirementStarted(string Id, DateTimeOffset At, string? By) : IRolloutEvent;

/// <summary>The rollout turns round: first the traffic, then the clean-up.</summary>
internal sealed record UnwindStarted(string Id, DateTimeOffset At, RolloutEnd End, string? By, string Reason) : IRolloutEvent;

internal sealed record TrafficRestored(string Id, DateTimeOffset At) : IRolloutEvent;

internal sealed record RolloutEnded(string Id, DateTimeOffset At, RolloutEnd End, string? Reason) : IRolloutEvent;

/// <summary>A digest that must not be deployed to this lane again.</summary>
internal sealed record RevisionQuarantined(DateTimeOffset At, ServiceKey Key, Revision Revision, string Reason) : IDeploymentEvent;

internal sealed record QuarantineLifted(DateTimeOffset At, ServiceKey Key, string Digest, string By) : IDeploymentEvent;

/// <summary>What others are told, journalled with what it tells of, so that it is told even if the host dies right after.</summary>
internal interface IAnnouncement : IDeploymentEvent;

internal sealed record DeploymentStarted(string Id, DateTimeOffset At, DeploymentNotice Detail) : IAnnouncement;

internal sealed record DeploymentCompleted(string Id, DateTimeOffset At, DeploymentNotice Detail) : IAnnouncement;

internal sealed record DeploymentFailed(string Id, DateTimeOffset At, DeploymentNotice Detail) : IAnnouncement;

internal sealed record DeploymentRolledBack(string Id, DateTimeOffset At, DeploymentNotice Detail) : IAnnouncement;

internal sealed record InfrastructureProvisioned(DateTimeOffset At, InfrastructureNotice Detail) : IAnnouncement;

internal sealed record DriftDetected(DateTimeOffset At, DriftNotice Detail) : IAnnouncement;

internal sealed record EnvironmentLocked(DateTimeOffset At, string Environment, string By, string Reason) : IDeploymentEvent;

internal sealed record EnvironmentUnlocked(DateTimeOffset At, string Environment, string By) : IDeploymentEvent;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(RolloutAccepted))]
[JsonSerializable(typeof(RolloutAdmitted))]
[JsonSerializable(typeof(RolloutApproved))]
[JsonSerializable(typeof(CandidatePrepared))]
[JsonSerializable(typeof(WeightRequested))]
[JsonSerializable(typeof(WeightShifted))]
[JsonSerializable(typeof(EffectFailed))]
[JsonSerializable(typeof(GateJudged))]
[JsonSerializable(typeof(RolloutHeld))]
[JsonSerializable(typeof(RolloutReleased))]
[JsonSerializable(typeof(RetirementStarted))]
[JsonSerializable(typeof(UnwindStarted))]
[JsonSerializable(typeof(TrafficRestored))]
[JsonSerializable(typeof(RolloutEnded))]
[JsonSerializable(typeof(RevisionQuarantined))]
[JsonSerializable(typeof(QuarantineLifted))]
[JsonSerializable(typeof(EnvironmentLocked))]
[JsonSerializable(typeof(EnvironmentUnlocked))]
[JsonSerializable(typeof(DeploymentStarted))]
[JsonSerializable(typeof(DeploymentCompleted))]
[JsonSerializable(typeof(DeploymentFailed))]
[JsonSerializable(typeof(DeploymentRolledBack))]
[JsonSerializable(typeof(InfrastructureProvisioned))]
[JsonSerializable(typeof(DriftDetected))]
internal sealed partial class DeploymentEventJson : JsonSerializerContext;

internal sealed class DeploymentEvents : IEventSource
{
    public const string Tag = "deployment";

    public IEnumerable<EventType> Events =>
    [
        new("rollout.accepted", DeploymentEventJson.Default.RolloutAccepted, Tag),
        new("rollout.admitted", DeploymentEventJson.Default.RolloutAdmitted, Tag),
        new("rollout.approved", DeploymentEventJson.Default.RolloutApproved, Tag),
        new("rollout.prepared", DeploymentEventJson.Default.CandidatePrepared, Tag),
        new("rollout.weight_requested", DeploymentEventJson.Default.WeightRequested, Tag),
        new("rollout.weight_shifted", DeploymentEventJson.Default.WeightShifted, Tag),
        new("rollout.effect_failed", DeploymentEventJson.Default.EffectFailed, Tag),
        new("rollout.gate_judged", DeploymentEventJson.Default.GateJudged, Tag),
        new("rollout.held", DeploymentEventJson.Default.RolloutHeld, Tag),
        new("rollout.released", DeploymentEventJson.Default.RolloutReleased, Tag),
        new("rollout.retirement_started", DeploymentEventJson.Default.RetirementStarted, Tag),
        new("rollout.unwind_started", DeploymentEventJson.Default.UnwindStarted, Tag),
        new("rollout.traffic_restored", DeploymentEventJson.Default.TrafficRestored, Tag),
        new("rollout.ended", DeploymentEventJson.Default.RolloutEnded, Tag),
        new("revision.quarantined", DeploymentEventJson.Default.RevisionQuarantined, Tag),
        new("revision.quarantine_lifted", DeploymentEventJson.Default.QuarantineLifted, Tag),
        new("environment.locked", DeploymentEventJson.Default.EnvironmentLocked, Tag),
        new("environment.unlocked", DeploymentEventJson.Default.EnvironmentUnlocked, Tag),
        new("deployment.started", DeploymentEventJson.Default.DeploymentStarted, Tag),
        new("deployment.completed", DeploymentEventJson.Default.DeploymentCompleted, Tag),
        new("deployment.failed", DeploymentEventJson.Default.DeploymentFailed, Tag),
        new("deployment.rolled_back", DeploymentEventJson.Default.DeploymentRolledBack, Tag),
        new("infra.provisioned", DeploymentEventJson.Default.InfrastructureProvisioned, Tag),
        new("drift.detected", DeploymentEventJson.Default.DriftDetected, Tag),
    ];
}
