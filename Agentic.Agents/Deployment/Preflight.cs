using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Agentic.Agents.Deployment.Processes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>What is settled before a deployment begins: what exactly, where, by which plan, whether policy lets it, and whether there is a way back.</summary>
internal sealed class Preflight(
    Lazy<Deployments> deployments, IReleases releases, IEnumerable<IRolloutTarget> targets, ISecretSource secrets, IOptions<DeploymentOptions> options, Lazy<OperationGate> gate)
{
    /// <summary>The request as it would be journalled, without asking policy.</summary>
    public async Task<Outcome<RolloutRequest>> Resolve(DeployService r, Call call, CancellationToken cancellation)
    {
        var key = new ServiceKey(r.Service, r.Environment);
        if (key.Fault() is { } fault)
        {
            return Refusal.Unprocessable(fault);
        }

        var found = await Find(key, r, cancellation).ConfigureAwait(false);
        if (found.IsRefused)
        {
            return found.Refusal;
        }

        var plan = PlanOf(r);
        if (plan.Fault() is { } wrong)
        {
            return Refusal.Unprocessable($"The plan does not hold: {wrong}.");
        }

        var candidate = found.Value with { Variables = r.Variables ?? found.Value.Variables, Commit = r.Commit ?? found.Value.Commit };
        return await Complete(new RolloutRequest
        {
            Key = key, Candidate = candidate, Plan = plan, Target = options.Value.TargetOf(r.Environment), RequestedBy = call.Caller.Name, Reason = r.Reason, WorkflowId = call.Effect?.Workflow,
        }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Adds what the target, the secrets and the lane say to a request.</summary>
    public async Task<Outcome<RolloutRequest>> Complete(RolloutRequest request, CancellationToken cancellation)
    {
        if (targets.FirstOrDefault(known => known.Name == request.Target) is not { } target)
        {
            return Refusal.Unprocessable(
                $"This host has no deployment target '{request.Target}'; it has {string.Join(", ", targets.Select(known => known.Name))}. Set Deployment:Target or Deployment:Environments:<name>:Target.");
        }

        if (await target.Objection(request.Key, request.Candidate, cancellation).ConfigureAwait(false) is { } objection)
        {
            return objection;
        }

        var lane = await deployments.Value.Lane(request.Key, cancellation).ConfigureAwait(false);
        if (lane.IsRefused)
        {
            return lane.Refusal;
        }

        var names = (await secrets.For(request.Key, cancellation).ConfigureAwait(false)).Keys.Order(StringComparer.Ordinal).ToList();
        return request with { Candidate = request.Candidate with { Secrets = names }, Rollback = await WayBack(lane.Value, names, cancellation).ConfigureAwait(false) };
    }

    /// <summary>Asks policy, and refuses where policy or a missing way back forbids the deployment in its environment.</summary>
    public async Task<Outcome<RolloutRequest>> Clear(RolloutRequest request, Call call, CancellationToken cancellation)
    {
        var binds = Operations.Environments.ModeOf(request.Key.Environment) != PolicyMode.Advisory;
        if (binds && request.Rollback is { IsReady: false } way)
        {
            return Refusal.Unprocessable($"{request.Key} could not go back to {way.Version}: {string.Join("; ", way.Missing)}. {request.Key.Environment} takes no deployment that has no way back.");
        }

        var decision = await Policy(request, call, cancellation).ConfigureAwait(false);
        return decision.IsRefused ? decision.Refusal : request with { PolicyDecision = decision.Value };
    }

    /// <summary>What serves now against what would.</summary>
    public async Task<Outcome<DeploymentPreview>> Preview(DeployService r, Call call, CancellationToken cancellation)
    {
        var resolved = await Resolve(r, call, cancellation).ConfigureAwait(false);
        if (resolved.IsRefused)
        {
            return resolved.Refusal;
        }

        var request = resolved.Value;
        var cleared = await Clear(request, call, cancellation).ConfigureAwait(false);
        var lane = await deployments.Value.Lane(request.Key, cancellation).ConfigureAwait(false);
        if (lane.IsRefused)
        {
            return lane.Refusal;
        }

        return new DeploymentPreview(
            request.ApprovalDigest, request.Key.Service, request.Key.Environment, request.Candidate.Version, request.Candidate.BareDigest, request.Target, request.Plan.Strategy,
            [.. request.Plan.Steps.Select(step => step.Weight)], DeploymentDiff.Between(lane.Value.Stable, request.Candidate), request.Rollback!,
            cleared.IsRefused ? null : cleared.Value.PolicyDecision,
            cleared.IsRefused ? cleared.Refusal.Reason : lane.Value.Objection(request, r.Queue)?.Reason,
            Operations.Environments.NeedsApproval(request.Key.Environment));
    }

    private async Task<RollbackReadiness> WayBack(Lane lane, List<string> names, CancellationToken cancellation)
    {
        if (lane.Stable is not { } stable)
        {
            return new RollbackReadiness(null, []);
        }

        var missing = new List<string>();
        var found = await releases.Find(lane.Key.Service, stable.Version, stable.Artifact, cancellation).ConfigureAwait(false);
        if (found.IsRefused)
        {
            missing.Add($"its artifact is gone ({found.Refusal.Reason.TrimEnd('.')})");
        }
        else if (found.Value.BareDigest != stable.BareDigest)
        {
            missing.Add($"its artifact is now {found.Value.BareDigest[..12]} and was {stable.BareDigest[..12]}");
        }

        missing.AddRange((stable.Secrets ?? []).Except(names, StringComparer.Ordinal).Select(name => $"its secret {name} is not configured any more"));
        return new RollbackReadiness(stable.Version, missing);
    }

    /// <summary>The Policy agent's word on the artifact, in words for the record. Where policy binds, a no or a failed check stops the deployment.</summary>
    private async Task<Outcome<string>> Policy(RolloutRequest request, Call call, CancellationToken cancellation)
    {
        var mode = Operations.Environments.ModeOf(request.Key.Environment);
        if (!request.Candidate.IsStored)
        {
            return await DeclaredPolicy(request, mode, call, cancellation).ConfigureAwait(false);
        }

        var input = new JsonObject { ["artifact"] = request.Candidate.BareDigest, ["environment"] = request.Key.Environment, ["subject"] = request.Key.Service };
        var asked = await gate.Value.Ask("validate_artifact", JsonSerializer.SerializeToElement(input, AgenticJson.Options), call with { IdempotencyKey = null, Wait = TimeSpan.Zero }, cancellation).ConfigureAwait(false);
        if (asked.IsRefused)
        {
            return mode == PolicyMode.Advisory
                ? $"not cleared: {asked.Refusal.Reason}"
                : asked.Refusal with { Reason = $"Policy does not clear {request.Candidate.Version} for {request.Key.Environment}: {asked.Refusal.Reason}" };
        }

        var verdict = asked.Value.Body;
        return $"{verdict["validationId"]?.GetValue<string>()}: {verdict["decision"]?.GetValue<string>()}".Trim(' ', ':');
    }

    /// <summary>
    /// An image is not a file of ours, and what is in it was checked, or not, where it was built. How it would run is: the manifest is judged,
    /// and where policy is strict nothing runs that has none.
    /// </summary>
    private async Task<Outcome<string>> DeclaredPolicy(RolloutRequest request, PolicyMode mode, Call call, CancellationToken cancellation)
    {
        if (targets.FirstOrDefault(known => known.Name == request.Target)?.Declaration(request.Key, request.Candidate) is not { } manifest)
        {
            return mode == PolicyMode.Strict
                ? Refusal.Unprocessable($"{request.Key.Environment} takes only what policy has checked, and {request.Candidate.Artifact} is no artifact of this host.")
                : "not checked: no artifact of this host";
        }

        var input = new JsonObject { ["type"] = "kubernetes", ["content"] = manifest, ["encoding"] = "plain", ["environment"] = request.Key.Environment };
        var asked = await gate.Value.Ask("validate_policy", JsonSerializer.SerializeToElement(input, AgenticJson.Options), call with { IdempotencyKey = null, Wait = TimeSpan.Zero }, cancellation).ConfigureAwait(false);
        if (asked.IsRefused)
        {
            return mode == PolicyMode.Advisory
                ? $"not checked: {asked.Refusal.Reason}"
                : asked.Refusal with { Reason = $"The manifest of {request.Candidate.Version} could not be checked against policy, and {request.Key.Environment} takes only what was: {asked.Refusal.Reason}" };
        }

        var verdict = asked.Value.Body;
        return mode != PolicyMode.Advisory && verdict["blocked"]?.GetValue<bool>() != false
            ? Refusal.Unprocessable($"Policy refuses the manifest of {request.Candidate.Version} for {request.Key.Environment}: {verdict["violations"]?.ToJsonString() ?? "no reason given"}")
            : $"manifest {verdict["validationId"]?.GetValue<string>()}: {verdict["decision"]?.GetValue<string>()}; the image itself was not checked here";
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
}

/// <summary>What a deployment would do, and what an approval of it is bound to.</summary>
/// <param name="Digest">Over artifact, place, target, plan and variables; give it to deploy_service, which refuses anything else.</param>
/// <param name="Policy">Policy's decision; null where it forbids.</param>
/// <param name="Objection">Why it would be refused now; null where nothing stands in the way.</param>
internal sealed record DeploymentPreview(
    string Digest, string Service, string Environment, string Version, string ArtifactDigest, string Target, Strategy Strategy, IReadOnlyList<int> Weights,
    DeploymentDiff Diff, RollbackReadiness Rollback, string? Policy, string? Objection, bool NeedsApproval);
