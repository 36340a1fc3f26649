using System.Data.Common;
using System.Globalization;
using Agentic.Agents.Operations;
using Agentic.Agents.Planner;
using Agentic.Persistence.Storage;

namespace Agentic.Persistence.Planner;

/// <summary>The rows behind lists and dead letters, and the place in the journal they were projected to.</summary>
internal sealed class WorkflowRecordStore(SqlStore store)
{
    public async Task<long> Position(CancellationToken cancellation)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        return await Position(connection, null, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// The right to project, which one node of a cluster has; null while another has it. It ends with its connection, and so with its
    /// node. Should two ever believe they have it, <see cref="Save"/> lets only one of them through.
    /// </summary>
    public async Task<ProjectionLead?> TryLead(CancellationToken cancellation)
    {
        if (store.IsSqlite)
            return new ProjectionLead(null);
        var connection = await store.Open(cancellation).ConfigureAwait(false);
        var lead = new ProjectionLead(connection);
        if (await lead.TryTake(cancellation).ConfigureAwait(false))
            return lead;
        await connection.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>
    /// Writes the records and moves the position in one transaction; false, and nothing written, where the position is no longer
    /// <paramref name="from"/> because another projection moved it or the records were thrown away.
    /// </summary>
    public async Task<bool> Save(IReadOnlyCollection<ProjectedWorkflow> changed, long from, long to, CancellationToken cancellation)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        var moved = await connection.Execute(
            transaction, "UPDATE projections SET position = @to WHERE name = 'workflows' AND position = @from", cancellation, ("to", to), ("from", from)).ConfigureAwait(false);
        if (moved == 0)
            return false;
        foreach (var workflow in changed)
            await Save(connection, transaction, workflow, cancellation).ConfigureAwait(false);
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    public async Task Clear(CancellationToken cancellation)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await connection.Execute(
            transaction, "UPDATE projections SET position = 0 WHERE name = 'workflows'; DELETE FROM workflows; DELETE FROM dead_letters", cancellation).ConfigureAwait(false);
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
    }

    public async Task<long> Count(CancellationToken cancellation)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        return (await connection.Query(null, "SELECT COUNT(*) FROM workflows", row => row.GetInt64(0), cancellation).ConfigureAwait(false))[0];
    }

