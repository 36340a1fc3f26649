using Agentic.Agents.CodeGen;
using Agentic.Agents.CodeGen.Publishing;
using Agentic.Persistence.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Agentic.Persistence.CodeGen;

internal static class CodeGenPersistenceRegistration
{
    public static IHostApplicationBuilder AddCodeGenPersistence(this IHostApplicationBuilder builder)
    {
        builder.Services
            .AddSingleton<IArtifactStore>(services => new ArtifactFolder(Folder(services, "artifacts")))
            .AddSingleton<IServiceRepositories>(services => new BareRepositories(Folder(services, "repositories")))
            .AddSingleton<IGitRemotes>(services => new GitRemotes(Folder(services, "exchange"), services.GetRequiredService<TimeProvider>()));
        return builder;
    }

    private static string Folder(IServiceProvider services, string name) => Path.Combine(services.GetRequiredService<DataFolder>().Path, name);
}
