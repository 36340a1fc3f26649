using Agentic.Agents.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Agentic.Agents.CodeGen;

internal static class CodeGenRegistration
{
    /// <summary>Needs an <see cref="IArtifactStore"/> and an <see cref="IServiceRepositories"/> from the persistence.</summary>
    public static IHostApplicationBuilder AddCodeGen(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<CodeGenOptions>().BindConfiguration("CodeGen").ValidateOnStart();
        builder.Services
            .AddSingleton(services => TemplateFolder.Extend(TemplateLibrary.BuiltIn, services.GetRequiredService<IOptions<CodeGenOptions>>().Value.TemplateFolder))
            .AddSingleton<IOperationSource, CodeGenOperations>();
        return builder;
    }
}
