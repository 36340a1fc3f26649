using Agentic.Agents.Integrations.Git;
using Agentic.Agents.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Agentic.Agents.Migration;

internal static class MigrationRegistration
{
    public static IHostApplicationBuilder AddMigration(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<MigrationOptions>().BindConfiguration("Migration").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<ILibrarySource, GitLibrarySource>();
        builder.Services
            .AddSingleton<MappingRules>()
            .AddSingleton<LibrarySources>()
            .AddSingleton<WorkflowDelivery>()
            .AddSingleton<JenkinsMigrations>()
            .AddSingleton<JenkinsSurvey>()
            .AddSingleton<IOperationSource, MigrationOperations>();
        return builder;
    }
}
