using System.Net;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment;
using Agentic.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Agentic.Tests.Deployment;

/// <summary>Every route of the agent over HTTP against the real host, with a target in memory: what is answered, and what is refused.</summary>
internal sealed partial class DeploymentRestTests
{
    private static int _services;

    private AgenticHost _host = null!;
    private FakeRolloutTarget _target = null!;
    private FakeReleases _releases = null!;
    private string _service = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        (_target, _releases) = (new FakeRolloutTarget(), new FakeReleases());
        _host = await AgenticHost.StartAsync(options =>
        {
            options.Settings["Deployment:Target"] = "fake";
            options.Settings["Deployment:MeasureInterval"] = "00:00:00.020";
            options.Settings["Deployment:RetryDelay"] = "00:00:00.020";
            options.Settings["Deployment:Environments:dev:Verification"] = "00:00:00";
            options.Settings["Deployment:Environments:staging:Verification"] = "00:00:00";
            options.Settings["Deployment:Environments:production:Verification"] = "00:00:00";
            options.Services = services => services
                .AddSingleton<IRolloutTarget>(_target).AddSingleton<IMetricSource>(_target).AddSingleton<IReleases>(_releases);
        });
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [SetUp]
    public void Name() => _service = $"service-{Interlocked.Increment(ref _services)}";

    [Test]
    public async Task Deploys_answers_at_once_and_shows_the_deployment_to_its_end()
    {
        var (status, accepted) = await Post("/deploy", Body("1.0.0"));

        Assert.That(status, Is.EqualTo(HttpStatusCode.Accepted), accepted.ToJsonString());
        Assert.That((string?)accepted["deploymentId"], Does.StartWith("dep-"));
        Assert.That((string?)accepted["workflowId"], Does.StartWith("wf-"));
        Assert.That((string?)accepted["status"], Is.EqualTo("deploying"));
        Assert.That(accepted["argocdAppUrl"], Is.Null);
        var (shown, _) = await Get($"/deployments/{accepted["deploymentId"]}");
        Assert.That(shown, Is.EqualTo(HttpStatusCode.OK), "it can be asked for from the moment it is named");
        var ended = await Ended(accepted);
        Assert.That((string?)ended["status"], Is.EqualTo("completed"), ended.ToJsonString());
        Assert.That((string?)ended["service"], Is.EqualTo(_service));
        Assert.That((string?)ended["requestedBy"], Is.EqualTo("local"));
        Assert.That((int?)ended["weight"], Is.EqualTo(100));
        Assert.That(ended["gates"]!.AsArray().Select(gate => (string?)gate!["name"]), Does.Contain("error-rate"));
        Assert.That(ended["gates"]!.AsArray().Select(gate => (string?)gate!["verdict"]).Distinct(), Is.SubsetOf(new[] { "pass", "fail", "inconclusive" }));
        Assert.That((string?)ended["policyDecision"], Does.StartWith("not cleared: There is no artifact"), "what policy said is on record, in dev as advice");
    }

    [Test]
    public async Task Tells_others_in_the_shapes_of_the_event_bus()
    {
        var first = await Deployed("1.0.0");

        JsonArray events = [];
        await Holds(async () => (events = (await Get($"/deployments/{first["deploymentId"]}/events")).Body["items"]!.AsArray()).Count == 2);

        Assert.That(events.Select(told => (string?)told!["source"]), Is.All.EqualTo("agentic-framework.deployment"));
        Assert.That(events.Select(told => (string?)told!["detail-type"]), Is.EqualTo(new[] { "deployment.started", "deployment.completed" }));
        var detail = events[1]!["detail"]!.AsObject();
        Assert.That((string?)detail["deployment_id"], Is.EqualTo((string?)first["deploymentId"]));
        Assert.That((string?)detail["workflow_id"], Does.StartWith("wf-"));
        Assert.That((string?)detail["service_name"], Is.EqualTo(_service));
        Assert.That((string?)detail["environment"], Is.EqualTo("dev"));
        Assert.That((string?)detail["version"], Is.EqualTo("1.0.0"));
        Assert.That((string?)detail["status"], Is.EqualTo("success"));
        Assert.That((long?)detail["duration_seconds"], Is.GreaterThanOrEqualTo(0));
        Assert.That(detail.ContainsKey("argocd_sync_id"), Is.False);
    }

