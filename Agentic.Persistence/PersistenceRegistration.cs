using Agentic.Agents.Operations;
using Agentic.Agents.Planner;
using Agentic.Agents.Policy;
using Agentic.Persistence.Audit;
using Agentic.Persistence.CodeGen;
using Agentic.Persistence.Deployment;
using Agentic.Persistence.Journal;
using Agentic.Persistence.Planner;
using Agentic.Persistence.Policy;
using Agentic.Persistence.Storage;
using Akka.Actor;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Agentic.Persistence;

/// <summary>Adds what keeps things; <see cref="AkkaPersistenceSetup.WithAgenticJournal"/> is its half inside the actor system.</summary>
internal static class PersistenceRegistration
{
    // What the agents keep on disk besides the stores: setting and folder below the data folder where it is not set.
    private static readonly (string Setting, string Folder)[] Below =
    [
        ("Deployment:Process:Folder", "services"), ("Terraform:Folder", "terraform"), ("Terraform:Root", "infrastructure"), ("ArgoCd:Folder", "gitops"),
    ];

    /// <summary>Comes before the agents, whose folders it places below the data folder: two hosts with data of their own share nothing.</summary>
    public static IHostApplicationBuilder AddPersistence(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        Place(builder.Configuration);
        services.AddOptions<PersistenceOptions>().BindConfiguration(PersistenceOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PersistenceOptions>, PersistenceOptionsValidation>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<DataFolder>();
        services.AddHostedService<DataFolderHold>();

        foreach (var name in (string[])["audit", "effects", "policy", "records"])
            services.AddKeyedSingleton(name, (provider, _) => SqlStore.For(Options(provider), provider.GetRequiredService<DataFolder>(), name));
        services.AddKeyedSingleton("journal", (provider, _) => Journal(provider));

        services.AddSingleton(provider => new EventManifest(provider.GetServices<IEventSource>()));
        services.AddSingleton(provider => new JournalGate(provider.GetRequiredService<ActorSystem>));
        services.AddSingleton(provider => new JournalTable(Store(provider, "journal")));
        services.AddSingleton(provider => new JournalReader(
            Store(provider, "journal"), provider.GetRequiredService<JournalTable>(), provider.GetRequiredService<EventManifest>(), provider.GetRequiredService<JournalGate>()));

        services.AddSingleton<IAuditTrail>(provider => new AuditTrail(Store(provider, "audit"), Options(provider).NodeName));
        services.AddSingleton<IEffectLedger>(provider => new EffectLedger(Store(provider, "effects")));
        services.AddSingleton<IWorkflowHistory, JournalledHistory>();
        services.AddSingleton(provider => new WorkflowRecordStore(Store(provider, "records")));
        services.AddTransient(provider => new LiveWorkflows(provider.GetRequiredService<IWorkflowHistory>()));
        services.AddSingleton<IWorkflowRecords, WorkflowRecords>();
        services.AddHostedService<WorkflowProjection>();
        services.AddSingleton<IPolicyArtifacts, StoredArtifacts>();
        services.AddSingleton<IPolicyRecords>(provider => new PolicyRecordStore(Store(provider, "policy")));
        return builder.AddCodeGenPersistence().AddDeploymentPersistence();
    }

    private static void Place(IConfigurationManager configuration)
    {
        var options = configuration.GetSection(PersistenceOptions.Section).Get<PersistenceOptions>() ?? new PersistenceOptions();
        if (string.IsNullOrWhiteSpace(options.DataPath))
            return;
        foreach (var (setting, folder) in Below)
        {
            if (string.IsNullOrEmpty(configuration[setting]))
                configuration[setting] = Path.Combine(options.FullDataPath, folder);
        }
    }

    private static PersistenceOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<PersistenceOptions>>().Value;

    private static SqlStore Store(IServiceProvider provider, string name) => provider.GetRequiredKeyedService<SqlStore>(name);

    private static SqlStore Journal(IServiceProvider provider) => Options(provider).UsesPostgres
        ? SqlStore.Postgres("journal", Options(provider).ConnectionString, "public")
        : SqlStore.Sqlite("journal", Path.Combine(provider.GetRequiredService<DataFolder>().Path, AkkaPersistenceSetup.JournalFile));

    /// <summary>Takes the folder before anything else starts, so that a second host stops with its reason at once.</summary>
    private sealed class DataFolderHold(DataFolder folder) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Directory.Exists(folder.Path)
            ? Task.CompletedTask
            : throw new InvalidOperationException($"The data folder '{folder.Path}' is gone.");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
