using k8s;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Agentic.Agents.Deployment;

namespace Agentic.Agents.Integrations.Kubernetes;

internal static class KubernetesRegistration
{
    public static IHostApplicationBuilder AddKubernetes(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<KubernetesOptions>().BindConfiguration("Kubernetes").ValidateDataAnnotations().ValidateOnStart();
        var options = builder.Configuration.GetSection("Kubernetes").Get<KubernetesOptions>() ?? new KubernetesOptions();
        if (options.IsEnabled)
        {
            builder.Services.AddSingleton<IRolloutTarget>(services => new KubernetesRolloutTarget(Connect(options), options, services.GetRequiredService<TimeProvider>()));
        }

        return builder;
    }

    private static k8s.Kubernetes Connect(KubernetesOptions options)
    {
        var configuration = options.ConfigFile.Length > 0 ? KubernetesClientConfiguration.BuildConfigFromConfigFile(options.ConfigFile) : KubernetesClientConfiguration.BuildDefaultConfig();
        configuration.HttpClientTimeout = options.RequestLimit;
        return new k8s.Kubernetes(configuration);
    }
}
