using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Agentic.Host.Listening;

/// <summary>Marks connections to the management port, so that its routes answer there and nowhere else, whatever a Host header says.</summary>
internal sealed class ManagementConnection
{
    private static readonly ManagementConnection Instance = new();

    public static void Mark(ListenOptions options) => options.Use(next => connection =>
    {
        connection.Features.Set(Instance);
        return next(connection);
    });

    public static bool Is(HttpContext http) => http.Features.Get<ManagementConnection>() is not null;
}

/// <summary>On an endpoint of the management port.</summary>
internal sealed class ManagementEndpoint
{
    public static ManagementEndpoint Instance { get; } = new();
}

internal static class ManagementSeparation
{
    /// <summary>Each port shows its own routes only.</summary>
    public static void UseManagementSeparation(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        var isOwn = http.GetEndpoint()?.Metadata.GetMetadata<ManagementEndpoint>() is not null == ManagementConnection.Is(http);
        if (isOwn || http.GetEndpoint() is null)
            return next(http);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });
}
