using System.Text.Json.Nodes;

namespace Agentic.Agents.Operations;

/// <summary>Where every command, approval and decision is appended before it takes effect: a hash chain that can be verified offline.</summary>
internal interface IAuditTrail
{
    /// <summary>Returns once the record is on disk.</summary>
    Task Append(AuditRecord record, CancellationToken cancellation);

    /// <summary>Newest first; a cursor that was not handed out here is refused.</summary>
    Task<Outcome<Page<AuditLine>>> Read(AuditFilter filter, CancellationToken cancellation);

    /// <summary>Recomputes every chain and says where the first break is, if any.</summary>
    Task<AuditVerification> Verify(CancellationToken cancellation);
}

/// <param name="Kind"><c>command</c>, <c>approval</c>, <c>refusal</c>, <c>decision</c> or <c>security</c>.</param>
/// <param name="Subject">What it is about: a workflow id, an exception id; null where there is none yet.</param>
/// <param name="InputDigest">Hex SHA-256 of the canonical input.</param>
/// <param name="Detail">Redacted input or facts of the decision.</param>
internal sealed record AuditRecord(
    DateTimeOffset At, string Kind, string Caller, string Door, string Operation, string? Environment, string? Subject, string? InputDigest, string Outcome, JsonNode? Detail);

/// <param name="Chain">The node that wrote it.</param>
/// <param name="Hash">Hex SHA-256 over the previous hash and the canonical record.</param>
internal sealed record AuditLine(string Chain, long Number, AuditRecord Record, string PreviousHash, string Hash);

internal sealed record AuditFilter(string? Caller, string? Operation, string? Subject, int Limit, string? Cursor);

/// <param name="Problem">Null when every chain is whole.</param>
internal sealed record AuditVerification(bool Intact, long Records, IReadOnlyList<AuditChainHead> Chains, string? Problem);

internal sealed record AuditChainHead(string Chain, long Records, string Hash);
