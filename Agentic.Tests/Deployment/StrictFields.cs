using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace Agentic.Tests.Deployment;

/// <summary>Finds what a strict API server refuses: fields the client library's own model of the API does not know.</summary>
internal static class StrictFields
{
    public static string? Unknown(JsonObject wanted, string kind)
    {
        var known = JsonNode.Parse(kind == "Deployment" ? KubernetesJson.Serialize(KubernetesJson.Deserialize<V1Deployment>(wanted.ToJsonString())) : KubernetesJson.Serialize(KubernetesJson.Deserialize<V1Service>(wanted.ToJsonString())))!;
        return Missing(wanted, known, "");
    }

    private static string? Missing(JsonNode? sent, JsonNode? known, string path) => sent switch
    {
        JsonObject members => members.Where(member => member.Value is not null)
            .Select(member => known?[member.Key] is { } same ? Missing(member.Value, same, $"{path}.{member.Key}") : $"{path}.{member.Key}".TrimStart('.'))
            .FirstOrDefault(missing => missing is not null),
        JsonArray items => items.Select((item, i) => Missing(item, known?[i], $"{path}[{i}]")).FirstOrDefault(missing => missing is not null),
        _ => null,
    };
}
