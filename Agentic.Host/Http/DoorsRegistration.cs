using Agentic.Agents.Operations;
using Agentic.Host.Health;
using Agentic.Host.Mcp;
using Agentic.Host.OpenApi;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Agentic.Host.Http;

/// <summary>The doors: REST and MCP over one catalogue and one gate.</summary>
internal static class DoorsRegistration
{
    public static void AddDoors(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<HttpOptions>().BindConfiguration("Http").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<Redactor>();
        builder.Services.TryAddSingleton<OperationCatalogue>();
        builder.Services.TryAddSingleton<RepeatedCalls>();
        builder.Services.TryAddSingleton<OperationGate>();
        builder.Services.AddSingleton<OperationEndpoints>();
        builder.Services.AddRouting();
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<HttpOptions>>((host, http) => host.ShutdownTimeout = TimeSpan.FromSeconds(http.Value.ShutdownSeconds));
        builder.AddMcp();
        builder.AddHealth();
    }

    public static void MapDoors(this WebApplication app)
    {
        app.Services.GetRequiredService<OperationEndpoints>().Map(app);
        app.MapOperationTools();
        app.MapWorkflowEvents();
        app.MapArtifacts();
        app.MapPolicyReports();
        app.MapOpenApi();
    }
}
