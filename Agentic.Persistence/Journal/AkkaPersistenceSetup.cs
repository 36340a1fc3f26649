using System.Data.Common;
using Agentic.Agents.Operations;
using Agentic.Persistence.Storage;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using LinqToDB.Interceptors;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Agentic.Persistence.Journal;

/// <summary>Sets the journal up in the actor system: Akka.Persistence.Sql's tables on SQLite or PostgreSQL, our serializer, our tags.</summary>
internal static class AkkaPersistenceSetup
{
    public const string JournalFile = "journal.db";

    public static AkkaConfigurationBuilder WithAgenticJournal(this AkkaConfigurationBuilder builder, IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<PersistenceOptions>>().Value;
        var folder = services.GetRequiredService<DataFolder>();
        var events = services.GetRequiredService<EventManifest>();
        return builder
            .AddHocon(Hocon(options), HoconAddMode.Prepend)
            .AddHocon(SqlPersistence.DefaultConfiguration, HoconAddMode.Append)
            .AddSetup(new DataOptionsSetup(Connection(options, folder)))
            .AddSetup(new EventManifestSetup(events))
            .AddSetup(new GroupCommitSetup(services.GetRequiredService<JournalTable>(), services.GetRequiredService<TimeProvider>()))
            .WithCustomSerializer("agentic-events", [typeof(IJournalled)], system => new EventSerializer(system, events));
    }

    /// <summary>
    /// The sequence of the journal is watched every 100 ms, and a gap in it (a transaction that is still open, or was rolled back) is waited
    /// for during 100 of those before it is taken as final.
    /// </summary>
    private static Config Hocon(PersistenceOptions options) => ConfigurationFactory.ParseString($$"""
        akka.persistence {
          journal {
            plugin = "akka.persistence.journal.sql"
            sql {
              {{(options.Writer == JournalWriter.GroupCommit ? $"class = \"{NameOf<GroupCommitJournal>()}\"" : "")}}
              {{Shared(options)}}
              auto-initialize = on
              tag-write-mode = Csv
              buffer-size = 20000
              batch-size = 500
              parallelism = {{(options.UsesPostgres ? 4 : 1)}}
              event-adapters.tagger = "{{NameOf<EventTagger>()}}"
              event-adapter-bindings { "{{NameOf<IJournalled>()}}" = tagger }
            }
          }
          query.journal.sql {
            {{Shared(options)}}
            tag-read-mode = Csv
            refresh-interval = 250ms
            max-buffer-size = 1000
            journal-sequence-retrieval { query-delay = 250ms, max-tries = 100, ask-timeout = 10s }
          }
          snapshot-store.plugin = "akka.persistence.no-snapshot-store"
        }
        """);

    /// <summary>The connection itself comes as <see cref="DataOptionsSetup"/>, so that no password stands in the configuration.</summary>
    private static string Shared(PersistenceOptions options) => $$"""
        provider-name = "{{ProviderOf(options)}}"
              use-clone-connection = off
              default.journal.use-writer-uuid-column = off
              read-isolation-level = {{(options.UsesPostgres ? "read-committed" : "read-uncommitted")}}
        """;

    private static DataOptions Connection(PersistenceOptions options, DataFolder folder) => options.UsesPostgres
        ? new DataOptions().UseConnectionString(ProviderOf(options), options.ConnectionString)
        : new DataOptions()
            .UseConnectionString(ProviderOf(options), SqlStore.SqliteConnectionString(Path.Combine(folder.Path, JournalFile)))
            .UseInterceptor(new HardenedSqlite());

    private static string ProviderOf(PersistenceOptions options) => options.UsesPostgres ? ProviderName.PostgreSQL15 : ProviderName.SQLiteMS;

    private static string NameOf<T>() => $"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}";

    private sealed class HardenedSqlite : ConnectionInterceptor
    {
        public override void ConnectionOpened(ConnectionEventData eventData, DbConnection connection) => SqlStore.Harden((SqliteConnection)connection);

        public override Task ConnectionOpenedAsync(ConnectionEventData eventData, DbConnection connection, CancellationToken cancellationToken)
        {
            SqlStore.Harden((SqliteConnection)connection);
            return Task.CompletedTask;
        }
    }
}
