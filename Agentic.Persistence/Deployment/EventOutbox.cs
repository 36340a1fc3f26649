using System.Globalization;
using Agentic.Agents.Deployment;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Agentic.Persistence.Deployment;

/// <summary>
/// Hands the announcements of the journal to the sink, in order and at least once: the place is moved only after the receiver took the
/// event. What it cannot take now waits in the store, for as long as announcements are kept.
/// </summary>
internal sealed partial class EventOutbox(
    DeploymentRecordStore records, IEventSink sink, IOptions<EventOptions> options, IHostApplicationLifetime host, TimeProvider time, ILogger<EventOutbox> log) : BackgroundService
{
    private const int BatchSize = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Where the telling begins is written down before anything can happen.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await records.Untold(1, cancellationToken).ConfigureAwait(false);
        }
        catch (System.Data.Common.DbException busy)
        {
            LogWaits(busy.Message);
        }

        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, host.ApplicationStopping);
        await Task.Yield();
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            var problem = await Deliver(stop.Token).ConfigureAwait(false);
            failures = problem is null ? 0 : failures + 1;
            if (failures == 1)
                LogWaits(problem!);
            var wait = failures == 0 ? Pause : options.Value.RetryDelay * Math.Pow(2, Math.Min(failures - 1, 10));
            await Task.Delay(wait < LongestPause ? wait : LongestPause, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Null when everything there is was handed over, else why not.</summary>
    private async Task<string?> Deliver(CancellationToken cancellation)
    {
        try
        {
            while (await records.Untold(BatchSize, cancellation).ConfigureAwait(false) is { Count: > 0 } batch)
            {
                foreach (var (sequence, outgoing) in batch)
                {
                    var delivery = await sink.Send(string.Create(CultureInfo.InvariantCulture, $"deployment-{sequence}"), outgoing, cancellation).ConfigureAwait(false);
                    if (delivery.Result == DeliveryResult.Later)
                        return delivery.Detail;
                    if (delivery.Result == DeliveryResult.Refused)
                        LogRefused(sequence, delivery.Detail);
                    await records.Told(sequence, cancellation).ConfigureAwait(false);
                }
            }

            return null;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (System.Data.Common.DbException busy)
        {
            return busy.Message;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Deployment events wait to be sent: {Reason}. They are kept and tried again.")]
    private partial void LogWaits(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Deployment event {Sequence} was refused for good: {Reason}. It stays in GET /deployments/(id)/events.")]
    private partial void LogRefused(long sequence, string reason);
}
