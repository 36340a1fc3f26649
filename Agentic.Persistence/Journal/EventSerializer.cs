using System.Text.Json;
using Agentic.Agents.Operations;
using Akka.Actor;
using Akka.Serialization;

namespace Agentic.Persistence.Journal;

/// <summary>Writes every event of the product as UTF-8 JSON under its stored name; independent of .NET type names.</summary>
internal sealed class EventSerializer(ExtendedActorSystem system, EventManifest events) : SerializerWithStringManifest(system)
{
    /// <summary>Stored with every row: it never changes.</summary>
    public const int Id = 7411;

    public override int Identifier => Id;

    public override string Manifest(object o) => events.Of(o.GetType()).Manifest;

    public override byte[] ToBinary(object obj) => JsonSerializer.SerializeToUtf8Bytes(obj, events.Of(obj.GetType()).Type);

    public override object FromBinary(byte[] bytes, string manifest) => Read(events, bytes, manifest);

    public static IJournalled Read(EventManifest events, byte[] bytes, string manifest) =>
        JsonSerializer.Deserialize(bytes, events.Of(manifest).Type) as IJournalled
        ?? throw new JsonException($"A stored '{manifest}' holds no event.");
}
