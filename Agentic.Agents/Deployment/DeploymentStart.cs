using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>Begins deployments and promotions: what is settled at the door, what is checked before the agent takes one on, and what is answered at once.</summary>
internal sealed class DeploymentStart(
    Lazy<Deployments> deployments, Preflight preflight, DeploymentEnding ending, IEnumerable<IRolloutTarget> targets, IOptions<DeploymentOptions> options, TimeProvider time)
{
    public JsonObject Accepted(EffectKey effect, JsonElement input)
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

    public async Task<Outcome<DeploymentRecord>> Deploy(DeployService r, Call call, CancellationToken cancellation)
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

        return await ending.Ended(id, call, cancellation).ConfigureAwait(false);
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
    public async Task<Outcome<JsonElement>> SettleDeploy(JsonElement input, Call call, CancellationToken cancellation)
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

    public async Task<Outcome<DeploymentRecord>> PromoteEnvironment(PromoteToEnvironment r, Call call, CancellationToken cancellation)
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

        return await ending.Ended(id, call, cancellation).ConfigureAwait(false);
    }

    public async Task<Outcome<JsonElement>> SettlePromotion(JsonElement input, Call call, CancellationToken cancellation)
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
}
