using Agentic.Agents.Operations;
using Agentic.Host.Listening;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Agentic.Host.Security;

/// <summary>Who may come in, and what every answer carries.</summary>
internal static class SecurityRegistration
{
    public static void AddAgenticSecurity(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<SecurityOptions>().BindConfiguration("Auth").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<RateLimitOptions>().BindConfiguration("RateLimit").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<SecurityOptions>, SecurityOptionsValidation>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<CallerRates>();
        services.AddSingleton<IApiKeys>(provider => new ApiKeyFile(Path.Combine(DataPath(provider), "api-keys.json")));
        services.AddSingleton<ICallerStanding, ApiKeyStanding>();
        services.AddSingleton<IOperationSource, ApiKeyOperations>();
        services.AddSingleton<IOperationSource, AuditOperations>();
        services.AddSingleton(provider => new SessionCookies(
            SessionKey.Obtain(provider.GetRequiredService<IOptions<SecurityOptions>>().Value.SessionKey, DataPath(provider)),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<LocalCallers>();
        services.AddSingleton<ApiKeyCallers>();
        services.AddSingleton<JwtCallers>();
        services.AddSingleton<ICallerSource>(provider => provider.GetRequiredService<IOptions<SecurityOptions>>().Value.Mode switch
        {
            AuthMode.ApiKey => provider.GetRequiredService<ApiKeyCallers>(),
            AuthMode.Jwt => provider.GetRequiredService<JwtCallers>(),
            _ => provider.GetRequiredService<LocalCallers>(),
        });
    }

    /// <summary>What holds for every answer, to strangers too.</summary>
    public static void UseProtection(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseRequestOrigin();
    }

    public static void UseAgenticSecurity(this WebApplication app)
    {
        app.UseRouting();
        app.UseManagementSeparation();
        app.UseCallerIdentification();
        app.Use((http, next) => http.RequestServices.GetRequiredService<CallerRates>().Count(http, next));
        app.UseCallerRequirement();
        app.MapSessions();
    }

    private static string DataPath(IServiceProvider provider) =>
        Path.GetFullPath(provider.GetRequiredService<IConfiguration>()["Persistence:DataPath"] is { Length: > 0 } path ? path : "data");
}
