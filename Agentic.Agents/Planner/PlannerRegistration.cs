using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

internal static class PlannerRegistration
{
    public static IHostApplicationBuilder AddPlanner(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<PlannerOptions>().BindConfiguration("Planner").ValidateDataAnnotations().ValidateOnStart();
        builder.Services
            .AddSingleton<IEventSource, PlannerEvents>()
            .AddSingleton<IOperationSource, PlannerOperations>()
            .AddSingleton<IDurableRuns, DirectRuns>()
            .AddSingleton(services => PlanTemplateReader.Load(services.GetRequiredService<IOptions<PlannerOptions>>().Value.TemplateFolder))
            .AddSingleton<PlanDraft>()
            .AddSingleton<Planning>()
            .AddSingleton<Workflows>()
            .AddSingleton<WorkflowFeed>()
            .AddSingleton(services => new Lazy<Workflows>(services.GetRequiredService<Workflows>))
            .AddSingleton(services => new Lazy<Planning>(services.GetRequiredService<Planning>))
            .AddSingleton(services => new Lazy<OperationGate>(services.GetRequiredService<OperationGate>))
            .AddSingleton(services => new Lazy<ActorSystem>(services.GetRequiredService<ActorSystem>))
            .AddSingleton(services => new Lazy<IRequiredActor<WorkflowRun>>(services.GetRequiredService<IRequiredActor<WorkflowRun>>));
        return builder;
    }

    public static AkkaConfigurationBuilder WithPlanner(this AkkaConfigurationBuilder akka, IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<PlannerOptions>>().Value;
        return akka
            .WithActors((system, registry) =>
            {
                var catalogue = services.GetRequiredService<OperationCatalogue>();
                var gate = services.GetRequiredService<OperationGate>();
                var ledger = services.GetRequiredService<IEffectLedger>();
                var redactor = services.GetRequiredService<Redactor>();
                foreach (var agent in catalogue.All.Select(operation => operation.Agent).Distinct(StringComparer.Ordinal))
                    services.GetRequiredService<AgentMailboxes>().Add(
                        agent, system.ActorOf(Props.CreateBy(new AgentMailboxProducer(agent, options.TasksPerAgent, gate, catalogue, ledger, redactor)), $"agent-{agent}"));
            })
            .WithShardRegion<WorkflowRun>(
                "workflows",
                (_, _, _) => id => Props.CreateBy(new WorkflowRunProducer(id, Ports(services))),
                new WorkflowExtractor(options.Shards),
                new ShardOptions { RememberEntities = false, PassivateIdleEntityAfter = TimeSpan.Zero, StateStoreMode = StateStoreMode.DData })
            .WithSingleton<PlannerAgent>(
                "planner",
                (_, _, _) => Props.CreateBy(new PlannerAgentProducer(services.GetRequiredService<IWorkflowRecords>(), services.GetRequiredService<Workflows>())),
                createProxyToo: false);
    }

    private static WorkflowRunPorts Ports(IServiceProvider services)
    {
        var mailboxes = services.GetRequiredService<AgentMailboxes>();
        var catalogue = services.GetRequiredService<OperationCatalogue>();
        return new WorkflowRunPorts(services.GetRequiredService<TimeProvider>(), operation => mailboxes.Of(catalogue.Find(operation)?.Agent));
    }

    private sealed class WorkflowExtractor(int shards) : HashCodeMessageExtractor(shards)
    {
        public override string EntityId(object message) => message switch
        {
            Asked asked => asked.Command.Id,
            ShardRegion.StartEntity start => start.EntityId,
            _ => null!,
        };
    }
}
