using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Processes;
using Agentic.Agents.Operations;
using Agentic.Persistence;
using Agentic.Persistence.Deployment;
using Agentic.Persistence.Storage;
using Agentic.Tests.Support;
using Microsoft.Extensions.Options;

namespace Agentic.Tests.Deployment;

/// <summary>The example of the specification, from one sentence to a service that answers, with nothing pretended.</summary>
[NonParallelizable]
internal sealed class LiveServiceTests
{
    private const string Goal = "Create a new microservice called user-service with REST API, PostgreSQL, and deploy to staging";

    [Test]
    public async Task Takes_the_example_goal_to_a_live_address()
    {
        TinyProgram.RequireNode();
        RequirePostgres();
        var data = Directory.CreateTempSubdirectory("agentic-").FullName;
        using var cluster = new Removed(LocalPostgres.FolderFor(data));
        await using var host = await AgenticHost.StartAsync(options =>
        {
            options.DataFolder = data;
            options.Settings["Deployment:Environments:staging:Verification"] = "00:00:03";
            options.Settings["Deployment:Environments:staging:WhenInconclusive"] = "proceed";
        });
        using var begun = await host.Client.PostAsJsonAsync("/workflows", new { goal = Goal });
        var accepted = (await begun.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.That(begun.StatusCode, Is.EqualTo(HttpStatusCode.Created), accepted.ToJsonString());
        Assert.That((string?)accepted["plan"], Is.EqualTo("rules"));

        var workflow = await Ended(host, (string)accepted["workflowId"]!, 300);

        Assert.That((string?)workflow["status"], Is.EqualTo("completed"), workflow["tasks"]!.ToJsonString());
        Assert.That(workflow["tasks"]!.AsArray().Select(task => (string?)task!["taskId"]), Is.EqualTo(new[] { "scaffold", "policy", "database", "preview", "deploy", "verify" }));
        var verified = workflow["tasks"]!.AsArray()[^1]!["result"]!;
        var url = new Uri((string)verified["url"]!);
        using var made = await host.Client.GetAsync(new Uri(url, "ready"));
        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.OK), await made.Content.ReadAsStringAsync());
        Assert.That(workflow.ToJsonString(), Does.Not.Contain("postgresql://"), "the address of the database holds its password and is nowhere");
        using var withdrawn = await host.Client.PostAsJsonAsync("/operations/undo_deployment", new { id = (string)verified["deploymentId"]! });
        Assert.That((int)withdrawn.StatusCode, Is.LessThan(300));
    }

    [Test]
    public void Says_what_the_host_lacks_before_a_plan_starts()
    {
        var tools = new ServiceTools(Options.Create(new DeploymentOptions()), new NoServiceDatabases());
        PlanStep[] live = [Step("generate_service", ("serviceName", "shop"), ("language", "nodejs"), ("database", "postgresql")), Step("deploy_service", ("environment", "staging"))];
        PlanStep[] code = [live[0]];

        Assert.That(tools.Missing(live)!.Reason, Does.Contain("shop needs a PostgreSQL").And.Contain("Deployment:Secrets:staging:shop:DATABASE_URL").And.EndWith("Nothing was started."));
        Assert.That(tools.Missing(code), Is.Null, "code alone needs nothing");
        Assert.That(ServiceTools.Missing("cobol"), Is.Null);
        Assert.That(ServiceTools.LanguageOf(["go.mod", "main.go"]), Is.EqualTo("go"));
    }

    [Test]
    public async Task Gives_each_service_a_database_of_its_own_and_takes_back_only_what_was_made_for_the_undone()
    {
        await using var server = await PostgresServer.StartAsync();
        var folder = Directory.CreateTempSubdirectory("agentic-").FullName;
        var options = new DeploymentOptions { Databases = { ["staging"] = server.ConnectionString } };
        using var data = new DataFolder(Options.Create(new PersistenceOptions { DataPath = folder }), TimeProvider.System);
        await using (var databases = new PostgresDatabases(Options.Create(options), data, TimeProvider.System))
        {
            var (shop, cart) = (new ServiceKey("shop", "staging"), new ServiceKey("cart", "staging"));
            var first = await databases.Provide(shop, "wf-1", default);
            var again = await databases.Provide(shop, "wf-2", default);
            var other = await databases.Provide(cart, "wf-1", default);

            Assert.That(first.IsRefused, Is.False, first.Refusal?.Reason);
            Assert.That((first.Value!.IsNew, again.Value!.IsNew), Is.EqualTo((true, false)));
            Assert.That(other.Value!.Name, Is.Not.EqualTo(first.Value.Name));
            Assert.That(await Answers((await databases.Address(shop, default))!), Is.True);
            Assert.That(await Answers((await databases.Address(cart, default))!), Is.True);
            Assert.That((await databases.Remove(shop, "wf-2", default)).Value, Is.False, "another workflow's undo takes nothing away");
            Assert.That((await databases.Remove(shop, "wf-1", default)).Value, Is.True);
            Assert.That(await databases.Address(shop, default), Is.Null);
            Assert.That(databases.Objection(new ServiceKey("shop", "production")), Does.Contain("takes only a configured one"));
        }

        data.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private sealed class Removed(string folder) : IDisposable
    {
        public void Dispose()
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task<bool> Answers(string url)
    {
        var address = new Uri(url);
        var user = address.UserInfo.Split(':');
        await using var connection = new Npgsql.NpgsqlConnection(new Npgsql.NpgsqlConnectionStringBuilder
        {
            Host = address.Host, Port = address.Port, Username = user[0], Password = user[1], Database = address.AbsolutePath.TrimStart('/'), Pooling = false,
        }.ToString());
        await connection.OpenAsync();
        return true;
    }

    private static PlanStep Step(string operation, params (string Name, string Value)[] input) =>
        new(operation, new JsonObject(input.Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Value))));

    private static void RequirePostgres()
    {
        if (LocalPostgres.Find("initdb") is not null && LocalPostgres.Find("postgres") is not null)
        {
            return;
        }

        const string Missing = "PostgreSQL is not installed: initdb and postgres are not found (Debian: apt-get install postgresql).";
        if (Environment.GetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES") == "1")
        {
            Assert.Fail(Missing);
        }

        Assert.Ignore(Missing);
    }

    private static async Task<JsonObject> Ended(AgenticHost host, string id, int seconds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var record = (await host.Client.GetFromJsonAsync<JsonObject>($"/workflows/{id}"))!;
            if (record["completedAt"] is not null)
            {
                return record;
            }

            Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(seconds)), record.ToJsonString());
            await Task.Delay(100);
        }
    }
}
