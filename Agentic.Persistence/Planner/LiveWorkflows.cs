using Agentic.Agents.Planner;

namespace Agentic.Persistence.Planner;

/// <summary>
/// The states a projection goes on from: unfinished workflows are kept, any other is made again from its journal when an event of it comes.
/// </summary>
internal sealed class LiveWorkflows(IWorkflowHistory history, int capacity = 10_000)
{
    private readonly Dictionary<string, Workflow> live = new(StringComparer.Ordinal);

    /// <summary>The state with this event in it; null where the event was in it already.</summary>
    public async Task<(Workflow State, bool WasReplayed)?> Apply(string id, long sequence, IPlannerEvent happened, CancellationToken cancellation)
    {
        var before = live.GetValueOrDefault(id);
        if (before is not null && sequence <= before.Revision)
            return null;
        var (state, wasReplayed) = (before, happened) switch
        {
            (not null, _) when sequence == before.Revision + 1 => (before.Apply(happened), false),
            (null, WorkflowCreated created) when sequence == 1 => (Workflow.Start(created), false),
            _ => (await Replay(id, sequence, cancellation).ConfigureAwait(false), true),
        };
        Keep(id, state);
        return (state, wasReplayed);
    }

    public void Forget() => live.Clear();

    public async Task<Workflow> Replay(string id, long to, CancellationToken cancellation)
    {
        Workflow? state = null;
        await foreach (var (_, happened) in history.Read(id, 1, to, cancellation).ConfigureAwait(false))
            state = state is null
                ? Workflow.Start(happened as WorkflowCreated ?? throw new InvalidOperationException($"The journal of {id} does not begin with its creation."))
                : state.Apply(happened);
        return state ?? throw new InvalidOperationException($"The journal holds no event of {id} up to {to}.");
    }

    private void Keep(string id, Workflow state)
    {
        if (state.IsEnded)
        {
            live.Remove(id);
            return;
        }

        if (live.Count >= capacity && !live.ContainsKey(id))
            live.Clear();
        live[id] = state;
    }
}
