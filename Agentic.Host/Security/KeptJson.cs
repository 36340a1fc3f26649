using System.Text.Json;
using System.Text.Json.Serialization;
using Agentic.Agents.Operations;

namespace Agentic.Host.Security;

/// <summary>How what we wrote ourselves is read back: an empty member was left out, and one of a newer version is passed over.</summary>
internal static class KeptJson
{
    public static JsonSerializerOptions Options { get; } = new(AgenticJson.Options)
    {
        RespectRequiredConstructorParameters = false,
        RespectNullableAnnotations = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        WriteIndented = false,
    };

    public static JsonSerializerOptions Indented { get; } = new(Options) { WriteIndented = true };
}
