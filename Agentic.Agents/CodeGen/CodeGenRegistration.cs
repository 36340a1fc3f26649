using Agentic.Agents.CodeGen.Publishing;
using Agentic.Agents.CodeGen.Updating;
using Agentic.Agents.Integrations.GitHub;
using Agentic.Agents.Integrations.GitLab;
using Agentic.Agents.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Agentic.Agents.CodeGen;

internal static class CodeGenRegistration
{
    /// <summary>Needs an <see cref="IArtifactStore"/>, an <see cref="IServiceRepositories"/> and an <see cref="IGitRemotes"/> from the persistence.</summary>
    public static IHostApplicationBuilder AddCodeGen(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<CodeGenOptions>().BindConfiguration("CodeGen").ValidateDataAnnotations().ValidateOnStart();
        builder.Services
            .AddSingleton<GitConnections>()
            .AddSingleton<TemplateCatalogue>()
            .AddSingleton<RepositoryReader>()
            .AddSingleton<ServicePreviews>()
            .AddSingleton<ServiceParts>()
            .AddSingleton<ServiceUpdates>()
            .AddSingleton<ServicePublishing>()
            .AddSingleton<IPublisher, GitPublisher>()
            .AddSingleton<IPublisher, GitLabPublisher>()
            .AddSingleton<IPublisher, GitHubPublisher>()
            .AddSingleton<IOperationSource, CodeGenOperations>()
            .AddSingleton<IOperationSource, TemplateOperations>();
        return builder;
    }
}
