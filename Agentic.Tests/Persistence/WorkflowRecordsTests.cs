using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Agents.Planner;

namespace Agentic.Tests.Persistence;

[TestFixture(StoreKind.Sqlite)]
[TestFixture(StoreKind.Postgres)]
internal sealed class WorkflowRecordsTests(StoreKind kind)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private StorePlace place = null!;

    [SetUp]
    public async Task CreatePlace() => place = await StorePlace.Create(kind);

    [TearDown]
    public void DropPlace() => place?.Dispose();

    [Test]
    public async Task Lists_what_was_journalled_newest_first()
    {
        await using var host = await JournalHost.Start(place);
        await host.Write("wf-1", Created("wf-1", "user-service", 1), Started("a"), Completed("a"), new WorkflowCompleted(Noon.AddMinutes(5)));
        await host.Write("wf-2", Created("wf-2", "order-service", 2), Started("a"));

        var page = await Listed(host, 2);

        Assert.That(page.Select(record => (record.WorkflowId, record.Status, record.Revision)), Is.EqualTo(new[] { ("wf-2", "in_progress", 2L), ("wf-1", "completed", 4L) }));
    }

    [Test]
    public async Task Finds_by_status_service_requester_and_words_of_the_goal()
    {
        await using var host = await JournalHost.Start(place);
        await host.Write("wf-1", Created("wf-1", "user-service", 1, goal: "Create 100% of it", by: "ann"), new WorkflowCancelled("ann", null, Noon.AddMinutes(2)));
        await host.Write("wf-2", Created("wf-2", "order-service", 2, goal: "Create 1000 of it", by: "bob"));
        await Listed(host, 2);

        Assert.That(await Ids(host, new(Status: "cancelled", null, null, null, 10, null)), Is.EqualTo(new[] { "wf-1" }));
        Assert.That(await Ids(host, new(null, Service: "order-service", null, null, 10, null)), Is.EqualTo(new[] { "wf-2" }));
        Assert.That(await Ids(host, new(null, null, RequestedBy: "bob", null, 10, null)), Is.EqualTo(new[] { "wf-2" }));
        Assert.That(await Ids(host, new(null, null, null, Query: "CREATE 100%", 10, null)), Is.EqualTo(new[] { "wf-1" }));
        Assert.That(await Ids(host, new(null, null, null, Query: "service", 10, null)), Is.EqualTo(new[] { "wf-2", "wf-1" }));
        Assert.That(await Ids(host, new(null, null, null, Query: "' OR 1=1 --", 10, null)), Is.Empty);
    }

    [Test]
    public async Task Pages_without_repeating_or_hiding_while_workflows_are_added()
    {
        await using var host = await JournalHost.Start(place);
        for (var i = 1; i <= 5; i++)
            await host.Write($"wf-{i}", Created($"wf-{i}", "s", i / 2));
        await Listed(host, 5);

        var first = (await host.Records.List(new(null, null, null, null, 2, null), default)).Value!;
        await host.Write("wf-9", Created("wf-9", "s", 9));
        await Listed(host, 6);
        var second = (await host.Records.List(new(null, null, null, null, 2, first.NextCursor), default)).Value!;
        var third = (await host.Records.List(new(null, null, null, null, 2, second.NextCursor), default)).Value!;

        Assert.That(first.Items.Concat(second.Items).Concat(third.Items).Select(record => record.WorkflowId), Is.EqualTo(new[] { "wf-5", "wf-4", "wf-3", "wf-2", "wf-1" }));
        Assert.That(third.NextCursor, Is.Null);
    }

    [TestCase("x")]
    [TestCase("%%%")]
    [TestCase("")]
    [TestCase("MTIz")]
    [TestCase("éé")]
    public async Task Refuses_a_cursor_it_did_not_hand_out(string cursor)
    {
        await using var host = await JournalHost.Start(place);

        var workflows = await host.Records.List(new(null, null, null, null, 10, cursor), default);
        var letters = await host.Records.DeadLetters(10, cursor, default);

        Assert.That(workflows.Refusal?.Kind, Is.EqualTo(RefusalKind.Malformed));
        Assert.That(letters.Refusal?.Kind, Is.EqualTo(RefusalKind.Malformed));
    }

    [Test]
    public async Task Keeps_a_failed_task_in_the_dead_letters_until_a_person_acts()
    {
        await using var host = await JournalHost.Start(place);
        await host.Write("wf-1", Created("wf-1", "s", 1), Started("a"), Failed("a"), new WorkflowFailed("a failed", Noon.AddMinutes(4)));
        await Listed(host, 1);
        var before = (await host.Records.DeadLetters(10, null, default)).Value!.Items;

        await host.Write("wf-1", new TaskRetried("a", "ann", null, null, Noon.AddMinutes(5)), Started("a", 2));
        await Until(async () => (await host.Records.DeadLetters(10, null, default)).Value!.Items.Count == 0);

        Assert.That(before.Single() with { Error = null! }, Is.EqualTo(new DeadLetter("wf-1:a", "wf-1", "a", "generate_service", 1, null!, Noon.AddMinutes(3))));
        Assert.That(before.Single().Error.Kind, Is.EqualTo("unprocessable"));
        Assert.That((await Listed(host, 1)).Single().Status, Is.EqualTo("in_progress"));
    }

    [Test]
    public async Task Knows_the_unfinished_at_once_even_where_the_rows_lag()
    {
        await using var host = await JournalHost.Start(place);
        await host.Write("wf-1", Created("wf-1", "s", 1), Started("a"), Completed("a"), new WorkflowCompleted(Noon));
        await host.Write("wf-2", Created("wf-2", "s", 2), Started("a"));
        await host.Write("wf-3", Created("wf-3", "s", 3), Started("a"), Failed("a"), new WorkflowFailed("a failed", Noon));
        Assert.That(await host.Records.Unfinished(default), Is.EqualTo(new[] { "wf-2" }));

        await Listed(host, 3);
        await host.Write("wf-3", new TaskRetried("a", "ann", null, null, Noon.AddMinutes(5)), Started("a", 2));
        await host.Write("wf-2", Completed("a"), new WorkflowCompleted(Noon));

        Assert.That(await host.Records.Unfinished(default), Is.EqualTo(new[] { "wf-3" }));
    }

    [Test]
    public async Task Goes_on_after_a_restart_where_it_stopped()
    {
        await using (var host = await JournalHost.Start(place))
        {
            await host.Write("wf-1", Created("wf-1", "s", 1), Started("a"));
            await Listed(host, 1);
        }

        await using var restarted = await JournalHost.Start(place);
        Assert.That(await restarted.Records.Unfinished(default), Is.EqualTo(new[] { "wf-1" }));
        await restarted.Write("wf-1", Completed("a"), new WorkflowCompleted(Noon.AddMinutes(9)));
        await Until(async () => (await Listed(restarted, 1)).Single().Status == "completed");

        Assert.That((await Listed(restarted, 1)).Single().Revision, Is.EqualTo(4));
    }

    [Test]
    public async Task Rebuilds_the_same_records_from_the_first_event()
    {
        await using var host = await JournalHost.Start(place);
        await host.Write("wf-1", Created("wf-1", "s", 1), Started("a"), Completed("a"), new WorkflowCompleted(Noon));
        await host.Write("wf-2", Created("wf-2", "s", 2), Started("a"), Failed("a"), new WorkflowFailed("a failed", Noon));
        await host.Write("wf-3", Created("wf-3", "s", 3), Started("a"));
        var before = Json(await Listed(host, 3));
        await Until(async () => (await host.Records.DeadLetters(10, null, default)).Value!.Items.Count == 1);
        var lettersBefore = Json((await host.Records.DeadLetters(10, null, default)).Value!);

        var count = await host.Records.Rebuild(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);

        Assert.That(count, Is.EqualTo(3));
        Assert.That(Json(await Listed(host, 3)), Is.EqualTo(before));
        Assert.That(Json((await host.Records.DeadLetters(10, null, default)).Value!), Is.EqualTo(lettersBefore));
    }

    [Test]
    public async Task Reads_the_history_of_one_workflow_between_two_places()
    {
        await using var host = await JournalHost.Start(place);
        await host.Write("wf-1", Created("wf-1", "s", 1), Started("a"), Completed("a"), new WorkflowCompleted(Noon));
        await host.Write("wf-2", Created("wf-2", "s", 1));

        var middle = new List<(long, string)>();
        await foreach (var (sequence, happened) in host.History.Read("wf-1", 2, 3, default))
            middle.Add((sequence, happened.GetType().Name));

        Assert.That(middle, Is.EqualTo(new[] { (2L, "TaskStarted"), (3L, "TaskCompleted") }));
    }

    private static WorkflowCreated Created(string id, string service, int minute, string? goal = null, string by = "ann") => new(
        id,
        new Plan("template", [new PlannedTask("a", "codegen", "generate_service", new JsonObject { ["name"] = service })]) { ServiceName = service, Goal = goal },
        Caller.Local,
        by,
        "digest",
        null,
        Noon.AddMinutes(minute));

    private static TaskStarted Started(string task, int attempt = 1) => new(task, attempt, "digest", Noon.AddMinutes(1));

    private static TaskCompleted Completed(string task) => new(task, 1, new JsonObject { ["ok"] = true }, Noon.AddMinutes(2));

    private static TaskFailed Failed(string task) => new(task, 1, new TaskError("unprocessable", "It cannot be done."), Noon.AddMinutes(3));

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, AgenticJson.Options);

    private static async Task<IReadOnlyList<WorkflowRecord>> Listed(JournalHost host, int count)
    {
        IReadOnlyList<WorkflowRecord> items = [];
        await Until(async () => (items = (await host.Records.List(new(null, null, null, null, 100, null), default)).Value!.Items).Count == count
            && items.All(record => record.Revision >= host.Written.GetValueOrDefault(record.WorkflowId))
            && (await host.Records.Unfinished(default)).SequenceEqual(items.Where(record => record.CompletedAt is null).Select(record => record.WorkflowId).Order()));
        return items;
    }

    private static async Task<string[]> Ids(JournalHost host, WorkflowFilter filter) =>
        [.. (await host.Records.List(filter, default)).Value!.Items.Select(record => record.WorkflowId)];

    private static async Task Until(Func<Task<bool>> holds)
    {
        for (var left = 400; !await holds(); left--)
        {
            Assert.That(left, Is.GreaterThan(0), "It did not come about in 20 s.");
            await Task.Delay(50);
        }
    }
}
