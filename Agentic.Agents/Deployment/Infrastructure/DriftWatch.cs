using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment.Infrastructure;

/// <summary>Has configured infrastructure looked at for drift on a schedule, each time as a workflow of its own; what differs is told as <c>drift.detected</c>.</summary>
internal sealed partial class DriftWatch(Lazy<OperationGate> gate, IOptions<DeploymentOptions> options, TimeProvider time, ILogger<DriftWatch> log) : BackgroundService
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly Caller Watcher = new("schedule:drift", [Scope.Read, Scope.Operate]);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(options.Value.Drift.Select(watched => Watch(watched, stoppingToken)));

    private async Task Watch(WatchedInfrastructure watched, CancellationToken stopping)
    {
        var every = watched.Every < Shortest ? Shortest : watched.Every;
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(every, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            // Every node of a cluster asks, and the slot of time makes it one workflow.
            var slot = time.GetUtcNow().UtcTicks / every.Ticks;
            var call = new Call(Watcher, "schedule") { IdempotencyKey = string.Create(CultureInfo.InvariantCulture, $"drift {watched.Environment} {watched.Path} {slot}") };
            try
            {
                var asked = await gate.Value.Ask("detect_drift", JsonSerializer.SerializeToElement(new DetectDrift(watched.Path, watched.Environment, watched.Variables), AgenticJson.Options), call, stopping).ConfigureAwait(false);
                if (asked.Refusal is { } refusal)
                {
                    LogNotLooked(watched.Path, refusal.Reason);
                }
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                LogNotLooked(watched.Path, problem.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} could not be looked at for drift: {Reason}")]
    private partial void LogNotLooked(string path, string reason);
}
