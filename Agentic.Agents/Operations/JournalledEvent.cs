using System.Text.Json.Serialization.Metadata;

namespace Agentic.Agents.Operations;

/// <summary>Marks what is written to the journal: a stored contract, never renamed, each with a round-trip test.</summary>
internal interface IJournalled;

/// <summary>One kind of event and the name it is stored under for ever.</summary>
/// <param name="Manifest">Stored beside the payload, e.g. <c>task.completed</c>; independent of the .NET name.</param>
/// <param name="Type">How the payload reads and writes, from a source-generated context.</param>
/// <param name="Tag">What a projection subscribes to, e.g. <c>workflow</c>.</param>
internal sealed record EventType(string Manifest, JsonTypeInfo Type, string Tag);

/// <summary>The events an agent writes; the journal's serializer gathers every source and refuses to start on a clash.</summary>
internal interface IEventSource
{
    IEnumerable<EventType> Events { get; }
}
