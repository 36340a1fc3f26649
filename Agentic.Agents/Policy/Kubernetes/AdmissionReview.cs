using System.Text;
using System.Text.Json;

namespace Agentic.Agents.Policy.Kubernetes;

/// <summary>What a validating webhook answers the API server: the response document, or why the request is none.</summary>
internal sealed record AdmissionAnswer(string? Response, string? Error);

/// <summary>Turns an <c>AdmissionReview</c> request into its response: findings that block deny the request, the others become warnings.</summary>
internal static class AdmissionReview
{
    private const int MaxWarnings = 20;
    private const int MaxWarning = 256;

    /// <param name="blocks">Whether a finding blocks in the environment the webhook stands for.</param>
    public static AdmissionAnswer Answer(string body, Func<Finding, bool> blocks)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = YamlReader.MaxDepth });
            var review = document.RootElement;

            if (review.ValueKind != JsonValueKind.Object || !review.TryGetProperty("request", out var request) || request.ValueKind != JsonValueKind.Object
                || !request.TryGetProperty("uid", out var uid) || uid.ValueKind != JsonValueKind.String || uid.GetString() is not { Length: > 0 } id)
            {
                return new AdmissionAnswer(null, "The body is not an AdmissionReview: it has no request with a uid.");
            }

            var version = review.TryGetProperty("apiVersion", out var api) && api.ValueKind == JsonValueKind.String ? api.GetString()! : "admission.k8s.io/v1";
            return new AdmissionAnswer(Respond(version, id, Findings(request), blocks), null);
        }
        catch (JsonException broken)
        {
            return new AdmissionAnswer(null, $"The body is not JSON: {broken.Message}");
        }
    }

    /// <summary>A deletion brings nothing into the cluster; what has no object (a connect) cannot be judged by its manifest.</summary>
    private static IReadOnlyList<Finding> Findings(JsonElement request)
    {
        var operation = request.TryGetProperty("operation", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : "";

        if (operation is "DELETE" or "CONNECT" || !request.TryGetProperty("object", out var target) || target.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        var bundle = Bundle.Of(YamlReader.FromJson(target));
        var space = request.TryGetProperty("namespace", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        var placed = bundle.Manifests.Select(manifest => manifest.Namespace is null && space is { Length: > 0 } ? manifest with { Namespace = space } : manifest).ToList();
        return KubernetesPolicy.Findings(bundle with { Manifests = placed }, null);
    }

    private static string Respond(string version, string uid, IReadOnlyList<Finding> findings, Func<Finding, bool> blocks)
    {
        var denied = findings.Where(blocks).ToList();
        using var stream = new MemoryStream();

        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion", version);
            writer.WriteString("kind", "AdmissionReview");
            writer.WriteStartObject("response");
            writer.WriteString("uid", uid);
            writer.WriteBoolean("allowed", denied.Count == 0);

            if (denied.Count > 0)
            {
                writer.WriteStartObject("status");
                writer.WriteNumber("code", 403);
                writer.WriteString("reason", "Forbidden");
                writer.WriteString("message", string.Join(' ', denied.Take(10).Select(finding => $"[{finding.Rule}] {finding.Message}")) + (denied.Count > 10 ? $" And {denied.Count - 10} more." : ""));
                writer.WriteEndObject();
            }

            Warnings(writer, findings.Where(finding => !blocks(finding)));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The API server cuts long warnings and drops many; short ones reach the person at the keyboard.</summary>
    private static void Warnings(Utf8JsonWriter writer, IEnumerable<Finding> findings)
    {
        writer.WriteStartArray("warnings");

        foreach (var finding in findings.Take(MaxWarnings))
        {
            var text = $"[{finding.Rule}] {finding.Message}";
            writer.WriteStringValue(text.Length <= MaxWarning ? text : text[..(MaxWarning - 1)] + "…");
        }

        writer.WriteEndArray();
    }
}
