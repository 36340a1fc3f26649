using Agentic.Agents.Operations;
using Agentic.Agents.Planner;
using Agentic.Persistence;
using Agentic.Persistence.Journal;
using Akka.Actor;
using Akka.Hosting;
using Akka.Persistence;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.Persistence;

/// <summary>A host with the journal and nothing else: entities are plain persistent actors that write what they are told.</summary>
internal sealed class JournalHost : IAsyncDisposable
{
    private readonly IHost host;

    private JournalHost(IHost host) => this.host = host;

    public IServiceProvider Services => host.Services;

    public ActorSystem System => Services.GetRequiredService<ActorSystem>();

    public IWorkflowRecords Records => Services.GetRequiredService<IWorkflowRecords>();

    public IWorkflowHistory History => Services.GetRequiredService<IWorkflowHistory>();

    public static async Task<JournalHost> Start(StorePlace place, params IEventSource[] more)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Persistence:DataPath"] = place.Options.DataPath,
            ["Persistence:ConnectionString"] = place.Options.ConnectionString,
            ["Persistence:NodeName"] = place.Options.NodeName,
            ["Persistence:Writer"] = place.Options.Writer.ToString(),
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new TestLog());
        builder.AddPersistence();
        builder.Services.AddSingleton<IEventSource, PlannerEvents>();
        foreach (var source in more)
            builder.Services.AddSingleton(source);
        builder.Services.AddAkka("journal", (akka, services) => akka.ConfigureLoggers(log =>
        {
            log.ClearLoggers();
            log.LogLevel = Akka.Event.LogLevel.WarningLevel;
            log.AddLoggerFactory();
        }).WithAgenticJournal(services));
        var host = builder.Build();
        await host.StartAsync();
        return new JournalHost(host);
    }

    public IActorRef Entity(string id) => System.ActorOf(Props.CreateBy(new WriterProducer(id)));

    /// <summary>Writes the events as one atomic write and answers once they are journalled.</summary>
    /// <summary>How many events this host journalled, by workflow.</summary>
    public Dictionary<string, int> Written { get; } = new(StringComparer.Ordinal);

    public async Task Write(string id, params IJournalled[] events)
    {
        Written[id] = Written.GetValueOrDefault(id) + events.Length;
        var entity = Entity(id);
        await entity.Ask<Done>(events, TimeSpan.FromSeconds(20));
        await entity.GracefulStop(TimeSpan.FromSeconds(20));
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        if (host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }

    private sealed class WriterProducer(string id) : IIndirectActorProducer
    {
        public Type ActorType => typeof(Writer);

        public ActorBase Produce() => new Writer(id);

        public void Release(ActorBase actor)
        {
        }
    }

    /// <summary>Answers <see cref="Done"/> for what it wrote, the failure for what it did not, and its events when asked.</summary>
    internal sealed class Writer : ReceivePersistentActor
    {
        private readonly List<object> seen = [];
        private IActorRef waiting = ActorRefs.Nobody;

        public Writer(string id)
        {
            PersistenceId = id;
            RecoverAny(message =>
            {
                if (message is IJournalled)
                    seen.Add(message);
            });
            Command<IJournalled[]>(events =>
            {
                waiting = Sender;
                var left = events.Length;
                PersistAll(events, happened =>
                {
                    seen.Add(happened);
                    if (--left == 0)
                        waiting.Tell(Done.Instance);
                });
            });
            Command<GetState>(_ => Sender.Tell(new State([.. seen], LastSequenceNr)));
        }

        public override string PersistenceId { get; }

        protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => waiting.Tell(new Status.Failure(cause));

        protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => waiting.Tell(new Status.Failure(cause));
    }

    internal sealed record GetState;

    internal sealed record State(object[] Events, long LastSequence);

    internal sealed record Done
    {
        public static Done Instance { get; } = new();
    }

    private sealed class TestLog : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                TestContext.Progress.WriteLine($"{logLevel}: {formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
