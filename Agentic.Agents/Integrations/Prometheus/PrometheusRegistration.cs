using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Agentic.Agents.Deployment;

namespace Agentic.Agents.Integrations.Prometheus;

internal static class PrometheusRegistration
{
    public static IHostApplicationBuilder AddPrometheus(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection("Prometheus").Get<PrometheusOptions>() ?? new PrometheusOptions();
        if (options.Url.Length > 0)
        {
            builder.Services.AddSingleton<IMetricSource>(_ => new PrometheusMetricSource(PrometheusMetricSource.Connect(options)));
        }

        return builder;
    }
}
