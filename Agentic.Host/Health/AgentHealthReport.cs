using Agentic.Agents.Operations;
using Akka.Actor;

namespace Agentic.Host.Health;

/// <summary>Looks at every agent: whether it offers anything, whether it answers, and what it says about itself.</summary>
internal sealed partial class AgentHealthReport(OperationCatalogue catalogue, IServiceProvider services, IEnumerable<IAgentHealth> own, ILogger<AgentHealthReport> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static IReadOnlyList<string> Agents { get; } =
        ["planner", "codegen", "deployment", "policy", "remediation", "chatbot", "migration", "observability"];

    public async Task<AgentHealth> Of(string agent, CancellationToken cancellation)
    {
        if (catalogue.All.All(operation => operation.Agent != agent))
            return new AgentHealth(HealthStatus.Absent, $"The {agent} agent offers no operation on this host.");
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(Patience);
        var checks = await Task.WhenAll(own.Where(one => one.Agent == agent).Select(one => Ask(one, limited.Token)).Append(Mailbox(agent, limited.Token)));
        return checks.MaxBy(check => check.Status)!;
    }

    /// <summary>One sick agent makes the host degraded, not down: the others still work.</summary>
    public async Task<IReadOnlyList<(string Agent, AgentHealth Health)>> All(CancellationToken cancellation) =>
        await Task.WhenAll(Agents.Select(async agent => (agent, await Of(agent, cancellation))));

    private async Task<AgentHealth> Ask(IAgentHealth one, CancellationToken cancellation)
    {
        try
        {
            return await one.Check(cancellation).WaitAsync(cancellation);
        }
        catch (Exception problem)
        {
            CheckFailed(one.Agent, problem);
            return new AgentHealth(HealthStatus.Unhealthy, problem is OperationCanceledException
                ? "Its own check did not answer within two seconds."
                : "Its own check failed; the host's log has the details.");
        }
    }

    // Every actor answers Identify from its mailbox, so an answer means that it takes messages now.
    private async Task<AgentHealth> Mailbox(string agent, CancellationToken cancellation)
    {
        if (services.GetService<AgentMailboxes>()?.Of(agent) is not { } mailbox || mailbox.IsNobody())
            return new AgentHealth(HealthStatus.Unhealthy, "It offers operations but takes no tasks on this node.");
        try
        {
            var identity = await mailbox.Ask<ActorIdentity>(new Identify(null), cancellation);
            return identity.Subject is null
                ? new AgentHealth(HealthStatus.Unhealthy, "Its mailbox has stopped.")
                : new AgentHealth(HealthStatus.Healthy, "It takes tasks.");
        }
        catch (Exception silent) when (silent is OperationCanceledException or AskTimeoutException)
        {
            return new AgentHealth(HealthStatus.Unhealthy, "Its mailbox did not answer within two seconds.");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The health check of {Agent} failed")]
    private partial void CheckFailed(string agent, Exception problem);
}
