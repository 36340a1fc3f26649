using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>What the Deployment agent offers: bringing versions out, steering them on the way, and bringing them back.</summary>
internal sealed class DeploymentOperations(
    Lazy<Deployments> deployments, IReleases releases, IEnumerable<IRolloutTarget> targets, IOptions<DeploymentOptions> options, TimeProvider time) : IOperationSource
{
    private const string Agent = "deployment";

    // A deployment may be paused by a person for as long as people pause things.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<DeployService, DeploymentRecord>("deploy_service", Agent, Effect.Changes, Mode.Durable,
            "Deploys a version of a service to an environment: rolling, blue-green or canary, watched by gates, and gives the traffic back by itself when one fails. Ends when the version serves and is verified, or with the reason why not.",
            Deploy) with
        {
            Route = Route.Post("/deploy"), ActsOnEnvironment = true, Timeout = Longest, EstimatedDuration = TimeSpan.FromMinutes(3), Accepted = Accepted,
            Example = new DeployService("user-service", "1.2.3", "staging", Strategy.Canary),
        },
        Operation.Define<PromoteToEnvironment, DeploymentRecord>("promote_environment", Agent, Effect.Changes, Mode.Durable,
            "Deploys to the next environment exactly what serves in the one before it: the same digest, nothing rebuilt.",
            PromoteEnvironment) with { ActsOnEnvironment = true, Timeout = Longest, EstimatedDuration = TimeSpan.FromMinutes(10), Accepted = Accepted },
        Operation.Define<DeploymentById, DeploymentRecord>("get_deployment", Agent, Effect.Reads, Mode.Immediate,
            "Shows one deployment as it is now: status, traffic weight, gates with their numbers, what it waits for, its history and where the service is reached.",
            Get) with { Route = Route.Get("/deployments/{id}") },
        Operation.Define<ListDeployments, Page<DeploymentRecord>>("list_deployments", Agent, Effect.Reads, Mode.Immediate,
            "Lists deployments, newest first, by service, environment and status.",
            List) with { Route = Route.Get("/deployments") },
        Operation.Define<DiffDeployments, DeploymentDiff>("diff_deployments", Agent, Effect.Reads, Mode.Immediate,
            "Compares what a service serves in one environment with another environment or with a version it kept: version, digest, commits and variables.",
            Diff) with { Route = Route.Get("/deployments/diff") },
        Steer<DeploymentById>("promote_deployment", "Takes the next step of a deployment now, also past an inconclusive verdict; never past a failing gate.", "/deployments/{id}/promote",
            r => r.Id, (r, call) => new PromoteRollout(r.Id, call.Caller.Name)),
        Steer<DeploymentWithReason>("pause_deployment", "Holds a deployment at its present weight; the gates go on watching.", "/deployments/{id}/pause",
            r => r.Id, (r, call) => new PauseRollout(r.Id, call.Caller.Name, r.Reason ?? $"paused by {call.Caller.Name}")),
        Steer<DeploymentById>("resume_deployment", "Lets a paused deployment go on.", "/deployments/{id}/resume",
            r => r.Id, (r, call) => new ResumeRollout(r.Id, call.Caller.Name)),
        Steer<DeploymentWithReason>("abort_deployment", "Gives all traffic back to the old version at once, then removes the new one.", "/deployments/{id}/abort",
            r => r.Id, (r, call) => new AbortRollout(r.Id, call.Caller.Name, r.Reason ?? $"aborted by {call.Caller.Name}")),
        Steer<SetDeploymentWeight>("set_deployment_weight", "Sets the new version's share of the traffic by hand and holds there.", "/deployments/{id}/weight",
            r => r.Id, (r, call) => new SetWeight(r.Id, r.Weight, call.Caller.Name)),
        Operation.Define<RollBackDeployment, DeploymentRecord>("roll_back_deployment", Agent, Effect.Changes, Mode.Immediate,
            "Undoes a deployment and quarantines its version: one in progress gives its traffic back; a completed one is followed by a deployment of the version before, or of the kept version named. Answers with the deployment that does it.",
            RollBack) with { Route = Route.Post("/deployments/{id}/rollback") },
        Operation.Define<LockEnvironmentRequest, EnvironmentLock>("lock_environment", Agent, Effect.Changes, Mode.Immediate,
            "Stops new deployments to an environment until it is unlocked; rollbacks stay possible.",
            async (r, call, cancellation) => (await deployments.Value.Change(new LockEnvironment(r.Environment, call.Caller.Name, r.Reason), cancellation).ConfigureAwait(false))
                .Select(_ => new EnvironmentLock(r.Environment, true, call.Caller.Name, r.Reason))),
        Operation.Define<UnlockEnvironmentRequest, EnvironmentLock>("unlock_environment", Agent, Effect.Changes, Mode.Immediate,
            "Lets deployments to a locked environment start again.",
            async (r, call, cancellation) => (await deployments.Value.Change(new UnlockEnvironment(r.Environment, call.Caller.Name), cancellation).ConfigureAwait(false))
                .Select(_ => new EnvironmentLock(r.Environment, false, null, null))),
        Operation.Define<LiftQuarantineRequest, RevisionRecord>("lift_quarantine", Agent, Effect.Changes, Mode.Immediate,
            "Lets a version that was rolled back be deployed to an environment again.",
            async (r, call, cancellation) => (await deployments.Value.Change(new LiftQuarantine(new ServiceKey(r.Service, r.Environment), r.Digest, call.Caller.Name), cancellation).ConfigureAwait(false))
                .Select(_ => new RevisionRecord("", r.Digest, null))),
    ];

    private static JsonObject Accepted(EffectKey effect) => new() { ["deploymentId"] = Deployments.IdFor(effect), ["status"] = "deploying" };

    private Operation Steer<TRequest>(string name, string summary, string route, Func<TRequest, string> id, Func<TRequest, Call, IRolloutCommand> command)
        where TRequest : class =>
        Operation.Define<TRequest, DeploymentRecord>(name, Agent, Effect.Changes, Mode.Immediate, summary, async (request, call, cancellation) =>
        {
            if (await Allowed(id(request), call, cancellation).ConfigureAwait(false) is { } refusal)
            {
                return refusal;
            }

            return (await deployments.Value.Tell(new ForRollout(command(request, call)), cancellation).ConfigureAwait(false)).Select(DeploymentRecord.Of);
        }) with { Route = Route.Post(route) };

    /// <summary>An id says nothing about its environment to the gate, so the caller's limits are held here.</summary>
    private async Task<Refusal?> Allowed(string id, Call call, CancellationToken cancellation)
    {
        var found = await deployments.Value.Get(id, cancellation).ConfigureAwait(false);
        return found.IsRefused ? found.Refusal
            : call.Caller.MayTouch(found.Value.Request.Key.Environment) ? null
            : Refusal.Forbidden($"{call.Caller.Name} may not touch the environment '{found.Value.Request.Key.Environment}'.");
    }

    private async Task<Outcome<DeploymentRecord>> Deploy(DeployService r, Call call, CancellationToken cancellation)
    {
        var key = new ServiceKey(r.Service, r.Environment);
        if (key.Fault() is { } fault)
        {
            return Refusal.Unprocessable(fault);
        }

        var id = Deployments.IdFor(call.Effect);
        var adopted = await deployments.Value.Get(id, cancellation).ConfigureAwait(false);
        if (adopted.IsRefused)
        {
            var found = await Find(key, r, cancellation).ConfigureAwait(false);
            if (found.IsRefused)
            {
                return found.Refusal;
            }

            var request = new RolloutRequest
            {
                Key = key,
                Candidate = found.Value with { Variables = r.Variables ?? found.Value.Variables },
                Plan = PlanOf(r),
                Target = options.Value.TargetOf(r.Environment),
                RequestedBy = call.Caller.Name,
                Reason = r.Reason,
                WorkflowId = call.Effect?.Workflow,
            };
            if (Unknown(request.Target) is { } missing)
            {
                return missing;
            }

            var started = await deployments.Value.Tell(new StartRollout(id, request, r.Queue), cancellation).ConfigureAwait(false);
            if (started.IsRefused)
            {
                return started.Refusal;
            }
        }

        return await Ended(id, cancellation).ConfigureAwait(false);
    }

    /// <summary>A version that served before is found in its lane; anything else is looked up.</summary>
    private async Task<Outcome<Revision>> Find(ServiceKey key, DeployService r, CancellationToken cancellation)
    {
        var found = await releases.Find(r.Service, r.Version, r.Artifact, cancellation).ConfigureAwait(false);
        if (!found.IsRefused || r.Artifact is not null)
        {
            return found;
        }

        var lanes = await deployments.Value.All(cancellation).ConfigureAwait(false);
        var kept = lanes.IsRefused ? null : lanes.Value.All.Values.Where(lane => lane.Key.Service == key.Service)
            .SelectMany(lane => lane.Kept).LastOrDefault(known => known.Revision.Version == r.Version);
        return kept is null ? found : kept.Revision;
    }

    private RolloutPlan PlanOf(DeployService r)
    {
        var plan = options.Value.PlanFor(r.Environment, r.Strategy);
        return plan with
        {
            Steps = r.Steps is null ? plan.Steps
                : [.. r.Steps.Select(step => new RolloutStep(step.Weight, TimeSpan.FromSeconds(step.HoldSeconds)) { WaitsForPromotion = step.WaitsForPromotion, DemandsPass = step.DemandsPass, Limit = TimeSpan.FromSeconds(Math.Max(900, step.HoldSeconds)) })],
            Gates = r.Gates is null ? plan.Gates : [.. r.Gates.Select(gate => gate.ToGate())],
            Verification = r.VerificationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : plan.Verification,
            VerificationLimit = r.VerificationSeconds is { } least && TimeSpan.FromSeconds(least) > plan.VerificationLimit ? TimeSpan.FromSeconds(least) : plan.VerificationLimit,
        };
    }

    private Refusal? Unknown(string target) => targets.Any(known => known.Name == target)
        ? null
        : Refusal.Unprocessable($"This host has no deployment target '{target}'; it has {string.Join(", ", targets.Select(known => known.Name))}. Set Deployment:Target or Deployment:Environments:<name>:Target.");

    private async Task<Outcome<DeploymentRecord>> PromoteEnvironment(PromoteToEnvironment r, Call call, CancellationToken cancellation)
    {
        var order = options.Value.Order;
        var (from, to) = (order.ToList().IndexOf(r.From), order.ToList().IndexOf(r.Environment));
        if (from < 0 || to != from + 1)
        {
            return Refusal.Unprocessable($"Promotion goes {string.Join(" → ", order)}, one environment at a time; {r.From} → {r.Environment} is not a step of it.");
        }

        if (!call.Caller.MayTouch(r.From))
        {
            return Refusal.Forbidden($"{call.Caller.Name} may not touch the environment '{r.From}'.");
        }

        var id = Deployments.IdFor(call.Effect);
        var adopted = await deployments.Value.Get(id, cancellation).ConfigureAwait(false);
        if (adopted.IsRefused)
        {
            var source = await deployments.Value.Lane(new ServiceKey(r.Service, r.From), cancellation).ConfigureAwait(false);
            if (source.IsRefused)
            {
                return source.Refusal;
            }

            if (source.Value.Stable is not { } serves)
            {
                return Refusal.Conflict($"{r.Service}@{r.From} serves nothing that could be promoted.");
            }

            var request = new RolloutRequest
            {
                Key = new ServiceKey(r.Service, r.Environment), Candidate = serves, Plan = options.Value.PlanFor(r.Environment, r.Strategy), Target = options.Value.TargetOf(r.Environment),
                RequestedBy = call.Caller.Name, Reason = $"promoted from {r.From}", WorkflowId = call.Effect?.Workflow,
            };
            if (Unknown(request.Target) is { } missing)
            {
                return missing;
            }

            var started = await deployments.Value.Tell(new PromoteEnvironment(id, source.Value.Key, r.Version, request, r.Queue), cancellation).ConfigureAwait(false);
            if (started.IsRefused)
            {
                return started.Refusal;
            }
        }

        return await Ended(id, cancellation).ConfigureAwait(false);
    }

    /// <summary>Success is what was seen to end well; every other end is a refusal with the reason, so that the workflow fails too.</summary>
    private async Task<Outcome<DeploymentRecord>> Ended(string id, CancellationToken cancellation)
    {
        var ended = await deployments.Value.End(id, cancellation).ConfigureAwait(false);
        if (ended.IsRefused)
        {
            return ended.Refusal;
        }

        return ended.Value.End == RolloutEnd.Completed
            ? await WithUrl(ended.Value, cancellation).ConfigureAwait(false)
            : Refusal.Unprocessable($"{id} of {ended.Value.Request.Key} {ended.Value.Request.Candidate.Version} ended {ended.Value.Status}: {ended.Value.Reason}");
    }

    private async Task<Outcome<DeploymentRecord>> Get(DeploymentById r, Call call, CancellationToken cancellation)
    {
        var found = await deployments.Value.Get(r.Id, cancellation).ConfigureAwait(false);
        return found.IsRefused ? found.Refusal : await WithUrl(found.Value, cancellation).ConfigureAwait(false);
    }

    private async Task<DeploymentRecord> WithUrl(Rollout rollout, CancellationToken cancellation)
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
            return record with { Url = view.Address, ArgocdAppUrl = view.Link };
        }
        catch (Exception unreachable) when (unreachable is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // Where it is reached is not known now; the rest of the record is.
            return record;
        }
    }

    private async Task<Outcome<Page<DeploymentRecord>>> List(ListDeployments r, Call call, CancellationToken cancellation)
    {
        var skip = 0;
        if (r.Cursor is not null && !int.TryParse(r.Cursor, CultureInfo.InvariantCulture, out skip))
        {
            return Refusal.Malformed("The cursor is not one this list handed out.");
        }

        return (await deployments.Value.All(cancellation).ConfigureAwait(false)).Select(lanes =>
        {
            var found = lanes.Rollouts.Values
                .Where(rollout => (r.Service is null || rollout.Request.Key.Service == r.Service) && (r.Environment is null || rollout.Request.Key.Environment == r.Environment) && (r.Status is null || rollout.Status == r.Status))
                .OrderByDescending(rollout => rollout.AcceptedAt).ThenBy(rollout => rollout.Id, StringComparer.Ordinal)
                .Skip(skip).Take(r.Limit + 1).Select(DeploymentRecord.Of).ToList();
            return new Page<DeploymentRecord>([.. found.Take(r.Limit)], found.Count > r.Limit ? (skip + r.Limit).ToString(CultureInfo.InvariantCulture) : null);
        });
    }

    private async Task<Outcome<DeploymentDiff>> Diff(DiffDeployments r, Call call, CancellationToken cancellation)
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

        var (mine, theirs) = (lane.Stable?.Variables ?? new Dictionary<string, string>(), other?.Variables ?? new Dictionary<string, string>());
        var variables = mine.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal).Where(name => mine.GetValueOrDefault(name) != theirs.GetValueOrDefault(name)).ToList();
        return new DeploymentDiff(
            RevisionRecord.Of(lane.Stable), RevisionRecord.Of(other), lane.Stable?.BareDigest == other?.BareDigest && variables.Count == 0,
            lane.Stable?.Commit is { } from && other?.Commit is { } to ? new CommitRange(from, to) : null, variables);
    }

    private async Task<Outcome<DeploymentRecord>> RollBack(RollBackDeployment r, Call call, CancellationToken cancellation)
    {
        if (await Allowed(r.Id, call, cancellation).ConfigureAwait(false) is { } refusal)
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
        return (await deployments.Value.Tell(new RollBack(r.Id, newId, r.ToVersion, call.Caller.Name, reason, plan, call.Effect?.Workflow), cancellation).ConfigureAwait(false)).Select(DeploymentRecord.Of);
    }
}
