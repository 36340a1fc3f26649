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
        builder.Services.AddSingleton<IInfrastructure>(services =>
        {
            var options = services.GetRequiredService<IOptions<TerraformOptions>>().Value;
            return options.Cloud.Organization.Length > 0
                ? new TerraformCloudInfrastructure(options, TerraformCloudClient.Connect(options.Cloud), services.GetRequiredService<TimeProvider>())
                : new TerraformInfrastructure(options, services.GetRequiredService<Redactor>());
        });
        builder.Services.AddSingleton<IOperationSource, InfrastructureOperations>();
        return builder;
    }
}