    [TestCase("""{ "version": "1", "environment": "dev" }""", 400, "service")]
    [TestCase("""{ "service": "Bad Name", "version": "1.0.0", "environment": "dev" }""", 422, "lower-case letters")]
    [TestCase("""{ "service": "shop", "version": "1.0.0", "environment": "No Where" }""", 422, "environment")]
    [TestCase("""{ "service": "shop", "version": "9.9.9", "environment": "dev" }""", 404, "No artifact is registered")]
    [TestCase("""{ "service": "shop", "version": "1.0.0", "environment": "dev", "strategy": "sideways" }""", 400, "strategy")]
    [TestCase("""{ "service": "shop", "version": "1.0.0", "environment": "dev", "steps": [ { "weight": 50 }, { "weight": 10 }, { "weight": 100 } ] }""", 422, "weights must rise")]
    [TestCase("""{ "service": "shop", "version": "1.0.0", "environment": "dev", "steps": [ { "weight": 50 } ] }""", 422, "weight 100")]
    [TestCase("""{ "service": "shop", "version": "1.0.0", "environment": "dev", "steps": [ { "weight": 150 } ] }""", 400, "steps")]
    [TestCase("""{ "service": "shop", "version": "1.0.0", "environment": "dev", "gates": [ { "name": "a", "kind": "query" } ] }""", 422, "query")]
    [TestCase("""{ "service": "shop", "version": "1.0.0", "environment": "dev", "digest": "0000000000000000000000000000000000000000000000000000000000000000", "unknown": 1 }""", 400, "unknown")]
    public async Task Refuses_a_deployment_that_cannot_work_before_it_is_accepted(string body, int status, string words)
    {
        var (answered, problem) = await Post("/deploy", body);

        Assert.That((int)answered, Is.EqualTo(status), problem.ToJsonString());
        Assert.That(problem.ToJsonString(), Does.Contain(words));
    }

    [TestCase("GET", "/deployments/dep-0000000000000000")]
    [TestCase("GET", "/deployments/nonsense")]
    [TestCase("GET", "/deployments/dep-0000000000000000/log")]
    [TestCase("GET", "/deployments/dep-0000000000000000/measurements")]
    [TestCase("GET", "/deployments/dep-0000000000000000/events")]
    [TestCase("POST", "/deployments/dep-0000000000000000/promote")]
    [TestCase("POST", "/deployments/dep-0000000000000000/pause")]
    [TestCase("POST", "/deployments/dep-0000000000000000/resume")]
    [TestCase("POST", "/deployments/dep-0000000000000000/abort")]
    [TestCase("POST", "/deployments/dep-0000000000000000/rollback")]
    [TestCase("POST", "/deployments/dep-0000000000000000/weight", """{ "weight": 20 }""")]
    [TestCase("POST", "/deployments/dep-0000000000000000/approve", """{ "digest": "x" }""")]
    [TestCase("POST", "/deployments/dep-0000000000000000/reject", """{ "reason": "x" }""")]
    public async Task Knows_no_deployment_that_was_never_begun(string method, string path, string body = "{}")
    {
        var (status, problem) = method == "GET" ? await Get(path) : await Post(path, body);

        Assert.That(status, Is.EqualTo(HttpStatusCode.NotFound), problem.ToJsonString());
        Assert.That((string?)problem["detail"], Does.Contain("no deployment"));
    }

