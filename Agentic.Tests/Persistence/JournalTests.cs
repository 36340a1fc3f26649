using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Agentic.Agents.Operations;
using Agentic.Persistence;
using Agentic.Persistence.Storage;
using Akka.Actor;
using Akka.Persistence.Query;
using Akka.Persistence.Sql.Query;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Agentic.Tests.Persistence;

/// <summary>What any writer of the journal owes its entities; each writer on each database.</summary>
[TestFixture(StoreKind.Sqlite, "Stock")]
[TestFixture(StoreKind.Sqlite, "GroupCommit")]
[TestFixture(StoreKind.Postgres, "Stock")]
[TestFixture(StoreKind.Postgres, "GroupCommit")]
internal sealed class JournalTests(StoreKind kind, string writer)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private StorePlace place = null!;

    [SetUp]
    public async Task CreatePlace()
    {
        place = await StorePlace.Create(kind);
        place.Options.Writer = Enum.Parse<JournalWriter>(writer);
    }

    [TearDown]
    public void DropPlace() => place?.Dispose();

    [Test]
    public async Task Replays_events_in_the_order_they_were_written()
    {
        await using var host = await Start();
        await host.Write("a", Counted(1, 3));
        await host.Write("a", Counted(4, 2));

        var state = await Recovered(host, "a");

        Assert.That(state.Events, Is.EqualTo(Counted(1, 5)));
        Assert.That(state.LastSequence, Is.EqualTo(5));
    }

    [Test]
    public async Task Begins_an_unknown_entity_at_nothing()
    {
        await using var host = await Start();

        var state = await Recovered(host, "nobody");

        Assert.That(state.Events, Is.Empty);
        Assert.That(state.LastSequence, Is.Zero);
    }

    [Test]
    public async Task Goes_on_counting_after_a_restart()
    {
        await using (var host = await Start())
            await host.Write("a", Counted(1, 2));

        await using var restarted = await Start();
        await restarted.Write("a", Counted(3, 1));

        var state = await Recovered(restarted, "a");
        Assert.That(state.Events, Is.EqualTo(Counted(1, 3)));
        Assert.That(state.LastSequence, Is.EqualTo(3));
    }

    [Test]
    public async Task Keeps_many_entities_apart_that_write_at_once()
    {
        await using var host = await Start();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async entity =>
        {
            await host.Write($"e{entity}", Counted(entity, 3));
            await host.Write($"e{entity}", Counted(entity + 3, 2));
        }));

        var states = await Task.WhenAll(Enumerable.Range(0, 200).Select(entity => Recovered(host, $"e{entity}")));
        Assert.That(states.Select(state => state.LastSequence), Is.All.EqualTo(5));
        for (var entity = 0; entity < 200; entity++)
            Assert.That(states[entity].Events, Is.EqualTo(Counted(entity, 5)));
    }

    [Test]
    public async Task Rejects_a_write_it_cannot_serialise_whole_and_takes_the_next()
    {
        await using var host = await Start();
        var entity = host.Entity("a");

        Assert.That(
            async () => await entity.Ask<JournalHost.Done>(new IJournalled[] { new Happened(1), new NotSerialisable(), new Happened(2) }, Patience),
            Throws.Exception);
        await entity.GracefulStop(Patience);
        Assert.That((await Recovered(host, "a")).Events, Is.Empty);

        await host.Write("a", Counted(7, 1));
        Assert.That((await Recovered(host, "a")).Events, Is.EqualTo(Counted(7, 1)));
    }

    [Test]
    public async Task Fails_the_second_writer_of_the_same_sequence_and_nobody_else()
    {
        await using var host = await Start();
        var first = host.Entity("a");
        var second = host.Entity("a");
        await Task.WhenAll(first.Ask<JournalHost.State>(new JournalHost.GetState(), Patience), second.Ask<JournalHost.State>(new JournalHost.GetState(), Patience));
        await first.Ask<JournalHost.Done>(Counted(1, 2), Patience);

        // The plug-in's own writer may fail whatever shares a batch with a bad write, so beside it nobody else writes.
        var others = Enumerable.Range(0, writer == "Stock" ? 0 : 20).Select(other => host.Write($"o{other}", Counted(other, 2))).ToList();
        Assert.That(async () => await second.Ask<JournalHost.Done>(Counted(8, 2), Patience), Throws.Exception);
        await Task.WhenAll(others);

        Assert.That((await Recovered(host, "a")).Events, Is.EqualTo(Counted(1, 2)));
        if (others.Count > 0)
            Assert.That((await Recovered(host, "o19")).Events, Is.EqualTo(Counted(19, 2)));
    }

    [Test]
    public async Task Is_read_by_the_plug_ins_own_queries()
    {
        await using var host = await Start();
        await host.Write("a", Counted(1, 2));
        await host.Write("b", Counted(5, 1));
        await host.Write("c", new Other("x"));
        var journal = PersistenceQuery.Get(host.System).ReadJournalFor<SqlReadJournal>(SqlReadJournal.Identifier);

        var byTag = await journal.EventsByTag("counting", Offset.NoOffset()).Take(3).RunWith(Sink.Seq<EventEnvelope>(), host.System.Materializer()).WaitAsync(Patience);
        var byId = await journal.CurrentEventsByPersistenceId("a", 2, long.MaxValue).RunWith(Sink.Seq<EventEnvelope>(), host.System.Materializer()).WaitAsync(Patience);

        Assert.That(byTag.Select(envelope => (envelope.PersistenceId, envelope.SequenceNr, envelope.Event)), Is.EqualTo(new (string, long, object)[]
        {
            ("a", 1, new Happened(1)), ("a", 2, new Happened(2)), ("b", 1, new Happened(5)),
        }));
        Assert.That(byTag.Select(envelope => envelope.Tags), Is.All.EqualTo(new[] { "counting" }));
        Assert.That(byTag.Select(envelope => ((Sequence)envelope.Offset).Value), Is.Ordered.And.Unique);
        Assert.That(byId.Select(envelope => envelope.Event), Is.EqualTo(new[] { new Happened(2) }));
    }

    [Test]
    public async Task Lets_the_other_writer_take_over_the_same_tables()
    {
        await using (var host = await Start())
            await host.Write("a", Counted(1, 2));
        place.Options.Writer = place.Options.Writer == JournalWriter.Stock ? JournalWriter.GroupCommit : JournalWriter.Stock;
        await using (var host = await Start())
            await host.Write("a", Counted(3, 1));

        var rows = await Rows();

        Assert.That(rows.Select(row => (row.Sequence, row.Tags, row.Identifier, row.Manifest, row.IsDeleted)), Is.EqualTo(new[]
        {
            (1L, ";counting;", 7411L, "test.happened", false), (2L, ";counting;", 7411L, "test.happened", false), (3L, ";counting;", 7411L, "test.happened", false),
        }));
        Assert.That(rows.Select(row => row.Message), Is.EqualTo(new[] { """{"Number":1}""", """{"Number":2}""", """{"Number":3}""" }));
        Assert.That(rows[2].Created - rows[0].Created, Is.InRange(0, rows[0].Created / 1000), "Both writers must count time in the same unit.");
    }

    [Test]
    public async Task Replays_long_histories_in_pages()
    {
        await using var host = await Start();
        await host.Write("a", Counted(0, 2500));

        Assert.That((await Recovered(host, "a")).Events, Is.EqualTo(Counted(0, 2500)));
    }

    [Test]
    public async Task Keeps_payloads_byte_for_byte()
    {
        await using var host = await Start();
        var text = new string([.. Enumerable.Range(1, 0xD7FF).Where(code => code % 97 == 0).Select(code => (char)code)]) + "\0'\";--😀";

        await host.Write("a", new Other(text), new Other(new string('x', 3_000_000)));

        Assert.That((await Recovered(host, "a")).Events.Cast<Other>().Select(other => other.Text), Is.EqualTo(new[] { text, new string('x', 3_000_000) }));
    }

    [Test]
    public async Task Has_all_that_was_acknowledged_after_a_kill_and_no_half_of_a_write()
    {
        var acknowledged = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var round = 0; round < 2; round++)
        {
            using var child = Process.Start(new ProcessStartInfo(
                "dotnet", [typeof(JournalTests).Assembly.Location, "bench", "journal", "write-until-killed", writer, place.Options.DataPath, place.Options.ConnectionString])
            { RedirectStandardOutput = true })!;
            for (var lines = 0; lines < 300; lines++)
                Note(await child.StandardOutput.ReadLineAsync(), acknowledged);
            child.Kill();
            while (await child.StandardOutput.ReadLineAsync() is { } late)
                Note(late, acknowledged);
            await child.WaitForExitAsync();
        }

        await using var host = await Start();
        foreach (var (id, last) in acknowledged)
        {
            var state = await Recovered(host, id);
            Assert.That(state.LastSequence, Is.GreaterThanOrEqualTo(last).And.LessThanOrEqualTo(last + 2));
            Assert.That(state.LastSequence % 2, Is.Zero);
            Assert.That(state.Events, Is.EqualTo(Counted(1, (int)state.LastSequence)));
        }
    }

    private static void Note(string? line, Dictionary<string, long> acknowledged)
    {
        // The last line may be cut by the kill.
        if (line?.Split(' ') is [var id, var number] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && last > acknowledged.GetValueOrDefault(id) && last % 2 == 0)
            acknowledged[id] = last;
    }

    private Task<JournalHost> Start() => JournalHost.Start(place, new CountingEvents());

    private static IJournalled[] Counted(int from, int count) => [.. Enumerable.Range(from, count).Select(number => new Happened(number))];

    private static async Task<JournalHost.State> Recovered(JournalHost host, string id)
    {
        var entity = host.Entity(id);
        var state = await entity.Ask<JournalHost.State>(new JournalHost.GetState(), Patience);
        await entity.GracefulStop(Patience);
        return state;
    }

    private async Task<List<(long Sequence, string? Tags, long Identifier, string Manifest, bool IsDeleted, string Message, long Created)>> Rows()
    {
        await using var store = kind == StoreKind.Postgres
            ? SqlStore.Postgres("journal", place.Options.ConnectionString, "public")
            : SqlStore.Sqlite("journal", Path.Combine(place.Options.DataPath, "journal.db"));
        await using var connection = await store.Open(default);
        return await connection.Query(
            null,
            "SELECT sequence_number, tags, identifier, manifest, deleted, message, created FROM journal ORDER BY ordering",
            row => (row.GetInt64(0), row.GetStringOrNull(1), row.GetInt64(2), row.GetString(3), Convert.ToBoolean(row.GetValue(4), CultureInfo.InvariantCulture), System.Text.Encoding.UTF8.GetString((byte[])row.GetValue(5)), row.GetInt64(6)),
            default);
    }
}

internal sealed record Happened(int Number) : IJournalled;

internal sealed record Other(string Text) : IJournalled;

/// <summary>Known by name, but its content cannot be written.</summary>
internal sealed record NotSerialisable : IJournalled
{
    public JsonNode Broken => throw new NotSupportedException("This event cannot be written.");
}

[JsonSerializable(typeof(Happened))]
[JsonSerializable(typeof(Other))]
[JsonSerializable(typeof(NotSerialisable))]
internal sealed partial class CountingEventJson : JsonSerializerContext;

internal sealed class CountingEvents : IEventSource
{
    public IEnumerable<EventType> Events =>
    [
        new("test.happened", CountingEventJson.Default.Happened, "counting"),
        new("test.other", CountingEventJson.Default.Other, "other"),
        new("test.not_serialisable", CountingEventJson.Default.NotSerialisable, "other"),
    ];
}
