using System.Text.Json;

namespace Agentic.Agents.Operations;

/// <summary>Turns a durable operation that was called directly into a workflow of one node.</summary>
internal interface IDurableRuns
{
    /// <summary>
    /// Returns once the run is journalled, or once it has ended where <see cref="Call.Wait"/> allows that. With an idempotency key the same
    /// request returns the same run.
    /// </summary>
    Task<Outcome<Answer>> Start(Operation operation, JsonElement input, Call call, CancellationToken cancellation);
}
