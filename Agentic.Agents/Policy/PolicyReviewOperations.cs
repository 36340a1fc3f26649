using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy.Reviews;

namespace Agentic.Agents.Policy;

/// <summary>Shows what a validation found where people look at the change: in its pull or merge request.</summary>
internal sealed class PolicyReviewOperations(IPolicyRecords records, IEnumerable<IReviewTarget> targets) : IOperationSource
{
    private const string Agent = "policy";

    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<ReviewComments, JsonObject>("review_comments", Agent, Effect.Reads, Mode.Immediate,
            "Writes the findings of a validation as a review of a pull or merge request: comments on the changed lines with suggestions where a fix is certain, ready for the API of GitHub or GitLab.",
            Comments) with { MaxInputBytes = 24L * 1024 * 1024 },
        Operation.Define<PostReview, PostedReview>("post_review", Agent, Effect.Changes, Mode.Immediate,
            "Posts the findings of a validation as a review of a pull request (GitHub) or merge request (GitLab): comments on the changed lines, a summary, and changes requested where policy blocks. A finding that was posted before is not posted again.",
            Post) with { Route = Route.Post("/policy/reviews") },
    ];

    private async Task<Outcome<JsonObject>> Comments(ReviewComments request, Call call, CancellationToken cancellation)
    {
        if (await records.Find(request.ValidationId, cancellation).ConfigureAwait(false) is not { } record)
        {
            return Refusal.NotFound($"There is no validation '{request.ValidationId}' on record.");
        }

        var changes = request.Diff is null ? null : ChangedLines.Read(request.Diff);
        var review = ReviewText.Of(record, changes);
        if (request.Provider == "github")
        {
            return ReviewPayload.GitHub(review, record.Id, request.Head);
        }

        return request is { Base: { } from, Start: { } start, Head: { } head }
            ? ReviewPayload.GitLab(review, record.Id, changes, new DiffCommits(from, start, head))
            : Refusal.Malformed("GitLab places a comment by three commits: base, start and head.", [new MemberError("base", "Send base, start and head as the merge request's diff_refs name them.")]);
    }

    private async Task<Outcome<PostedReview>> Post(PostReview request, Call call, CancellationToken cancellation)
    {
        if (await records.Find(request.ValidationId, cancellation).ConfigureAwait(false) is not { } record)
        {
            return Refusal.NotFound($"There is no validation '{request.ValidationId}' on record.");
        }

        return targets.FirstOrDefault(target => target.Provider == request.Provider) is { } host
            ? await host.Post(new ReviewPlace(request.Repository, request.Number, request.Connection, request.Head), record, call.Caller, cancellation).ConfigureAwait(false)
            : Refusal.Unavailable($"This host cannot post to {request.Provider}.");
    }
}
