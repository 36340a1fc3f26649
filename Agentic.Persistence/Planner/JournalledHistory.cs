using System.Runtime.CompilerServices;
using Agentic.Agents.Planner;
using Agentic.Persistence.Journal;

namespace Agentic.Persistence.Planner;

/// <summary>Reads what happened to one workflow; a workflow's id is its persistence id.</summary>
internal sealed class JournalledHistory(JournalReader journal) : IWorkflowHistory
{
    public async IAsyncEnumerable<(long Sequence, IPlannerEvent Event)> Read(
        string workflowId, long from, long to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var (sequence, happened) in journal.Read(workflowId, from, to, cancellation).ConfigureAwait(false))
            yield return (sequence, (IPlannerEvent)happened);
    }
}
