using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Tests.Support;

namespace Agentic.Tests.Planner;

/// <summary>Workflows through the whole host over real HTTP.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class WorkflowJourneyTests
{
    private AgenticHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await AgenticHost.StartAsync(options => options.Sources.Add(new Stubborn()));

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Runs_the_example_of_the_documentation_to_its_end()
    {
        var created = await Post("/workflows", """
            { "requestedBy": "user@example.com", "template": "microservice-rest-api",
              "parameters": { "serviceName": "user-service", "language": "python", "database": "postgresql", "environment": "staging" } }
            """);
        Assert.That(created.Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(created.Location, Is.EqualTo($"/workflows/{created.Body["workflowId"]}"));
        Assert.That((string?)created.Body["plan"], Is.EqualTo("template"));

        var ended = await Ended((string)created.Body["workflowId"]!);

        Assert.That((string?)ended["status"], Is.EqualTo("completed"), ended.ToJsonString());
        Assert.That((string?)ended["requestedBy"], Is.EqualTo("user@example.com"));
        Assert.That((string?)ended["caller"], Is.EqualTo("local"));
        var artifact = ended["tasks"]![0]!["result"]!["artifact"]!;
        var readme = await _host.Client.GetStringAsync($"{artifact["uri"]}/files/README.md");
        Assert.That(readme, Does.Contain("user-service"));
    }

    [Test]
    public async Task Accepts_snake_case_and_the_short_name_of_parameters()
    {
        var plan = await Post("/workflows?dryRun=true", """
            { "requested_by": "u", "template": "microservice-rest-api", "params": { "service_name": "cart", "language": "go" } }
            """);

        Assert.That(plan.Status, Is.EqualTo(HttpStatusCode.OK), plan.Body.ToJsonString());
        Assert.That((string?)plan.Body["parameters"]!["serviceName"], Is.EqualTo("cart"));
        Assert.That((string?)plan.Body["status"], Is.EqualTo("planned"));
        Assert.That(plan.Body["createdAt"], Is.Null, "nothing was created");
    }

    [Test]
    public async Task Plans_a_goal_in_words_and_asks_for_what_is_missing()
    {
        var asked = await Post("/workflows", """{ "goal": "Create a new microservice called user-service with REST API, PostgreSQL, for staging" }""");
        Assert.That(asked.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(asked.Body["missing"]!.AsArray().Select(member => (string?)member), Is.EqualTo(new[] { "language" }));

        var planned = await Post("/workflows?dryRun=true", """{ "goal": "Create a Node.js microservice called user-service with REST API, PostgreSQL, for staging" }""");
        Assert.That(planned.Status, Is.EqualTo(HttpStatusCode.OK), planned.Body.ToJsonString());
        Assert.That((string?)planned.Body["plan"], Is.EqualTo("rules"));
        Assert.That((string?)planned.Body["parameters"]!["language"], Is.EqualTo("nodejs"));
    }

    [TestCase("""{ "template": "no-such" }""", 404, "GET /templates lists them")]
    [TestCase("""{ }""", 400, "exactly one way")]
    [TestCase("""{ "template": "microservice-rest-api", "goal": "a service" }""", 400, "exactly one way")]
    [TestCase("""{ "tasks": [ { "operation": "generate_service", "input": { "serviceName": "../../x", "language": "go" } } ] }""", 400, "DNS label")]
    [TestCase("""{ "template": "microservice-rest-api", "parameters": { "serviceName": "Bad_Name!", "language": "cobol" } }""", 400, "do not fit")]
    [TestCase("""{ "tasks": [ { "operation": "no_such", "input": {} } ] }""", 400, "error")]
    [TestCase("""{ "tasks": [ { "id": "a", "operation": "echo_text", "input": { "text": "x" }, "dependsOn": ["b"] } ] }""", 400, "error")]
    [TestCase("""{ "tasks": [ { "id": "a", "operation": "echo_text", "input": { "text": "x" }, "dependsOn": ["a"] } ] }""", 400, "error")]
    [TestCase("""{ "tasks": [] }""", 400, "error")]
    [TestCase("""{ "tempalte": "x" }""", 400, "tempalte")]
    [TestCase("""{ "template": 7 }""", 400, "template")]
    [TestCase("""{ "template": """, 400, "")]
    [TestCase("""{ "tasks": [ { "operation": "echo_text", "input": { "text": "AKIAIOSFODNN7EXAMPLQ" } } ] }""", 422, "credentials")]
    public async Task Refuses_a_wrong_request_and_starts_nothing(string body, int status, string words)
    {
        var refused = await Post("/workflows", body);

        Assert.That((int)refused.Status, Is.EqualTo(status), refused.Body.ToJsonString());
        Assert.That(refused.Body.ToJsonString(), Does.Contain(words));
        Assert.That(refused.Body["traceId"], Is.Not.Null);
    }

    [Test]
    public async Task Returns_the_same_workflow_for_a_repeated_key_and_refuses_another_body_under_it()
    {
        const string Body = """{ "tasks": [ { "operation": "echo_text", "input": { "text": "once" } } ] }""";
        var first = await Post("/workflows", Body, "key-1");
        var again = await Post("/workflows", Body, "key-1");
        Assert.That((string?)again.Body["workflowId"], Is.EqualTo((string?)first.Body["workflowId"]));

        var other = await Post("/workflows", Body.Replace("once", "twice", StringComparison.Ordinal), "key-1");
        Assert.That(other.Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task Keeps_a_failed_task_as_a_dead_letter_until_a_corrected_replay_ends_it()
    {
        var created = await Post("/workflows", """{ "tasks": [ { "id": "first", "operation": "refuse_text", "input": { "text": "wrong" } }, { "operation": "echo_text", "input": { "text": "${tasks.first.result.text}" }, "dependsOn": ["first"] } ] }""");
        var id = (string)created.Body["workflowId"]!;
        var failed = await Ended(id);
        Assert.That((string?)failed["status"], Is.EqualTo("failed"));
        await Eventually(async () => (await _host.Client.GetStringAsync("/dead-letters?limit=200")).Contains($"{id}:first", StringComparison.Ordinal));

        var wrong = await Post($"/dead-letters/{id}:first/replay", """{ "input": { "txt": "right" } }""");
        Assert.That(wrong.Status, Is.EqualTo(HttpStatusCode.BadRequest));

        var replayed = await Post($"/dead-letters/{id}:first/replay", """{ "input": { "text": "right" } }""");
        Assert.That(replayed.Status, Is.EqualTo(HttpStatusCode.OK), replayed.Body.ToJsonString());
        var ended = await Ended(id);
        Assert.That((string?)ended["status"], Is.EqualTo("completed"));
        Assert.That((string?)ended["tasks"]![1]!["result"]!["text"], Is.EqualTo("right"));
        await Eventually(async () => !(await _host.Client.GetStringAsync("/dead-letters?limit=200")).Contains($"{id}:first", StringComparison.Ordinal));
    }

    [Test]
    public async Task Pauses_resumes_approves_and_refuses_a_stale_digest()
    {
        var created = await Post("/workflows", """{ "tasks": [ { "id": "held", "operation": "echo_text", "input": { "text": "x" }, "approval": true }, { "operation": "echo_text", "input": { "text": "y" }, "dependsOn": ["held"] } ] }""");
        var id = (string)created.Body["workflowId"]!;
        Assert.That((string?)created.Body["status"], Is.EqualTo("waiting_approval"));
        var digest = (string)created.Body["tasks"]![0]!["approval"]!["digest"]!;

        Assert.That((await Post($"/workflows/{id}/tasks/held/approve", $$"""{ "digest": "{{new string('0', 64)}}" }""")).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((string?)(await Post($"/workflows/{id}/pause", "{}")).Body["status"], Is.EqualTo("paused"));
        Assert.That((await Post($"/workflows/{id}/pause", "{}")).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await Post($"/workflows/{id}/resume", "{}")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Post($"/workflows/{id}/tasks/held/approve", $$"""{ "digest": "{{digest}}" }""")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((string?)(await Ended(id))["status"], Is.EqualTo("completed"));
        Assert.That((await Post($"/workflows/{id}/tasks/held/retry", "{}")).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await Post($"/workflows/{id}/tasks/nobody/retry", "{}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Carries_a_cancel_to_the_task_that_runs()
    {
        var created = await Post("/workflows", """{ "tasks": [ { "id": "long", "operation": "wait_long", "input": { "text": "cancel-me" } } ] }""");
        var id = (string)created.Body["workflowId"]!;
        await Eventually(() => Task.FromResult(Stubborn.Waiting.ContainsKey("cancel-me")));

        var cancelled = await Post($"/workflows/{id}/cancel", """{ "reason": "enough" }""");

        Assert.That((string?)cancelled.Body["status"], Is.EqualTo("cancelled"));
        await Eventually(() => Task.FromResult(Stubborn.Waiting["cancel-me"].IsCancellationRequested));
        Assert.That((await Post($"/workflows/{id}/cancel", "{}")).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task Fails_an_attempt_that_takes_too_long()
    {
        var created = await Post("/workflows", """{ "tasks": [ { "id": "long", "operation": "wait_long", "input": { "text": "late" }, "timeout": "100ms", "retry": { "maxAttempts": 2, "initialDelay": "10ms" } } ] }""");

        var ended = await Ended((string)created.Body["workflowId"]!);

        Assert.That((string?)ended["tasks"]![0]!["error"]!["kind"], Is.EqualTo("timed_out"));
        Assert.That((int?)ended["tasks"]![0]!["attempts"], Is.EqualTo(2));
    }

    [Test]
    public async Task Gives_a_direct_durable_call_a_workflow_of_its_own()
    {
        var accepted = await Post("/operations/echo_text", """{ "text": "hello" }""");
        Assert.That(accepted.Status, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(accepted.Location, Is.EqualTo($"/workflows/{accepted.Body["workflowId"]}"));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/operations/echo_text") { Content = JsonContent.Create(new { text = "${tasks.x}" }) };
        request.Headers.Add("Prefer", "wait=20");
        using var answer = await _host.Client.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((string?)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["text"], Is.EqualTo("${tasks.x}"), "a caller's text is never taken for a reference");
    }

    private async Task<(HttpStatusCode Status, JsonObject Body, string? Location)> Post(string path, string body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var answer = await _host.Client.SendAsync(request);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>())!, answer.Headers.Location?.OriginalString);
    }

    [Test]
    public async Task Tries_an_approved_step_again_in_its_own_time_and_not_in_that_of_the_approval()
    {
        var created = await Post("/workflows", """
            { "tasks": [ { "id": "a", "operation": "stumble_once", "input": { "text": "x" }, "approval": true, "retry": { "initialDelay": "1ms" } } ] }
            """);
        var id = (string)created.Body["workflowId"]!;
        await Post($"/workflows/{id}/tasks/a/approve", new JsonObject { ["digest"] = (string?)created.Body["tasks"]![0]!["approval"]!["digest"] }.ToJsonString());

        var ended = await Ended(id);

        Assert.That(((string?)ended["status"], (int?)ended["tasks"]![0]!["attempts"]), Is.EqualTo(("completed", 2)));
    }

    [TestCase("""{ "tasks": [ { "operation": "echo_text", "input": { "text": "x" }, "when": "'ghp_AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH1234' == 'x'" } ] }""", "tasks[0].when")]
    [TestCase("""{ "tasks": [ { "operation": "echo_text", "input": { "text": "x" }, "compensate": { "operation": "echo_text", "input": { "text": "ghp_AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH1234" } } } ] }""", "tasks[0].compensate.input")]
    public async Task Refuses_a_credential_anywhere_in_a_plan(string plan, string member)
    {
        var refused = await Post("/workflows", plan);

        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((string?)refused.Body["errors"]![0]!["member"], Is.EqualTo(member));
    }

    [Test]
    public async Task Keeps_a_credential_out_of_the_journal_that_is_sent_to_a_workflow()
    {
        const string Credential = "ghp_AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH5678";
        var created = await Post("/workflows", $$"""{ "requestedBy": "{{Credential}}", "tasks": [ { "id": "a", "operation": "refuse_text", "input": { "text": "x" } } ] }""");
        var id = (string)created.Body["workflowId"]!;
        await Ended(id);

        var retried = await Post($"/workflows/{id}/tasks/a/retry", $$"""{ "input": { "text": "{{Credential}}" } }""");
        var skipped = await Post($"/workflows/{id}/tasks/a/skip", $$"""{ "reason": "It used {{Credential}} before." }""");

        Assert.That(retried.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(skipped.Status, Is.EqualTo(HttpStatusCode.OK));
        var history = await _host.Client.GetStringAsync($"/workflows/{id}/history");
        Assert.That(created.Body.ToJsonString() + skipped.Body.ToJsonString() + history, Does.Not.Contain(Credential));
    }

    private async Task<JsonObject> Ended(string id)
    {
        JsonObject? record = null;
        await Eventually(async () =>
        {
            record = await _host.Client.GetFromJsonAsync<JsonObject>($"/workflows/{id}");
            return record!["completedAt"] is not null;
        });
        return record!;
    }

    private static Task Eventually(Func<Task<bool>> holds) => Support.Eventually.Holds(holds);

    private sealed class Stubborn : IOperationSource
    {
        public static System.Collections.Concurrent.ConcurrentDictionary<string, CancellationToken> Waiting { get; } = new();

        public IEnumerable<Operation> Operations =>
        [
            Operation.Define<Words, Words>("echo_text", "planner", Effect.Changes, Mode.Durable, "Repeats a text as it was given.", (words, _, _) => Task.FromResult<Outcome<Words>>(words)),
            Operation.Define<Words, Words>("refuse_text", "planner", Effect.Changes, Mode.Durable, "Refuses every text but the right one.",
                (words, _, _) => Task.FromResult<Outcome<Words>>(words.Text == "right" ? words : Refusal.Unprocessable("Only 'right' will do."))),
            Operation.Define<Words, Words>("stumble_once", "planner", Effect.Changes, Mode.Durable, "Is not there the first time.",
                (words, call, _) => Task.FromResult<Outcome<Words>>(call.Attempt == 1 ? Refusal.Unavailable("Not yet.") : words)),
            Operation.Define<Words, Words>("wait_long", "planner", Effect.Changes, Mode.Durable, "Waits until it is told to stop.", async (words, _, cancellation) =>
            {
                Waiting[words.Text] = cancellation;
                await new TaskCompletionSource().Task.WaitAsync(cancellation);
                return words;
            }),
        ];

        internal sealed record Words([property: System.ComponentModel.Description("Any text.")] string Text);
    }
}
