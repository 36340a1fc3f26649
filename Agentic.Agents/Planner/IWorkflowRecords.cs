using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>The records that lists, searches and the dead letters are answered from: projected from the journal, may lag, can be rebuilt.</summary>
internal interface IWorkflowRecords
{
    /// <summary>Newest first.</summary>
    Task<Outcome<Page<WorkflowRecord>>> List(WorkflowFilter filter, CancellationToken cancellation);

    Task<Outcome<Page<DeadLetter>>> DeadLetters(int limit, string? cursor, CancellationToken cancellation);

    /// <summary>Ids of every workflow that has not ended, once the projection has seen all that was journalled before the call.</summary>
    Task<IReadOnlyList<string>> Unfinished(CancellationToken cancellation);

    /// <summary>Throws the records away and projects them again from the first event; returns how many workflows there are.</summary>
    Task<long> Rebuild(CancellationToken cancellation);
}

/// <param name="Query">Matched against id, service, goal and template.</param>
internal sealed record WorkflowFilter(string? Status, string? Service, string? RequestedBy, string? Query, int Limit, string? Cursor);

/// <summary>Reads a workflow's own journal, for its history and for a live stream that catches up.</summary>
internal interface IWorkflowHistory
{
    /// <summary>Events <paramref name="from"/> to <paramref name="to"/> by sequence number, both included.</summary>
    IAsyncEnumerable<(long Sequence, IPlannerEvent Event)> Read(string workflowId, long from, long to, CancellationToken cancellation);
}
