using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Agentic.Agents.Integrations.GitHub;

internal static class GitHubRegistration
{
    public static IHostApplicationBuilder AddGitHub(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<GitHubOptions>().BindConfiguration("GitHub").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton<GitHubAccounts>();
        builder.Services.TryAddSingleton<IGitHubRepositories, GitHubRepositories>();
        return builder.AddOutbound();
    }
}
