using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Agentic.Agents.Deployment;
using Agentic.Agents.Integrations.GitHub;
using Agentic.Agents.Integrations.Kubernetes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.ArgoCd;

internal static class ArgoCdRegistration
{
    public static IHostApplicationBuilder AddArgoCd(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ArgoCdOptions>().BindConfiguration("ArgoCd").ValidateDataAnnotations().ValidateOnStart();
        var options = builder.Configuration.GetSection("ArgoCd").Get<ArgoCdOptions>() ?? new ArgoCdOptions();
        if (options.Url.Length > 0)
        {
            var cluster = builder.Configuration.GetSection("Kubernetes").Get<KubernetesOptions>() ?? new KubernetesOptions();
            builder.Services.AddSingleton<IRolloutTarget>(services => new ArgoCdRolloutTarget(
                options, cluster, new ArgoCdClient(ArgoCdClient.Connect(options)), new GitOpsRepository(options, services.GetRequiredService<Redactor>()), services.GetRequiredService<TimeProvider>(), Requests(options, services)));
        }

        return builder;
    }

    private static IChangeRequests? Requests(ArgoCdOptions options, IServiceProvider services) => (options.Change, options.Request.Provider) switch
    {
        ("commit", _) => null,
        (_, "gitlab") => new GitLabChangeRequests(options.Request, services.GetRequiredService<TimeProvider>()),
        _ => new GitHubChangeRequests(services.GetRequiredService<IGitHubRepositories>(), options.Request),
    };
}
