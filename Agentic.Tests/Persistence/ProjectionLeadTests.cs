using Agentic.Agents.Operations;
using Agentic.Agents.Planner;
using Agentic.Persistence;
using Agentic.Persistence.Planner;

namespace Agentic.Tests.Persistence;

internal sealed class ProjectionLeadTests
{
    [Test]
    public async Task Is_held_by_one_node_at_a_time_and_passed_on()
    {
        using var place = await StorePlace.Create(StoreKind.Postgres);
        await using var first = place.Store("records");
        await using var second = place.Store("records");

        var lead = await new WorkflowRecordStore(first).TryLead(default);
        var refused = await new WorkflowRecordStore(second).TryLead(default);
        await lead!.DisposeAsync();
        var passedOn = await new WorkflowRecordStore(second).TryLead(default);

        Assert.That(refused, Is.Null);
        Assert.That(passedOn, Is.Not.Null);
        await passedOn!.DisposeAsync();
    }

    [Test]
    public async Task Lets_a_second_node_show_and_then_take_over_the_records()
    {
        using var place = await StorePlace.Create(StoreKind.Postgres);
        using var other = StorePlace.At(Directory.CreateTempSubdirectory("agentic-store-").FullName, place.Options.ConnectionString, JournalWriter.GroupCommit);
        await using var second = await JournalHost.Start(other);
        await using (var first = await JournalHost.Start(place))
        {
            await first.Write("wf-1", Created("wf-1"));
            await Until(async () => await Listed(first) == 1 && await Listed(second) == 1);
        }

        await second.Write("wf-2", Created("wf-2"));
        await Until(async () => await Listed(second) == 2);
    }

    [Test]
    public async Task Goes_on_after_two_nodes_were_started_and_the_first_stopped()
    {
        using var place = await StorePlace.Create(StoreKind.Postgres);
        using var other = StorePlace.At(Directory.CreateTempSubdirectory("agentic-store-").FullName, place.Options.ConnectionString, JournalWriter.GroupCommit);
        await using var second = await StartSecond(place, other);

        await second.Write("wf-2", Created("wf-2"));

        await Until(async () => await Listed(second) == 2);
    }

    private static async Task<JournalHost> StartSecond(StorePlace place, StorePlace other)
    {
        await using var first = await JournalHost.Start(place);
        await first.Write("wf-1", Created("wf-1"));
        await Until(async () => await Listed(first) == 1);
        return await JournalHost.Start(other);
    }

    private static WorkflowCreated Created(string id) =>
        new(id, new Plan("tasks", [new PlannedTask("a", "codegen", "generate_service", [])]), Caller.Local, null, "digest", null, DateTimeOffset.UnixEpoch);

    private static async Task<int> Listed(JournalHost host) => (await host.Records.List(new(null, null, null, null, 10, null), default)).Value!.Items.Count;

    private static async Task Until(Func<Task<bool>> holds)
    {
        for (var left = 600; !await holds(); left--)
        {
            Assert.That(left, Is.GreaterThan(0), "It did not come about in 30 s.");
            await Task.Delay(50);
        }
    }
}
