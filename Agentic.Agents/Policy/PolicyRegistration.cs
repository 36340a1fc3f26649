using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Agentic.Agents.Integrations.GitHub;
using Agentic.Agents.Integrations.GitLab;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy.Engines;
using Agentic.Agents.Policy.Reports;
using Agentic.Agents.Policy.Reviews;
using Agentic.Agents.Policy.Secrets;

namespace Agentic.Agents.Policy;

internal static class PolicyRegistration
{
    public static IHostApplicationBuilder AddPolicy(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<PolicyOptions>().BindConfiguration("Policy").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<EngineOptions>().BindConfiguration("Policy:Engines").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<EngineOptions>, EngineOptionsValidation>();
        builder.Services.TryAddSingleton<IPolicyRecords, MemoryPolicyRecords>();
        builder.Services
            .AddSingleton<IEngineProcess, LocalEngineProcess>()
            .AddSingleton(services => new PolicyBooks(services.GetRequiredService<IOptions<PolicyOptions>>(), services.GetService<IPolicyArtifacts>()))
            .AddSingleton<PolicyEngines>()
            .AddSingleton<PolicyJudge>()
            .AddSingleton<GitHistoryScan>()
            .AddSingleton<IOperationSource>(services => new PolicyOperations(
                services.GetRequiredService<PolicyJudge>(),
                services.GetRequiredService<PolicyEngines>(),
                services.GetRequiredService<GitHistoryScan>(),
                services.GetService<IPolicyArtifacts>(),
                services.GetService<IAuditTrail>(),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<IOptions<PolicyOptions>>()))
            .AddSingleton<IOperationSource>(services => new PolicyRecordOperations(
                services.GetRequiredService<PolicyBooks>(),
                services.GetRequiredService<IPolicyRecords>(),
                services.GetRequiredService<ComplianceReports>(),
                services.GetService<IPolicyArtifacts>(),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<IOptions<PolicyOptions>>()))
            .AddSingleton(services => new ComplianceReports(
                services.GetRequiredService<PolicyBooks>(),
                services.GetRequiredService<IPolicyRecords>(),
                services.GetService<IAuditTrail>(),
                services.GetRequiredService<TimeProvider>()))
            .AddHostedService(services => new QuarterlyReport(
                services.GetRequiredService<ComplianceReports>(),
                services.GetRequiredService<IPolicyRecords>(),
                services.GetService<IPolicyArtifacts>(),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<QuarterlyReport>>()))
            .AddSingleton<IReviewTarget, GitHubReviews>()
            .AddSingleton<IReviewTarget, GitLabReviews>()
            .AddSingleton<IOperationSource, PolicyReviewOperations>();
        return builder;
    }

    private sealed class EngineOptionsValidation : IValidateOptions<EngineOptions>
    {
        public ValidateOptionsResult Validate(string? name, EngineOptions options) =>
            options.Mistakes().ToList() is { Count: > 0 } mistakes ? ValidateOptionsResult.Fail(mistakes) : ValidateOptionsResult.Success;
    }
}
