using System.Text.Json;

namespace Agentic.Host.Webhooks;

/// <summary>What a delivery says, in the words the rules use.</summary>
/// <param name="Kind">push, tag, merge, pipeline_succeeded, pipeline_failed, argocd_synced, argocd_failed or argocd_degraded.</param>
/// <param name="Repository">owner/name; for Argo CD the application.</param>
internal sealed record WebhookEvent(string Provider, string Kind, string Repository, string Branch, string Commit, string Pipeline = "")
{
    private const string Heads = "refs/heads/";
    private const string Tags = "refs/tags/";

    /// <summary>Null where the delivery is of a kind, or says something, that no rule could be about.</summary>
    public static WebhookEvent? OfGitHub(string kind, JsonElement body) => kind switch
    {
        "push" when !Flag(body, "deleted") => Pushed("github", Text(body, "repository", "full_name"), Text(body, "ref"), Text(body, "after")),
        "pull_request" when Text(body, "action") == "closed" && body.TryGetProperty("pull_request", out var pull) && Flag(pull, "merged") =>
            new("github", "merge", Text(body, "repository", "full_name"), Text(pull, "base", "ref"), Text(pull, "merge_commit_sha")),
        "workflow_run" when Text(body, "action") == "completed" && Outcome(Text(body, "workflow_run", "conclusion")) is { } outcome =>
            new("github", outcome, Text(body, "repository", "full_name"), Text(body, "workflow_run", "head_branch"), Text(body, "workflow_run", "head_sha"), Text(body, "workflow_run", "id")),
        _ => null,
    };

    public static WebhookEvent? OfGitLab(string kind, JsonElement body) => kind switch
    {
        "Push Hook" or "Tag Push Hook" when !IsZero(Text(body, "after")) => Pushed("gitlab", Text(body, "project", "path_with_namespace"), Text(body, "ref"), Or(Text(body, "checkout_sha"), Text(body, "after"))),
        "Merge Request Hook" when Text(body, "object_attributes", "action") == "merge" =>
            new("gitlab", "merge", Text(body, "project", "path_with_namespace"), Text(body, "object_attributes", "target_branch"), Or(Text(body, "object_attributes", "merge_commit_sha"), Text(body, "object_attributes", "last_commit", "id"))),
        "Pipeline Hook" when Outcome(Text(body, "object_attributes", "status")) is { } outcome =>
            new("gitlab", outcome, Text(body, "project", "path_with_namespace"), Text(body, "object_attributes", "ref"), Text(body, "object_attributes", "sha"), Text(body, "object_attributes", "id")),
        _ => null,
    };

    /// <summary>What a notification of Argo CD sends by a template of five members: app, health, sync, phase and revision.</summary>
    public static WebhookEvent? OfArgoCd(JsonElement body)
    {
        var (application, phase) = (Text(body, "app"), Text(body, "phase"));
        var kind = Text(body, "health") == "Degraded" ? "argocd_degraded"
            : phase is "Failed" or "Error" ? "argocd_failed"
            : phase == "Succeeded" || Text(body, "sync") == "Synced" ? "argocd_synced"
            : null;
        return kind is null || application.Length == 0 ? null : new WebhookEvent("argocd", kind, application, "", Text(body, "revision"));
    }

    private static WebhookEvent? Pushed(string provider, string repository, string reference, string commit) =>
        IsZero(commit) ? null
        : reference.StartsWith(Heads, StringComparison.Ordinal) ? new WebhookEvent(provider, "push", repository, reference[Heads.Length..], commit)
        : reference.StartsWith(Tags, StringComparison.Ordinal) ? new WebhookEvent(provider, "tag", repository, reference[Tags.Length..], commit)
        : null;

    private static string? Outcome(string status) => status switch
    {
        "success" => "pipeline_succeeded",
        "failure" or "failed" or "timed_out" => "pipeline_failed",
        _ => null,
    };

    private static string Or(string first, string second) => first.Length > 0 ? first : second;

    private static bool IsZero(string commit) => commit.Length == 0 || commit.All(letter => letter == '0');

    private static bool Flag(JsonElement of, string member) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.True;

    private static string Text(JsonElement of, params ReadOnlySpan<string> path)
    {
        foreach (var member in path)
        {
            if (of.ValueKind != JsonValueKind.Object || !of.TryGetProperty(member, out of))
                return "";
        }

        return of.ValueKind switch
        {
            JsonValueKind.String => of.GetString()!,
            JsonValueKind.Number => of.GetRawText(),
            _ => "",
        };
    }
}
