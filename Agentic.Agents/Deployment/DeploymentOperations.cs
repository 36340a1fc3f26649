using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>What the Deployment agent offers: bringing versions out, steering them on the way, and bringing them back.</summary>
internal sealed class DeploymentOperations(Lazy<Deployments> deployments, Preflight preflight, DeploymentStart start, DeploymentReading reading, DeploymentReversal reversal)
    : IOperationSource
{
    private const string Agent = "deployment";

    // A deployment may be paused by a person for as long as people pause things.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<DeployService, DeploymentRecord>("deploy_service", Agent, Effect.Changes, Mode.Durable,
            "Deploys a version of a service to an environment: rolling, blue-green or canary, watched by gates, and gives the traffic back by itself when one fails. Ends when the version serves and is verified, or with the reason why not.",
            start.Deploy) with
        {
            Route = Route.Post("/deploy"), ActsOnEnvironment = true, Timeout = Longest, EstimatedDuration = TimeSpan.FromMinutes(3), Accepted = start.Accepted, Settle = start.SettleDeploy,
            Example = new DeployService("user-service", "1.2.3", "staging", Strategy.Canary),
        },
        Operation.Define<PromoteToEnvironment, DeploymentRecord>("promote_environment", Agent, Effect.Changes, Mode.Durable,
            "Deploys to the next environment exactly what serves in the one before it: the same digest, nothing rebuilt.",
            start.PromoteEnvironment) with { ActsOnEnvironment = true, Timeout = Longest, EstimatedDuration = TimeSpan.FromMinutes(10), Accepted = start.Accepted, Settle = start.SettlePromotion },
        Operation.Define<DeploymentById, DeploymentRecord>("get_deployment", Agent, Effect.Reads, Mode.Immediate,
            "Shows one deployment as it is now: status, traffic weight, gates with their numbers, what it waits for, its history and where the service is reached.",
            reading.Get) with { Route = Route.Get("/deployments/{id}") },
        Operation.Define<ListDeployments, Page<DeploymentRecord>>("list_deployments", Agent, Effect.Reads, Mode.Immediate,
            "Lists deployments, newest first, by service, environment and status.",
            reading.List) with { Route = Route.Get("/deployments") },
        Operation.Define<DeployService, DeploymentPreview>("preview_deployment", Agent, Effect.Reads, Mode.Immediate,
            "Says what deploy_service would do with this input and changes nothing: the diff against what serves, the policy decision, whether there is a way back, and the digest that an approval is bound to.",
            preflight.Preview) with { Route = Route.Post("/deployments/preview") },
        Operation.Define<Nothing, DeploymentMatrix>("list_served_versions", Agent, Effect.Reads, Mode.Immediate,
            "Shows every service in every environment: what serves, the deployment in progress and those that wait, kept versions, quarantined ones, and locks.",
            reading.Matrix) with { Route = Route.Get("/deployments/matrix") },
        Operation.Define<DeploymentLogRequest, DeploymentLog>("read_deployment_log", Agent, Effect.Reads, Mode.Immediate,
            "Shows the last lines that a deployment's version wrote on this host, credentials taken out.",
            reading.Log) with { Route = Route.Get("/deployments/{id}/log") },
        Operation.Define<DeploymentById, DeploymentSeries>("read_deployment_measurements", Agent, Effect.Reads, Mode.Immediate,
            "Shows the numbers the gates of a deployment looked at, second by second, since this host started watching it.",
            reading.Series) with { Route = Route.Get("/deployments/{id}/measurements") },
        Operation.Define<DeploymentById, DeploymentEventList>("list_deployment_events", Agent, Effect.Reads, Mode.Immediate,
            "Lists what others were told about a deployment, as it went out: source, detail-type and detail.",
            reading.Events) with { Route = Route.Get("/deployments/{id}/events") },
        Operation.Define<DiffDeployments, DeploymentDiff>("diff_deployments", Agent, Effect.Reads, Mode.Immediate,
            "Compares what a service serves in one environment with another environment or with a version it kept: version, digest, commits and variables.",
            reading.Diff) with { Route = Route.Get("/deployments/diff") },
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
            reversal.RollBack) with { Route = Route.Post("/deployments/{id}/rollback") },
        Operation.Define<WithdrawFromEnvironment, DeploymentRecord>("withdraw_service", Agent, Effect.Destroys, Mode.Durable,
            "Takes a service out of an environment: its traffic ends, requests in flight finish, and what runs is removed. Kept versions can be deployed again.",
            reversal.Withdraw) with { ActsOnEnvironment = true, Timeout = TimeSpan.FromHours(1) },
        Operation.Define<UndoDeployment, DeploymentRecord>("undo_deployment", Agent, Effect.Changes, Mode.Durable,
            "Brings an environment back to what it was before a deployment: the version before serves again, or, where there was none, nothing does. Made for the undo of a workflow's step.",
            reversal.Undo) with { Timeout = TimeSpan.FromHours(1) },
        Operation.Define<VerifyDeployment, DeploymentRecord>("verify_deployment", Agent, Effect.Reads, Mode.Immediate,
            "Confirms that a deployment ended well, that its version has all the traffic now, and that it answers several health checks in a row; refused with what was seen otherwise.",
            reversal.Verify),
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

    private Operation Steer<TRequest>(string name, string summary, string route, Func<TRequest, string> id, Func<TRequest, Call, IRolloutCommand> command, Scope scope = Scope.Operate)
        where TRequest : class =>
        Operation.Define<TRequest, DeploymentRecord>(name, Agent, Effect.Changes, Mode.Immediate, summary, async (request, call, cancellation) =>
        {
            if (await reading.Allowed(id(request), call, cancellation).ConfigureAwait(false) is { } refusal)
            {
                return refusal;
            }

            return (await deployments.Value.Tell(new ForRollout(command(request, call)), cancellation).ConfigureAwait(false)).Select(DeploymentRecord.Of);
        }) with { Route = Route.Post(route), Scope = scope };
}
