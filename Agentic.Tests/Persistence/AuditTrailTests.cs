using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Persistence.Audit;
using Agentic.Persistence.Storage;

namespace Agentic.Tests.Persistence;

[TestFixture(StoreKind.Sqlite)]
[TestFixture(StoreKind.Postgres)]
internal sealed class AuditTrailTests(StoreKind kind)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private StorePlace place = null!;
    private SqlStore store = null!;

    [SetUp]
    public async Task OpenStore()
    {
        place = await StorePlace.Create(kind);
        store = place.Store("audit");
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
    public async Task Keeps_what_was_appended_newest_first()
    {
        await using var trail = new AuditTrail(store, "node-1");
        await trail.Append(Record("ann", "deploy_service", "wf-1"), default);
        await trail.Append(Record("bob", "cancel_workflow", "wf-2") with { Environment = "staging", Detail = new JsonObject { ["n"] = 1.50m } }, default);

        var page = (await trail.Read(new(null, null, null, 10, null), default)).Value!;

        Assert.That(page.Items.Select(line => (line.Chain, line.Number, line.Record.Caller)), Is.EqualTo(new[] { ("node-1", 2L, "bob"), ("node-1", 1L, "ann") }));
        Assert.That(page.Items[0].Record.Detail!.ToJsonString(), Is.EqualTo("""{"n":1.50}"""));
        Assert.That(page.Items[0].PreviousHash, Is.EqualTo(page.Items[1].Hash));
        Assert.That(page.NextCursor, Is.Null);
    }

    [Test]
    public async Task Hashes_the_previous_hash_and_the_canonical_record()
    {
        await using var trail = new AuditTrail(store, "node-1");
        await trail.Append(Record("ann", "deploy_service", "wf-1"), default);

        var line = (await trail.Read(new(null, null, null, 10, null), default)).Value!.Items[0];

        // printf '%s%s' "$(printf 'agentic audit chain node-1' | sha256sum | cut -c1-64)" '<canonical>' | sha256sum
        const string Canonical = """{"at":"2026-03-01T12:00:00\u002B00:00","caller":"ann","door":"rest","kind":"command","operation":"deploy_service","outcome":"accepted","subject":"wf-1"}""";
        Assert.That(AuditChain.Canonical(line.Record), Is.EqualTo(Canonical));
        Assert.That(line.PreviousHash, Is.EqualTo("309f2d45f282531d1e7ba85cb7e2fd98306cbc458b27e4fb9d1415958a637530"));
        Assert.That(line.Hash, Is.EqualTo("52652ad9392a80aca1657c4c6f1c787165e3c538eb4c37e5e5caf185dfc922c7"));
    }

    [Test]
    public async Task Finds_by_caller_operation_and_subject_and_pages()
    {
        await using var trail = new AuditTrail(store, "node-1");
        for (var i = 0; i < 5; i++)
            await trail.Append(Record(i % 2 == 0 ? "ann" : "bob", $"op_{i}", "wf-1"), default);

        var first = (await trail.Read(new("ann", null, "wf-1", 2, null), default)).Value!;
        var second = (await trail.Read(new("ann", null, "wf-1", 2, first.NextCursor), default)).Value!;
        var one = (await trail.Read(new(null, "op_3", null, 2, null), default)).Value!;

        Assert.That(first.Items.Concat(second.Items).Select(line => line.Record.Operation), Is.EqualTo(new[] { "op_4", "op_2", "op_0" }));
        Assert.That(second.NextCursor, Is.Null);
        Assert.That(one.Items.Single().Record.Caller, Is.EqualTo("bob"));
    }

    [Test]
    public async Task Refuses_a_cursor_it_did_not_hand_out()
    {
        await using var trail = new AuditTrail(store, "node-1");

        Assert.That((await trail.Read(new(null, null, null, 10, "nonsense"), default)).Refusal?.Kind, Is.EqualTo(RefusalKind.Malformed));
    }

    [Test]
    public async Task Is_intact_after_many_appends_at_once_and_a_restart()
    {
        await using (var trail = new AuditTrail(store, "node-1"))
            await Task.WhenAll(Enumerable.Range(0, 300).Select(i => trail.Append(Record("ann", $"op_{i}", null), default)));
        await using var restarted = new AuditTrail(store, "node-1");
        await restarted.Append(Record("ann", "op", null), default);

        var verified = await restarted.Verify(default);

        Assert.That(verified, Is.EqualTo(new AuditVerification(true, 301, verified.Chains, null)));
        Assert.That(verified.Chains.Single().Records, Is.EqualTo(301));
    }

    [Test]
    public async Task Is_intact_when_empty()
    {
        await using var trail = new AuditTrail(store, "node-1");

        Assert.That(await trail.Verify(default) with { Chains = null! }, Is.EqualTo(new AuditVerification(true, 0, null!, null)));
    }

    [TestCase("UPDATE audit_records SET record = REPLACE(record, 'bob', 'eve'), caller = REPLACE(caller, 'bob', 'eve') WHERE number = 2", "record 2: its hash does not fit")]
    [TestCase("DELETE FROM audit_records WHERE number = 2", "record 3: record 2 is missing")]
    [TestCase("DELETE FROM audit_records WHERE number = 3", "ends at record 2 but had 3")]
    [TestCase("UPDATE audit_records SET caller = 'eve' WHERE number = 2", "record 2: the columns it is found by were changed")]
    [TestCase("UPDATE audit_records SET at = at + 1 WHERE number = 2", "record 2: the columns it is found by were changed")]
    [TestCase("UPDATE audit_records SET hash = previous_hash WHERE number = 2", "record 2: its hash does not fit")]
    [TestCase("UPDATE audit_chains SET hash = 'x'", "its head says 3 with another hash")]
    [TestCase("DELETE FROM audit_chains", "no head")]
    [TestCase("UPDATE audit_records SET chain = 'node-9'", "record 1: it does not follow")]
    [TestCase("UPDATE audit_records SET number = number + 10 WHERE number = 3", "record 3 is missing")]
    public async Task Says_where_the_chain_was_broken(string tampering, string said)
    {
        await using var trail = new AuditTrail(store, "node-1");
        foreach (var caller in (string[])["ann", "bob", "cid"])
            await trail.Append(Record(caller, "deploy_service", "wf-1"), default);
        await Tamper(tampering);

        var verified = await trail.Verify(default);

        Assert.That(verified.Intact, Is.False);
        Assert.That(verified.Problem, Does.Contain(said));
    }

    [Test]
    public async Task Shows_that_another_chain_was_cut_even_with_its_head()
    {
        await using var first = new AuditTrail(store, "node-1");
        await using var second = new AuditTrail(store, "node-2");
        await first.Append(Record("ann", "op_1", null), default);
        await first.Append(Record("ann", "op_2", null), default);
        await second.Append(Record("bob", "op_3", null), default);
        Assert.That((await second.Verify(default)).Problem, Is.Null);
        var anchor = (await second.Read(new(null, "anchor_chains", null, 10, null), default)).Value!.Items.Single();
        Assert.That((anchor.Chain, anchor.Number, anchor.Record.Kind), Is.EqualTo(("node-2", 1L, "anchor")));

        await Tamper("DELETE FROM audit_records WHERE chain = 'node-1' AND number = 2");
        await Tamper("UPDATE audit_chains SET records = 1, hash = (SELECT hash FROM audit_records WHERE chain = 'node-1') WHERE chain = 'node-1'");

        Assert.That((await second.Verify(default)).Problem, Does.Contain("Chain 'node-1', record 2: record 1 of chain 'node-2' saw it, and it is gone now"));
    }

    [Test]
    public async Task Keeps_every_chain_whole_while_two_nodes_write()
    {
        await using var first = new AuditTrail(store, "node-1");
        await using var second = new AuditTrail(store, "node-2");

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? first : second).Append(Record("ann", $"op_{i}", null), default)));

        var verified = await first.Verify(default);
        Assert.That(verified.Problem, Is.Null);
        Assert.That(verified.Records, Is.GreaterThanOrEqualTo(100));
    }

    [Test]
    public async Task Keeps_one_chain_whole_that_two_nodes_of_one_name_write()
    {
        await using var first = new AuditTrail(store, "node-1");
        await using var second = new AuditTrail(store, "node-1");

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? first : second).Append(Record("ann", $"op_{i}", "nul\0"), default)));

        var verified = await first.Verify(default);
        Assert.That(verified.Problem, Is.Null);
        Assert.That(verified.Chains.Single().Records, Is.EqualTo(100));
        Assert.That((await first.Read(new(null, null, "nul\0", 200, null), default)).Value!.Items, Has.Count.EqualTo(100));
    }

    [Test]
    public async Task Fails_the_append_when_the_store_is_closed()
    {
        var trail = new AuditTrail(store, "node-1");
        await trail.DisposeAsync();

        Assert.That(async () => await trail.Append(Record("ann", "op", null), default), Throws.InstanceOf<ObjectDisposedException>());
    }

    private static AuditRecord Record(string caller, string operation, string? subject) =>
        new(Noon, "command", caller, "rest", operation, null, subject, null, "accepted", null);

    private async Task Tamper(string sql)
    {
        await using var connection = await store.Open(default);
        await connection.Execute(null, sql, default);
    }
}
