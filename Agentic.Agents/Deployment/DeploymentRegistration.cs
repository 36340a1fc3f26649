using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Agentic.Agents.Deployment.Infrastructure;
using Agentic.Agents.Deployment.Processes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

internal static class DeploymentRegistration
{
    /// <summary>Needs an <see cref="ITraffic"/> of the host for the process target, and takes every <see cref="IRolloutTarget"/> and <see cref="IMetricSource"/> there is.</summary>
    public static IHostApplicationBuilder AddDeployment(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<DeploymentOptions>().BindConfiguration("Deployment").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<IDeploymentRecords, NoDeploymentRecords>();
        builder.Services.TryAddSingleton<IServiceDatabases, NoServiceDatabases>();
        builder.Services.TryAddSingleton<IReleases, LocalReleases>();
        builder.Services.TryAddSingleton<IArtifactFolders, LocalArtifactFolders>();
        builder.Services.TryAddSingleton<ISecretSource>(services => new ConfiguredSecrets(services.GetRequiredService<IOptions<DeploymentOptions>>().Value, services.GetRequiredService<IServiceDatabases>()));
        builder.Services
            .AddSingleton<IEventSource, DeploymentEvents>()
            .AddSingleton<IOperationSource, DeploymentOperations>()
            .AddSingleton<IOperationSource, DatabaseOperations>()
            .AddSingleton<IOperationSource, ReleaseOperations>()
            .AddHostedService<DriftWatch>()
            .AddSingleton<Deployments>()
            .AddSingleton<Preflight>()
            .AddSingleton<DeploymentReading>()
            .AddSingleton<DeploymentEnding>()
            .AddSingleton<DeploymentStart>()
            .AddSingleton<DeploymentReversal>()
            .AddSingleton<MeasurementFeed>()
            .AddSingleton<IPlanRequirement, ServiceTools>()
            .AddSingleton(services => new Lazy<Deployments>(services.GetRequiredService<Deployments>))
            .AddSingleton<IRolloutTarget>(services => new ProcessRolloutTarget(
                services.GetRequiredService<IOptions<DeploymentOptions>>().Value.Process,
                services.GetRequiredService<ITraffic>(),
                services.GetRequiredService<IArtifactFolders>(),
                services.GetRequiredService<ISecretSource>(),
                services.GetRequiredService<TimeProvider>()));
        return builder;
    }

    public static AkkaConfigurationBuilder WithDeployment(this AkkaConfigurationBuilder akka, IServiceProvider services) => akka
        .WithSingleton<DeploymentAgent>("deployment", (_, _, _) => Props.CreateBy(new DeploymentAgentProducer(Ports(services))));

    private static RolloutPorts Ports(IServiceProvider services) => new(
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<IOptions<DeploymentOptions>>().Value,
        [.. services.GetServices<IRolloutTarget>()],
        [.. services.GetServices<IMetricSource>()]) { Feed = services.GetRequiredService<MeasurementFeed>() };
}
