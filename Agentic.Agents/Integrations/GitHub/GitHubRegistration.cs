using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Agentic.Agents.Integrations.GitHub;

internal static class GitHubRegistration
{
    public static IHostApplicationBuilder AddGitHub(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<OutboundOptions>().BindConfiguration("Outbound").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<GitHubOptions>().BindConfiguration("GitHub").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton<OutboundServers>();
        builder.Services.TryAddSingleton<GitHubAccounts>();
        builder.Services.TryAddSingleton<IGitHubRepositories, GitHubRepositories>();
        return builder;
    }
}
