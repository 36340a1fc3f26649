using System.Data.Common;
using System.Globalization;
using Agentic.Persistence.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Agentic.Persistence.Journal;

/// <summary>One row of Akka.Persistence.Sql's journal table; <c>ordering</c> is the database's.</summary>
/// <param name="Tags">As that plug-in writes them in CSV mode: <c>;workflow;</c>, or empty.</param>
internal sealed record JournalRow(string PersistenceId, long SequenceNumber, long Created, string Tags, byte[] Message, int Identifier, string Manifest);

/// <summary>
/// Reads and writes Akka.Persistence.Sql's journal table with plain statements. What many entities write at once shares one transaction;
/// what they ask at once shares one query.
/// </summary>
internal sealed class JournalTable : IAsyncDisposable
{
    private const int MaxBatch = 1000;
    private const string Columns = "deleted, persistence_id, sequence_number, created, tags, message, identifier, manifest";
    private readonly SqlStore store;
    private readonly GroupCommit<IReadOnlyList<JournalRow>> writing;
    private readonly GroupCommit<Lookup> asking;
    private DbConnection? writer;
    private DbCommand? insert;
    private DbConnection? asker;

    public JournalTable(SqlStore store)
    {
        this.store = store;
        writing = new(MaxBatch, Write);
        asking = new(MaxBatch, Ask);
    }

    /// <summary>All rows or none; returns once they are on disk. Rows of one call keep their order, and so do calls.</summary>
    public Task Append(IReadOnlyList<JournalRow> rows) => writing.Append(rows);

    /// <summary>0 where the entity has no event.</summary>
    public async Task<long> HighestSequenceNumber(string persistenceId)
    {
        var lookup = new Lookup(persistenceId);
        await asking.Append(lookup).ConfigureAwait(false);
        return lookup.Highest;
    }

    /// <summary>Rows of one entity in order, both ends included.</summary>
    public async Task<List<JournalRow>> Read(string persistenceId, long from, long to, int limit, CancellationToken cancellation)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        return await connection.Query(
            null,
            string.Create(CultureInfo.InvariantCulture, $"""
                SELECT persistence_id, sequence_number, created, tags, message, identifier, manifest FROM journal
                WHERE persistence_id = @id AND sequence_number >= @from AND sequence_number <= @to AND deleted = {(store.IsSqlite ? "0" : "FALSE")}
                ORDER BY sequence_number LIMIT {limit}
                """),
            row => new JournalRow(
                row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetStringOrNull(3) ?? "", (byte[])row.GetValue(4), row.IsDBNull(5) ? 0 : row.GetInt32(5), row.GetStringOrNull(6) ?? ""),
            cancellation,
            ("id", persistenceId),
            ("from", from),
            ("to", to)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await writing.DisposeAsync().ConfigureAwait(false);
        await asking.DisposeAsync().ConfigureAwait(false);
        await Close().ConfigureAwait(false);
        if (asker is not null)
            await asker.DisposeAsync().ConfigureAwait(false);
    }

    private async Task Write(IReadOnlyList<IReadOnlyList<JournalRow>> writes)
    {
        try
        {
            writer ??= await store.Open(CancellationToken.None).ConfigureAwait(false);
            var rows = writes.Count == 1 ? writes[0] : [.. writes.SelectMany(write => write)];
            if (writer is SqliteConnection sqlite)
                Insert(sqlite, rows);
            else
                await Insert((NpgsqlConnection)writer, rows).ConfigureAwait(false);
        }
        catch
        {
            // Whatever happened to it, the next batch starts from a fresh connection.
            await Close().ConfigureAwait(false);
            throw;
        }
    }

