using System.Data.Common;
using System.Runtime.CompilerServices;
using Agentic.Agents.Operations;
using Agentic.Persistence.Storage;

namespace Agentic.Persistence.Journal;

/// <summary>
/// Reads the journal's own table by entity. Within one entity rows are in order and never missing, so this needs none of the care that
/// reading across entities does; for that, see the projection.
/// </summary>
internal sealed class JournalReader(SqlStore store, JournalTable table, EventManifest events, JournalGate gate)
{
    private const int BatchSize = 500;

    public async IAsyncEnumerable<(long Sequence, IJournalled Event)> Read(
        string persistenceId, long from, long to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await gate.Opened(cancellation).ConfigureAwait(false);
        while (from <= to)
        {
            var batch = await table.Read(persistenceId, from, to, BatchSize, cancellation).ConfigureAwait(false);
            foreach (var row in batch)
                yield return (row.SequenceNumber, EventSerializer.Read(events, row.Message, row.Manifest));
            if (batch.Count < BatchSize)
                yield break;
            from = batch[^1].SequenceNumber + 1;
        }
    }

    /// <summary>The entities with an event of this tag after a place in the journal, and the last of those events each; at once, however many.</summary>
    public async Task<List<(string PersistenceId, long Sequence)>> TouchedSince(long ordering, string tag, CancellationToken cancellation)
    {
        await gate.Opened(cancellation).ConfigureAwait(false);
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        return await connection.Query(
            null,
            "SELECT persistence_id, MAX(sequence_number) FROM journal WHERE ordering > @ordering AND tags LIKE @tag GROUP BY persistence_id",
            row => (row.GetString(0), row.GetInt64(1)),
            cancellation,
            ("ordering", ordering),
            ("tag", $"%;{tag};%")).ConfigureAwait(false);
    }

    /// <summary>The place of the last event of this tag; 0 where there is none.</summary>
    public async Task<long> HighestOrdering(string tag, CancellationToken cancellation)
    {
        await gate.Opened(cancellation).ConfigureAwait(false);
        await using var connection = await store.Open(cancellation).ConfigureAwait(false);
        var last = await connection.Query(
            null, "SELECT ordering FROM journal WHERE tags LIKE @tag ORDER BY ordering DESC LIMIT 1", row => row.GetInt64(0), cancellation, ("tag", $"%;{tag};%")).ConfigureAwait(false);
        return last.FirstOrDefault();
    }
}