    /// <summary>The workflows that had not ended at the position, and that position.</summary>
    public async Task<(List<string> Ids, long Position)> Unfinished(CancellationToken cancellation)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        await using var moment = await store.BeginSnapshot(connection, cancellation).ConfigureAwait(false);
        var position = await Position(connection, moment, cancellation).ConfigureAwait(false);
        var ids = await connection.Query(moment, "SELECT workflow_id FROM workflows WHERE is_ended = 0", row => row.GetString(0), cancellation).ConfigureAwait(false);
        return (ids, position);
    }

    public async Task<Outcome<Page<WorkflowRecord>>> List(WorkflowFilter filter, CancellationToken cancellation)
    {
        var conditions = new List<string>();
        var values = new List<(string, object?)>();
        Where(conditions, values, "status = @status", "status", filter.Status);
        Where(conditions, values, "service_name = @service", "service", filter.Service);
        Where(conditions, values, "requested_by = @requested_by", "requested_by", filter.RequestedBy);
        Where(conditions, values, "search LIKE @query ESCAPE '!'", "query", string.IsNullOrWhiteSpace(filter.Query) ? null : $"%{Escaped(Searchable(filter.Query.Trim()))}%");
        return await Page<WorkflowRecord>("workflows", "created_at", "workflow_id", conditions, values, filter.Limit, filter.Cursor, cancellation).ConfigureAwait(false);
    }

    public Task<Outcome<Page<DeadLetter>>> DeadLetters(int limit, string? cursor, CancellationToken cancellation) =>
        Page<DeadLetter>("dead_letters", "failed_at", "id", [], [], limit, cursor, cancellation);

    private static async Task<long> Position(DbConnection connection, DbTransaction? moment, CancellationToken cancellation) =>
        (await connection.Query(moment, "SELECT position FROM projections WHERE name = 'workflows'", row => row.GetInt64(0), cancellation).ConfigureAwait(false))[0];

    private static async Task Save(DbConnection connection, DbTransaction transaction, ProjectedWorkflow workflow, CancellationToken cancellation)
    {
        var record = workflow.Record;
        await connection.Execute(
            transaction,
            """
            INSERT INTO workflows (workflow_id, created_at, status, service_name, requested_by, search, is_ended, revision, record)
            VALUES (@id, @created_at, @status, @service_name, @requested_by, @search, @is_ended, @revision, @record)
            ON CONFLICT (workflow_id) DO UPDATE SET
                status = excluded.status, is_ended = excluded.is_ended, revision = excluded.revision, record = excluded.record
            """,
            cancellation,
            ("id", record.WorkflowId),
            ("created_at", record.CreatedAt.ToUnixTimeMilliseconds()),
            ("status", record.Status),
            ("service_name", record.ServiceName),
            ("requested_by", record.RequestedBy),
            ("search", Searchable(string.Join('\n', record.WorkflowId, record.ServiceName, record.Goal, record.Template))),
            ("is_ended", workflow.IsEnded ? 1 : 0),
            ("revision", record.Revision),
            ("record", StoredJson.Write(record))).ConfigureAwait(false);
        if (!workflow.HadDeadLetters && workflow.DeadLetters.Count == 0)
            return;
        await connection.Execute(transaction, "DELETE FROM dead_letters WHERE workflow_id = @id", cancellation, ("id", record.WorkflowId)).ConfigureAwait(false);
        foreach (var letter in workflow.DeadLetters)
            await connection.Execute(
                transaction,
                "INSERT INTO dead_letters (id, workflow_id, failed_at, record) VALUES (@id, @workflow_id, @failed_at, @record)",
                cancellation,
                ("id", letter.Id),
                ("workflow_id", letter.WorkflowId),
                ("failed_at", letter.FailedAt.ToUnixTimeMilliseconds()),
                ("record", StoredJson.Write(letter))).ConfigureAwait(false);
    }

    private static void Where(List<string> conditions, List<(string, object?)> values, string condition, string name, string? value)
    {
        if (value is null)
            return;
        conditions.Add(condition);
        values.Add((name, value.Replace("\0", "", StringComparison.Ordinal)));
    }

    // PostgreSQL keeps no NUL in text.
    private static string Searchable(string text) => text.ToLowerInvariant().Replace("\0", "", StringComparison.Ordinal);

    private static string Escaped(string text) =>
        text.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);

    /// <summary>Newest first, by the time in <paramref name="by"/> and then the id.</summary>
    private async Task<Outcome<Page<T>>> Page<T>(
        string table, string by, string id, List<string> conditions, List<(string, object?)> values, int limit, string? cursor, CancellationToken cancellation)
    {
        limit = Keyset.Clamp(limit);
        if (cursor is not null)
        {
            var after = Keyset.Parse(cursor);
            if (after.IsRefused)
                return after.Refusal;
            conditions.Add($"({by}, {id}) < (@after, @after_id)");
            values.AddRange([("after", after.Value.Position), ("after_id", after.Value.Id)]);
        }

        var where = conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        var rows = await connection.Query(
            null,
            string.Create(CultureInfo.InvariantCulture, $"SELECT record, {by}, {id} FROM {table} {where} ORDER BY {by} DESC, {id} DESC LIMIT {limit + 1}"),
            row => (Item: StoredJson.Read<T>(row.GetString(0)), At: new Keyset(row.GetInt64(1), row.GetString(2))),
            cancellation,
            [.. values]).ConfigureAwait(false);
        return new Page<T>([.. rows.Take(limit).Select(row => row.Item)], rows.Count > limit ? rows[limit - 1].At.ToString() : null);
    }
}
