using Agentic.Agents.Operations;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Agentic.Host.Mcp;

/// <summary>Offers the catalogue's tools at <c>/mcp</c>: streamable HTTP, no session kept.</summary>
internal static class OperationTools
{
    public static void AddMcp(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddMcpServer(server => server.ServerInfo = new Implementation
        {
            Name = "agentic",
            Title = "Agentic",
            Version = typeof(OperationTools).Assembly.GetName().Version?.ToString(3) ?? "0",
        }).WithHttpTransport(transport => transport.Stateless = true);
        builder.Services.AddOptions<McpServerOptions>().Configure<OperationCatalogue, OperationGate, Redactor, IHttpContextAccessor>((server, catalogue, gate, redactor, http) =>
        {
            server.ToolCollection = [];
            foreach (var operation in catalogue.All.Where(operation => operation.IsTool))
                server.ToolCollection.Add(new OperationTool(operation, gate, redactor, http));
        });
    }

    public static void MapOperationTools(this IEndpointRouteBuilder routes) => routes.MapMcp("/mcp");
}
