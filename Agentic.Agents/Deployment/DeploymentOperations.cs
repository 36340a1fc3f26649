using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>What the Deployment agent offers: bringing versions out, steering them on the way, and bringing them back.</summary>
internal sealed class DeploymentOperations(
    Lazy<Deployments> deployments, Preflight preflight, IDeploymentRecords records, IEnumerable<IRolloutTarget> targets, MeasurementFeed feed, Redactor redactor, Lazy<OperationGate> gate, IOptions<DeploymentOptions> options, TimeProvider time)
    : IOperationSource
{
    private const string Agent = "deployment";

    // A deployment may be paused by a person for as long as people pause things.
    private static readonly TimeSpan BeginsWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<DeployService, DeploymentRecord>("deploy_service", Agent, Effect.Changes, Mode.Durable,
            "Deploys a version of a service to an environment: rolling, blue-green or canary, watched by gates, and gives the traffic back by itself when one fails. Ends when the version serves and is verified, or with the reason why not.",
            Deploy) with
        {
            Route = Route.Post("/deploy"), ActsOnEnvironment = true, Timeout = Longest, EstimatedDuration = TimeSpan.FromMinutes(3), Accepted = Accepted, Settle = SettleDeploy,
            Example = new DeployService("user-service", "1.2.3", "staging", Strategy.Canary),
        },
        Operation.Define<PromoteToEnvironment, DeploymentRecord>("promote_environment", Agent, Effect.Changes, Mode.Durable,
            "Deploys to the next environment exactly what serves in the one before it: the same digest, nothing rebuilt.",
            PromoteEnvironment) with { ActsOnEnvironment = true, Timeout = Longest, EstimatedDuration = TimeSpan.FromMinutes(10), Accepted = Accepted, Settle = SettlePromotion },
        Operation.Define<DeploymentById, DeploymentRecord>("get_deployment", Agent, Effect.Reads, Mode.Immediate,
            "Shows one deployment as it is now: status, traffic weight, gates with their numbers, what it waits for, its history and where the service is reached.",
            Get) with { Route = Route.Get("/deployments/{id}") },
        Operation.Define<ListDeployments, Page<DeploymentRecord>>("list_deployments", Agent, Effect.Reads, Mode.Immediate,
            "Lists deployments, newest first, by service, environment and status.",
            List) with { Route = Route.Get("/deployments") },
        Operation.Define<DeployService, DeploymentPreview>("preview_deployment", Agent, Effect.Reads, Mode.Immediate,
            "Says what deploy_service would do with this input and changes nothing: the diff against what serves, the policy decision, whether there is a way back, and the digest that an approval is bound to.",
            preflight.Preview) with { Route = Route.Post("/deployments/preview") },
        Operation.Define<Nothing, DeploymentMatrix>("list_served_versions", Agent, Effect.Reads, Mode.Immediate,
            "Shows every service in every environment: what serves, the deployment in progress and those that wait, kept versions, quarantined ones, and locks.",
            Matrix) with { Route = Route.Get("/deployments/matrix") },
        Operation.Define<DeploymentLogRequest, DeploymentLog>("read_deployment_log", Agent, Effect.Reads, Mode.Immediate,
            "Shows the last lines that a deployment's version wrote on this host, credentials taken out.",
            Log) with { Route = Route.Get("/deployments/{id}/log") },
        Operation.Define<DeploymentById, DeploymentSeries>("read_deployment_measurements", Agent, Effect.Reads, Mode.Immediate,
            "Shows the numbers the gates of a deployment looked at, second by second, since this host started watching it.",
            Series) with { Route = Route.Get("/deployments/{id}/measurements") },
        Operation.Define<DeploymentById, DeploymentEventList>("list_deployment_events", Agent, Effect.Reads, Mode.Immediate,
            "Lists what others were told about a deployment, as it went out: source, detail-type and detail.",
            async (r, call, cancellation) =>
            {
                var found = await Get(r, call, cancellation).ConfigureAwait(false);
                return found.IsRefused ? found.Refusal : new DeploymentEventList(await records.Events(r.Id, cancellation).ConfigureAwait(false));
            }) with { Route = Route.Get("/deployments/{id}/events") },
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
        Steer<ApproveDeployment>("approve_deployment", "Approves exactly what a waiting deployment shows, named by its digest: artifact, place, target and plan. Nobody approves their own, except on their own machine.", "/deployments/{id}/approve",
            r => r.Id, (r, call) => new ApproveRollout(r.Id, r.Digest, call.Caller.Name), Scope.Approve),
        Steer<RejectDeployment>("reject_deployment", "Refuses a waiting deployment; it ends aborted with the reason given.", "/deployments/{id}/reject",
            r => r.Id, (r, call) => new RejectRollout(r.Id, call.Caller.Name, r.Reason), Scope.Approve),
        Operation.Define<RollBackDeployment, DeploymentRecord>("roll_back_deployment", Agent, Effect.Changes, Mode.Immediate,
            "Undoes a deployment and quarantines its version: one in progress gives its traffic back; a completed one is followed by a deployment of the version before, or of the kept version named. Answers with the deployment that does it.",
            RollBack) with { Route = Route.Post("/deployments/{id}/rollback") },
        Operation.Define<WithdrawFromEnvironment, DeploymentRecord>("withdraw_service", Agent, Effect.Destroys, Mode.Durable,
            "Takes a service out of an environment: its traffic ends, requests in flight finish, and what runs is removed. Kept versions can be deployed again.",
            async (r, call, cancellation) =>
            {
                var id = Deployments.IdFor(call.Effect);
                var begun = await deployments.Value.Tell(new Withdraw(id, new ServiceKey(r.Service, r.Environment), call.Caller.Name, r.Reason, call.Effect?.Workflow), cancellation).ConfigureAwait(false);
                return begun.IsRefused ? begun.Refusal : await Ended(id, call, cancellation).ConfigureAwait(false);
            }) with { ActsOnEnvironment = true, Timeout = TimeSpan.FromHours(1) },
        Operation.Define<UndoDeployment, DeploymentRecord>("undo_deployment", Agent, Effect.Changes, Mode.Durable,
            "Brings an environment back to what it was before a deployment: the version before serves again, or, where there was none, nothing does. Made for the undo of a workflow's step.",
            Undo) with { Timeout = TimeSpan.FromHours(1) },
        Operation.Define<VerifyDeployment, DeploymentRecord>("verify_deployment", Agent, Effect.Reads, Mode.Immediate,
            "Confirms that a deployment ended well, that its version has all the traffic now, and that it answers several health checks in a row; refused with what was seen otherwise.",
            Verify),
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

    private JsonObject Accepted(EffectKey effect, JsonElement input)
    {
        var key = new ServiceKey(Text(input, "service"), Text(input, "environment"));
        var target = targets.FirstOrDefault(known => known.Name == options.Value.TargetOf(key.Environment));
        var answer = new JsonObject
        {
            ["deploymentId"] = Deployments.IdFor(effect),
            ["status"] = Environments.NeedsApproval(key.Environment) ? "waiting_approval" : "deploying",
        };
        if (target?.Link(key) is { } link)
        {
            answer["argocdAppUrl"] = link;
        }

        return answer;
    }

    private static string Text(JsonElement input, string member) => input.TryGetProperty(member, out var value) ? value.GetString() ?? "" : "";

    private Operation Steer<TRequest>(string name, string summary, string route, Func<TRequest, string> id, Func<TRequest, Call, IRolloutCommand> command, Scope scope = Scope.Operate)
        where TRequest : class =>
        Operation.Define<TRequest, DeploymentRecord>(name, Agent, Effect.Changes, Mode.Immediate, summary, async (request, call, cancellation) =>
        {
            if (await Allowed(id(request), call, cancellation).ConfigureAwait(false) is { } refusal)
            {
                return refusal;
            }

            return (await deployments.Value.Tell(new ForRollout(command(request, call)), cancellation).ConfigureAwait(false)).Select(DeploymentRecord.Of);
        }) with { Route = Route.Post(route), Scope = scope };

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
        var id = Deployments.IdFor(call.Effect);
        var adopted = await deployments.Value.Get(id, cancellation).ConfigureAwait(false);
        if (adopted.IsRefused)
        {
            var resolved = await preflight.Resolve(r, call, cancellation).ConfigureAwait(false);
            var started = resolved.IsRefused ? resolved.Refusal : await Start(id, resolved.Value, r.Digest, r.Queue, call, null, cancellation).ConfigureAwait(false);
            if (started is not null)
            {
                return started;
            }
        }

        return await Ended(id, call, cancellation).ConfigureAwait(false);
    }

    /// <summary>Null when it was taken on.</summary>
    private async Task<Refusal?> Start(string id, RolloutRequest request, string? digest, bool queue, Call call, (ServiceKey From, string? Version)? promotion, CancellationToken cancellation)
    {
        if (digest is not null && digest != request.ApprovalDigest)
        {
            return Refusal.Conflict($"What would be deployed now is not what was looked at: the artifact, the target or the plan is another (digest {request.ApprovalDigest}). Look at preview_deployment again.");
        }

        var cleared = await preflight.Clear(request, call, cancellation).ConfigureAwait(false);
        if (cleared.IsRefused)
        {
            return cleared.Refusal;
        }

        // An approval given to a task counts when the task named exactly this; else the deployment itself waits for one that does.
        var needsApproval = Environments.NeedsApproval(request.Key.Environment) && !(call.IsApproved && digest is not null);
        request = cleared.Value with { NeedsApproval = needsApproval, RequesterMayApprove = call.Caller.IsLocal, ApprovedInWorkflow = call.IsApproved ? true : null };
        IDeploymentCommand command = promotion is { } from ? new PromoteEnvironment(id, from.From, from.Version, request, queue) : new StartRollout(id, request, queue);
        var started = await deployments.Value.Tell(command, cancellation).ConfigureAwait(false);
        return started.Refusal;
    }

    /// <summary>
    /// What can be said before the work is accepted is said at the door, and in an environment that needs approval the digest of what
    /// would be deployed goes into the input, so that it is part of what is approved.
    /// </summary>
    private async Task<Outcome<JsonElement>> SettleDeploy(JsonElement input, Call call, CancellationToken cancellation)
    {
        var r = input.Deserialize<DeployService>(AgenticJson.Options)!;
        var resolved = await preflight.Resolve(r, call, cancellation).ConfigureAwait(false);
        if (resolved.IsRefused)
        {
            return resolved.Refusal;
        }

        // A request that is sent again under its key finds its own deployment in the way; that one is answered further in.
        if (call.IdempotencyKey is null && await Blocked(resolved.Value, r.Queue, cancellation).ConfigureAwait(false) is { } objection)
        {
            return objection;
        }

        return Environments.NeedsApproval(r.Environment) ? JsonSerializer.SerializeToElement(r with { Digest = r.Digest ?? resolved.Value.ApprovalDigest }, AgenticJson.Options) : input;
    }

    private async Task<Refusal?> Blocked(RolloutRequest request, bool queue, CancellationToken cancellation)
    {
        var lanes = await deployments.Value.All(cancellation).ConfigureAwait(false);
        return lanes.IsRefused ? lanes.Refusal
            : lanes.Value.Objection(request, queue, options.Value.Calendar, time.GetUtcNow());
    }

    private async Task<Outcome<DeploymentRecord>> PromoteEnvironment(PromoteToEnvironment r, Call call, CancellationToken cancellation)
    {
        if (NotNext(r) is { } refusal)
        {
            return refusal;
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

            var request = await preflight.Complete(new RolloutRequest
            {
                Key = new ServiceKey(r.Service, r.Environment), Candidate = serves, Plan = options.Value.PlanFor(r.Environment, r.Strategy), Target = options.Value.TargetOf(r.Environment),
                RequestedBy = call.Caller.Name, Reason = $"promoted from {r.From}", WorkflowId = call.Effect?.Workflow, Kind = RolloutKind.Promotion,
            }, cancellation).ConfigureAwait(false);
            var started = request.IsRefused ? request.Refusal
                : await Start(id, request.Value, r.Digest, r.Queue, call, (source.Value.Key, r.Version), cancellation).ConfigureAwait(false);
            if (started is not null)
            {
                return started;
            }
        }

        return await Ended(id, call, cancellation).ConfigureAwait(false);
    }

    private async Task<Outcome<JsonElement>> SettlePromotion(JsonElement input, Call call, CancellationToken cancellation)
    {
        var r = input.Deserialize<PromoteToEnvironment>(AgenticJson.Options)!;
        if (NotNext(r) is { } refusal)
        {
            return refusal;
        }

        if (!Environments.NeedsApproval(r.Environment) || r.Digest is not null)
        {
            return input;
        }

        var source = await deployments.Value.Lane(new ServiceKey(r.Service, r.From), cancellation).ConfigureAwait(false);
        if (source.IsRefused || source.Value.Stable is not { } serves)
        {
            return source.Refusal ?? Refusal.Conflict($"{r.Service}@{r.From} serves nothing that could be promoted.");
        }

        var request = await preflight.Complete(new RolloutRequest
        {
            Key = new ServiceKey(r.Service, r.Environment), Candidate = serves, Plan = options.Value.PlanFor(r.Environment, r.Strategy), Target = options.Value.TargetOf(r.Environment),
            RequestedBy = call.Caller.Name, Kind = RolloutKind.Promotion,
        }, cancellation).ConfigureAwait(false);
        return request.IsRefused ? request.Refusal : JsonSerializer.SerializeToElement(r with { Digest = request.Value.ApprovalDigest }, AgenticJson.Options);
    }

    private Refusal? NotNext(PromoteToEnvironment r)
    {
        var order = options.Value.Order.ToList();
        var (from, to) = (order.IndexOf(r.From), order.IndexOf(r.Environment));
        return from < 0 || to != from + 1
            ? Refusal.Unprocessable($"Promotion goes {string.Join(" → ", order)}, one environment at a time; {r.From} → {r.Environment} is not a step of it.")
            : null;
    }

    /// <summary>Success is what was seen to end well; every other end is a refusal with the reason, so that the workflow fails too.</summary>
    private async Task<Outcome<DeploymentRecord>> Ended(string id, Call call, CancellationToken cancellation)
    {
        var ended = await deployments.Value.End(id, cancellation).ConfigureAwait(false);
        if (ended.IsRefused)
        {
            return ended.Refusal;
        }

        var rollout = ended.Value;
        if (rollout.End == RolloutEnd.Completed)
        {
            return await WithUrl(rollout, cancellation).ConfigureAwait(false);
        }

        // This may come twice, after a restart; the key makes it one revert.
        var reverts = rollout is { End: RolloutEnd.RolledBack, Request.Kind: RolloutKind.Deploy } && options.Value.Sources.GetValueOrDefault(rollout.Request.Key.Service)?.RevertWhenGatesFail == true
            ? await TakeBack(rollout, rollout, rollout.Reason ?? "rolled back by its gates", call, cancellation).ConfigureAwait(false)
            : null;
        return Refusal.Unprocessable($"{id} of {rollout.Request.Key} {rollout.Request.Candidate.Version} ended {rollout.Status}: {rollout.Reason}{(reverts is null ? "" : $". Its commits are taken back by {reverts}")}");
    }

    private async Task<Outcome<DeploymentRecord>> Get(DeploymentById r, Call call, CancellationToken cancellation)
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
            return record with { Url = view.Address, ArgocdAppUrl = view.Link ?? target.Link(rollout.Request.Key) };
        }
        catch (Exception unreachable) when (unreachable is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // Where it is reached is not known now; the rest of the record is.
            return record;
        }
    }

    /// <summary>What is under way is asked of the agent, which is always current; what ended long ago is in the records.</summary>
    private async Task<Outcome<Page<DeploymentRecord>>> List(ListDeployments r, Call call, CancellationToken cancellation)
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

    private async Task<Outcome<DeploymentMatrix>> Matrix(Nothing r, Call call, CancellationToken cancellation)
    {
        var lanes = await deployments.Value.All(cancellation).ConfigureAwait(false);
        return lanes.IsRefused ? lanes.Refusal : DeploymentMatrix.Of(lanes.Value, options.Value.Order, options.Value.Calendar, time.GetUtcNow());
    }

    private async Task<Outcome<DeploymentLog>> Log(DeploymentLogRequest r, Call call, CancellationToken cancellation)
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

    private async Task<Outcome<DeploymentSeries>> Series(DeploymentById r, Call call, CancellationToken cancellation)
    {
        var found = await deployments.Value.Get(r.Id, cancellation).ConfigureAwait(false);
        return found.IsRefused ? found.Refusal : new DeploymentSeries(r.Id, feed.Of(r.Id));
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

        return DeploymentDiff.Between(lane.Stable, other);
    }

    private async Task<Outcome<DeploymentRecord>> Undo(UndoDeployment r, Call call, CancellationToken cancellation)
    {
        if (await Allowed(r.Id, call, cancellation).ConfigureAwait(false) is { } refusal)
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
        return begun.IsRefused ? begun.Refusal : await Ended(id, call, cancellation).ConfigureAwait(false);
    }

    private async Task<Outcome<DeploymentRecord>> Verify(VerifyDeployment r, Call call, CancellationToken cancellation)
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

        return await WithUrl(found.Value, cancellation).ConfigureAwait(false);
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
        var begun = await deployments.Value.Tell(new RollBack(r.Id, newId, r.ToVersion, call.Caller.Name, reason, plan, call.Effect?.Workflow), cancellation).ConfigureAwait(false);
        return begun.IsRefused ? begun.Refusal : DeploymentRecord.Of(begun.Value) with { RevertWorkflowId = await TakeBack(undone.Value, begun.Value, reason, call, cancellation).ConfigureAwait(false) };
    }

    /// <summary>Has the bad commits taken back in Git as well, as work of its own: the traffic does not wait for a repository.</summary>
    private async Task<string?> TakeBack(Rollout undone, Rollout back, string reason, Call call, CancellationToken cancellation)
    {
        var (service, bad) = (undone.Request.Key.Service, undone.Request.Candidate.Commit);
        if (bad is null || !options.Value.Sources.TryGetValue(service, out var source) || source.Repository.Length == 0 || source.Revert == "none")
        {
            return null;
        }

        var good = back.Id == undone.Id ? undone.Stable?.Commit : back.Request.Candidate.Commit;
        var input = JsonSerializer.SerializeToElement(new RevertRelease(service, bad, good, reason), AgenticJson.Options);
        var asked = await gate.Value.Ask("revert_release", input, call with { IdempotencyKey = $"revert {back.Id}", Wait = TimeSpan.Zero, Effect = null }, cancellation).ConfigureAwait(false);
        return asked.IsRefused ? null : asked.Value.Body["workflowId"]?.GetValue<string>();
    }
}
