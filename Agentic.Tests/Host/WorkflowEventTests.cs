using System.Text.Json.Nodes;
using Agentic.Tests.Support;

namespace Agentic.Tests.Host;

internal sealed class WorkflowEventTests
{
    private AgenticHost _host = null!;
    private string _events = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await AgenticHost.StartAsync(options => options.Sources.Add(new Bakery()));
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/bread/rye") { Headers = { { "Prefer", "wait=20" } } };
        using var answer = await _host.Client.SendAsync(request);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        _events = $"/workflows/{body["workflowId"]}/events";
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Streams_every_transition_in_order_and_ends_after_the_last()
    {
        var events = await Stream(0);

        Assert.That(events[0], Does.Match("^id: 1\nevent: workflow.created\ndata: \\{"));
        Assert.That(events[^1], Does.Contain("event: workflow.completed"));
        Assert.That(events.Select(Id), Is.EqualTo(Enumerable.Range(1, events.Count)));
    }

    [Test]
    public async Task Resumes_after_the_last_event_a_client_has()
    {
        var all = await Stream(0);
        var rest = await Stream(2);

        Assert.That(rest, Is.EqualTo(all[2..]));
    }

    [Test]
    public async Task Tells_a_client_that_has_everything_to_stop_coming_back()
    {
        var last = Id((await Stream(0))[^1]);
        using var answer = await Ask(last);

        Assert.That((int)answer.StatusCode, Is.EqualTo(204));
    }

    [Test]
    public async Task Gives_the_same_events_as_a_page_to_a_client_that_polls()
    {
        var page = await _host.Client.GetAsync($"{_events}?after=1").Json();
        var streamed = await Stream(1);

        Assert.That(page["items"]!.AsArray().Select(item => (int)item!["sequence"]!), Is.EqualTo(streamed.Select(Id)));
        Assert.That((int)page["nextAfter"]!, Is.EqualTo(Id(streamed[^1])));
    }

    [Test]
    public async Task Refuses_an_unknown_workflow_and_a_place_that_is_no_number()
    {
        await RestTests.Problem(await _host.Client.GetAsync("/workflows/wf-nothing/events"), 404);
        await RestTests.Problem(await _host.Client.GetAsync($"{_events}?after=soon"), 400);
    }

    private async Task<List<string>> Stream(int after)
    {
        using var answer = await Ask(after);
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/event-stream"));
        var text = await answer.Content.ReadAsStringAsync();
        return [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(block => block.StartsWith("id:", StringComparison.Ordinal))];
    }

    private Task<HttpResponseMessage> Ask(int after)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _events);
        request.Headers.Add("Accept", "text/event-stream");
        if (after > 0)
            request.Headers.Add("Last-Event-ID", after.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return _host.Client.SendAsync(request);
    }

    private static int Id(string block) => int.Parse(block.Split('\n')[0]["id: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
}
