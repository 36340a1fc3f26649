using Agentic.Agents.Operations;
using Agentic.Agents.Planner;
using Agentic.Persistence.Journal;
using Microsoft.Extensions.Logging;

namespace Agentic.Persistence.Planner;

/// <summary>Answers lists from the projected rows, and what must not lag from rows and journal together.</summary>
internal sealed partial class WorkflowRecords(
    WorkflowRecordStore records, JournalReader journal, LiveWorkflows replaying, TimeProvider time, ILogger<WorkflowRecords> log) : IWorkflowRecords
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public Task<Outcome<Page<WorkflowRecord>>> List(WorkflowFilter filter, CancellationToken cancellation) => records.List(filter, cancellation);

    public Task<Outcome<Page<DeadLetter>>> DeadLetters(int limit, string? cursor, CancellationToken cancellation) =>
        records.DeadLetters(limit, cursor, cancellation);

    /// <summary>
    /// The rows say what was unfinished at their position; every workflow the journal shows an event of after it is looked at itself. So
    /// the answer is whole at once, where waiting for the projection could take until a gap in the journal's sequence is given up.
    /// </summary>
    public async Task<IReadOnlyList<string>> Unfinished(CancellationToken cancellation)
    {
        var (ids, position) = await records.Unfinished(cancellation).ConfigureAwait(false);
        var unfinished = new SortedSet<string>(ids, StringComparer.Ordinal);
        foreach (var (id, sequence) in await journal.TouchedSince(position, PlannerEvents.Tag, cancellation).ConfigureAwait(false))
        {
            if (await HasEnded(id, sequence, cancellation).ConfigureAwait(false))
                unfinished.Remove(id);
            else
                unfinished.Add(id);
        }

        return [.. unfinished];
    }

    public async Task<long> Rebuild(CancellationToken cancellation)
    {
        var target = await journal.HighestOrdering(PlannerEvents.Tag, cancellation).ConfigureAwait(false);
        await records.Clear(cancellation).ConfigureAwait(false);
        while (await records.Position(cancellation).ConfigureAwait(false) < target)
            await Task.Delay(Poll, time, cancellation).ConfigureAwait(false);
        return await records.Count(cancellation).ConfigureAwait(false);
    }

    private async Task<bool> HasEnded(string id, long sequence, CancellationToken cancellation)
    {
        try
        {
            return (await replaying.Replay(id, sequence, cancellation).ConfigureAwait(false)).IsEnded;
        }
        catch (InvalidOperationException exception)
        {
            // Its entity will say the same when it is woken; the others must be woken all the same.
            LogUnreadable(exception, id, sequence);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Workflow {WorkflowId} cannot be read up to event {Sequence}; it counts as unfinished.")]
    private partial void LogUnreadable(Exception exception, string workflowId, long sequence);
}
