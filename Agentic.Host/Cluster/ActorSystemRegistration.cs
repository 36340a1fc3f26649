using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.Options;
using Agentic.Agents;
using Agentic.Persistence;
using Agentic.Persistence.Journal;

namespace Agentic.Host.Cluster;

/// <summary>The actor system: one node on loopback that is a cluster of its own, or a member of a larger one; everything above it is the same.</summary>
internal static class ActorSystemRegistration
{
    public const string SystemName = "agentic";

    // A cluster of one has nobody to wait for: short gossip and leader intervals make the first answer quick.
    private const string Local = """
        akka {
          log-config-on-start = off
          coordinated-shutdown.run-by-actor-system-terminate = on
          coordinated-shutdown.default-phase-timeout = 10s
          cluster {
            log-info = off
            leader-actions-interval = 100ms
            gossip-interval = 200ms
            periodic-tasks-initial-delay = 100ms
            seed-node-timeout = 2s
            sharding { distributed-data.durable.keys = [], distributed-data.majority-min-cap = 1, retry-interval = 200ms, coordinator-failure-backoff = 1s, verbose-debug-logging = off }
            singleton { hand-over-retry-interval = 200ms }
            singleton-proxy { singleton-identification-interval = 200ms, log-singleton-identification-failure = off }
            distributed-data { gossip-interval = 300ms, notify-subscribers-interval = 100ms }
          }
        }
        """;

    public static IHostApplicationBuilder AddActorSystem(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ClusterSettings>().BindConfiguration("Cluster").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddAkka(SystemName, (akka, services) =>
        {
            var settings = services.GetRequiredService<IOptions<ClusterSettings>>().Value;
            akka
                .ConfigureLoggers(loggers =>
                {
                    loggers.ClearLoggers();
                    loggers.AddLoggerFactory();
                    loggers.LogLevel = Akka.Event.LogLevel.WarningLevel;
                })
                .AddHocon(Local, HoconAddMode.Prepend)
                .WithRemoting(new RemoteOptions
                {
                    HostName = settings.BindHostname.Length > 0 ? settings.BindHostname : settings.Hostname,
                    PublicHostName = settings.Hostname,
                    Port = settings.Port,
                })
                .WithClustering(new ClusterOptions
                {
                    SeedNodes = settings.SeedNodes,
                    Roles = settings.Roles,
                })
                .WithAgenticJournal(services)
                .WithAgents(services)
                .AddStartup((system, _) =>
                {
                    if (settings.SeedNodes.Length == 0)
                    {
                        var cluster = Akka.Cluster.Cluster.Get(system);
                        cluster.Join(cluster.SelfAddress);
                    }
                });
            foreach (var adjust in services.GetServices<Action<AkkaConfigurationBuilder>>())
                adjust(akka);
        });
        return builder;
    }
}
