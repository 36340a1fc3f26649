using Agentic.Agents.Operations;
using Agentic.Host.Mcp;
using Microsoft.Extensions.DependencyInjection.Extensions;

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
        builder.Services.TryAddSingleton<OperationGate>();
        builder.Services.AddSingleton<OperationEndpoints>();
        builder.Services.AddRouting();
        builder.AddMcp();
    }

    public static void MapDoors(this WebApplication app)
    {
        app.Services.GetRequiredService<OperationEndpoints>().Map(app);
        app.MapOperationTools();
    }
}
