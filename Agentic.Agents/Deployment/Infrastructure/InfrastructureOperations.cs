using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment.Infrastructure;

internal sealed record PlanInfrastructure(
    [property: Description("Folder of the configuration (its root module)."), StringLength(1000)] string Path,
    [property: Description("Environment it is for; decides how strictly policy binds."), StringLength(63)] string Environment,
    [property: Description("Input variables by name.")] IReadOnlyDictionary<string, string>? Variables = null,
    [property: Description("True plans to destroy everything instead.")] bool Destroy = false);

internal sealed record ProvisionInfrastructure(
    [property: Description("Folder of the configuration (its root module)."), StringLength(1000)] string Path,
    [property: Description("Environment it is for; production waits for a person."), StringLength(63)] string Environment,
    [property: Description("Digest of the plan to apply, from plan_infrastructure. Only dev may leave it out and apply what it plans."), StringLength(64)] string? Digest = null,
    [property: Description("Input variables by name; the ones the plan was made with.")] IReadOnlyDictionary<string, string>? Variables = null);

internal sealed record DestroyInfrastructure(
    [property: Description("Folder of the configuration (its root module)."), StringLength(1000)] string Path,
    [property: Description("Environment it is for."), StringLength(63)] string Environment,
    [property: Description("Digest of the destroying plan, from plan_infrastructure with destroy."), StringLength(64)] string Digest,
    [property: Description("Input variables by name; the ones the plan was made with.")] IReadOnlyDictionary<string, string>? Variables = null);

internal sealed record DetectDrift(
    [property: Description("Folder of the configuration (its root module)."), StringLength(1000)] string Path,
    [property: Description("Environment it is for."), StringLength(63)] string Environment,
    [property: Description("Input variables by name.")] IReadOnlyDictionary<string, string>? Variables = null);

/// <param name="Policy">What the Policy agent said of the plan; null where it was not asked.</param>
internal sealed record PlannedInfrastructure(string Digest, int ToAdd, int ToChange, int ToDestroy, IReadOnlyList<ResourceChange> Changes, JsonNode? Policy);

