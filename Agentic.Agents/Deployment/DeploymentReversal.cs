using System.Globalization;
using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>Takes services out and brings versions back: undo, rollback, and the check that a deployment stands.</summary>
internal sealed class DeploymentReversal(
    Lazy<Deployments> deployments, DeploymentReading reading, DeploymentEnding ending, IEnumerable<IRolloutTarget> targets, IOptions<DeploymentOptions> options, TimeProvider time)
{
    public async Task<Outcome<DeploymentRecord>> Withdraw(WithdrawFromEnvironment r, Call call, CancellationToken cancellation)
    {
        var id = Deployments.IdFor(call.Effect);
        var begun = await deployments.Value.Tell(new Withdraw(id, new ServiceKey(r.Service, r.Environment), call.Caller.Name, r.Reason, call.Effect?.Workflow), cancellation).ConfigureAwait(false);
        return begun.IsRefused ? begun.Refusal : await ending.Ended(id, call, cancellation).ConfigureAwait(false);
    }

    public async Task<Outcome<DeploymentRecord>> Undo(UndoDeployment r, Call call, CancellationToken cancellation)
    {
        if (await reading.Allowed(r.Id, call, cancellation).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        var found = await deployments.Value.End(r.Id, cancellation).ConfigureAwait(false);
        if (found.IsRefused)
        {
            return found.Refusal;
        }

        var rollout = found.Value;
        var key = rollout.Request.Key;
        var lane = await deployments.Value.Lane(key, cancellation).ConfigureAwait(false);
        if (lane.IsRefused)
        {
            return lane.Refusal;
        }

        var id = Deployments.IdFor(call.Effect);
        var isBegun = !(await deployments.Value.Get(id, cancellation).ConfigureAwait(false)).IsRefused;
        if (!isBegun && (rollout.End != RolloutEnd.Completed || lane.Value.Stable?.BareDigest != rollout.Request.Candidate.BareDigest))
        {
            // Nothing of it serves, so there is nothing to bring back.
            return DeploymentRecord.Of(rollout);
        }

        var reason = r.Reason ?? $"{r.Id} is undone";
        IDeploymentCommand command = lane.Value.Earlier(null).IsRefused
            ? new Withdraw(id, key, call.Caller.Name, reason, call.Effect?.Workflow)
            : new RollBack(r.Id, id, null, call.Caller.Name, reason, options.Value.PlanFor(key.Environment, Strategy.BlueGreen), call.Effect?.Workflow);
        var begun = isBegun ? default : await deployments.Value.Tell(command, cancellation).ConfigureAwait(false);
        return begun.IsRefused ? begun.Refusal : await ending.Ended(id, call, cancellation).ConfigureAwait(false);
    }

    public async Task<Outcome<DeploymentRecord>> Verify(VerifyDeployment r, Call call, CancellationToken cancellation)
    {
        var found = await deployments.Value.Get(r.Id, cancellation).ConfigureAwait(false);
        if (found.IsRefused)
        {
            return found.Refusal;
        }

        var (request, revision) = (found.Value.Request, found.Value.Request.Candidate);
        if (found.Value.End != RolloutEnd.Completed)
        {
            return Refusal.Unprocessable($"{r.Id} of {request.Key} {revision.Version} is {found.Value.Status}, not completed: {found.Value.Reason}");
        }

        if (targets.FirstOrDefault(known => known.Name == request.Target) is not { } target)
        {
            return Refusal.Unprocessable($"This host has no deployment target '{request.Target}' any more.");
        }

        var running = (await target.Observe(request.Key, cancellation).ConfigureAwait(false)).Find(revision);
        if (running is not { Weight: 100, Trouble: null })
        {
            return Refusal.Unprocessable(running is null ? $"{revision.Version} does not run in {request.Key}." : string.Create(CultureInfo.InvariantCulture, $"{revision.Version} has {running.Weight} % of the traffic of {request.Key}. {running.Trouble}"));
        }

        for (var i = 0; i < r.Checks; i++)
        {
            var probe = await target.Probe(request.Key, revision, cancellation).ConfigureAwait(false);
            if (!probe.Passed)
            {
                return Refusal.Unprocessable($"{revision.Version} fails its health check in {request.Key}: {probe.Detail}");
            }
        }

        return await reading.WithUrl(found.Value, cancellation).ConfigureAwait(false);
    }

    public async Task<Outcome<DeploymentRecord>> RollBack(RollBackDeployment r, Call call, CancellationToken cancellation)
    {
        if (await reading.Allowed(r.Id, call, cancellation).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        var undone = await deployments.Value.Get(r.Id, cancellation).ConfigureAwait(false);
        if (undone.IsRefused)
        {
            return undone.Refusal;
        }

        // Going back is urgent: probes first, then everything at once.
        var plan = options.Value.PlanFor(undone.Value.Request.Key.Environment, Strategy.BlueGreen);
        var newId = call.Effect is null && call.IdempotencyKey is { } key ? Deployments.IdFor(new EffectKey(call.Caller.Name, r.Id, key)) : Deployments.IdFor(call.Effect);
        var reason = r.Reason ?? string.Create(CultureInfo.InvariantCulture, $"rolled back by {call.Caller.Name} at {time.GetUtcNow():u}");
        var begun = await deployments.Value.Tell(new RollBack(r.Id, newId, r.ToVersion, call.Caller.Name, reason, plan, call.Effect?.Workflow), cancellation).ConfigureAwait(false);
        return begun.IsRefused ? begun.Refusal : DeploymentRecord.Of(begun.Value) with { RevertWorkflowId = await ending.TakeBack(undone.Value, begun.Value, reason, call, cancellation).ConfigureAwait(false) };
    }
}
