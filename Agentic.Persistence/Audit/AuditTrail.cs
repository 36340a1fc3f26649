using System.Data.Common;
using System.Globalization;
using Agentic.Agents.Operations;
using Agentic.Persistence.Storage;

namespace Agentic.Persistence.Audit;

/// <summary>Keeps this node's chain in the audit store. Records that arrive together share one transaction.</summary>
internal sealed class AuditTrail : IAuditTrail, IAsyncDisposable
{
    private const int MaxBatch = 500;
    private readonly SqlStore store;
    private readonly string chain;
    private readonly GroupCommit<AuditRecord> writing;
    private readonly Dictionary<string, AuditChainHead> anchored = new(StringComparer.Ordinal);

    public AuditTrail(SqlStore store, string chain)
    {
        (this.store, this.chain) = (store, chain);
        writing = new GroupCommit<AuditRecord>(MaxBatch, Write);
    }

    public Task Append(AuditRecord record, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return writing.Append(record);
    }

    public async Task<Outcome<Page<AuditLine>>> Read(AuditFilter filter, CancellationToken cancellation)
    {
        var limit = Keyset.Clamp(filter.Limit);
        var conditions = new List<string>();
        var values = new List<(string, object?)>();
        void Where(string condition, string name, object? value)
        {
            if (value is null)
                return;
            conditions.Add(condition);
            values.Add((name, value is string text ? AuditChain.Findable(text) : value));
        }

        Where("caller = @caller", "caller", filter.Caller);
        Where("operation = @operation", "operation", filter.Operation);
        Where("subject = @subject", "subject", filter.Subject);
        if (filter.Cursor is not null)
        {
            var after = Keyset.Parse(filter.Cursor);
            if (after.IsRefused)
                return after.Refusal;
            Where("id < @after", "after", after.Value.Position);
        }

        var where = conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        var rows = await connection.Query(
            null,
            string.Create(CultureInfo.InvariantCulture, $"SELECT id, chain, number, record, previous_hash, hash FROM audit_records {where} ORDER BY id DESC LIMIT {limit + 1}"),
            row => (Id: row.GetInt64(0), Line: LineOf(row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetString(4), row.GetString(5))),
            cancellation,
            [.. values]).ConfigureAwait(false);
        var next = rows.Count > limit ? new Keyset(rows[limit - 1].Id, "").ToString() : null;
        return new Page<AuditLine>([.. rows.Take(limit).Select(row => row.Line)], next);
    }

    public async Task<AuditVerification> Verify(CancellationToken cancellation)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        await using var moment = await store.BeginSnapshot(connection, cancellation).ConfigureAwait(false);
        return await AuditVerifier.Verify(connection, moment, cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => writing.DisposeAsync();

    private static AuditLine LineOf(string chain, long number, string record, string previousHash, string hash) =>
        new(chain, number, StoredJson.Read<AuditRecord>(record), previousHash, hash);

    private async Task Write(IReadOnlyList<AuditRecord> records)
    {
        var cancellation = CancellationToken.None;
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        if (!store.IsSqlite)
            // Two nodes of one name write one chain, by turns.
            await connection.Execute(transaction, "SELECT pg_advisory_xact_lock(7412, hashtext(@chain))", cancellation, ("chain", chain)).ConfigureAwait(false);
        var heads = await connection.Query(
            transaction, "SELECT chain, records, hash FROM audit_chains", row => new AuditChainHead(row.GetString(0), row.GetInt64(1), row.GetString(2)), cancellation).ConfigureAwait(false);
        var head = heads.Find(other => other.Chain == chain) ?? new AuditChainHead(chain, 0, AuditChain.Genesis(chain));
        var moved = heads.FindAll(other => other.Chain != chain && (!anchored.TryGetValue(other.Chain, out var seen) || seen != other));
        if (moved.Count > 0)
            records = [AuditChain.Anchor(chain, records[0].At, moved), .. records];

        await using var insert = connection.Command(
            transaction,
            """
            INSERT INTO audit_records (chain, number, at, caller, operation, subject, record, previous_hash, hash)
            VALUES (@chain, @number, @at, @caller, @operation, @subject, @record, @previous_hash, @hash)
            """);
        foreach (var record in records)
            head = await Insert(insert, head, record, cancellation).ConfigureAwait(false);
        await connection.Execute(
            transaction,
            """
            INSERT INTO audit_chains (chain, records, hash) VALUES (@chain, @records, @hash)
            ON CONFLICT (chain) DO UPDATE SET records = excluded.records, hash = excluded.hash
            """,
            cancellation,
            ("chain", chain),
            ("records", head.Records),
            ("hash", head.Hash)).ConfigureAwait(false);
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        foreach (var other in moved)
            anchored[other.Chain] = other;
    }

    private static async Task<AuditChainHead> Insert(DbCommand insert, AuditChainHead head, AuditRecord record, CancellationToken cancellation)
    {
        var canonical = AuditChain.Canonical(record);
        var next = new AuditChainHead(head.Chain, head.Records + 1, AuditChain.Hash(head.Hash, canonical));
        insert.Parameters.Clear();
        insert.With("chain", next.Chain);
        insert.With("number", next.Records);
        insert.With("at", record.At.ToUnixTimeMilliseconds());
        insert.With("caller", AuditChain.Findable(record.Caller));
        insert.With("operation", AuditChain.Findable(record.Operation));
        insert.With("subject", AuditChain.Findable(record.Subject));
        insert.With("record", canonical);
        insert.With("previous_hash", head.Hash);
        insert.With("hash", next.Hash);
        await insert.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        return next;
    }
}
