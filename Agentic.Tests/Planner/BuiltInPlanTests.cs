using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Agentic.Tests.Support;

namespace Agentic.Tests.Planner;

/// <summary>The plan templates that make services, through the whole host.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class BuiltInPlanTests
{
    private AgenticHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await AgenticHost.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [TestCase("microservice-grpc", """{ "serviceName": "ledger-service", "language": "go" }""", "proto/ledgers.proto")]
    [TestCase("event-driven-service", """{ "serviceName": "mail-worker", "language": "nodejs" }""", "src/commands.js")]
    [TestCase("rest-api-postgres", """{ "serviceName": "book-api", "language": "python" }""", "migrations/0001_initial.sql")]
    [TestCase("microservice-db", """{ "serviceName": "stock-service", "language": "go", "database": "dynamodb" }""", "infrastructure/dynamodb.tf")]
    public async Task Makes_the_service_and_passes_policy_in_production(string template, string parameters, string path)
    {
        var given = JsonNode.Parse(parameters)!;
        given["environment"] = "production";
        var answer = await _host.Client.PostAsJsonAsync("/workflows", new JsonObject { ["template"] = template, ["parameters"] = given });
        var created = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), created.ToJsonString());

        var ended = await Ended((string)created["workflowId"]!);

        Assert.That((string?)ended["status"], Is.EqualTo("completed"), ended.ToJsonString());
        var files = ended["tasks"]![0]!["result"]!["artifact"]!["files"]!.AsArray().Select(file => (string?)file!["path"]);
        Assert.That(files, Does.Contain(path));
    }

    [TestCase("Create a gRPC service called ledger-service in Go with Redis", "microservice-grpc")]
    [TestCase("Make an event-driven service named mail-worker in Node.js on SQS", "event-driven-service")]
    [TestCase("Create a Python service called stock-service with DynamoDB and a database", "microservice-db")]
    [TestCase("Create a Go service called cart-service", "microservice-rest-api")]
    [TestCase("Build a REST CRUD API called book-api in Python on Postgres", "rest-api-postgres")]
    public async Task Chooses_the_template_that_a_goal_in_words_asks_for(string goal, string template)
    {
        var answer = await _host.Client.PostAsJsonAsync("/workflows?dryRun=true", new JsonObject { ["goal"] = goal });
        var plan = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;

        Assert.That((string?)plan["template"], Is.EqualTo(template), plan.ToJsonString());
    }

    private async Task<JsonObject> Ended(string id)
    {
        JsonObject? seen = null;
        await Eventually.Holds(async () =>
        {
            seen = await _host.Client.GetFromJsonAsync<JsonObject>($"/workflows/{id}");
            return (string?)seen!["status"] is "completed" or "failed" or "cancelled";
        });
        return seen!;
    }
}
