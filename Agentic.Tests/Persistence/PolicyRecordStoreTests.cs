using System.Text.Json;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy;
using Agentic.Persistence.Policy;
using Agentic.Persistence.Storage;

namespace Agentic.Tests.Persistence;

[TestFixture(StoreKind.Sqlite)]
[TestFixture(StoreKind.Postgres)]
internal sealed class PolicyRecordStoreTests(StoreKind kind)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private StorePlace place = null!;
    private SqlStore store = null!;

    [SetUp]
    public async Task OpenStore()
    {
        place = await StorePlace.Create(kind);
        store = place.Store("policy");
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
    public async Task Keeps_validations_over_a_restart_and_finds_them_by_id_and_time()
    {
        await using (var records = new PolicyRecordStore(store))
        {
            await records.Save(Validation("pol-1", Noon), default);
            await records.Save(Validation("pol-2", Noon.AddHours(1)), default);
            await records.Save(Validation("pol-1", Noon.AddHours(2)), default);
        }

        await using var reopened = new PolicyRecordStore(store);
        Assert.That(Json(await reopened.Find("pol-1", default)), Is.EqualTo(Json(Validation("pol-1", Noon))));
        Assert.That(await reopened.Find("pol-3", default), Is.Null);
        Assert.That(await Ids(reopened.Between(Noon, Noon.AddHours(1), newestFirst: false, default)), Is.EqualTo(new[] { "pol-1" }));
        Assert.That(await Ids(reopened.Between(Noon, Noon.AddHours(3), newestFirst: false, default)), Is.EqualTo(new[] { "pol-1", "pol-2" }));
        Assert.That(await Ids(reopened.Between(Noon, Noon.AddHours(3), newestFirst: true, default)), Is.EqualTo(new[] { "pol-2", "pol-1" }));
    }

    [Test]
    public async Task Keeps_every_exception_in_the_order_they_were_granted()
    {
        await using var records = new PolicyRecordStore(store);
        await records.Grant(Exception("exc-2", Noon.AddDays(1)), default);
        await records.Grant(Exception("exc-1", Noon), default);

        Assert.That(await records.Exceptions(default), Is.EqualTo(new[] { Exception("exc-1", Noon), Exception("exc-2", Noon.AddDays(1)) }));
    }

    [Test]
    public async Task Keeps_the_first_report_of_a_quarter()
    {
        await using var records = new PolicyRecordStore(store);
        var first = new KeptReport("2026-Q1", Noon, new string('a', 64), new string('b', 64));
        await records.Keep(first, default);
        await records.Keep(first with { Artifact = new string('c', 64) }, default);

        Assert.That((await records.Report("2026-Q1", default), await records.Report("2026-Q2", default)), Is.EqualTo((first, (KeptReport?)null)));
    }

    [Test]
    public async Task Tells_of_each_validation_once_and_in_order()
    {
        await using var records = new PolicyRecordStore(store);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => records.Save(Validation($"pol-{number}", Noon.AddMinutes(number)), default)));
        await records.Save(Validation("pol-3", Noon), default);

        var first = await records.Notices(0, 15, default);
        var rest = await records.Notices(first[^1].Number, 15, default);

        Assert.That(first.Concat(rest).Select(notice => notice.Number), Is.EqualTo(Enumerable.Range(1, 20).Select(number => (long)number)));
        Assert.That(first.Concat(rest).Select(notice => (string)notice.Detail["validation_id"]!), Is.EquivalentTo(Enumerable.Range(0, 20).Select(number => $"pol-{number}")));
        Assert.That((first[0].Source, first[0].DetailType), Is.EqualTo(("agentic-framework.policy", "policy.validated")));
    }

    private static async Task<List<string>> Ids(IAsyncEnumerable<ValidationRecord> validations)
    {
        var ids = new List<string>();
        await foreach (var validation in validations)
            ids.Add(validation.Id);
        return ids;
    }

    private static string Json(ValidationRecord? validation) => JsonSerializer.Serialize(validation, AgenticJson.Options);

    private static ValidationRecord Validation(string id, DateTimeOffset at) =>
        new(id, at, "ada", "terraform", "staging", null, "abc", true, false, PolicyMode.Enforced, "Nothing is open.", [], [], ["terraform"], 230, [new NotChecked("trivy", "It is not installed.")]);

    private static PolicyException Exception(string id, DateTimeOffset at) => new(id, "aws-s3-versioning", "aws_s3_bucket.logs", null, "ada", "Logs live 7 days.", "bob", at, at.AddDays(30));
}
