using System.Data;
using System.Data.Common;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Agentic.Persistence.Storage;

/// <summary>
/// One store of ours: a SQLite file of its own, or a schema of its own in PostgreSQL. Both take the same statements; where they differ,
/// the difference is here. Its tables come from <c>Schema/{name}.NNNN.sql</c>, applied once each and in order.
/// </summary>
internal sealed partial class SqlStore : IAsyncDisposable
{
    private readonly DbDataSource source;
    private readonly string? schema;
    private readonly string name;
    private readonly SemaphoreSlim preparing = new(1, 1);
    private volatile bool isReady;

    private SqlStore(string name, DbDataSource source, string? schema) => (this.name, this.source, this.schema) = (name, source, schema);

    public bool IsSqlite => schema is null;

    public static SqlStore Sqlite(string name, string file) =>
        new(name, SqliteFactory.Instance.CreateDataSource(SqliteConnectionString(file)), schema: null);

    /// <param name="schema">Created when it is missing; <c>public</c> for the journal's tables, which are not ours.</param>
    public static SqlStore Postgres(string name, string connectionString, string schema)
    {
        if (!SchemaName().IsMatch(schema))
            throw new ArgumentException($"'{schema}' is no schema name.", nameof(schema));
        var parts = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = schema };
        return new(name, NpgsqlDataSource.Create(parts), schema);
    }

    public static SqlStore For(PersistenceOptions options, DataFolder folder, string name) => options.UsesPostgres
        ? Postgres(name, options.ConnectionString, $"agentic_{name}")
        : Sqlite(name, Path.Combine(folder.Path, $"{name}.db"));

    public static string SqliteConnectionString(string file) =>
        new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = true }.ToString();

    /// <summary>An open connection to a store whose tables exist.</summary>
    public async Task<DbConnection> Open(CancellationToken cancellation)
    {
        if (!isReady)
            await Prepare(cancellation).ConfigureAwait(false);
        return await OpenRaw(cancellation).ConfigureAwait(false);
    }

    /// <summary>Several reads that see one moment.</summary>
    public ValueTask<DbTransaction> BeginSnapshot(DbConnection connection, CancellationToken cancellation) =>
        // Read uncommitted makes Microsoft.Data.Sqlite begin without the write lock; in WAL mode the reader still sees one snapshot.
        connection.BeginTransactionAsync(IsSqlite ? IsolationLevel.ReadUncommitted : IsolationLevel.RepeatableRead, cancellation);

    public async ValueTask DisposeAsync()
    {
        preparing.Dispose();
        await source.DisposeAsync().ConfigureAwait(false);
        if (IsSqlite)
        {
            using var pooled = new SqliteConnection(source.ConnectionString);
            SqliteConnection.ClearPool(pooled);
        }
    }

    /// <summary>What makes a SQLite connection keep what it acknowledged through a power cut.</summary>
    public static void Harden(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout = 15000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
        command.ExecuteNonQuery();
    }

    private async Task<DbConnection> OpenRaw(CancellationToken cancellation)
    {
        var connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        if (connection is SqliteConnection sqlite)
            Harden(sqlite);
        return connection;
    }

    private async Task Prepare(CancellationToken cancellation)
    {
        await preparing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (isReady)
                return;
            await using var connection = await OpenRaw(cancellation).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            if (!IsSqlite && schema != "public")
            {
                // Two nodes that start together must not create the same tables at once.
                await connection.Execute(transaction, "SELECT pg_advisory_xact_lock(7411, 1)", cancellation).ConfigureAwait(false);
                await connection.Execute(transaction, $"CREATE SCHEMA IF NOT EXISTS {schema}", cancellation).ConfigureAwait(false);
            }

            await Migrate(connection, transaction, cancellation).ConfigureAwait(false);
            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
            isReady = true;
        }
        finally
        {
            preparing.Release();
        }
    }

    private async Task Migrate(DbConnection connection, DbTransaction transaction, CancellationToken cancellation)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith($"Schema/{name}.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (scripts.Count == 0)
            return;
        await connection.Execute(transaction, "CREATE TABLE IF NOT EXISTS applied_scripts (script TEXT PRIMARY KEY)", cancellation).ConfigureAwait(false);
        var applied = await connection.Query(transaction, "SELECT script FROM applied_scripts", row => row.GetString(0), cancellation).ConfigureAwait(false);
        foreach (var script in scripts.Except(applied))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(script)!);
            var text = (await reader.ReadToEndAsync(cancellation).ConfigureAwait(false)).Replace(
                "{identity}",
                IsSqlite ? "INTEGER PRIMARY KEY AUTOINCREMENT" : "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
                StringComparison.Ordinal);
            await connection.Execute(transaction, text, cancellation).ConfigureAwait(false);
            await connection.Execute(transaction, "INSERT INTO applied_scripts (script) VALUES (@script)", cancellation, ("script", script)).ConfigureAwait(false);
        }
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$", RegexOptions.NonBacktracking)]
    private static partial Regex SchemaName();
}
