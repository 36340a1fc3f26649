using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using Akka.Hosting;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>Asks the entity that owns a workflow, wherever in the cluster it lives.</summary>
internal sealed class Workflows(IRequiredActor<WorkflowRun> region)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async Task<Outcome<WorkflowAnswer>> Ask(Asked asked, CancellationToken cancellation, TimeSpan? extra = null)
    {
        try
        {
            return await region.ActorRef.Ask<object>(asked, Patience + (extra ?? TimeSpan.Zero), cancellation).ConfigureAwait(false) switch
            {
                WorkflowAnswer answer => answer,
                Refusal refusal => refusal,
                var other => throw new InvalidOperationException($"A workflow answered {other.GetType().Name}."),
            };
        }
        catch (AskTimeoutException)
        {
            return Refusal.Unavailable(
                $"{asked.Command.Id} did not answer in time. It may have taken effect: look at GET /workflows/{asked.Command.Id} before you send it again.");
        }
    }

    public void Wake(string id) => region.ActorRef.Tell(new Asked(new WakeWorkflow(id), PlannerCaller));

    /// <summary>The same caller, operation and key always name the same workflow, on every node and after every restart.</summary>
    public static string IdFor(Caller caller, string operation, string? idempotencyKey) => idempotencyKey is null
        ? $"wf-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}"
        : $"wf-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Name}\n{operation}\n{idempotencyKey}")).AsSpan(0, 8))}";

    private static readonly Caller PlannerCaller = new("planner", [Operations.Scope.Admin]);
}
