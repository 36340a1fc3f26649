using Agentic.Persistence;
using Agentic.Persistence.Storage;
using Agentic.Tests.Support;
using Microsoft.Extensions.Options;

namespace Agentic.Tests.Persistence;

public enum StoreKind
{
    Sqlite,
    Postgres,
}

/// <summary>One PostgreSQL for all tests of this folder, started by the first that needs it.</summary>
[SetUpFixture]
internal sealed class SharedPostgres
{
    private static readonly Lazy<Task<PostgresServer>> Server = new(() => PostgresServer.StartAsync());

    public static async Task<string> Database() => await (await Server.Value).CreateDatabaseAsync();

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (Server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await Server.Value).DisposeAsync();
    }
}

/// <summary>An empty place to keep things, the same for both databases; what is in it outlives the hosts that use it.</summary>
internal sealed class StorePlace : IDisposable
{
    private StorePlace(string folder, string connectionString) =>
        Options = new PersistenceOptions { DataPath = folder, ConnectionString = connectionString, NodeName = "node-1" };

    public static StorePlace At(string folder, string connectionString, JournalWriter writer)
    {
        var place = new StorePlace(folder, connectionString);
        place.Options.Writer = writer;
        return place;
    }

    public PersistenceOptions Options { get; }

    public static async Task<StorePlace> Create(StoreKind kind) => new(
        Directory.CreateTempSubdirectory("agentic-store-").FullName, kind == StoreKind.Postgres ? await SharedPostgres.Database() : "");

    public DataFolder Folder() => new(Microsoft.Extensions.Options.Options.Create(Options), TimeProvider.System);

    public SqlStore Store(string name)
    {
        using var folder = Folder();
        return SqlStore.For(Options, folder, name);
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Options.DataPath, recursive: true);
    }
}
