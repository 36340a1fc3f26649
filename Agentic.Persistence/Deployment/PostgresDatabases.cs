using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Agentic.Agents.Deployment;
using Agentic.Agents.Operations;
using Agentic.Persistence.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Agentic.Persistence.Deployment;

/// <summary>A PostgreSQL database and role for each service and environment, on a configured server or on one this host runs.</summary>
/// <remarks>A role's password is derived from a key of this host and the role's name, so that it is written nowhere and is the same after a restart.</remarks>
internal sealed class PostgresDatabases(IOptions<DeploymentOptions> options, DataFolder data, TimeProvider time) : IServiceDatabases, IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly LocalPostgres local = new(LocalPostgres.FolderFor(data.Path), time);
    private byte[]? key;

    public string? Objection(ServiceKey of) => Configured(of.Environment) is not null ? null
        : Environments.ModeOf(of.Environment) == PolicyMode.Strict
            ? $"{of.Service} needs a PostgreSQL, and {of.Environment} takes only a configured one; set Deployment:Databases:{of.Environment}, or Deployment:Secrets:{of.Environment}:{of.Service}:DATABASE_URL."
            : LocalPostgres.Find("initdb") is null || LocalPostgres.Find("postgres") is null
                ? $"{of.Service} needs a PostgreSQL; set Deployment:Databases:{of.Environment} to a server, or install PostgreSQL on this host (Debian: postgresql)."
                : null;

    public async Task<Outcome<ServiceDatabase>> Provide(ServiceKey of, string maker, CancellationToken cancellation)
    {
        if (Objection(of) is { } objection)
            return Refusal.Unprocessable(objection);
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var server = await Server(of.Environment, cancellation).ConfigureAwait(false);
            if (server.IsRefused)
                return server.Refusal;
            var name = NameOf(of);
            await using var connection = new NpgsqlConnection(server.Value.ToString());
            await connection.OpenAsync(cancellation).ConfigureAwait(false);
            await Execute(connection, await Exists(connection, "pg_roles", "rolname", name, cancellation).ConfigureAwait(false)
                ? $"ALTER ROLE {Quoted(name)} LOGIN PASSWORD '{Password(name)}'"
                : $"CREATE ROLE {Quoted(name)} LOGIN PASSWORD '{Password(name)}'", cancellation).ConfigureAwait(false);
            var isNew = !await Exists(connection, "pg_database", "datname", name, cancellation).ConfigureAwait(false);
            if (isNew)
            {
                // Owning it takes membership of the role where the administrator is no superuser.
                await Execute(connection, $"GRANT {Quoted(name)} TO CURRENT_USER", cancellation).ConfigureAwait(false);
                await Execute(connection, $"CREATE DATABASE {Quoted(name)} OWNER {Quoted(name)}", cancellation).ConfigureAwait(false);
                await Execute(connection, $"REVOKE CONNECT ON DATABASE {Quoted(name)} FROM PUBLIC", cancellation).ConfigureAwait(false);
            }

            var kept = Read(of);
            if (kept is null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(NoteOf(of))!);
                await File.WriteAllTextAsync(NoteOf(of), JsonSerializer.Serialize(new Note(name, isNew ? maker : null), AgenticJson.Options), cancellation).ConfigureAwait(false);
            }

            return new ServiceDatabase("postgresql", name, $"{server.Value.Host}:{server.Value.Port}", "DATABASE_URL", isNew);
        }
        catch (NpgsqlException problem)
        {
            return Refusal.Unavailable($"PostgreSQL did not make a database for {of}: {problem.Message}");
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task<string?> Address(ServiceKey of, CancellationToken cancellation)
    {
        if (Read(of) is not { } note)
            return null;
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var server = await Server(of.Environment, cancellation).ConfigureAwait(false);
            return server.IsRefused
                ? throw new IOException(server.Refusal.Reason)
                : $"postgresql://{Uri.EscapeDataString(note.Name)}:{Password(note.Name)}@{server.Value.Host}:{server.Value.Port}/{Uri.EscapeDataString(note.Name)}";
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task<Outcome<bool>> Remove(ServiceKey of, string maker, CancellationToken cancellation)
    {
        if (Read(of) is not { } note || note.Maker != maker)
            return false;
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var server = await Server(of.Environment, cancellation).ConfigureAwait(false);
            if (server.IsRefused)
                return server.Refusal;
            await using var connection = new NpgsqlConnection(server.Value.ToString());
            await connection.OpenAsync(cancellation).ConfigureAwait(false);
            await Execute(connection, $"DROP DATABASE IF EXISTS {Quoted(note.Name)} WITH (FORCE)", cancellation).ConfigureAwait(false);
            await Execute(connection, $"DROP ROLE IF EXISTS {Quoted(note.Name)}", cancellation).ConfigureAwait(false);
            File.Delete(NoteOf(of));
            return true;
        }
        catch (NpgsqlException problem)
        {
            return Refusal.Unavailable($"PostgreSQL did not remove the database of {of}: {problem.Message}");
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await local.DisposeAsync().ConfigureAwait(false);
        turn.Dispose();
    }

    private string? Configured(string environment) => options.Value.Databases.GetValueOrDefault(environment) is { Length: > 0 } server ? server : null;

    private async Task<Outcome<NpgsqlConnectionStringBuilder>> Server(string environment, CancellationToken cancellation) => Configured(environment) is { } configured
        ? new NpgsqlConnectionStringBuilder(configured) { Pooling = false }
        : (await local.Start(Password("agentic"), cancellation).ConfigureAwait(false)).Select(port => new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = port, Username = "agentic", Password = Password("agentic"), Database = "postgres", Pooling = false,
        });

    /// <summary>At most 63 characters, and different for every pair of service and environment.</summary>
    private static string NameOf(ServiceKey of)
    {
        var name = $"{of.Environment}_{of.Service}".Replace('-', '_');
        var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(of.ToString())))[..8];
        return $"{(name.Length <= 54 ? name : name[..54])}_{mark}";
    }

    private static string Quoted(string name) => $"\"{name}\"";

    private string Password(string name)
    {
        key ??= Key();
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(name)));
    }

    private byte[] Key()
    {
        var path = Path.Combine(data.Path, "databases.key");
        if (!File.Exists(path))
        {
            var opening = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                opening.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(path, opening);
            file.Write(RandomNumberGenerator.GetBytes(32));
            file.Flush(flushToDisk: true);
        }

        return File.ReadAllBytes(path);
    }

    private string NoteOf(ServiceKey of) => Path.Combine(data.Path, "databases", of.Environment, $"{of.Service}.json");

    private Note? Read(ServiceKey of) => of.Fault() is null && File.Exists(NoteOf(of)) ? JsonSerializer.Deserialize<Note>(File.ReadAllText(NoteOf(of)), StoredJson.Options) : null;

    private static async Task<bool> Exists(NpgsqlConnection connection, string table, string column, string name, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"SELECT 1 FROM {table} WHERE {column} = $1", connection) { Parameters = { new() { Value = name } } };
        return await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false) is not null;
    }

    private static async Task Execute(NpgsqlConnection connection, string statement, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    /// <param name="Maker">Who made it; null for one that was there before.</param>
    private sealed record Note(string Name, string? Maker);
}
