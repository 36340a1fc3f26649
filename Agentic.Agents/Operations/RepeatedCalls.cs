using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Agentic.Agents.Operations;

/// <summary>
/// Lets an immediate operation happen once per caller and Idempotency-Key: sent again with the same body it answers what it answered then.
/// A refusal is not kept, since it changed nothing. Durable work needs none of this: there the key names the workflow.
/// </summary>
internal sealed class RepeatedCalls(IEffectLedger ledger, Redactor redactor)
{
    private readonly ConcurrentDictionary<EffectKey, TaskCompletionSource> _underWay = new();

    public async Task<Outcome<Answer>> Once(Operation operation, JsonElement input, Call call, Func<Task<Outcome<Answer>>> perform, CancellationToken cancellation)
    {
        var named = AgenticJson.Digest(new JsonObject { ["caller"] = call.Caller.Name, ["key"] = call.IdempotencyKey });
        var key = new EffectKey($"key-{named}", operation.Name, "");
        var digest = AgenticJson.Digest(JsonSerializer.SerializeToNode(input, AgenticJson.Options));
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (_underWay.GetOrAdd(key, done) is var first && first != done)
            await first.Task.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (await ledger.Find(key, cancellation).ConfigureAwait(false) is { } kept)
                return Answered(JsonSerializer.Deserialize<KeptAnswer>(kept, AgenticJson.Options)!, digest);
            var outcome = await perform().ConfigureAwait(false);
            if (!outcome.IsRefused)
                await ledger.Record(key, JsonSerializer.Serialize(Keep(outcome.Value, digest), AgenticJson.Options), CancellationToken.None).ConfigureAwait(false);
            return outcome;
        }
        finally
        {
            _underWay.TryRemove(key, out _);
            done.SetResult();
        }
    }

    // What is shown once is not kept, or it could be read here for ever.
    private KeptAnswer Keep(Answer answer, string digest) =>
        new(digest, answer.Status, answer.Location, JsonNode.DeepEquals(answer.Body, redactor.Redact(answer.Body)) ? answer.Body : null);

    private static Outcome<Answer> Answered(KeptAnswer kept, string digest) =>
        kept.Digest != digest ? Refusal.Conflict("This Idempotency-Key was used for another request. Send the same body again, or a new key.") :
        kept.Body is null ? Refusal.Conflict("This was done when this Idempotency-Key was first sent, and its answer held a secret that is shown once. If it was lost, revoke what was made and make it again with a new key.") :
        new Answer(kept.Body, kept.Status, kept.Location);

    /// <param name="Digest">Of the request.</param>
    /// <param name="Body">Null where the answer held a secret.</param>
    private sealed record KeptAnswer(string Digest, int Status, string? Location = null, JsonNode? Body = null);
}
