using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Reviews;
using Microsoft.Extensions.Options;

namespace Agentic.Agents.Integrations.GitHub;

/// <summary>Posts reviews to pull requests. The library's own types know comments by place in the diff only, so these calls speak JSON.</summary>
internal sealed class GitHubReviews(GitHubAccounts accounts, IOptions<GitHubOptions> options, TimeProvider time) : IReviewTarget
{
    /// <summary>GitHub itself lists no more files of a pull request.</summary>
    private const int MostPages = 30;

    private const int PageSize = 100;

    public string Provider => "github";

    public async Task<Outcome<PostedReview>> Post(ReviewPlace place, ValidationRecord validation, Caller caller, CancellationToken cancellation)
    {
        if (place.Repository.Count(letter => letter == '/') != 1)
        {
            return Refusal.Malformed($"A repository on GitHub is owner/name; '{place.Repository}' is not.", [new MemberError("repository", "Give owner/name.")]);
        }

        var found = accounts.Find(null, null, place.Connection ?? "github", caller);
        if (found.IsRefused)
        {
            return found.Refusal;
        }

        var account = found.Value;
        var limit = TimeSpan.FromSeconds(options.Value.RequestTimeoutSeconds);
        return await GitHubRefusals.Guard(
            account,
            async () =>
            {
                using var transport = new GitHubTransport(account, limit, time, cancellation);
                using var http = new HttpClient(transport, disposeHandler: false) { BaseAddress = account.Api, Timeout = limit * 4 };
                http.DefaultRequestHeaders.UserAgent.ParseAdd("agentic");
                http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.github+json");
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", account.Token);
                return await new Work(http, transport, place, validation, cancellation).Run().ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);
    }

    /// <summary>One review: the change, what was said of it before, and what is new.</summary>
    private sealed class Work(HttpClient http, GitHubTransport transport, ReviewPlace place, ValidationRecord validation, CancellationToken cancellation)
    {
        private readonly string _pull = string.Create(CultureInfo.InvariantCulture, $"repos/{place.Repository}/pulls/{place.Number}");

        public async Task<Outcome<PostedReview>> Run()
        {
            var pull = await Ask(HttpMethod.Get, _pull, null).ConfigureAwait(false);
            if (pull.IsRefused)
            {
                return pull.Refusal;
            }

            var head = (string?)pull.Value?["head"]?["sha"] ?? "";
            if (place.Head is { } expected && !head.StartsWith(expected, StringComparison.Ordinal))
            {
                return Refusal.Conflict($"The pull request has moved on to {head}; validate that and post again.");
            }

            if ((string?)pull.Value?["state"] != "open")
            {
                return Refusal.Conflict(string.Create(CultureInfo.InvariantCulture, $"The pull request {place.Repository}#{place.Number} is not open."));
            }

            var login = await Login().ConfigureAwait(false);
            var files = login.IsRefused ? login.Refusal : await All($"{_pull}/files", null).ConfigureAwait(false);
            var comments = files.IsRefused ? files : await All($"{_pull}/comments", "comments").ConfigureAwait(false);
            var reviews = comments.IsRefused ? comments : await All($"{_pull}/reviews", "reviews").ConfigureAwait(false);
            return reviews.IsRefused ? reviews.Refusal : await Send(pull.Value!, head, login.Value!, files.Value!, comments.Value!, reviews.Value).ConfigureAwait(false);
        }

        private async Task<Outcome<PostedReview>> Send(JsonNode pull, string head, string login, List<JsonNode> files, List<JsonNode> comments, List<JsonNode> reviews)
        {
            var marks = new ReviewMarks();
            foreach (var said in comments.Concat(reviews).Where(said => IsOurs(said["user"], login)))
            {
                marks.Add((string?)said["body"]);
            }

            var summaries = reviews.Where(said => IsOurs(said["user"], login) && (string?)said["state"] != "DISMISSED").ToList();
            foreach (var summary in summaries)
            {
                marks.AddSummary((string?)summary["body"]);
            }

            var review = ReviewText.Of(validation, ChangedLines.Read(Diff(files)));
            var fresh = review.Comments.Where(comment => !marks.Has(comment)).ToList();
            if (fresh.Count == 0 && marks.HoldsState(review))
            {
                return new PostedReview((string?)summaries[^1]["html_url"] ?? "", 0, review.Comments.Count, IsNew: false);
            }

            var payload = ReviewPayload.GitHub(review with { Comments = fresh }, validation.Id, head);
            // Nobody can request changes of their own change; the comments stand all the same.
            if (string.Equals((string?)pull["user"]?["login"], login, StringComparison.OrdinalIgnoreCase))
            {
                payload["event"] = "COMMENT";
            }

            var made = await Ask(HttpMethod.Post, $"{_pull}/reviews", payload).ConfigureAwait(false);
            return made.Select(answer => new PostedReview((string?)answer?["html_url"] ?? "", fresh.Count, review.Comments.Count - fresh.Count, IsNew: true));
        }

        /// <summary>Whose token it is; empty for the token of an app's installation, which belongs to nobody.</summary>
        private async Task<Outcome<string>> Login()
        {
            var user = await Ask(HttpMethod.Get, "user", null).ConfigureAwait(false);
            return user.Refusal is { } refusal
                ? refusal.Reason.Contains("integration", StringComparison.OrdinalIgnoreCase) ? "" : refusal
                : user.Select(answer => (string?)answer?["login"] ?? "");
        }

        /// <summary>An app speaks as a bot, and of the bots only we write these marks.</summary>
        private static bool IsOurs(JsonNode? user, string login) =>
            login.Length == 0 ? (string?)user?["type"] == "Bot" : string.Equals((string?)user?["login"], login, StringComparison.OrdinalIgnoreCase);

        /// <summary>The files as one diff; a file too large to show has no lines a comment could stand on.</summary>
        private static string Diff(List<JsonNode> files)
        {
            var diff = new StringBuilder();
            foreach (var file in files)
            {
                if ((string?)file["patch"] is { } patch && (string?)file["filename"] is { } name && (string?)file["status"] != "removed")
                {
                    diff.Append("--- a/").Append(name).Append("\n+++ b/").Append(name).Append('\n').Append(patch).Append('\n');
                }
            }

            return diff.ToString();
        }

        /// <summary>Of files GitHub itself lists no more; of what was said, all must be known, lest it be said again.</summary>
        private async Task<Outcome<List<JsonNode>>> All(string path, string? said)
        {
            var all = new List<JsonNode>();
            for (var page = 1; page <= MostPages; page++)
            {
                var answer = await Ask(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"{path}?per_page={PageSize}&page={page}"), null).ConfigureAwait(false);
                if (answer.IsRefused)
                {
                    return answer.Refusal;
                }

                var items = (answer.Value as JsonArray ?? []).OfType<JsonNode>().ToList();
                all.AddRange(items);
                if (items.Count < PageSize)
                {
                    return all;
                }
            }

            return said is null ? all : ReviewLimits.TooMany(MostPages * PageSize, $"{said} on the pull request");
        }

        private async Task<Outcome<JsonNode?>> Ask(HttpMethod method, string path, JsonObject? body)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Content = body is null ? null : new StringContent(body.ToJsonString(AgenticJson.Options), Encoding.UTF8, "application/json");
            using var response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
            JsonNode? answer;
            try
            {
                answer = text.Length == 0 ? null : JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = AgenticJson.MaxDepth });
            }
            catch (JsonException)
            {
                throw new NotGitHubException($"{http.BaseAddress} answered something that is not JSON. Is it the address of a GitHub API?");
            }

            return response.IsSuccessStatusCode ? Outcome<JsonNode?>.Of(answer) : Refused(response.StatusCode, answer as JsonObject, method);
        }

        private Refusal Refused(HttpStatusCode status, JsonObject? answer, HttpMethod method)
        {
            var said = Said(answer);
            return status switch
            {
                HttpStatusCode.Unauthorized => Refusal.Unprocessable("GitHub does not accept this token; it is wrong, expired or revoked."),
                HttpStatusCode.Forbidden or HttpStatusCode.NotFound when method == HttpMethod.Post && transport.Scopes is { } scopes && !scopes.Contains("repo") =>
                    Refusal.Unprocessable("The token lacks the scope repo, without which GitHub takes no review in this repository."),
                HttpStatusCode.Forbidden => Refusal.Unprocessable($"GitHub forbids this{said}. A fine-grained token needs Pull requests: write."),
                HttpStatusCode.NotFound => Refusal.NotFound(string.Create(CultureInfo.InvariantCulture, $"GitHub does not know {place.Repository}#{place.Number}, or the token may not see it.")),
                HttpStatusCode.UnprocessableEntity => Refusal.Unprocessable($"GitHub refused the review{said}."),
                >= HttpStatusCode.InternalServerError => Refusal.Unavailable(string.Create(CultureInfo.InvariantCulture, $"GitHub answered {(int)status}. Whether a review was taken is not known; posting again finds it.")),
                _ => Refusal.Unprocessable(string.Create(CultureInfo.InvariantCulture, $"GitHub answered {(int)status}{said}.")),
            };
        }

        private static string Said(JsonObject? answer)
        {
            var details = (answer?["errors"] as JsonArray ?? []).Select(error => error is JsonObject named ? (string?)named["message"] : error?.ToString());
            var text = string.Join("; ", new[] { (string?)answer?["message"] }.Concat(details).Where(part => part is { Length: > 0 })).ReplaceLineEndings(" ").TrimEnd('.');
            return text.Length == 0 ? "" : $": {(text.Length > 300 ? text[..300] : text)}";
        }
    }
}
