using System.Globalization;
using System.Text.Json.Nodes;

namespace Agentic.Agents.Policy.Reviews;

/// <summary>The three commits GitLab wants with a comment on a line.</summary>
internal sealed record DiffCommits(string Base, string Start, string Head);

/// <summary>A review as the code hosts take it over their APIs.</summary>
internal static class ReviewPayload
{
    /// <summary>The body of GitHub's <c>POST /repos/{owner}/{repo}/pulls/{number}/reviews</c>: one review with everything in it.</summary>
    public static JsonObject GitHub(ReviewText review, string validationId, string? commit)
    {
        var payload = new JsonObject
        {
            ["event"] = review.Blocks ? "REQUEST_CHANGES" : "COMMENT",
            ["body"] = review.Summary + Mark(validationId) + State(review),
            ["comments"] = new JsonArray([.. review.Comments.Select(GitHubComment)]),
        };
        if (commit is not null)
        {
            payload["commit_id"] = commit;
        }

        return payload;
    }

    /// <summary>A note on the merge request, and one discussion for each comment (<c>POST …/merge_requests/{iid}/discussions</c>).</summary>
    public static JsonObject GitLab(ReviewText review, string validationId, ChangedLines? changes, DiffCommits commits) => new()
    {
        ["note"] = new JsonObject { ["body"] = review.Summary + Mark(validationId) + State(review) },
        ["discussions"] = new JsonArray([.. review.Comments.Select(comment => GitLabDiscussion(comment, changes, commits))]),
    };

    private static JsonObject GitHubComment(ReviewComment comment)
    {
        var payload = new JsonObject { ["path"] = comment.File, ["side"] = "RIGHT", ["line"] = comment.To };
        if (comment.From < comment.To)
        {
            payload["start_line"] = comment.From;
            payload["start_side"] = "RIGHT";
        }

        payload["body"] = comment.Text + Suggestion(comment, "suggestion") + Mark(comment.Fingerprint);
        return payload;
    }

    private static JsonObject GitLabDiscussion(ReviewComment comment, ChangedLines? changes, DiffCommits commits)
    {
        var position = new JsonObject
        {
            ["position_type"] = "text",
            ["base_sha"] = commits.Base,
            ["start_sha"] = commits.Start,
            ["head_sha"] = commits.Head,
            ["old_path"] = comment.File,
            ["new_path"] = comment.File,
            ["new_line"] = comment.From,
        };
        if (changes?.OldLine(comment.File, comment.From) is { } old)
        {
            position["old_line"] = old;
        }

        var range = string.Create(CultureInfo.InvariantCulture, $"suggestion:-0+{comment.To - comment.From}");
        return new JsonObject { ["body"] = comment.Text + Suggestion(comment, range) + Mark(comment.Fingerprint), ["position"] = position };
    }

    /// <summary>A fence longer than any in the text, so that the text cannot end it.</summary>
    private static string Suggestion(ReviewComment comment, string kind)
    {
        if (comment.Suggestion is not { } lines)
        {
            return "";
        }

        var (longest, run) = (2, 0);
        foreach (var character in lines)
        {
            run = character == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        var fence = new string('`', longest + 1);
        return $"\n\n{fence}{kind}\n{lines}\n{fence}";
    }

    private static string State(ReviewText review) => $"\n<!-- agentic-policy-state {ReviewMarks.StateOf(review)} -->";

    /// <summary>Lets a later run know its own comments again.</summary>
    private static string Mark(string id) => $"\n\n<!-- agentic-policy {id} -->";
}
