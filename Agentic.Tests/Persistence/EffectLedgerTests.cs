using Agentic.Agents.Operations;
using Agentic.Persistence.Planner;
using Agentic.Persistence.Storage;

namespace Agentic.Tests.Persistence;

[TestFixture(StoreKind.Sqlite)]
[TestFixture(StoreKind.Postgres)]
internal sealed class EffectLedgerTests(StoreKind kind)
{
    private static readonly EffectKey Key = new("wf-1", "scaffold", "abc");
    private StorePlace place = null!;
    private SqlStore store = null!;

    [SetUp]
    public async Task OpenStore()
    {
        place = await StorePlace.Create(kind);
        store = place.Store("effects");
    }

    [TearDown]
    public async Task CloseStore()
    {
        // Null where the database is not there and the test is skipped.
        if (store is not null)
            await store.DisposeAsync();
        place?.Dispose();
    }

    [Test]
    public async Task Finds_nothing_for_an_effect_that_has_not_happened()
    {
        await using var ledger = new EffectLedger(store);

        Assert.That(await ledger.Find(Key, default), Is.Null);
    }

    [Test]
    public async Task Keeps_the_first_result_whoever_comes_second()
    {
        await using (var ledger = new EffectLedger(store))
        {
            await ledger.Record(Key, """{"n":1}""", default);
            await ledger.Record(Key, """{"n":2}""", default);
        }

        await using var reopened = new EffectLedger(store);
        Assert.That(await reopened.Find(Key, default), Is.EqualTo("""{"n":1}"""));
        Assert.That(await reopened.Find(Key with { InputDigest = "abd" }, default), Is.Null);
        Assert.That(await reopened.Find(Key with { Task = "deploy" }, default), Is.Null);
    }

    [Test]
    public async Task Keeps_every_one_of_many_that_come_at_once()
    {
        await using var ledger = new EffectLedger(store);

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => ledger.Record(Key with { Task = $"t{i}" }, $"{i}", default)));

        for (var i = 0; i < 500; i += 50)
            Assert.That(await ledger.Find(Key with { Task = $"t{i}" }, default), Is.EqualTo($"{i}"));
    }
}
