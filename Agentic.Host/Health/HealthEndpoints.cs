using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Host.Http;
using Agentic.Host.Telemetry;

namespace Agentic.Host.Health;

/// <summary>Says how the host and each agent are: to load balancers by status code, to people by a sentence.</summary>
internal static class HealthEndpoints
{
    public static void AddHealth(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<AgentHealthReport>();

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/health", ["GET", "HEAD"], Overall).AllowAnonymous();
        routes.MapMetrics();
        foreach (var agent in AgentHealthReport.Agents)
            routes.MapMethods($"/{agent}/health", ["GET", "HEAD"], http => One(http, agent)).AllowAnonymous();
    }

    private static async Task Overall(HttpContext http)
    {
        var agents = await http.RequestServices.GetRequiredService<AgentHealthReport>().All(http.RequestAborted);
        var present = agents.Where(agent => agent.Health.Status != HealthStatus.Absent).ToList();
        // Unhealthy takes a node out of the load balancer, so it is kept for when nothing here works.
        var overall = present.Count == 0 || present.All(agent => agent.Health.Status == HealthStatus.Unhealthy) ? HealthStatus.Unhealthy
            : agents.All(agent => agent.Health.Status == HealthStatus.Healthy) ? HealthStatus.Healthy
            : HealthStatus.Degraded;
        var body = new JsonObject
        {
            ["status"] = OperationListing.Word(overall),
            ["version"] = typeof(HealthEndpoints).Assembly.GetName().Version?.ToString(3),
            ["agents"] = new JsonArray([.. agents.Select(agent => Describe(agent.Agent, agent.Health))]),
        };
        await JsonAnswer.Write(http, body, overall == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private static async Task One(HttpContext http, string agent)
    {
        var health = await http.RequestServices.GetRequiredService<AgentHealthReport>().Of(agent, http.RequestAborted);
        await JsonAnswer.Write(http, Describe(agent, health), health.Status is HealthStatus.Healthy or HealthStatus.Degraded ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static JsonObject Describe(string agent, AgentHealth health) => new()
    {
        ["agent"] = agent,
        ["status"] = OperationListing.Word(health.Status),
        ["reason"] = health.Reason,
    };
}
