using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Processes;
using Agentic.Persistence.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Agentic.Persistence.Deployment;

internal static class DeploymentPersistenceRegistration
{
    public static IHostApplicationBuilder AddDeploymentPersistence(this IHostApplicationBuilder builder)
    {
        builder.Services
            .AddKeyedSingleton("deployments", (provider, _) => SqlStore.For(provider.GetRequiredService<IOptions<PersistenceOptions>>().Value, provider.GetRequiredService<DataFolder>(), "deployments"))
            .AddSingleton<StoredReleases>()
            .AddSingleton<IReleases>(provider => provider.GetRequiredService<StoredReleases>())
            .AddSingleton<IArtifactFolders>(provider => provider.GetRequiredService<StoredReleases>())
            .AddSingleton(provider => new DeploymentRecordStore(provider.GetRequiredKeyedService<SqlStore>("deployments")))
            .AddSingleton<IDeploymentRecords>(provider => provider.GetRequiredService<DeploymentRecordStore>())
            .AddSingleton<IServiceDatabases, PostgresDatabases>()
            .AddHostedService<DeploymentProjection>();
        builder.Services.AddOptions<EventOptions>().BindConfiguration("Events").ValidateDataAnnotations().ValidateOnStart();
        if (builder.Configuration["Events:Url"] is { Length: > 0 })
            builder.Services.AddSingleton<IEventSink, HttpEventSink>().AddHostedService<EventOutbox>();
        return builder;
    }
}