    private void Insert(SqliteConnection connection, IReadOnlyList<JournalRow> rows)
    {
        using var transaction = connection.BeginTransaction();
        insert ??= PreparedInsert(connection);
        insert.Transaction = transaction;
        var values = insert.Parameters;
        foreach (var row in rows)
        {
            values[0].Value = row.PersistenceId;
            values[1].Value = row.SequenceNumber;
            values[2].Value = row.Created;
            values[3].Value = row.Tags;
            values[4].Value = row.Message;
            values[5].Value = row.Identifier;
            values[6].Value = row.Manifest;
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private static SqliteCommand PreparedInsert(SqliteConnection connection)
    {
        var command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO journal ({Columns}) VALUES (0, @persistence_id, @sequence_number, @created, @tags, @message, @identifier, @manifest)";
        command.Parameters.Add("@persistence_id", SqliteType.Text);
        command.Parameters.Add("@sequence_number", SqliteType.Integer);
        command.Parameters.Add("@created", SqliteType.Integer);
        command.Parameters.Add("@tags", SqliteType.Text);
        command.Parameters.Add("@message", SqliteType.Blob);
        command.Parameters.Add("@identifier", SqliteType.Integer);
        command.Parameters.Add("@manifest", SqliteType.Text);
        return command;
    }

    // One statement is one transaction and one round trip, whatever the number of rows.
    private async Task Insert(NpgsqlConnection connection, IReadOnlyList<JournalRow> rows)
    {
        if (insert is null)
        {
            insert = new NpgsqlCommand(
                $"""
                INSERT INTO journal ({Columns})
                SELECT FALSE, persistence_id, sequence_number, created, tags, message, identifier, manifest
                FROM unnest($1, $2, $3, $4, $5, $6, $7) WITH ORDINALITY
                    AS row (persistence_id, sequence_number, created, tags, message, identifier, manifest, place)
                ORDER BY place
                """,
                connection);
            foreach (var type in (NpgsqlDbType[])[NpgsqlDbType.Text, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Text, NpgsqlDbType.Bytea, NpgsqlDbType.Integer, NpgsqlDbType.Text])
                insert.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type });
            await insert.PrepareAsync().ConfigureAwait(false);
        }

        var values = insert.Parameters;
        values[0].Value = Column(rows, row => row.PersistenceId);
        values[1].Value = Column(rows, row => row.SequenceNumber);
        values[2].Value = Column(rows, row => row.Created);
        values[3].Value = Column(rows, row => row.Tags);
        values[4].Value = Column(rows, row => row.Message);
        values[5].Value = Column(rows, row => row.Identifier);
        values[6].Value = Column(rows, row => row.Manifest);
        await insert.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private static T[] Column<T>(IReadOnlyList<JournalRow> rows, Func<JournalRow, T> value)
    {
        var column = new T[rows.Count];
        for (var i = 0; i < column.Length; i++)
            column[i] = value(rows[i]);
        return column;
    }

    private async Task Ask(IReadOnlyList<Lookup> lookups)
    {
        try
        {
            asker ??= await store.Open(CancellationToken.None).ConfigureAwait(false);
            if (asker is SqliteConnection)
                await AskEach(asker, lookups).ConfigureAwait(false);
            else
                await AskAll(asker, lookups).ConfigureAwait(false);
        }
        catch
        {
            if (asker is not null)
                await asker.DisposeAsync().ConfigureAwait(false);
            asker = null;
            throw;
        }
    }

    // In the same process a statement per entity costs less than making a list of them would.
    private static async Task AskEach(DbConnection connection, IReadOnlyList<Lookup> lookups)
    {
        await using var command = connection.Command(null, "SELECT MAX(sequence_number) FROM journal WHERE persistence_id = @id", ("id", ""));
        foreach (var lookup in lookups)
        {
            command.Parameters[0].Value = lookup.PersistenceId;
            lookup.Highest = await command.ExecuteScalarAsync().ConfigureAwait(false) is long highest ? highest : 0;
        }
    }

    private static async Task AskAll(DbConnection connection, IReadOnlyList<Lookup> lookups)
    {
        var found = await connection.Query(
            null,
            """
            SELECT asked.id, (SELECT sequence_number FROM journal WHERE persistence_id = asked.id ORDER BY sequence_number DESC LIMIT 1)
            FROM unnest(@ids) AS asked (id)
            """,
            row => (Id: row.GetString(0), Highest: row.IsDBNull(1) ? 0 : row.GetInt64(1)),
            CancellationToken.None,
            ("ids", lookups.Select(lookup => lookup.PersistenceId).Distinct(StringComparer.Ordinal).ToArray())).ConfigureAwait(false);
        var highest = found.ToDictionary(row => row.Id, row => row.Highest, StringComparer.Ordinal);
        foreach (var lookup in lookups)
            lookup.Highest = highest[lookup.PersistenceId];
    }

    private async Task Close()
    {
        if (insert is not null)
            await insert.DisposeAsync().ConfigureAwait(false);
        if (writer is not null)
            await writer.DisposeAsync().ConfigureAwait(false);
        (insert, writer) = (null, null);
    }

    private sealed class Lookup(string persistenceId)
    {
        public string PersistenceId { get; } = persistenceId;

        public long Highest { get; set; }
    }
}
