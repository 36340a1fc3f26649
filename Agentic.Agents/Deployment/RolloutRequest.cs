using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Agentic.Agents.Deployment;

internal enum RolloutKind
{
    Deploy,
    Rollback,
    Promotion,

    /// <summary>Takes a service out of an environment: no traffic, then nothing that runs.</summary>
    Withdrawal,
}

/// <summary>Who wants what, where and why; recorded as asked and never changed.</summary>
internal sealed record RolloutRequest
{
    public required ServiceKey Key { get; init; }

    public required Revision Candidate { get; init; }

    public required RolloutPlan Plan { get; init; }

    /// <summary>Name of the target that carries it out, e.g. <c>process</c>.</summary>
    public required string Target { get; init; }

    public required string RequestedBy { get; init; }

    public RolloutKind Kind { get; init; }

    public string? Reason { get; init; }

    public string? WorkflowId { get; init; }

    /// <summary>What the policy agent said about the artifact in this environment.</summary>
    public string? PolicyDecision { get; init; }

    /// <summary>Whether there was a way back when it was accepted.</summary>
    public RollbackReadiness? Rollback { get; init; }

    /// <summary>A person must approve <see cref="ApprovalDigest"/> first.</summary>
    public bool NeedsApproval { get; init; }

    /// <summary>A person approved exactly this in the workflow it belongs to.</summary>
    public bool? ApprovedInWorkflow { get; init; }

    /// <summary>The requester may approve too; only where there is one user.</summary>
    public bool RequesterMayApprove { get; init; }

    /// <summary>The deployment this one undoes, for a rollback.</summary>
    public string? Undoes { get; init; }

    /// <summary>What an approval is bound to: the artifact, the place and the way there. Any change makes another digest.</summary>
    [JsonIgnore]
    public string ApprovalDigest
    {
        get
        {
            var plan = JsonSerializer.Serialize(Plan);
            var text = string.Join('\n', Key.Service, Key.Environment, Candidate.Version, Candidate.BareDigest, Candidate.Artifact, Target,
                Kind == RolloutKind.Rollback ? "1" : "0", plan, string.Join('\n', Candidate.Variables.OrderBy(variable => variable.Key, StringComparer.Ordinal).Select(variable => $"{variable.Key}={variable.Value}")));
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        }
    }
}

/// <summary>Whether what serves now could take over again: its artifact, its configuration and its secrets are still there.</summary>
/// <param name="Version">What it would go back to; null where nothing serves.</param>
/// <param name="Missing">What is no longer there, in words.</param>
internal sealed record RollbackReadiness(string? Version, IReadOnlyList<string> Missing)
{
    [JsonIgnore]
    public bool IsReady => Missing.Count == 0;
}