/// <summary>Infrastructure: plan, check against policy, apply exactly what was planned, look for drift.</summary>
internal sealed class InfrastructureOperations(IInfrastructure infrastructure, Lazy<OperationGate> gate, Lazy<Deployments> deployments, TimeProvider time) : IOperationSource
{
    private const string Agent = "deployment";
    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);

    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<PlanInfrastructure, PlannedInfrastructure>("plan_infrastructure", Agent, Effect.Reads, Mode.Durable,
            "Plans infrastructure changes with Terraform and checks the plan against policy; changes nothing. The digest it answers with is what provision_infrastructure applies.",
            async (r, call, cancellation) => await Plan(Place(r.Path, r.Environment, r.Variables), r.Destroy, call, cancellation).ConfigureAwait(false)) with { Timeout = Longest, Scope = Scope.Operate },
        Operation.Define<ProvisionInfrastructure, InfrastructureResult>("provision_infrastructure", Agent, Effect.Changes, Mode.Durable,
            "Applies exactly the plan with this digest, after policy. In dev it may plan and apply in one go; elsewhere the digest must be given, so that what is approved is what happens.",
            Provision) with { ActsOnEnvironment = true, Timeout = Longest, EstimatedDuration = TimeSpan.FromMinutes(5) },
        Operation.Define<DestroyInfrastructure, InfrastructureResult>("destroy_infrastructure", Agent, Effect.Destroys, Mode.Durable,
            "Applies a destroying plan by its digest. Always waits for a person's approval.",
            (r, call, cancellation) => Apply(Place(r.Path, r.Environment, r.Variables), r.Digest, true, call, cancellation)) with { ActsOnEnvironment = true, AlwaysNeedsApproval = true, Timeout = Longest },
        Operation.Define<DetectDrift, InfrastructureDrift>("detect_drift", Agent, Effect.Reads, Mode.Durable,
            "Compares what is there with what is declared and lists what differs; changes nothing.",
            Drift) with { Timeout = Longest, Scope = Scope.Operate },
    ];

    private static InfrastructurePlace Place(string path, string environment, IReadOnlyDictionary<string, string>? variables) =>
        new(path, environment, variables ?? new Dictionary<string, string>());

    private async Task<Outcome<InfrastructureResult>> Provision(ProvisionInfrastructure r, Call call, CancellationToken cancellation)
    {
        var place = Place(r.Path, r.Environment, r.Variables);
        if (r.Digest is not null)
        {
            return await Apply(place, r.Digest, false, call, cancellation).ConfigureAwait(false);
        }

        if (Environments.ModeOf(r.Environment) != PolicyMode.Advisory)
        {
            return Refusal.Unprocessable($"{r.Environment} applies only a plan that was seen: call plan_infrastructure first and give its digest.");
        }

        var planned = await Plan(place, false, call, cancellation).ConfigureAwait(false);
        return planned.IsRefused ? planned.Refusal : await Apply(place, planned.Value.Digest, false, call, cancellation).ConfigureAwait(false);
    }

    private async Task<Outcome<InfrastructureResult>> Apply(InfrastructurePlace place, string digest, bool destroys, Call call, CancellationToken cancellation)
    {
        var applied = await infrastructure.Apply(place, digest, cancellation).ConfigureAwait(false);
        if (!applied.IsRefused)
        {
            var notice = new InfrastructureNotice
            {
                WorkflowId = call.Effect?.Workflow, Path = place.Folder, Environment = place.Environment, PlanDigest = digest, RequestedBy = call.Caller.Name, Destroyed = destroys, Summary = applied.Value.Summary,
            };

            // It has happened whether or not it could be told.
            _ = await deployments.Value.Change(new Announce(new InfrastructureProvisioned(time.GetUtcNow(), notice)), cancellation).ConfigureAwait(false);
        }

        return applied;
    }

    private async Task<Outcome<InfrastructureDrift>> Drift(DetectDrift r, Call call, CancellationToken cancellation)
    {
        var drift = await infrastructure.Drift(Place(r.Path, r.Environment, r.Variables), cancellation).ConfigureAwait(false);
        if (!drift.IsRefused && drift.Value.HasDrifted)
        {
            var notice = new DriftNotice { Path = r.Path, Environment = r.Environment, Resources = [.. drift.Value.Changes.Select(change => $"{change.Action} {change.Address}")] };
            _ = await deployments.Value.Change(new Announce(new DriftDetected(time.GetUtcNow(), notice)), cancellation).ConfigureAwait(false);
        }

        return drift;
    }

    private async Task<Outcome<PlannedInfrastructure>> Plan(InfrastructurePlace place, bool destroys, Call call, CancellationToken cancellation)
    {
        var planned = await infrastructure.Plan(place, destroys, cancellation).ConfigureAwait(false);
        if (planned.IsRefused)
        {
            return planned.Refusal;
        }

        var policy = await Policy(planned.Value, place.Environment, call, cancellation).ConfigureAwait(false);
        var plan = planned.Value;
        return policy.IsRefused
            ? policy.Refusal
            : new PlannedInfrastructure(plan.Digest, plan.ToAdd, plan.ToChange, plan.ToDestroy, plan.Changes, policy.Value);
    }

    /// <summary>The Policy agent's word on the plan. Where policy binds, no word is a no.</summary>
    private async Task<Outcome<JsonNode>> Policy(InfrastructurePlan plan, string environment, Call call, CancellationToken cancellation)
    {
        var binds = Environments.ModeOf(environment) != PolicyMode.Advisory;
        var input = new JsonObject
        {
            ["type"] = "terraform_plan", ["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(plan.Json.ToJsonString())), ["encoding"] = "base64", ["environment"] = environment,
        };
        var asked = await gate.Value.Ask("validate_policy", JsonSerializer.SerializeToElement(input, AgenticJson.Options), call with { IdempotencyKey = null, Wait = TimeSpan.Zero }, cancellation).ConfigureAwait(false);
        if (asked.IsRefused)
        {
            return binds
                ? Refusal.Unprocessable($"The plan could not be checked against policy, and {environment} takes only what was checked: {asked.Refusal.Reason}")
                : new JsonObject { ["valid"] = null, ["notChecked"] = asked.Refusal.Reason };
        }

        var verdict = asked.Value.Body;
        return binds && verdict["valid"]?.GetValue<bool>() == false
            ? Refusal.Unprocessable($"Policy refuses the plan for {environment}: {verdict["violations"]?.ToJsonString() ?? "no reason given"}")
            : verdict;
    }
}
