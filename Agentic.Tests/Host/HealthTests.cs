using System.Net;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Agentic.Tests.Host;

internal sealed class HealthTests
{
    private AgenticHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await AgenticHost.StartAsync(options =>
    {
        options.Sources.Add(new Bakery());
        options.Sources.Add(new Oracle());
        options.Services = services => services.AddSingleton<IAgentHealth, TiredOracle>();
    });

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Names_every_agent_with_its_condition()
    {
        var health = await _host.Client.GetAsync("/health").Json();

        Assert.That((string?)health["status"], Is.EqualTo("degraded"));
        Assert.That(health["agents"]!.AsArray().Select(agent => (string?)agent!["agent"]), Is.EqualTo(new[] { "planner", "codegen", "deployment", "policy", "remediation", "chatbot", "migration", "observability" }));
    }

    [Test]
    public async Task Calls_healthy_only_an_agent_that_answers()
    {
        var planner = await _host.Client.GetAsync("/planner/health").Json();

        Assert.That((string?)planner["status"], Is.EqualTo("healthy"));
    }

    [Test]
    public async Task Passes_on_what_an_agent_says_of_itself()
    {
        var chatbot = await _host.Client.GetAsync("/chatbot/health").Json();

        Assert.That((string?)chatbot["status"], Is.EqualTo("degraded"));
        Assert.That((string?)chatbot["reason"], Is.EqualTo("The oracle is tired."));
    }

    [Test]
    public async Task Shows_the_cluster_in_the_shape_of_akka_management()
    {
        var cluster = await Management("/cluster/members").Json();
        var self = (string)cluster["selfNode"]!;
        var member = cluster["members"]!.AsArray().Single()!;

        Assert.That(self, Does.StartWith("akka.tcp://agentic@127.0.0.1:"));
        Assert.That((string?)member["node"], Is.EqualTo(self));
        Assert.That((string?)member["status"], Is.EqualTo("Up"));
        Assert.That((string?)cluster["leader"], Is.EqualTo(self));
        Assert.That((string?)cluster["oldest"], Is.EqualTo(self));
        Assert.That(cluster["unreachable"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task Finds_a_member_by_its_whole_or_short_address()
    {
        var self = (string)(await Management("/cluster/members").Json())["selfNode"]!;

        foreach (var address in new[] { self, self["akka.tcp://".Length..], Uri.EscapeDataString(self) })
            Assert.That((string?)(await Management($"/cluster/members/{address}").Json())["node"], Is.EqualTo(self), address);
        await RestTests.Problem(await Management("/cluster/members/agentic@nowhere:1"), 404);
    }

    [Test]
    public async Task Refuses_an_operation_on_a_member_that_it_does_not_know()
    {
        var self = (string)(await Management("/cluster/members").Json())["selfNode"]!;
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("operation", "Explode")]);
        using var answer = await _host.Client.PutAsync(new Uri(_host.ManagementAddress, $"/cluster/members/{self}"), form);

        await RestTests.Problem(answer, 400);
    }

    [Test]
    public async Task Counts_the_entities_of_a_shard_region()
    {
        var shards = await Management("/cluster/shards/workflows").Json();

        Assert.That(shards["regions"], Is.InstanceOf<JsonArray>());
        await RestTests.Problem(await Management("/cluster/shards/nothing"), 404);
    }

    [Test]
    public async Task Offers_itself_as_a_seed_once_it_is_up()
    {
        var seeds = await Management("/bootstrap/seed-nodes").Json();

        Assert.That((string?)seeds["seedNodes"]!.AsArray().Single()!["node"], Is.EqualTo((string?)seeds["selfNode"]));
    }

    [TestCase("/alive")]
    [TestCase("/ready")]
    public async Task Answers_the_probes_of_an_orchestrator(string path) =>
        Assert.That(await Management(path).Status(), Is.EqualTo((int)HttpStatusCode.OK));

    [Test]
    public async Task Keeps_the_two_ports_apart()
    {
        Assert.That(await _host.Client.GetAsync("/cluster/members").Status(), Is.EqualTo(404));
        Assert.That(await _host.Client.GetAsync("/ready").Status(), Is.EqualTo(404));
        Assert.That(await Management("/operations").Status(), Is.EqualTo(404));
        Assert.That(await Management("/docs/").Status(), Is.EqualTo(404));
    }

    [Test]
    public async Task Publishes_metrics_for_prometheus()
    {
        await _host.Client.GetAsync("/health").Status();
        var metrics = await _host.Client.GetStringAsync("/metrics");

        Assert.That(metrics, Does.Contain("http_server_request_duration_seconds"));
    }

    private Task<HttpResponseMessage> Management(string path) => _host.Client.GetAsync(new Uri(_host.ManagementAddress, path));

    private sealed class Oracle : IOperationSource
    {
        public IEnumerable<Operation> Operations =>
        [
            Operation.Define<Nothing, Nothing>("ask_oracle", "chatbot", Effect.Reads, Mode.Immediate, "Asks the oracle of a test a question.",
                (nothing, _, _) => Task.FromResult<Outcome<Nothing>>(nothing)),
        ];
    }

    private sealed class TiredOracle : IAgentHealth
    {
        public string Agent => "chatbot";

        public Task<AgentHealth> Check(CancellationToken cancellation) => Task.FromResult(new AgentHealth(HealthStatus.Degraded, "The oracle is tired."));
    }
}
