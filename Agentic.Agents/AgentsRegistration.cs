using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Agentic.Agents.CodeGen;
using Agentic.Agents.Deployment;
using Agentic.Agents.Integrations.ArgoCd;
using Agentic.Agents.Integrations.GitHub;
using Agentic.Agents.Integrations.Jenkins;
using Agentic.Agents.Integrations.Kubernetes;
using Agentic.Agents.Integrations.Prometheus;
using Agentic.Agents.Integrations.Terraform;
using Agentic.Agents.Migration;
using Agentic.Agents.Operations;
using Agentic.Agents.Planner;
using Agentic.Agents.Policy;

namespace Agentic.Agents;

/// <summary>The list of the agents. Adding one is one line in each method.</summary>
internal static class AgentsRegistration
{
    public static IHostApplicationBuilder AddAgents(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<Redactor>();
        builder.Services.TryAddSingleton<OperationCatalogue>();
        builder.Services.TryAddSingleton<RepeatedCalls>();
        builder.Services.TryAddSingleton<OperationGate>();
        builder.Services.AddSingleton<AgentMailboxes>();
        return builder
            .AddPlanner()
            .AddCodeGen()
            .AddPolicy()
            .AddDeployment()
            .AddMigration()
            .AddKubernetes()
            .AddArgoCd()
            .AddGitHub()
            .AddJenkins()
            .AddTerraform()
            .AddPrometheus();
    }

    public static AkkaConfigurationBuilder WithAgents(this AkkaConfigurationBuilder akka, IServiceProvider services) => akka
        .WithPlanner(services)
        .WithDeployment(services);
}
