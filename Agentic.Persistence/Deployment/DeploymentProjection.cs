using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment;
using Agentic.Agents.Operations;
using Agentic.Persistence.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Agentic.Persistence.Deployment;

/// <summary>Keeps the deployment records up to date from the agent's own journal, which has one order and no gaps.</summary>
internal sealed partial class DeploymentProjection(
    JournalReader journal, DeploymentRecordStore records, EventManifest events, IHostApplicationLifetime host, TimeProvider time, ILogger<DeploymentProjection> log) : BackgroundService
{
    private const string Entity = "deployment";
    private const int BatchSize = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, host.ApplicationStopping);
        await Task.Yield();
        var (lanes, read, saved) = (new Lanes(), 0L, -1L);
        while (!stop.IsCancellationRequested)
        {
            var wait = Pause;
            try
            {
                saved = saved < 0 ? await records.Position(stop.Token).ConfigureAwait(false) : saved;
                var batch = new List<(long Sequence, IDeploymentEvent Event)>();
                await foreach (var (sequence, happened) in journal.Read(Entity, read + 1, read + BatchSize, stop.Token).ConfigureAwait(false))
                    if (happened is IDeploymentEvent deployment)
                        batch.Add((sequence, deployment));
                if (batch.Count > 0)
                {
                    // State is built from the beginning at every start; only what is new is written.
                    var next = batch.Aggregate(lanes, (state, entry) => state.Apply(entry.Event));
                    var fresh = batch.Where(entry => entry.Sequence > saved).ToList();
                    if (fresh.Count > 0)
                    {
                        await Save(lanes, batch, fresh, stop.Token).ConfigureAwait(false);
                        saved = batch[^1].Sequence;
                    }

                    (lanes, read, wait) = (next, batch[^1].Sequence, batch.Count == BatchSize ? TimeSpan.Zero : Pause);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                if (stop.IsCancellationRequested)
                    return;
                LogFailed(problem, read);
                wait = PauseAfterFailure;
            }

            await Task.Delay(wait, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task Save(Lanes before, List<(long Sequence, IDeploymentEvent Event)> batch, List<(long Sequence, IDeploymentEvent Event)> fresh, CancellationToken cancellation)
    {
        // A rollout that ended is forgotten by the lanes after a while, perhaps within this very batch, so each is taken as it is after its event.
        var changed = new Dictionary<string, DeploymentRecord>(StringComparer.Ordinal);
        var lanes = before;
        foreach (var (sequence, happened) in batch)
        {
            lanes = lanes.Apply(happened);
            if (happened is IRolloutEvent of && sequence >= fresh[0].Sequence && lanes.Rollouts.TryGetValue(of.Id, out var rollout))
                changed[of.Id] = DeploymentRecord.Of(rollout);
        }

        var told = fresh.Where(entry => entry.Event is IAnnouncement).Select(entry => (entry.Sequence, IdOf(entry.Event), Outgoing(entry.Event)));
        return records.Save(changed.Values, told, batch[^1].Sequence, time.GetUtcNow(), cancellation);
    }

    private static string? IdOf(IDeploymentEvent happened) => happened switch
    {
        DeploymentStarted e => e.Id,
        DeploymentCompleted e => e.Id,
        DeploymentFailed e => e.Id,
        DeploymentRolledBack e => e.Id,
        _ => null,
    };

    private OutgoingEvent Outgoing(IDeploymentEvent happened)
    {
        var kind = events.Of(happened.GetType());
        var stored = (JsonObject)JsonSerializer.SerializeToNode(happened, kind.Type)!;
        var detail = (JsonObject)stored["detail"]!.DeepClone();
        return new OutgoingEvent("agentic-framework.deployment", kind.Manifest, happened.At, detail);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The deployment records could not be projected past {Sequence}; trying again.")]
    private partial void LogFailed(Exception problem, long sequence);
}
