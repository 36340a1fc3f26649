using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>What can be asked of deployments: each as it is now, lists of them, and what serves where.</summary>
internal sealed class DeploymentReading(
    Lazy<Deployments> deployments, IDeploymentRecords records, IEnumerable<IRolloutTarget> targets, MeasurementFeed feed, Redactor redactor, IOptions<DeploymentOptions> options, TimeProvider time)
{
    private static readonly TimeSpan BeginsWithin = TimeSpan.FromSeconds(2);

    /// <summary>An id says nothing about its environment to the gate, so the caller's limits are held here.</summary>
    public async Task<Refusal?> Allowed(string id, Call call, CancellationToken cancellation)
    {
        var found = await deployments.Value.Get(id, cancellation).ConfigureAwait(false);
        return found.IsRefused ? found.Refusal
            : call.Caller.MayTouch(found.Value.Request.Key.Environment) ? null
            : Refusal.Forbidden($"{call.Caller.Name} may not touch the environment '{found.Value.Request.Key.Environment}'.");
    }

    public async Task<Outcome<DeploymentRecord>> Get(DeploymentById r, Call call, CancellationToken cancellation)
    {
        if (!r.Id.StartsWith("dep-", StringComparison.Ordinal))
        {
            return Refusal.NotFound($"There is no deployment '{r.Id}': their ids begin with dep-. GET /deployments lists them.");
        }

        var began = time.GetTimestamp();
        while (true)
        {
            var found = await deployments.Value.Get(r.Id, cancellation).ConfigureAwait(false);
            if (!found.IsRefused)
            {
                return await WithUrl(found.Value, cancellation).ConfigureAwait(false);
            }

            if (found.Refusal.Kind != RefusalKind.NotFound)
            {
                return found.Refusal;
            }

            if (await records.Find(r.Id, cancellation).ConfigureAwait(false) is { } kept)
            {
                return kept;
            }

            // The answer to POST /deploy names a deployment that its workflow begins a moment later.
            if (time.GetElapsedTime(began) > BeginsWithin)
            {
                return Refusal.NotFound($"There is no deployment '{r.Id}'. GET /deployments lists them; one whose workflow waits for an approval begins after that.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellation).ConfigureAwait(false);
        }
    }

    public async Task<DeploymentRecord> WithUrl(Rollout rollout, CancellationToken cancellation)
    {
        var record = DeploymentRecord.Of(rollout);
        if (targets.FirstOrDefault(target => target.Name == rollout.Request.Target) is not { } target)
        {
            return record;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            var view = await target.Observe(rollout.Request.Key, patience.Token).ConfigureAwait(false);
            return record with { Url = view.Address, ArgocdAppUrl = view.Link ?? target.Link(rollout.Request.Key) };
        }
        catch (Exception unreachable) when (unreachable is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // Where it is reached is not known now; the rest of the record is.
            return record;
        }
    }

    /// <summary>What is under way is asked of the agent, which is always current; what ended long ago is in the records.</summary>
    public async Task<Outcome<Page<DeploymentRecord>>> List(ListDeployments r, Call call, CancellationToken cancellation)
    {
        var after = DeploymentCursor.Parse(r.Cursor);
        if (after.IsRefused)
        {
            return after.Refusal;
        }

        var lanes = await deployments.Value.All(cancellation).ConfigureAwait(false);
        if (lanes.IsRefused)
        {
            return lanes.Refusal;
        }

        var live = lanes.Value.Rollouts.Values.Select(DeploymentRecord.Of)
            .Where(record => (r.Service is null || record.Service == r.Service) && (r.Environment is null || record.Environment == r.Environment) && (r.Status is null || record.Status == r.Status)).ToList();
        var kept = await records.List(r.Service, r.Environment, r.Status, after.Value, r.Limit + 1, cancellation).ConfigureAwait(false);
        var found = live.Concat(kept.Where(record => !lanes.Value.Rollouts.ContainsKey(record.DeploymentId)))
            .OrderByDescending(DeploymentCursor.Of)
            .Where(record => after.Value is not { } last || DeploymentCursor.Of(record).CompareTo(last) < 0)
            .Take(r.Limit + 1).ToList();
        return new Page<DeploymentRecord>([.. found.Take(r.Limit)], found.Count > r.Limit ? DeploymentCursor.Of(found[r.Limit - 1]).ToString() : null);
    }

    public async Task<Outcome<DeploymentMatrix>> Matrix(Nothing r, Call call, CancellationToken cancellation)
    {
        var lanes = await deployments.Value.All(cancellation).ConfigureAwait(false);
        return lanes.IsRefused ? lanes.Refusal : DeploymentMatrix.Of(lanes.Value, options.Value.Order, options.Value.Calendar, time.GetUtcNow());
    }

    public async Task<Outcome<DeploymentLog>> Log(DeploymentLogRequest r, Call call, CancellationToken cancellation)
    {
        var found = await deployments.Value.Get(r.Id, cancellation).ConfigureAwait(false);
        if (found.IsRefused)
        {
            return found.Refusal;
        }

        var request = found.Value.Request;
        var target = targets.FirstOrDefault(known => known.Name == request.Target);
        var text = target is null ? null : await target.Log(request.Key, request.Candidate, r.Characters, cancellation).ConfigureAwait(false);
        return new DeploymentLog(r.Id, request.Candidate.Version, text is not null, redactor.Redact(text ?? ""));
    }

    public async Task<Outcome<DeploymentSeries>> Series(DeploymentById r, Call call, CancellationToken cancellation)
    {
        var found = await deployments.Value.Get(r.Id, cancellation).ConfigureAwait(false);
        return found.IsRefused ? found.Refusal : new DeploymentSeries(r.Id, feed.Of(r.Id));
    }

    public async Task<Outcome<DeploymentEventList>> Events(DeploymentById r, Call call, CancellationToken cancellation)
    {
        var found = await Get(r, call, cancellation).ConfigureAwait(false);
        return found.IsRefused ? found.Refusal : new DeploymentEventList(await records.Events(r.Id, cancellation).ConfigureAwait(false));
    }

    public async Task<Outcome<DeploymentDiff>> Diff(DiffDeployments r, Call call, CancellationToken cancellation)
    {
        if (r.OtherEnvironment is null == (r.Version is null))
        {
            return Refusal.Malformed("Give exactly one of otherEnvironment and version to compare with.");
        }

        var all = await deployments.Value.All(cancellation).ConfigureAwait(false);
        if (all.IsRefused)
        {
            return all.Refusal;
        }

        var lane = all.Value.Lane(new ServiceKey(r.Service, r.Environment));
        var other = r.OtherEnvironment is not null
            ? all.Value.Lane(new ServiceKey(r.Service, r.OtherEnvironment)).Stable
            : lane.Kept.LastOrDefault(kept => kept.Revision.Version == r.Version)?.Revision;
        if (lane.Stable is null && other is null)
        {
            return Refusal.NotFound($"{lane.Key} serves nothing, and there is nothing to compare it with.");
        }

        return DeploymentDiff.Between(lane.Stable, other);
    }
}
