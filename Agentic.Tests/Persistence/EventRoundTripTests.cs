using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Agents.Planner;
using Agentic.Persistence.Journal;
using Agentic.Tests.Support;

namespace Agentic.Tests.Persistence;

/// <summary>
/// Holds the stored contract: each event a source lists has a case file <c>cases/events/{manifest}.json</c>, exactly as the journal of a
/// released version holds it. Reading it and writing it again must give the same bytes; that fails on a renamed or retyped member, and
/// on an event nobody wrote a case for.
/// </summary>
internal sealed class EventRoundTripTests
{
    private static readonly string Cases = Path.Combine(SourceTree.Cases("Persistence"), "events");

    private static IEnumerable<string> Manifests => Sources().SelectMany(source => source.Events).Select(kind => kind.Manifest);

    [TestCaseSource(nameof(Manifests))]
    public void Reads_what_an_earlier_version_wrote_and_writes_the_same(string manifest)
    {
        var events = new EventManifest(Sources());
        var file = Path.Combine(Cases, $"{manifest}.json");
        if (!File.Exists(file))
            Assert.Fail($"'{manifest}' has no case. What is stored under this name stays readable for ever; if it is right, this is {file}:\n{Draft(events.Of(manifest))}");
        var stored = File.ReadAllText(file).TrimEnd('\n');

        var happened = EventSerializer.Read(events, Encoding.UTF8.GetBytes(stored), manifest);
        var written = JsonSerializer.Serialize(happened, events.Of(happened.GetType()).Type);

        Assert.That(written, Is.EqualTo(stored));
        Assert.That(events.Of(happened.GetType()).Manifest, Is.EqualTo(manifest));
    }

    [TestCaseSource(nameof(Manifests))]
    public void Loses_no_member_on_the_way(string manifest)
    {
        Assume.That(Path.Combine(Cases, $"{manifest}.json"), Does.Exist);
        var events = new EventManifest(Sources());
        var happened = EventSerializer.Read(events, File.ReadAllBytes(Path.Combine(Cases, $"{manifest}.json")), manifest);

        var again = EventSerializer.Read(events, JsonSerializer.SerializeToUtf8Bytes(happened, events.Of(manifest).Type), manifest);

        Assert.That(Unset(happened, happened.GetType().Name), Is.Empty, "The case leaves members out, so nothing would show that they are kept.");
        Assert.That(Difference(happened, again, happened.GetType().Name), Is.Null);
    }

    [Test]
    public void Has_no_case_for_an_event_that_is_gone() =>
        Assert.That(Directory.GetFiles(Cases).Select(Path.GetFileNameWithoutExtension), Is.EquivalentTo(Manifests), "An event that was once stored stays readable for ever.");

    [Test]
    public void Finds_every_event_type_listed() =>
        Assert.That(Journalled(), Is.EquivalentTo(Sources().SelectMany(source => source.Events).Select(kind => kind.Type.Type)), "Each event is listed by its agent's IEventSource.");

    [Test]
    public void Refuses_to_start_on_two_events_of_one_name()
    {
        var clash = new Listed(
            new EventType("test.happened", CountingEventJson.Default.Happened, "t"), new EventType("test.happened", CountingEventJson.Default.Other, "t"));

        Assert.That(() => new EventManifest([clash]), Throws.InvalidOperationException.With.Message.Contains("'test.happened' names both"));
    }

    [Test]
    public void Refuses_to_start_on_one_event_of_two_names()
    {
        var clash = new Listed(new EventType("a.b", CountingEventJson.Default.Happened, "t"), new EventType("a.c", CountingEventJson.Default.Happened, "t"));

        Assert.That(() => new EventManifest([clash]), Throws.InvalidOperationException.With.Message.Contains("is stored both as 'a.b' and as 'a.c'"));
    }

    [Test]
    public void Says_what_to_do_about_an_event_of_a_newer_version() =>
        Assert.That(
            () => EventSerializer.Read(new EventManifest([]), "{}"u8.ToArray(), "task.teleported"),
            Throws.ArgumentException.With.Message.Contains("an event named 'task.teleported' that this version does not know"));

    [Test]
    public void Notices_a_lost_member() =>
        Assert.That(Difference(new TaskSkipped("a", "r", "x", default), new TaskSkipped("a", "r", null, default), "e"), Is.EqualTo("e.By"));

    private static List<IEventSource> Sources() =>
    [
        .. Journalling().SelectMany(assembly => assembly.GetTypes())
            .Where(type => typeof(IEventSource).IsAssignableFrom(type) && type is { IsAbstract: false } && type.GetConstructor(Type.EmptyTypes) is not null)
            .Select(type => (IEventSource)Activator.CreateInstance(type)!),
    ];

    private static IEnumerable<Type> Journalled() =>
        Journalling().SelectMany(assembly => assembly.GetTypes()).Where(type => typeof(IJournalled).IsAssignableFrom(type) && type is { IsAbstract: false, IsInterface: false });

    private static Assembly[] Journalling() => [typeof(IJournalled).Assembly, typeof(EventManifest).Assembly];

    private static string Draft(EventType kind) => JsonSerializer.Serialize(EventSample.Of(kind.Type.Type), kind.Type);

    /// <summary>The place of the first member that differs; null where all are equal.</summary>
    private static string? Difference(object? one, object? other, string place) => (one, other) switch
    {
        (null, null) => null,
        (null, _) or (_, null) => place,
        (JsonNode a, JsonNode b) => JsonNode.DeepEquals(a, b) ? null : place,
        (string or ValueType, _) => one.Equals(other) ? null : place,
        (IEnumerable a, IEnumerable b) => a.Cast<object?>().Count() != b.Cast<object?>().Count()
            ? place
            : a.Cast<object?>().Zip(b.Cast<object?>(), (x, y) => Difference(x, y, $"{place}[]")).FirstOrDefault(difference => difference is not null),
        _ => one.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(member => Difference(member.GetValue(one), member.GetValue(other), $"{place}.{member.Name}")).FirstOrDefault(difference => difference is not null),
    };

    /// <summary>Members of the event itself that a case leaves empty.</summary>
    private static IEnumerable<string> Unset(object happened, string place) =>
        happened.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(member => member.GetValue(happened) is null).Select(member => $"{place}.{member.Name}");

    private sealed class Listed(params EventType[] events) : IEventSource
    {
        public IEnumerable<EventType> Events => events;
    }
}
