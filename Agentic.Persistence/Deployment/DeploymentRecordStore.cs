using System.Data.Common;
using System.Globalization;
using Agentic.Agents.Deployment;
using Agentic.Persistence.Storage;

namespace Agentic.Persistence.Deployment;

/// <summary>Deployments by id and start, kept for ninety days, and what others were told about them.</summary>
internal sealed class DeploymentRecordStore(SqlStore store) : IDeploymentRecords
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    public async Task<long> Position(CancellationToken cancellation)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        return (await connection.Query(null, "SELECT sequence FROM position WHERE name = 'deployments'", row => row.GetInt64(0), cancellation).ConfigureAwait(false))[0];
    }

    /// <summary>
    /// Writes records and announcements and moves the position in one transaction. A row of a later place in the journal is never
    /// overwritten by an earlier one, so two nodes that project at the same time do no harm.
    /// </summary>
    public async Task Save(IEnumerable<DeploymentRecord> changed, IEnumerable<(long Sequence, string? Id, OutgoingEvent Event)> told, long to, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        foreach (var record in changed)
            await Save(connection, transaction, record, to, cancellation).ConfigureAwait(false);
        foreach (var (sequence, id, outgoing) in told)
            await connection.Execute(
                transaction,
                "INSERT INTO announcements (sequence, deployment_id, expires_at, event) VALUES (@sequence, @id, @expires_at, @event) ON CONFLICT (sequence) DO NOTHING",
                cancellation,
                ("sequence", sequence), ("id", id), ("expires_at", Seconds(outgoing.Time + Kept)), ("event", StoredJson.Write(outgoing))).ConfigureAwait(false);
        await connection.Execute(
            transaction, "DELETE FROM deployments WHERE expires_at < @now", cancellation, ("now", Seconds(now))).ConfigureAwait(false);
        await connection.Execute(
            transaction, "DELETE FROM announcements WHERE expires_at < @now", cancellation, ("now", Seconds(now))).ConfigureAwait(false);
        await connection.Execute(
            transaction, "UPDATE position SET sequence = @to WHERE name = 'deployments' AND sequence < @to", cancellation, ("to", to)).ConfigureAwait(false);
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
    }

    public async Task<DeploymentRecord?> Find(string id, CancellationToken cancellation)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        var found = await connection.Query(null, "SELECT record FROM deployments WHERE deployment_id = @id", row => StoredJson.Read<DeploymentRecord>(row.GetString(0)), cancellation, ("id", id)).ConfigureAwait(false);
        return found.FirstOrDefault();
    }

    public async Task<IReadOnlyList<DeploymentRecord>> List(
        string? service, string? environment, RolloutStatus? status, DeploymentCursor? after, int limit, CancellationToken cancellation)
    {
        var (conditions, values) = (new List<string>(), new List<(string, object?)>());
        foreach (var (column, value) in (ReadOnlySpan<(string, string?)>)[("service_name", service), ("environment", environment), ("status", status?.ToString())])
        {
            if (value is null)
                continue;
            conditions.Add($"{column} = @{column}");
            values.Add((column, value));
        }

        if (after is { } last)
        {
            conditions.Add("(timestamp, deployment_id) < (@after, @after_id)");
            values.AddRange([("after", last.StartedAt), ("after_id", last.Id)]);
        }

        var where = conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        return await connection.Query(
            null,
            string.Create(CultureInfo.InvariantCulture, $"SELECT record FROM deployments {where} ORDER BY timestamp DESC, deployment_id DESC LIMIT {limit}"),
            row => StoredJson.Read<DeploymentRecord>(row.GetString(0)),
            cancellation,
            [.. values]).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<OutgoingEvent>> Events(string id, CancellationToken cancellation)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        return await connection.Query(
            null, "SELECT event FROM announcements WHERE deployment_id = @id ORDER BY sequence", row => StoredJson.Read<OutgoingEvent>(row.GetString(0)), cancellation, ("id", id)).ConfigureAwait(false);
    }

    /// <summary>
    /// The oldest announcements that were not handed over. A host that is given a receiver for the first time begins with what happens from
    /// then on.
    /// </summary>
    public async Task<IReadOnlyList<(long Sequence, string Event)>> Untold(int limit, CancellationToken cancellation)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        await connection.Execute(
            null, "INSERT INTO position (name, sequence) SELECT 'told', sequence FROM position WHERE name = 'deployments' ON CONFLICT (name) DO NOTHING", cancellation).ConfigureAwait(false);
        return await connection.Query(
            null,
            string.Create(CultureInfo.InvariantCulture, $"SELECT sequence, event FROM announcements WHERE sequence > (SELECT sequence FROM position WHERE name = 'told') ORDER BY sequence LIMIT {limit}"),
            row => (row.GetInt64(0), row.GetString(1)),
            cancellation).ConfigureAwait(false);
    }

    public async Task Told(long sequence, CancellationToken cancellation)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        await connection.Execute(null, "UPDATE position SET sequence = @to WHERE name = 'told' AND sequence < @to", cancellation, ("to", sequence)).ConfigureAwait(false);
    }

    private static Task<int> Save(DbConnection connection, DbTransaction transaction, DeploymentRecord record, long revision, CancellationToken cancellation) => connection.Execute(
        transaction,
        """
        INSERT INTO deployments (deployment_id, timestamp, service_name, environment, status, expires_at, revision, record)
        VALUES (@id, @at, @service, @environment, @status, @expires_at, @revision, @record)
        ON CONFLICT (deployment_id, timestamp) DO UPDATE SET
            status = excluded.status, expires_at = excluded.expires_at, revision = excluded.revision, record = excluded.record
        WHERE excluded.revision >= deployments.revision
        """,
        cancellation,
        ("id", record.DeploymentId), ("at", record.StartedAt.ToUnixTimeMilliseconds()), ("service", record.Service), ("environment", record.Environment), ("status", record.Status.ToString()),
        ("expires_at", Seconds((record.CompletedAt ?? record.StartedAt) + Kept)), ("revision", revision), ("record", StoredJson.Write(record)));

    private static long Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds();
}
