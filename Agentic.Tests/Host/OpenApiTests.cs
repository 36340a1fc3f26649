using System.Text.Json.Nodes;
using Agentic.Tests.Support;

namespace Agentic.Tests.Host;

internal sealed class OpenApiTests
{
    private AgenticHost _host = null!;
    private JsonObject _document = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await AgenticHost.StartAsync(options => options.Sources.Add(new Bakery()));
        _document = (JsonObject)JsonNode.Parse(await _host.Client.GetStringAsync("/openapi/v1.json"))!;
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public void Follows_the_rules_of_openapi_3_1() => Assert.That(OpenApiRules.Broken(_document), Is.Empty);

    [Test]
    public async Task Describes_every_operation_at_its_route_and_by_name()
    {
        var listing = JsonNode.Parse(await _host.Client.GetStringAsync("/operations"))!["items"]!.AsArray();
        var paths = _document["paths"]!.AsObject();

        foreach (var operation in listing)
        {
            Assert.That(paths.ContainsKey($"/operations/{operation!["name"]}"), Is.True, (string?)operation["name"]);
            if (operation["route"] is { } route)
                Assert.That(paths[(string)route["template"]!]?[((string)route["method"]!).ToLowerInvariant()]?["operationId"]?.GetValue<string>(), Is.EqualTo((string?)operation["name"]));
        }
    }

    [Test]
    public void Puts_what_the_path_names_into_the_path_and_the_rest_of_a_read_into_the_query()
    {
        var parameters = _document["paths"]!["/bread/{id}"]!["get"]!["parameters"]!.AsArray();

        Assert.That(parameters.Select(parameter => $"{parameter!["in"]} {parameter["name"]} {parameter["required"]}"), Is.EqualTo(new[] { "path id true", "query limit false" }));
    }

    [Test]
    public void Shows_an_example_and_every_way_to_be_refused()
    {
        var bake = _document["paths"]!["/bread"]!["post"]!;

        Assert.That((string?)bake["requestBody"]!["content"]!["application/json"]!["examples"]!["example"]!["value"]!["name"], Is.EqualTo("rye"));
        Assert.That(bake["responses"]!.AsObject().Select(answer => answer.Key), Is.EqualTo(new[] { "201", "400", "401", "403", "404", "409", "413", "415", "422", "429", "500", "503" }));
    }

    [TestCase("""{"openapi":"3.0.0","info":{"title":"x","version":"1"},"paths":{}}""", "openapi must be 3.1.x")]
    [TestCase("""{"openapi":"3.1.0","info":{"title":"x"},"paths":{}}""", "info.version is missing")]
    [TestCase("""{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{"a":{}}}""", "a must start with /")]
    [TestCase("""{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{"/a":{"get":{}}}}""", "/a get has no responses")]
    [TestCase("""{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{"/a/{id}":{"get":{"responses":{"200":{"description":"d"}}}}}}""", "/a/{id} get does not describe {id}")]
    [TestCase("""{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{"/a":{"get":{"responses":{"200":{"$ref":"#/components/responses/No"}}}}}}""", "#/components/responses/No leads nowhere")]
    [TestCase("""{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{},"components":{"schemas":{"A":{"type":"text"}}}}""", "'text' is no type")]
    [TestCase("""{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{},"components":{"schemas":{"A":{"type":"object","nullable":true}}}}""", "'nullable' is no keyword")]
    public void Would_notice_a_broken_rule(string document, string complaint) =>
        Assert.That(OpenApiRules.Broken((JsonObject)JsonNode.Parse(document)!), Has.Some.Contains(complaint));
}
