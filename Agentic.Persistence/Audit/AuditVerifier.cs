using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Agentic.Agents.Operations;
using Agentic.Persistence.Storage;

namespace Agentic.Persistence.Audit;

/// <summary>Recomputes every chain from its first record, one row at a time, and holds the heads and anchors against what it finds.</summary>
internal static class AuditVerifier
{
    public static async Task<AuditVerification> Verify(DbConnection connection, DbTransaction moment, CancellationToken cancellation)
    {
        var stored = await connection.Query(
            moment, "SELECT chain, records, hash FROM audit_chains ORDER BY chain", row => new AuditChainHead(row.GetString(0), row.GetInt64(1), row.GetString(2)), cancellation).ConfigureAwait(false);
        var found = new Dictionary<string, AuditChainHead>(StringComparer.Ordinal);
        var anchors = new List<(string In, long Number, AuditChainHead Head)>();
        var total = 0L;
        string? problem = null;

        await using (var command = connection.Command(
            moment, "SELECT chain, number, caller, operation, subject, at, record, previous_hash, hash FROM audit_records ORDER BY chain, number"))
        await using (var row = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false))
        {
            while (await row.ReadAsync(cancellation).ConfigureAwait(false))
            {
                var chain = row.GetString(0);
                total++;
                var head = found.GetValueOrDefault(chain) ?? new AuditChainHead(chain, 0, AuditChain.Genesis(chain));
                problem ??= Check(row, head, anchors);
                found[chain] = new AuditChainHead(chain, row.GetInt64(1), row.GetString(8));
            }
        }

        foreach (var head in stored)
            problem ??= found.GetValueOrDefault(head.Chain) == head ? null : Missing(head, found.GetValueOrDefault(head.Chain)?.Records ?? 0);
        problem ??= found.Keys.Except(stored.Select(head => head.Chain), StringComparer.Ordinal)
            .Select(chain => $"Chain '{chain}' has records but no head: the row of audit_chains was removed.").FirstOrDefault();
        foreach (var (chain, number, head) in anchors)
            problem ??= await CheckAnchor(connection, moment, chain, number, head, cancellation).ConfigureAwait(false);
        return new AuditVerification(problem is null, total, [.. found.Values.OrderBy(head => head.Chain, StringComparer.Ordinal)], problem);
    }

    private static string? Check(DbDataReader row, AuditChainHead before, List<(string, long, AuditChainHead)> anchors)
    {
        var (chain, number, text) = (row.GetString(0), row.GetInt64(1), row.GetString(6));
        var place = string.Create(CultureInfo.InvariantCulture, $"Chain '{chain}', record {number}");
        if (number != before.Records + 1)
            return string.Create(CultureInfo.InvariantCulture, $"{place}: record {before.Records + 1} is missing before it.");
        if (row.GetString(7) != before.Hash)
            return $"{place}: it does not follow the record before it; a record was changed, removed or put in.";
        if (row.GetString(8) != AuditChain.Hash(before.Hash, text))
            return $"{place}: its hash does not fit its content; the record was changed after it was written.";
        AuditRecord? record;
        try
        {
            record = StoredJson.Read<AuditRecord>(text);
        }
        catch (JsonException)
        {
            record = null;
        }

        if (record is null)
            return $"{place}: its content is no audit record.";
        if (AuditChain.Findable(record.Caller) != row.GetString(2) || AuditChain.Findable(record.Operation) != row.GetString(3)
            || AuditChain.Findable(record.Subject) != row.GetStringOrNull(4)
            || record.At.ToUnixTimeMilliseconds() != row.GetInt64(5))
            return $"{place}: the columns it is found by were changed and no longer say what the record says.";
        anchors.AddRange(AuditChain.AnchoredIn(record).Select(head => (chain, number, head)));
        return null;
    }

    private static async Task<string?> CheckAnchor(
        DbConnection connection, DbTransaction moment, string chain, long number, AuditChainHead head, CancellationToken cancellation)
    {
        var hashes = await connection.Query(
            moment, "SELECT hash FROM audit_records WHERE chain = @chain AND number = @number", row => row.GetString(0), cancellation,
            ("chain", head.Chain), ("number", head.Records)).ConfigureAwait(false);
        if (hashes.Count == 1 && hashes[0] == head.Hash)
            return null;
        var what = hashes.Count == 0 ? "is gone" : "is another";
        return string.Create(CultureInfo.InvariantCulture, $"Chain '{head.Chain}', record {head.Records}: record {number} of chain '{chain}' saw it, and it {what} now; the chain was cut or rewritten.");
    }

    private static string Missing(AuditChainHead head, long found) => found < head.Records
        ? string.Create(CultureInfo.InvariantCulture, $"Chain '{head.Chain}' ends at record {found} but had {head.Records}: records were removed from its end.")
        : string.Create(CultureInfo.InvariantCulture, $"Chain '{head.Chain}' ends at record {found}, but its head says {head.Records} with another hash: a record or the head was changed.");
}
