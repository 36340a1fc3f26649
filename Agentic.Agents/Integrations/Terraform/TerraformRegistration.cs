using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Agentic.Agents.Deployment.Infrastructure;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.Terraform;

internal static class TerraformRegistration
{
    public static IHostApplicationBuilder AddTerraform(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<TerraformOptions>().BindConfiguration("Terraform").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IInfrastructure>(services => new TerraformInfrastructure(
            services.GetRequiredService<IOptions<TerraformOptions>>().Value, services.GetRequiredService<Redactor>()));
        builder.Services.AddSingleton<IOperationSource, InfrastructureOperations>();
        return builder;
    }
}
