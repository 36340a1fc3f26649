using Agentic.Host.Listening;
using Microsoft.Extensions.Options;

namespace Agentic.Host.Security;

/// <summary>Who may come in, and what every answer carries.</summary>
internal static class SecurityRegistration
{
    public static void AddAgenticSecurity(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SecurityOptions>().BindConfiguration("Auth").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<LocalCallers>();
        builder.Services.AddSingleton<ICallerSource>(services => services.GetRequiredService<IOptions<SecurityOptions>>().Value.Mode switch
        {
            AuthMode.Local => services.GetRequiredService<LocalCallers>(),
            var mode => throw new InvalidOperationException($"Auth:Mode={mode} is not known."),
        });
    }

    public static void UseAgenticSecurity(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseRequestOrigin();
        app.UseRouting();
        app.UseManagementSeparation();
        app.UseCallerIdentification();
        app.UseCallerRequirement();
    }
}
