using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Agentic.Agents.Operations;

/// <summary>The traces and metrics every agent emits; the host decides where they go.</summary>
internal static class AgenticTelemetry
{
    public const string Name = "Agentic";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly ConcurrentDictionary<string, int> Queues = new(StringComparer.Ordinal);

    private static readonly Counter<long> Invocations =
        Meter.CreateCounter<long>("agentic.agent.invocations", description: "Operations performed, by agent, operation and outcome (ok, refused, failed).");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("agentic.agent.duration", unit: "s", description: "Time one operation took, by agent and operation.");

    private static readonly Counter<long> Workflows =
        Meter.CreateCounter<long>("agentic.planner.workflows", description: "Workflows that ended, by status.");

    static AgenticTelemetry() => Meter.CreateObservableGauge(
        "agentic.agent.queue_depth",
        () => Queues.Select(queue => new Measurement<int>(queue.Value, new KeyValuePair<string, object?>("agent", queue.Key))),
        description: "Tasks that wait for a free worker, by agent.");

    public static void QueueDepth(string agent, int depth)
    {
        if (!Queues.TryGetValue(agent, out var known) || known != depth)
            Queues[agent] = depth;
    }

    public static void Performed(string agent, string operation, string outcome, TimeSpan took)
    {
        Invocations.Add(1, new("agent", agent), new("operation", operation), new("outcome", outcome));
        Duration.Record(took.TotalSeconds, new("agent", agent), new("operation", operation));
    }

    public static void WorkflowEnded(string status) => Workflows.Add(1, new KeyValuePair<string, object?>("status", status));

    /// <summary>Continues a trace that may have passed through the journal and a restart.</summary>
    public static Activity? Start(string name, string? traceParent, string workflow, string? task = null)
    {
        if (!Source.HasListeners())
            return null;
        var parent = ActivityContext.TryParse(traceParent, null, isRemote: true, out var context) ? context : Activity.Current?.Context ?? default;
        var activity = Source.StartActivity(name, ActivityKind.Internal, parent);
        activity?.SetTag("agentic.workflow", workflow);
        if (task is not null)
            activity?.SetTag("agentic.task", task);
        return activity;
    }
}
