using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Agentic.Agents.Integrations.Jenkins;

internal static class JenkinsRegistration
{
    public static IHostApplicationBuilder AddJenkins(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<JenkinsOptions>().BindConfiguration("Jenkins").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton<JenkinsConnections>();
        return builder.AddOutbound();
    }
}
