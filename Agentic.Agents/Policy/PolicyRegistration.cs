using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Policy;

internal static class PolicyRegistration
{
    public static IHostApplicationBuilder AddPolicy(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<PolicyOptions>().BindConfiguration("Policy").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton<IPolicyRecords, MemoryPolicyRecords>();
        builder.Services
            .AddSingleton<PolicyBooks>()
            .AddSingleton<IOperationSource>(services => new PolicyOperations(
                services.GetRequiredService<PolicyBooks>(),
                services.GetRequiredService<IPolicyRecords>(),
                services.GetService<IPolicyArtifacts>(),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<IOptions<PolicyOptions>>()));
        return builder;
    }
}
