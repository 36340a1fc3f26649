using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Agentic.Agents.Deployment.Analysis;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

internal sealed record DeployService(
    [property: Description("Name of the service, e.g. user-service."), StringLength(63)] string Service,
    [property: Description("Version to deploy, e.g. 1.4.2."), StringLength(100)] string Version,
    [property: Description("Environment to deploy to: dev, staging, production or one of your own."), StringLength(63)] string Environment,
    [property: Description("How the traffic moves: rolling (default), blue-green or canary.")] Strategy Strategy = Strategy.Rolling,
    [property: Description("Where the artifact is, when it was not registered by generate_service: a folder, a .zip file or an image."), StringLength(1000)] string? Artifact = null,
    [property: Description("True waits behind a deployment in progress; false is refused then.")] bool Queue = false,
    [property: Description("The ladder instead of the strategy's own: weights that rise and end with 100."), Length(1, 50)] IReadOnlyList<StepDraft>? Steps = null,
    [property: Description("The gates instead of the shipped ones."), Length(1, 20)] IReadOnlyList<GateDraft>? Gates = null,
    [property: Description("Seconds the old version is kept running after the last shift, 0 to 86400."), Range(0, 86400)] int? VerificationSeconds = null,
    [property: Description("Environment variables of the service; secrets come from the configuration and never from here.")] IReadOnlyDictionary<string, string>? Variables = null,
    [property: Description("Why, for the history."), StringLength(500)] string? Reason = null,
    [property: Description("The digest that preview_deployment answered with: refused when artifact, target or plan are others by now."), StringLength(64)] string? Digest = null,
    [property: Description("The commit the version was made from, for the history and the diff."), StringLength(64)] string? Commit = null);

internal sealed record StepDraft(
    [property: Description("Percent of the traffic for the new version, 0 to 100."), Range(0, 100)] int Weight,
    [property: Description("Seconds to stay at this weight at least."), Range(0, 86400)] int HoldSeconds = 0,
    [property: Description("True waits for a person to promote.")] bool WaitsForPromotion = false,
    [property: Description("True demands that the gates pass before the next step; false that they do not fail.")] bool DemandsPass = false);

internal sealed record GateDraft(
    [property: Description("Name of the gate, unique in the plan."), StringLength(60)] string Name,
    [property: Description("error-rate, error-rate-against-stable, latency, latency-against-stable, probes or query.")] GateKind Kind,
    [property: Description("True must pass before completion; false can only fail.")] bool Required = false,
    [property: Description("A rate proven above this fails, e.g. 0.01."), Range(0.0, 1.0)] double? Acceptable = null,
    [property: Description("A rate proven below this passes, e.g. 0.05."), Range(0.0, 1.0)] double? Unacceptable = null,
    [property: Description("For latency: milliseconds that 95 % of the requests must stay under."), Range(1.0, 600000.0)] double? LimitMilliseconds = null,
    [property: Description("For query: the query text for the metric source."), StringLength(2000)] string? Query = null,
    [property: Description("For query: answers at or below this are good.")] double? AtMost = null,
    [property: Description("For query: answers at or above this are good.")] double? AtLeast = null)
{
    public Gate ToGate()
    {
        // The share of slow requests that a p95 allows is one in twenty by definition.
        var isLatency = Kind is GateKind.Latency or GateKind.LatencyAgainstStable;
        return new Gate
        {
            Name = Name,
            Kind = Kind,
            IsRequired = Required,
            Acceptable = Acceptable ?? (isLatency ? 0.05 : 0.01),
            Unacceptable = Unacceptable ?? (isLatency ? 0.1 : 0.05),
            LimitMilliseconds = LimitMilliseconds ?? 1000,
            Query = Query,
            AtMost = AtMost,
            AtLeast = AtLeast,
        };
    }
}

internal sealed record PromoteToEnvironment(
    [property: Description("Name of the service."), StringLength(63)] string Service,
    [property: Description("Environment that serves what is to be promoted, e.g. staging."), StringLength(63)] string From,
    [property: Description("Environment to promote to, e.g. production; the next one in order."), StringLength(63)] string Environment,
    [property: Description("Version or digest you expect there; refused when another one serves."), StringLength(100)] string? Version = null,
    [property: Description("How the traffic moves: rolling, blue-green or canary (default).")] Strategy Strategy = Strategy.Canary,
    [property: Description("True waits behind a deployment in progress.")] bool Queue = false,
    [property: Description("Digest over artifact, target and plan that was approved: refused when they are others by now."), StringLength(64)] string? Digest = null);

