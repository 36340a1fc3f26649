using Agentic.Agents.Planner;
using Agentic.Persistence.Journal;
using Akka.Persistence.Query;
using Akka.Streams;
using Akka.Streams.Dsl;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Agentic.Persistence.Planner;

/// <summary>
/// Keeps the records up to date from the journal, through the plug-in's own query, which waits for events that are being written with a
/// lower place than others already visible. Many events become one transaction; the position moves with it.
/// </summary>
internal sealed partial class WorkflowProjection(
    WorkflowRecordStore records, LiveWorkflows live, JournalGate gate, IHostApplicationLifetime host, TimeProvider time, ILogger<WorkflowProjection> log) : BackgroundService
{
    private const int MaxBatch = 1000;
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);
    private readonly HashSet<string> unreadable = new(StringComparer.Ordinal);
    private long position;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The actor system may be stopped before this is; what is read from it has to end before that.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, host.ApplicationStopping);
        var stopping = stop.Token;
        await Task.Yield();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await Follow(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (PositionMovedException)
            {
                LogMoved(position);
            }
            catch (Exception exception)
            {
                if (gate.System.WhenTerminated.IsCompleted)
                    return;
                LogFailed(exception, position);
                await Task.Delay(PauseAfterFailure, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Follows the journal from the stored position until stopped, or until somebody else moved the position.</summary>
    private async Task Follow(CancellationToken stopping)
    {
        var journal = await gate.Opened(stopping).ConfigureAwait(false);
        await using var lead = await Lead(stopping).ConfigureAwait(false);
        position = await records.Position(stopping).ConfigureAwait(false);
        live.Forget();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var following = journal.EventsByTag(PlannerEvents.Tag, Offset.Sequence(position))
            .Via(stop.Token.AsFlow<EventEnvelope>(cancelGracefully: true))
            .Batch(MaxBatch, first => new List<EventEnvelope> { first }, (batch, next) =>
            {
                batch.Add(next);
                return batch;
            })
            .SelectAsync(1, async batch =>
            {
                await Project(batch, stopping).ConfigureAwait(false);
                return batch.Count;
            })
            .RunWith(Sink.Ignore<int>(), gate.System.Materializer());

        // The records may be thrown away, here or on another node, while no event comes that would show it.
        while (await Task.WhenAny(following, Task.Delay(Watch, time, stopping)).ConfigureAwait(false) != following)
        {
            if (!stopping.IsCancellationRequested)
                await lead.Check(stopping).ConfigureAwait(false);
            if (!stopping.IsCancellationRequested && await records.Position(stopping).ConfigureAwait(false) >= Volatile.Read(ref position))
                continue;
            await stop.CancelAsync().ConfigureAwait(false);
            break;
        }

        await following.WaitAsync(stopping).ConfigureAwait(false);
    }

    private async Task<ProjectionLead> Lead(CancellationToken stopping)
    {
        while (true)
        {
            if (await records.TryLead(stopping).ConfigureAwait(false) is { } lead)
                return lead;
            await Task.Delay(Watch, time, stopping).ConfigureAwait(false);
        }
    }

    private async Task Project(List<EventEnvelope> batch, CancellationToken cancellation)
    {
        var changed = new Dictionary<string, ProjectedWorkflow>(StringComparer.Ordinal);
        var states = new Dictionary<string, (Workflow State, bool HadDeadLetters)>(StringComparer.Ordinal);
        foreach (var envelope in batch)
        {
            if (envelope.Event is not IPlannerEvent happened || unreadable.Contains(envelope.PersistenceId))
                continue;
            try
            {
                var applied = await live.Apply(envelope.PersistenceId, envelope.SequenceNr, happened, cancellation).ConfigureAwait(false);
                if (applied is not { } next)
                    continue;
                var hadDeadLetters = next.WasReplayed || happened is ITaskEvent or WorkflowCancelled;
                states[envelope.PersistenceId] = (next.State, hadDeadLetters || states.GetValueOrDefault(envelope.PersistenceId).HadDeadLetters);
            }
            catch (InvalidOperationException exception)
            {
                // One workflow that cannot be read must not hold up the records of all others; its entity is the truth about it.
                unreadable.Add(envelope.PersistenceId);
                states.Remove(envelope.PersistenceId);
                LogUnreadable(exception, envelope.PersistenceId, envelope.SequenceNr);
            }
        }

        foreach (var (id, (state, hadDeadLetters)) in states)
            changed[id] = new ProjectedWorkflow(state.ToListed(), state.IsEnded, hadDeadLetters);
        var to = ((Sequence)batch[^1].Offset).Value;
        if (!await records.Save(changed.Values, position, to, cancellation).ConfigureAwait(false))
            throw new PositionMovedException();
        Volatile.Write(ref position, to);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The workflow records were moved away from {Position} by somebody else; going on from where they are.")]
    private partial void LogMoved(long position);

    [LoggerMessage(Level = LogLevel.Error, Message = "The workflow records could not be projected past {Position}; trying again.")]
    private partial void LogFailed(Exception exception, long position);

    [LoggerMessage(Level = LogLevel.Error, Message = "Workflow {WorkflowId} cannot be read at event {Sequence}; its record stays as it was.")]
    private partial void LogUnreadable(Exception exception, string workflowId, long sequence);

    /// <summary>Another projection is at work, or the records were thrown away: read the position again.</summary>
    private sealed class PositionMovedException : Exception;
}
