using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment.Infrastructure;

/// <summary>What builds and changes infrastructure from declared configuration: first a plan, then exactly that plan.</summary>
internal interface IInfrastructure
{
    /// <summary>Says what would change, and keeps the plan so that it, and only it, can be applied.</summary>
    Task<Outcome<InfrastructurePlan>> Plan(InfrastructurePlace place, bool destroys, CancellationToken cancellation);

    /// <summary>Applies the kept plan with this digest.</summary>
    Task<Outcome<InfrastructureResult>> Apply(InfrastructurePlace place, string digest, CancellationToken cancellation);

    /// <summary>Compares what is there with what is declared and changes nothing.</summary>
    Task<Outcome<InfrastructureDrift>> Drift(InfrastructurePlace place, CancellationToken cancellation);
}

/// <param name="Folder">The configuration's root module.</param>
/// <param name="Variables">Input variables; names ending in a secret's are redacted wherever output is shown.</param>
internal sealed record InfrastructurePlace(string Folder, string Environment, IReadOnlyDictionary<string, string> Variables);

/// <param name="Digest">SHA-256 of the plan file: what an approval is bound to.</param>
/// <param name="Json">The plan as the tool shows it, with what it marks sensitive taken out.</param>
internal sealed record InfrastructurePlan(string Digest, int ToAdd, int ToChange, int ToDestroy, IReadOnlyList<ResourceChange> Changes, JsonNode Json)
{
    public bool HasChanges => ToAdd + ToChange + ToDestroy > 0;
}

/// <param name="Action">create, update, replace, delete or read.</param>
internal sealed record ResourceChange(string Address, string Action);

/// <param name="Outputs">Names and values; sensitive ones are redacted.</param>
internal sealed record InfrastructureResult(string Digest, string Summary, JsonObject Outputs);

internal sealed record InfrastructureDrift(bool HasDrifted, IReadOnlyList<ResourceChange> Changes);