internal sealed record DeploymentById([property: Description("Deployment id, dep-…"), StringLength(80)] string Id);

internal sealed record DeploymentWithReason(
    [property: Description("Deployment id, dep-…"), StringLength(80)] string Id,
    [property: Description("Why, for the history."), StringLength(500)] string? Reason = null);

internal sealed record ApproveDeployment(
    [property: Description("Deployment id, dep-…"), StringLength(80)] string Id,
    [property: Description("The approvalDigest that the waiting deployment shows."), StringLength(64)] string Digest);

internal sealed record RejectDeployment(
    [property: Description("Deployment id, dep-…"), StringLength(80)] string Id,
    [property: Description("Why, for the history."), StringLength(500, MinimumLength = 1)] string Reason);

internal sealed record WithdrawFromEnvironment(
    [property: Description("Name of the service."), StringLength(63)] string Service,
    [property: Description("Environment to take it out of."), StringLength(63)] string Environment,
    [property: Description("Why, for the history."), StringLength(500, MinimumLength = 1)] string Reason);

internal sealed record UndoDeployment(
    [property: Description("Deployment to undo, dep-…"), StringLength(80)] string Id,
    [property: Description("Why, for the history."), StringLength(500)] string? Reason = null);

internal sealed record VerifyDeployment(
    [property: Description("Deployment to confirm, dep-…"), StringLength(80)] string Id,
    [property: Description("Health checks in a row that must pass, 1 to 20."), Range(1, 20)] int Checks = 3);

internal sealed record DeploymentLogRequest(
    [property: Description("Deployment id, dep-…"), StringLength(80)] string Id,
    [property: Description("Characters from the end, 100 to 20000."), Range(100, 20000)] int Characters = 4000);

internal sealed record RollBackDeployment(
    [property: Description("Deployment to undo, dep-…"), StringLength(80)] string Id,
    [property: Description("Kept version to go back to; the one before when not given."), StringLength(100)] string? ToVersion = null,
    [property: Description("Why; the bad version is quarantined with it."), StringLength(500)] string? Reason = null);

internal sealed record SetDeploymentWeight(
    [property: Description("Deployment id, dep-…"), StringLength(80)] string Id,
    [property: Description("Percent of the traffic for the new version, 1 to 99."), Range(1, 99)] int Weight);

internal sealed record ListDeployments(
    [property: Description("Only deployments of this service."), StringLength(63)] string? Service = null,
    [property: Description("Only deployments to this environment."), StringLength(63)] string? Environment = null,
    [property: Description("Only these: pending, waiting_approval, deploying, paused, verifying, completed, failed, aborted or rolled_back.")] RolloutStatus? Status = null,
    [property: Description("Items per page, 1 to 200."), Range(1, 200)] int Limit = 50,
    [property: Description("nextCursor of the page before."), StringLength(200)] string? Cursor = null);

internal sealed record DiffDeployments(
    [property: Description("Name of the service."), StringLength(63)] string Service,
    [property: Description("Environment that serves one side, e.g. production."), StringLength(63)] string Environment,
    [property: Description("Environment that serves the other side, e.g. staging; or give a version."), StringLength(63)] string? OtherEnvironment = null,
    [property: Description("A version this environment kept, to compare with what serves."), StringLength(100)] string? Version = null);

internal sealed record LockEnvironmentRequest(
    [property: Description("Environment to lock."), StringLength(63)] string Environment,
    [property: Description("Why; shown to everybody who is refused."), StringLength(500)] string Reason);

internal sealed record UnlockEnvironmentRequest([property: Description("Environment to unlock."), StringLength(63)] string Environment);

internal sealed record LiftQuarantineRequest(
    [property: Description("Name of the service."), StringLength(63)] string Service,
    [property: Description("Environment the revision is quarantined in."), StringLength(63)] string Environment,
    [property: Description("Digest of the revision, or its first 12 characters."), StringLength(71, MinimumLength = 12)] string Digest);

internal sealed record EnvironmentLock(string Environment, bool IsLocked, string? By, string? Reason);
