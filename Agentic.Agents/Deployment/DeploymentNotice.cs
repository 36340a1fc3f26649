using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Agentic.Agents.Deployment;

/// <summary>What others are told about a deployment. The names are the contract of the event bus, so each is written out.</summary>
internal sealed record DeploymentNotice
{
    [JsonPropertyName("deployment_id")] public required string DeploymentId { get; init; }

    [JsonPropertyName("workflow_id")] public string? WorkflowId { get; init; }

    [JsonPropertyName("service_name")] public required string ServiceName { get; init; }

    [JsonPropertyName("environment")] public required string Environment { get; init; }

    [JsonPropertyName("version")] public required string Version { get; init; }

    [JsonPropertyName("digest")] public required string Digest { get; init; }

    [JsonPropertyName("previous_version")] public string? PreviousVersion { get; init; }

    [JsonPropertyName("strategy")] public required Strategy Strategy { get; init; }

    [JsonPropertyName("requested_by")] public required string RequestedBy { get; init; }

    /// <summary>started, success, failed, aborted or rolled_back.</summary>
    [JsonPropertyName("status")] public required string Status { get; init; }

    [JsonPropertyName("reason")] public string? Reason { get; init; }

    [JsonPropertyName("duration_seconds")] public long? DurationSeconds { get; init; }

    /// <summary>What Argo CD calls the sync that brought it about; only where it deploys.</summary>
    [JsonPropertyName("argocd_sync_id")] public string? ArgocdSyncId { get; init; }

    /// <summary>What is to be told after this happened, or null. <paramref name="after"/> is the rollout with the event applied.</summary>
    public static IDeploymentEvent? After(IRolloutEvent happened, Rollout after) => happened switch
    {
        RolloutAdmitted e => new DeploymentStarted(e.Id, e.At, Of(after, "started", e.At)),
        RolloutEnded { End: RolloutEnd.Completed } e => new DeploymentCompleted(e.Id, e.At, Of(after, "success", e.At)),
        RolloutEnded { End: RolloutEnd.RolledBack } e => new DeploymentRolledBack(e.Id, e.At, Of(after, "rolled_back", e.At)),
        RolloutEnded e => new DeploymentFailed(e.Id, e.At, Of(after, e.End == RolloutEnd.Aborted ? "aborted" : "failed", e.At)),
        _ => null,
    };

    private static DeploymentNotice Of(Rollout rollout, string status, DateTimeOffset at)
    {
        var request = rollout.Request;
        return new DeploymentNotice
        {
            DeploymentId = rollout.Id,
            WorkflowId = request.WorkflowId,
            ServiceName = request.Key.Service,
            Environment = request.Key.Environment,
            Version = request.Candidate.Version,
            Digest = request.Candidate.BareDigest,
            PreviousVersion = rollout.Stable?.Version,
            Strategy = rollout.Plan.Strategy,
            RequestedBy = request.RequestedBy,
            Status = status,
            Reason = rollout.IsOver ? rollout.Reason : request.Reason,
            DurationSeconds = rollout.IsOver ? (long)(at - rollout.AcceptedAt).TotalSeconds : null,
            ArgocdSyncId = request.Target == "argocd" ? rollout.Reference : null,
        };
    }
}

/// <summary>Infrastructure that was applied, as others are told.</summary>
internal sealed record InfrastructureNotice
{
    [JsonPropertyName("workflow_id")] public string? WorkflowId { get; init; }

    [JsonPropertyName("path")] public required string Path { get; init; }

    [JsonPropertyName("environment")] public required string Environment { get; init; }

    [JsonPropertyName("plan_digest")] public required string PlanDigest { get; init; }

    [JsonPropertyName("requested_by")] public required string RequestedBy { get; init; }

    [JsonPropertyName("destroyed")] public bool Destroyed { get; init; }

    [JsonPropertyName("summary")] public required string Summary { get; init; }
}

/// <summary>Infrastructure that is no longer as declared, as others are told.</summary>
internal sealed record DriftNotice
{
    [JsonPropertyName("path")] public required string Path { get; init; }

    [JsonPropertyName("environment")] public required string Environment { get; init; }

    [JsonPropertyName("resources")] public required IReadOnlyList<string> Resources { get; init; }
}

/// <summary>An event as it goes out to others.</summary>
internal sealed record OutgoingEvent(
    string Source,
    [property: JsonPropertyName("detail-type")] string DetailType,
    DateTimeOffset Time,
    JsonObject Detail);
