using Agentic.Agents;
using Agentic.Host.Cluster;
using Agentic.Host.Health;
using Agentic.Host.Http;
using Agentic.Host.Listening;
using Agentic.Host.Pages;
using Agentic.Host.Security;
using Agentic.Host.Telemetry;
using Agentic.Host.Traffic;
using Agentic.Host.Webhooks;
using Agentic.Persistence;
using Microsoft.Extensions.Options;

namespace Agentic.Host;

/// <summary>The contents page: each line is a module that registers itself.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args.FirstOrDefault() == HealthProbe.Argument)
            return await HealthProbe.Run(args.ElementAtOrDefault(1) ?? "http://localhost:8558");
        try
        {
            await using var app = Create(args);
            await app.RunAsync();
            return 0;
        }
        catch (Exception refused) when (refused is StartRefusedException or OptionsValidationException or InvalidOperationException or IOException)
        {
            await Console.Error.WriteLineAsync($"Agentic did not start. {refused.Message}");
            return 1;
        }
    }

    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ApplicationName = "Agentic.Host", ContentRootPath = AppContext.BaseDirectory });
        builder.AddListening();
        builder.AddTelemetry();
        builder.AddAgenticSecurity();
        builder.AddDoors();
        builder.AddPersistence().AddAgents().AddActorSystem().AddTraffic().AddWebhooks();
        adjust?.Invoke(builder);

        var app = builder.Build();
        app.UseProblemPages();
        app.UseProtection();
        app.UseEmbeddedPages();
        app.UseAgenticSecurity();
        app.MapHealth();
        app.MapCluster();
        app.MapDoors();
        app.MapServiceTraffic();
        app.MapWebhooks();
        app.AnnounceAddress();
        return app;
    }
}
