using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Agentic.Tests.Benchmarks;

/// <summary>The baseline of the journal's figures: how many rows of an event's size the same database takes in batches of 100.</summary>
internal static class RawInsert
{
    private const int BatchRows = 100;

    /// <param name="postgres">A connection string, or null for a SQLite file of its own with WAL and synchronous=FULL.</param>
    public static async Task<double> RowsPerSecond(string? postgres)
    {
        var file = Path.Combine(Path.GetTempPath(), $"agentic-raw-{Environment.ProcessId}.db");
        await using DbConnection connection = postgres is null ? new SqliteConnection($"Data Source={file}") : new NpgsqlConnection(postgres);
        await connection.OpenAsync();
        if (postgres is null)
            await Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
        await Execute(connection, $"create table raw_rows (id {(postgres is null ? "integer primary key" : "bigserial primary key")}, name varchar(255), number bigint, payload {(postgres is null ? "blob" : "bytea")})");
        await using var insert = connection.CreateCommand();
        var values = new StringBuilder("insert into raw_rows (name, number, payload) values ");
        for (var row = 0; row < BatchRows; row++)
        {
            values.Append(CultureInfo.InvariantCulture, $"{(row == 0 ? "" : ",")}('wf-0123456789abcdef',{row},@p)");
        }

        insert.CommandText = values.ToString();
        var payload = insert.CreateParameter();
        payload.ParameterName = "p";
        payload.Value = new byte[200];
        insert.Parameters.Add(payload);
        await insert.ExecuteNonQueryAsync();
        var clock = Stopwatch.StartNew();
        var rows = 0;
        while (clock.Elapsed < TimeSpan.FromSeconds(2))
        {
            await insert.ExecuteNonQueryAsync();
            rows += BatchRows;
        }

        var rate = rows / clock.Elapsed.TotalSeconds;
        await Execute(connection, "drop table raw_rows");
        await connection.CloseAsync();
        if (postgres is null)
        {
            SqliteConnection.ClearAllPools();
            File.Delete(file);
        }

        return rate;
    }

    private static async Task Execute(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
