using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Persistence.Audit;

/// <summary>
/// The arithmetic of the chain: each hash covers the one before it and the record as canonical JSON. The first hash covers the chain's
/// name, so that one chain cannot be passed off as another.
/// </summary>
internal static class AuditChain
{
    /// <summary>Kind of the records that write another chain's head into this one.</summary>
    public const string AnchorKind = "anchor";

    public static string Canonical(AuditRecord record) =>
        Encoding.UTF8.GetString(AgenticJson.Canonical(JsonSerializer.SerializeToNode(record, AgenticJson.Options)));

    public static string Genesis(string chain) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"agentic audit chain {chain}")));

    public static string Hash(string previousHash, string canonicalRecord) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(previousHash + canonicalRecord)));

    /// <summary>A text as the column it is found by holds it: PostgreSQL keeps no NUL.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Findable(string? text) => text?.Replace("\0", "", StringComparison.Ordinal);

    /// <summary>Writes where the other chains stand into this one, so that neither can later be shortened without the other showing it.</summary>
    public static AuditRecord Anchor(string chain, DateTimeOffset at, IEnumerable<AuditChainHead> others) => new(
        at, AnchorKind, chain, "audit", "anchor_chains", null, null, null, "recorded",
        new JsonObject(others.Select(head => KeyValuePair.Create<string, JsonNode?>(
            head.Chain, new JsonObject { ["records"] = head.Records, ["hash"] = head.Hash }))));

    public static IEnumerable<AuditChainHead> AnchoredIn(AuditRecord record) => record is { Kind: AnchorKind, Detail: JsonObject heads }
        ? heads.Select(head => new AuditChainHead(head.Key, head.Value!["records"]!.GetValue<long>(), head.Value["hash"]!.GetValue<string>()))
        : [];
}
