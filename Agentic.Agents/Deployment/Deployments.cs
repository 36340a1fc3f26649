using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using Akka.Hosting;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>Asks the deployment agent, wherever in the cluster it lives.</summary>
internal sealed class Deployments(IRequiredActor<DeploymentAgent> agent)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public Task<Outcome<Rollout>> Tell(IDeploymentCommand command, CancellationToken cancellation) => Ask<Rollout>(new Tell(command), Patience, cancellation);

    public Task<Outcome<Lanes>> Change(IDeploymentCommand command, CancellationToken cancellation) => Ask<Lanes>(new Tell(command), Patience, cancellation);

    public Task<Outcome<Rollout>> Get(string id, CancellationToken cancellation) => Ask<Rollout>(new GetRollout(id), Patience, cancellation);

    public Task<Outcome<Lane>> Lane(ServiceKey key, CancellationToken cancellation) => Ask<Lane>(new GetLane(key), Patience, cancellation);

    public Task<Outcome<Lanes>> All(CancellationToken cancellation) => Ask<Lanes>(new GetLanes(), Patience, cancellation);

    /// <summary>Waits as long as the deployment lasts; asks again when the agent has moved or restarted meanwhile.</summary>
    public async Task<Outcome<Rollout>> End(string id, CancellationToken cancellation)
    {
        while (true)
        {
            var ended = await Ask<Rollout>(new AwaitRollout(id), TimeSpan.FromSeconds(30), cancellation).ConfigureAwait(false);
            if (!ended.IsRefused || !ended.Refusal.IsTransient)
            {
                return ended;
            }
        }
    }

    /// <summary>The same effect always names the same deployment.</summary>
    public static string IdFor(EffectKey? effect) => effect is null
        ? $"dep-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}"
        : $"dep-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(effect.ToString())).AsSpan(0, 8))}";

    private async Task<Outcome<T>> Ask<T>(object question, TimeSpan patience, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await agent.ActorRef.Ask<object>(question, patience, cancellation).ConfigureAwait(false) switch
            {
                T answer => answer,
                Refusal refusal => refusal,
                var other => throw new InvalidOperationException($"The deployment agent answered {other.GetType().Name}."),
            };
        }
        catch (AskTimeoutException)
        {
            return Refusal.Unavailable("The deployment agent did not answer in time. It may have taken effect: look at GET /deployments before you send it again.");
        }
    }
}