    [Test]
    public async Task Lists_newest_first_by_service_environment_and_status_in_pages()
    {
        var first = await Deployed("1.0.0");
        var second = await Deployed("2.0.0");

        var (_, page) = await Get($"/deployments?service={_service}&limit=1");
        Assert.That((string?)page["items"]![0]!["deploymentId"], Is.EqualTo((string?)second["deploymentId"]));
        var (_, next) = await Get($"/deployments?service={_service}&limit=1&cursor={page["nextCursor"]}");
        Assert.That((string?)next["items"]![0]!["deploymentId"], Is.EqualTo((string?)first["deploymentId"]));
        Assert.That(next["nextCursor"], Is.Null);
        Assert.That((await Get($"/deployments?service={_service}&status=failed")).Body["items"]!.AsArray(), Is.Empty);
        Assert.That((await Get($"/deployments?service={_service}&environment=staging")).Body["items"]!.AsArray(), Is.Empty);
        Assert.That((await Get("/deployments?cursor=nonsense")).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await Get("/deployments?status=perhaps")).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Keeps_a_record_in_the_store_that_outlives_what_the_agent_remembers()
    {
        var deployed = await Deployed("1.0.0");
        var records = _host.Get<IDeploymentRecords>();

        DeploymentRecord? kept = null;
        await Holds(async () => (kept = await records.Find((string)deployed["deploymentId"]!, default))?.Status == RolloutStatus.Completed);

        Assert.That(kept!.Service, Is.EqualTo(_service));
        Assert.That((await records.List(_service, "dev", RolloutStatus.Completed, null, 10, default)).Select(record => record.DeploymentId), Is.EqualTo(new[] { kept.DeploymentId }));
        Assert.That(await records.List(_service, "dev", null, DeploymentCursor.Of(kept), 10, default), Is.Empty);
    }

    [Test]
    public async Task Compares_what_serves_with_another_environment_and_with_a_kept_version()
    {
        await Deployed("1.0.0");
        await Deployed("2.0.0", ""","variables": { "MODE": "fast" }""");

        var (_, diff) = await Get($"/deployments/diff?service={_service}&environment=dev&version=1.0.0");

        Assert.That((string?)diff["serves"]!["version"], Is.EqualTo("2.0.0"));
        Assert.That((string?)diff["other"]!["version"], Is.EqualTo("1.0.0"));
        Assert.That((bool?)diff["isSame"], Is.False);
        Assert.That(diff["variables"]!.AsArray().Select(name => (string?)name), Is.EqualTo(new[] { "MODE" }));
        Assert.That((await Get($"/deployments/diff?service={_service}&environment=dev")).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await Get($"/deployments/diff?service=nobody-{_service}&environment=dev&version=1")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Says_beforehand_what_would_happen_and_what_stands_in_the_way()
    {
        await Deployed("1.0.0");

        var (_, preview) = await Post("/deployments/preview", Body("2.0.0", """, "strategy": "canary" """));
        Assert.That((string?)preview["digest"], Has.Length.EqualTo(64));
        Assert.That((string?)preview["diff"]!["serves"]!["version"], Is.EqualTo("1.0.0"));
        Assert.That((string?)preview["rollback"]!["version"], Is.EqualTo("1.0.0"));
        Assert.That(preview["rollback"]!["missing"]!.AsArray(), Is.Empty);
        Assert.That(preview["weights"]!.AsArray().Select(weight => (int)weight!), Is.EqualTo(new[] { 10, 50, 100 }));
        Assert.That(preview["objection"], Is.Null);

        var (_, same) = await Post("/deployments/preview", Body("1.0.0"));
        Assert.That((string?)same["objection"], Does.Contain("serves 1.0.0 with this digest already"));

        var (status, other) = await Post("/deploy", Body("2.0.0", $$""", "strategy": "rolling", "digest": "{{preview["digest"]}}" """));
        Assert.That(status, Is.EqualTo(HttpStatusCode.Accepted));
        var workflow = await Workflow((string)other["workflowId"]!, "failed");
        Assert.That(workflow.ToJsonString(), Does.Contain("is not what was looked at"), "another strategy is another plan");
    }

    [Test]
    public async Task Takes_no_deployment_that_policy_did_not_clear_where_policy_binds()
    {
        var (_, accepted) = await Post("/deploy", Body("1.0.0", environment: "staging"));

        var workflow = await Workflow((string)accepted["workflowId"]!, "failed");

        Assert.That(workflow.ToJsonString(), Does.Contain("Policy does not clear 1.0.0 for staging"));
    }

    [Test]
    public async Task Gives_a_failing_version_up_with_its_reason()
    {
        _target.Broken.Add($"{_service}-broken");
        _releases.Add(_service, $"{_service}-broken");

        var (_, accepted) = await Post("/deploy", Body($"{_service}-broken"));

        var ended = await Ended(accepted);
        Assert.That((string?)ended["status"], Is.EqualTo("failed"));
        Assert.That((string?)ended["reason"], Does.Contain("it does not build"));
        Assert.That((await Workflow((string)accepted["workflowId"]!, "failed")).ToJsonString(), Does.Contain("it does not build"));
    }

    [Test]
    public async Task Says_that_a_target_keeps_no_log()
    {
        var deployed = await Deployed("1.0.0");

        var (status, log) = await Get($"/deployments/{deployed["deploymentId"]}/log");

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((bool?)log["isKept"], Is.False);
    }
}
