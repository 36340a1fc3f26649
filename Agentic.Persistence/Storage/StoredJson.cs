using System.Text.Json;
using System.Text.Json.Serialization;
using Agentic.Agents.Operations;

namespace Agentic.Persistence.Storage;

/// <summary>How our own rows are read back: nulls are left out when writing, and a row of another version may have members more or fewer.</summary>
internal static class StoredJson
{
    public static JsonSerializerOptions Options { get; } = new(AgenticJson.Options)
    {
        RespectRequiredConstructorParameters = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    public static T Read<T>(string text) =>
        JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException($"A stored row holds null where a {typeof(T).Name} belongs.");

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);
}
