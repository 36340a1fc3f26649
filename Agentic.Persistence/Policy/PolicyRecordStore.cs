using System.Globalization;
using System.Runtime.CompilerServices;
using Agentic.Agents.Policy;
using Agentic.Persistence.Storage;

namespace Agentic.Persistence.Policy;

/// <summary>Keeps every validation, every exception ever granted and where the reports of the quarters lie; the first record of an id wins. Writes that arrive together share one transaction.</summary>
internal sealed class PolicyRecordStore : IPolicyRecords, IAsyncDisposable
{
    private const int MaxBatch = 200;
    private readonly SqlStore store;
    private readonly GroupCommit<Row> writing;

    public PolicyRecordStore(SqlStore store)
    {
        this.store = store;
        writing = new(MaxBatch, Write);
    }

    public Task Save(ValidationRecord validation, CancellationToken cancellation) =>
        writing.Append(new Row("validations", "violation_id", validation.Id, validation.At, StoredJson.Write(validation)));

    public async Task<ValidationRecord?> Find(string id, CancellationToken cancellation) =>
        (await Read<ValidationRecord>("SELECT record FROM validations WHERE violation_id = @id", cancellation, ("id", id)).ConfigureAwait(false)).FirstOrDefault();

    /// <remarks>Read as they are asked for: a quarter of a busy host does not fit into memory.</remarks>
    public async IAsyncEnumerable<ValidationRecord> Between(DateTimeOffset from, DateTimeOffset to, bool newestFirst, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var order = newestFirst ? "timestamp DESC, violation_id DESC" : "timestamp, violation_id";
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        await using var command = connection.Command(
            null, $"SELECT record FROM validations WHERE timestamp >= @first AND timestamp < @last ORDER BY {order}", ("first", Sortable(from)), ("last", Sortable(to)));
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            yield return StoredJson.Read<ValidationRecord>(reader.GetString(0));
    }

    public Task Grant(PolicyException exception, CancellationToken cancellation) =>
        writing.Append(new Row("exceptions", "exception_id", exception.Id, exception.CreatedAt, StoredJson.Write(exception)));

    public Task<IReadOnlyList<PolicyException>> Exceptions(CancellationToken cancellation) =>
        Read<PolicyException>("SELECT record FROM exceptions ORDER BY timestamp, exception_id", cancellation);

    public Task Keep(KeptReport report, CancellationToken cancellation) =>
        writing.Append(new Row("reports", "quarter", report.Quarter, report.At, StoredJson.Write(report)));

    public async Task<KeptReport?> Report(string quarter, CancellationToken cancellation) =>
        (await Read<KeptReport>("SELECT record FROM reports WHERE quarter = @quarter", cancellation, ("quarter", quarter)).ConfigureAwait(false)).FirstOrDefault();

    public async Task<IReadOnlyList<PolicyNotice>> Notices(long after, int limit, CancellationToken cancellation)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        return await connection.Query(
            null,
            "SELECT notices.number, validations.record FROM notices JOIN validations ON validations.violation_id = notices.violation_id WHERE notices.number > @after ORDER BY notices.number LIMIT @limit",
            row => PolicyEvents.Notice(row.GetInt64(0), StoredJson.Read<ValidationRecord>(row.GetString(1))), cancellation, ("after", after), ("limit", limit)).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => writing.DisposeAsync();

    /// <summary>Text that sorts as the time does, in both databases.</summary>
    private static string Sortable(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<T>> Read<T>(string sql, CancellationToken cancellation, params (string Name, object? Value)[] values)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        return await connection.Query(null, sql, row => StoredJson.Read<T>(row.GetString(0)), cancellation, values).ConfigureAwait(false);
    }

    private async Task Write(IReadOnlyList<Row> rows)
    {
        var cancellation = CancellationToken.None;
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        // One writer at a time, so that a reader of notices never sees a later number before an earlier one.
        if (!store.IsSqlite)
            await connection.Execute(transaction, "SELECT pg_advisory_xact_lock(7413, 1)", cancellation).ConfigureAwait(false);
        foreach (var row in rows)
        {
            var added = await connection.Execute(
                transaction,
                $"INSERT INTO {row.Table} ({row.Key}, timestamp, record) VALUES (@id, @at, @record) ON CONFLICT ({row.Key}) DO NOTHING",
                cancellation, ("id", row.Id), ("at", Sortable(row.At)), ("record", row.Record)).ConfigureAwait(false);
            if (added > 0 && row.Table == "validations")
                await connection.Execute(
                    transaction, "INSERT INTO notices (number, violation_id) SELECT COALESCE(MAX(number), 0) + 1, @id FROM notices", cancellation, ("id", row.Id)).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
    }

    private sealed record Row(string Table, string Key, string Id, DateTimeOffset At, string Record);
}
