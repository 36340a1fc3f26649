using System.Diagnostics;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Tests.Support;

namespace Agentic.Tests.Host;

[NonParallelizable]
internal sealed class TelemetryTests
{
    [Test]
    public async Task Keeps_one_trace_from_the_request_through_the_workflow_to_the_agent()
    {
        var seen = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == AgenticTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (seen)
                    seen.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await AgenticHost.StartAsync(options => options.Sources.Add(new Bakery()));
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/bread/rye");
        request.Headers.Add("Prefer", "wait=20");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        var run = await host.Client.SendAsync(request).Json();

        List<Activity> mine;
        lock (seen)
            mine = [.. seen.Where(activity => activity.TraceId.ToHexString() == "0af7651916cd43dd8448eb211c80319c")];
        Assert.That(mine.Select(activity => activity.OperationName), Does.Contain("platform eat_bread"));
        Assert.That(mine.Select(activity => (string?)activity.GetTagItem("agentic.workflow")), Has.All.EqualTo((string?)run["workflowId"]));
    }

    [Test]
    public async Task Counts_what_each_agent_did()
    {
        await using var host = await AgenticHost.StartAsync(options => options.Sources.Add(new Bakery()));
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/bread/rye") { Headers = { { "Prefer", "wait=20" } } };
        await host.Client.SendAsync(request).Json();

        var metrics = await host.Client.GetStringAsync("/metrics");

        Assert.That(metrics, Does.Match("(?m)^agentic_agent_invocations_total\\{[^}]*agent=\"platform\"[^}]*operation=\"eat_bread\"[^}]*outcome=\"ok\"[^}]*\\} [1-9]"));
        Assert.That(metrics, Does.Contain("agentic_agent_duration_seconds_bucket"));
    }
}
