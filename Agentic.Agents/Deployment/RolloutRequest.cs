using System.Globalization;
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

    /// <summary>A person must approve <see cref="ApprovalDigest"/> first.</summary>
    public bool NeedsApproval { get; init; }

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
                ((int)Kind).ToString(CultureInfo.InvariantCulture), plan);
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        }
    }
}
