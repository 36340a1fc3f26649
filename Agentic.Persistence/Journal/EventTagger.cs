using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Persistence.Journal;

namespace Agentic.Persistence.Journal;

/// <summary>Marks each event with the tag its projections subscribe to.</summary>
internal sealed class EventTagger : IWriteEventAdapter
{
    private readonly ConcurrentDictionary<Type, ImmutableHashSet<string>> tags = new();
    private readonly EventManifest events;

    /// <summary>Made by the journal from its configuration; the events come in the actor system's set-up.</summary>
    public EventTagger(ExtendedActorSystem system) =>
        events = system.Settings.Setup.Get<EventManifestSetup>().Value.Events;

    public string Manifest(object evt) => string.Empty;

    public object ToJournal(object evt) => new Tagged(evt, tags.GetOrAdd(evt.GetType(), TagsOf));

    private ImmutableHashSet<string> TagsOf(Type type) => [events.Of(type).Tag];
}

/// <summary>Carries the events to what the actor system makes by reflection.</summary>
internal sealed class EventManifestSetup(EventManifest events) : Setup
{
    public EventManifest Events { get; } = events;
}
