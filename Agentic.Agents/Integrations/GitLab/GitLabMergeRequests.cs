using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.GitLab;

/// <param name="Url">Null where GitLab names none.</param>
/// <param name="IsNew">False where one was open already.</param>
internal readonly record struct MergeRequest(string? Url, bool IsNew);

/// <summary>Asks people to merge a branch; what is open already is found and not asked for again.</summary>
internal static class GitLabMergeRequests
{
    /// <param name="project">Path of the project's API, such as <c>projects/4711</c>.</param>
    public static async Task<Outcome<MergeRequest>> Open(GitLabClient client, string project, string branch, string into, string title, string text, CancellationToken cancellation)
    {
        var open = await client.Get(
            $"{project}/merge_requests?state=opened&source_branch={Uri.EscapeDataString(branch)}&target_branch={Uri.EscapeDataString(into)}", cancellation).ConfigureAwait(false);
        if (open.IsRefused)
            return open.Refusal;
        if ((open.Value.Body as JsonArray)?.FirstOrDefault() is { } known)
            return new MergeRequest((string?)known["web_url"], IsNew: false);
        var body = new JsonObject { ["source_branch"] = branch, ["target_branch"] = into, ["title"] = title, ["remove_source_branch"] = true };
        if (text.Length > 0)
            body["description"] = text;
        var made = await client.Post($"{project}/merge_requests", body, cancellation).ConfigureAwait(false);
        return made.Select(answer => new MergeRequest((string?)answer.Body?["web_url"], IsNew: true));
    }
}
