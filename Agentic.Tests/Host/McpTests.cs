using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Tests.Support;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Agentic.Tests.Host;

internal sealed class McpTests
{
    private AgenticHost _host = null!;
    private McpClient _client = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await AgenticHost.StartAsync(options => options.Sources.Add(new Bakery()));
        _client = await McpClient.CreateAsync(new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri(_host.BaseAddress, "/mcp"), TransportMode = HttpTransportMode.StreamableHttp }));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _client.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task Offers_every_tool_of_the_catalogue_and_nothing_else()
    {
        var tools = await _client.ListToolsAsync();
        var listing = JsonNode.Parse(await _host.Client.GetStringAsync("/operations"))!["items"]!.AsArray();

        Assert.That(tools.Select(tool => tool.Name), Is.EquivalentTo(listing.Where(item => (bool)item!["isTool"]!).Select(item => (string)item!["name"]!)));
        Assert.That(tools.Select(tool => tool.Name), Does.Contain("bake_bread").And.Not.Contain("create_api_key"));
    }

    [TestCase("find_bread", true, false)]
    [TestCase("bake_bread", false, false)]
    [TestCase("eat_bread", false, true)]
    public async Task Hints_at_what_a_tool_does_to_the_world(string name, bool isReadOnly, bool isDestructive)
    {
        var tool = (await _client.ListToolsAsync()).Single(tool => tool.Name == name).ProtocolTool;

        Assert.That(tool.Annotations!.ReadOnlyHint, Is.EqualTo(isReadOnly));
        Assert.That(tool.Annotations.DestructiveHint, Is.EqualTo(isDestructive));
        Assert.That(tool.Description, Does.EndWith("for a test."));
        Assert.That(tool.InputSchema.GetProperty("type").GetString(), Is.EqualTo("object"));
    }

    [Test]
    public async Task Describes_answers_that_its_answers_fit()
    {
        var tool = (await _client.ListToolsAsync()).Single(tool => tool.Name == "bake_bread").ProtocolTool;
        var result = await _client.CallToolAsync("bake_bread", new Dictionary<string, object?> { ["name"] = "rye" });
        var validation = new Agentic.Agents.Operations.SchemaValidation((JsonObject)JsonNode.Parse(tool.OutputSchema!.Value.GetRawText())!);

        Assert.That(validation.Check(result.StructuredContent!.Value.GetRawText()), Is.Empty);
        Assert.That(validation.Check("""{"name":7}"""), Is.Not.Empty);
    }

    [TestCase("bake_bread", "POST", "/bread", """{"name":"rye","count":3,"grains":["rye"]}""")]
    [TestCase("bake_bread", "POST", "/bread", """{"name":"rye","Count":3}""")]
    [TestCase("find_bread", "GET", "/bread/rye", """{"id":"rye"}""")]
    [TestCase("bake_bread", "POST", "/bread", """{"name":"NO!","count":1000,"colour":"red"}""")]
    [TestCase("bake_bread", "POST", "/bread", """{}""")]
    [TestCase("bake_bread", "POST", "/bread", """{"name":"burnt"}""")]
    [TestCase("bake_bread", "POST", "/bread", """{"name":"closed"}""")]
    [TestCase("find_bread", "GET", "/bread/none", """{"id":"none"}""")]
    public async Task Gives_the_same_by_route_by_name_and_by_tool(string operation, string method, string route, string input)
    {
        var byRoute = await Rest(method, route, method == "GET" ? null : input);
        var byName = await Rest("POST", $"/operations/{operation}", input);
        var byTool = await Tool(operation, input);

        Assert.That(byName, Is.EqualTo(byRoute));
        Assert.That(byTool, Is.EqualTo(byRoute));
    }

    [Test]
    public async Task Says_a_refusal_as_text_that_names_each_member()
    {
        var result = await _client.CallToolAsync("bake_bread", new Dictionary<string, object?> { ["name"] = "rye", ["count"] = 1000 });

        Assert.That(result.IsError, Is.True);
        Assert.That(result.Content.OfType<TextContentBlock>().Single().Text, Does.Contain("- count: 'count' must be at most 100."));
    }

    [Test]
    public async Task Refuses_input_nested_too_deep()
    {
        JsonNode nested = "x";
        for (var depth = 0; depth < 50; depth++)
            nested = new JsonArray(nested);
        var result = await _client.CallToolAsync("bake_bread", new Dictionary<string, object?> { ["name"] = nested });

        Assert.That(result.IsError, Is.True);
        Assert.That(result.Content.OfType<TextContentBlock>().Single().Text, Does.Contain("nested deeper than 48 levels"));
    }

    private async Task<string> Rest(string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _host.Client.SendAsync(request);
        return Comparable(answer.IsSuccessStatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    private async Task<string> Tool(string operation, string input)
    {
        var arguments = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(input)!.ToDictionary(pair => pair.Key, pair => (object?)pair.Value);
        var result = await _client.CallToolAsync(operation, arguments);
        return Comparable(result.IsError != true, JsonNode.Parse(result.StructuredContent!.Value.GetRawText())!);
    }

    // What the doors add of their own (trace, path, title) is left out; sentence, status and members must agree.
    private static string Comparable(bool isSuccess, JsonNode body) => isSuccess
        ? "ok " + body.ToJsonString()
        : $"no {body["status"]} {body["detail"]} {body["errors"]!.ToJsonString()}";
}
