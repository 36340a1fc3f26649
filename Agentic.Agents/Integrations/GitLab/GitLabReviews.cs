using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Agentic.Agents.CodeGen.Publishing;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Reviews;

namespace Agentic.Agents.Integrations.GitLab;

/// <summary>Posts reviews to merge requests: a discussion for each finding on a changed line, and a note that sums up.</summary>
internal sealed class GitLabReviews(GitConnections connections, TimeProvider time) : IReviewTarget
{
    private const int MostPages = 50;

    private const int PageSize = 100;

    public string Provider => "gitlab";

    public async Task<Outcome<PostedReview>> Post(ReviewPlace place, ValidationRecord validation, Caller caller, CancellationToken cancellation)
    {
        var connection = connections.Find(place.Connection ?? "gitlab");
        if (connection.IsRefused)
        {
            return connection.Refusal;
        }

        if (connection.Value.Kind != "gitlab")
        {
            return Refusal.Unprocessable($"The connection '{place.Connection}' is of kind {connection.Value.Kind}, not gitlab.", [new MemberError("connection", "Name a connection to GitLab.")]);
        }

        var token = await connection.Value.ReadToken(cancellation).ConfigureAwait(false);
        if (token.IsRefused)
        {
            return token.Refusal;
        }

        if (token.Value.Length == 0)
        {
            return Refusal.Unprocessable("The connection to GitLab has no token. Configure one with the scope api.", [new MemberError("connection", "Name a connection that has a token.")]);
        }

        using var client = new GitLabClient(connection.Value.Api, token.Value, connection.Value.Timeout, time);
        return await new Work(client, place, validation, cancellation).Run().ConfigureAwait(false);
    }

    private sealed class Work(GitLabClient client, ReviewPlace place, ValidationRecord validation, CancellationToken cancellation)
    {
        private readonly string _request = string.Create(CultureInfo.InvariantCulture, $"projects/{Uri.EscapeDataString(place.Repository)}/merge_requests/{place.Number}");

        public async Task<Outcome<PostedReview>> Run()
        {
            var asked = await client.Get(_request, cancellation).ConfigureAwait(false);
            if (asked.IsRefused)
            {
                return asked.Refusal;
            }

            var request = asked.Value.Body;
            var (from, start, head) = ((string?)request?["diff_refs"]?["base_sha"], (string?)request?["diff_refs"]?["start_sha"], (string?)request?["diff_refs"]?["head_sha"]);
            if (from is null || start is null || head is null)
            {
                return Refusal.Conflict("GitLab has not prepared the merge request yet (no diff_refs). Post again in a moment.");
            }

            if (place.Head is { } expected && !head.StartsWith(expected, StringComparison.Ordinal))
            {
                return Refusal.Conflict($"The merge request has moved on to {head}; validate that and post again.");
            }

            if ((string?)request?["state"] != "opened")
            {
                return Refusal.Conflict(string.Create(CultureInfo.InvariantCulture, $"The merge request {place.Repository}!{place.Number} is not open."));
            }

            var user = await client.Get("user", cancellation).ConfigureAwait(false);
            var diffs = user.IsRefused ? user.Refusal : await All($"{_request}/diffs", null).ConfigureAwait(false);
            var notes = diffs.IsRefused ? diffs : await All($"{_request}/notes?sort=asc&order_by=created_at", "notes").ConfigureAwait(false);
            return notes.IsRefused
                ? notes.Refusal
                : await Send((string?)request?["web_url"] ?? "", new DiffCommits(from, start, head), (string?)user.Value!.Body?["username"], diffs.Value!, notes.Value).ConfigureAwait(false);
        }

        /// <summary>The summary last: while it is missing, a repeated call goes on where this one stopped.</summary>
        private async Task<Outcome<PostedReview>> Send(string url, DiffCommits commits, string? user, List<JsonNode> diffs, List<JsonNode> notes)
        {
            var marks = new ReviewMarks();
            foreach (var note in notes.Where(note => user is not null && (string?)note["author"]?["username"] == user))
            {
                marks.Add((string?)note["body"]);
                marks.AddSummary((string?)note["body"]);
            }

            var changes = ChangedLines.Read(Diff(diffs));
            var review = ReviewText.Of(validation, changes);
            var fresh = review.Comments.Where(comment => !marks.Has(comment)).ToList();
            if (fresh.Count == 0 && marks.HoldsState(review))
            {
                return new PostedReview(url, 0, review.Comments.Count, IsNew: false);
            }

            var payload = ReviewPayload.GitLab(review with { Comments = fresh }, validation.Id, changes, commits);
            foreach (var discussion in payload["discussions"]!.AsArray())
            {
                var made = await client.Post($"{_request}/discussions", discussion!.DeepClone().AsObject(), cancellation).ConfigureAwait(false);
                if (made.IsRefused)
                {
                    return made.Refusal;
                }
            }

            var noted = await client.Post($"{_request}/notes", payload["note"]!.DeepClone().AsObject(), cancellation).ConfigureAwait(false);
            return noted.Select(answer => new PostedReview(answer.Body?["id"] is { } id ? $"{url}#note_{id}" : url, fresh.Count, review.Comments.Count - fresh.Count, IsNew: true));
        }

        private static string Diff(List<JsonNode> files)
        {
            var diff = new StringBuilder();
            foreach (var file in files.Where(file => (bool?)file["deleted_file"] != true))
            {
                var name = (string?)file["new_path"] ?? "";
                diff.Append("--- a/").Append((string?)file["old_path"] ?? name).Append("\n+++ b/").Append(name).Append('\n').Append((string?)file["diff"]).Append('\n');
            }

            return diff.ToString();
        }

        /// <summary>A change too large to show whole has its other findings in the summary; of what was said, all must be known, lest it be said again.</summary>
        private async Task<Outcome<List<JsonNode>>> All(string path, string? said)
        {
            var all = new List<JsonNode>();
            var page = "1";
            for (var read = 0; page.Length > 0 && read < MostPages; read++)
            {
                var answer = await client.Get($"{path}{(path.Contains('?') ? '&' : '?')}per_page={PageSize}&page={page}", cancellation).ConfigureAwait(false);
                if (answer.IsRefused)
                {
                    return answer.Refusal;
                }

                all.AddRange((answer.Value.Body as JsonArray ?? []).OfType<JsonNode>());
                page = answer.Value.NextPage;
            }

            return page.Length == 0 || said is null ? all : ReviewLimits.TooMany(MostPages * PageSize, $"{said} on the merge request");
        }
    }
}
