using System.Text.Json.Nodes;

namespace Agentic.Agents.Policy.Kubernetes;

/// <summary>One object the API server asks about.</summary>
/// <param name="Manifest">The object as JSON, in the namespace it goes to; null where nothing comes into the cluster.</param>
/// <param name="IsDryRun">The API server only tries; nothing may be kept of it.</param>
internal sealed record AdmissionQuestion(string Version, string Uid, string? Manifest, string? Subject, bool IsDryRun);

/// <summary>Reads an <c>AdmissionReview</c> request and writes its response: what blocks denies, the rest becomes warnings.</summary>
internal static class AdmissionReview
{
    private const int MaxWarnings = 20;
    private const int MaxWarning = 256;

    /// <summary>Null where the review has no request with a uid: then there is nobody to answer.</summary>
    public static AdmissionQuestion? Read(string? version, JsonObject? request)
    {
        if (request is null || Text(request, "uid") is not { Length: > 0 } uid)
        {
            return null;
        }

        var space = Text(request, "namespace");
        var name = Text(request, "name") ?? Text(request["object"]?["metadata"] as JsonObject, "name") ?? Text(request["object"]?["metadata"] as JsonObject, "generateName");
        var kind = Text(request["kind"] as JsonObject, "kind") ?? Text(request["object"] as JsonObject, "kind");
        var subject = $"{kind}/{space}/{name}";
        return new AdmissionQuestion(
            version ?? "admission.k8s.io/v1", uid, Manifest(request, space), subject.Length <= 200 ? subject : subject[..200],
            request["dryRun"] is JsonValue dry && dry.TryGetValue<bool>(out var isDry) && isDry);
    }

    public static JsonObject Answer(AdmissionQuestion question, PolicyVerdict? verdict)
    {
        var response = new JsonObject { ["uid"] = question.Uid, ["allowed"] = verdict?.Blocked != true };
        if (verdict?.Blocked == true)
        {
            var facts = verdict.Violations.Where(Counts).Take(10).Select(violation => $"[{violation.Rule}] {violation.Message}");
            response["status"] = new JsonObject { ["code"] = 403, ["reason"] = "Forbidden", ["message"] = string.Join(' ', facts.Prepend(verdict.Decision)) };
        }

        var warnings = (verdict?.Violations ?? []).Where(violation => verdict?.Blocked != true || !Counts(violation)).Take(MaxWarnings).Select(violation => JsonValue.Create(Short($"[{violation.Rule}] {violation.Message}")));
        response["warnings"] = new JsonArray([.. warnings]);
        return new JsonObject { ["apiVersion"] = question.Version, ["kind"] = "AdmissionReview", ["response"] = response };
    }

    private static bool Counts(Violation violation) => PolicyEvaluation.Rank(violation.Severity) >= PolicyEvaluation.Rank("medium");

    /// <summary>A deletion brings nothing into the cluster; what has no object (a connect) cannot be judged by its manifest.</summary>
    private static string? Manifest(JsonObject request, string? space)
    {
        if (Text(request, "operation") is "DELETE" or "CONNECT" || request["object"] is not JsonObject target)
        {
            return null;
        }

        var placed = target.DeepClone().AsObject();
        if (space is { Length: > 0 } && placed["metadata"] is JsonObject metadata && !metadata.ContainsKey("namespace"))
        {
            metadata["namespace"] = space;
        }

        return placed.ToJsonString();
    }

    /// <summary>The API server cuts long warnings and drops many; short ones reach the person at the keyboard.</summary>
    private static string Short(string text) => text.Length <= MaxWarning ? text : text[..(MaxWarning - 1)] + "…";

    private static string? Text(JsonObject? owner, string name) => owner?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
