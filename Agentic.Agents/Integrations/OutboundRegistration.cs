using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Agentic.Agents.Integrations;

internal static class OutboundRegistration
{
    /// <summary>The rule for servers that callers name; asked for by every integration that takes an address from a caller.</summary>
    public static IHostApplicationBuilder AddOutbound(this IHostApplicationBuilder builder)
    {
        if (builder.Services.All(known => known.ServiceType != typeof(OutboundServers)))
        {
            builder.Services.AddOptions<OutboundOptions>().BindConfiguration("Outbound").ValidateDataAnnotations().ValidateOnStart();
            builder.Services.AddSingleton<OutboundServers>();
            builder.Services.AddSingleton<LentCredentials>();
        }

        return builder;
    }
}
