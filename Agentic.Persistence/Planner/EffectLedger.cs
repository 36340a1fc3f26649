using Agentic.Agents.Operations;
using Agentic.Agents.Planner;
using Agentic.Persistence.Storage;

namespace Agentic.Persistence.Planner;

/// <summary>Keeps what each effect gave, one row per key, first one wins. Writes that arrive together share one transaction.</summary>
internal sealed class EffectLedger : IEffectLedger, IAsyncDisposable
{
    private const int MaxBatch = 500;
    private readonly SqlStore store;
    private readonly GroupCommit<(EffectKey Key, string Result)> writing;

    public EffectLedger(SqlStore store)
    {
        this.store = store;
        writing = new(MaxBatch, Write);
    }

    public async Task<string?> Find(EffectKey key, CancellationToken cancellation)
    {
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        var results = await connection.Query(
            null,
            "SELECT result FROM effects WHERE workflow_id = @workflow AND task_id = @task AND input_digest = @digest",
            row => row.GetString(0),
            cancellation,
            ("workflow", key.Workflow),
            ("task", key.Task),
            ("digest", key.InputDigest)).ConfigureAwait(false);
        return results.FirstOrDefault();
    }

    public Task Record(EffectKey key, string resultJson, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return writing.Append((key, resultJson));
    }

    public ValueTask DisposeAsync() => writing.DisposeAsync();

    private async Task Write(IReadOnlyList<(EffectKey Key, string Result)> effects)
    {
        var cancellation = CancellationToken.None;
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await using var insert = connection.Command(
            transaction,
            """
            INSERT INTO effects (workflow_id, task_id, input_digest, result) VALUES (@workflow, @task, @digest, @result)
            ON CONFLICT (workflow_id, task_id, input_digest) DO NOTHING
            """);
        foreach (var (key, result) in effects)
        {
            insert.Parameters.Clear();
            insert.With("workflow", key.Workflow);
            insert.With("task", key.Task);
            insert.With("digest", key.InputDigest);
            insert.With("result", result);
            await insert.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
    }
}
