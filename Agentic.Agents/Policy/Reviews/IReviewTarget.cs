using Agentic.Agents.Operations;

namespace Agentic.Agents.Policy.Reviews;

/// <summary>A code host that takes reviews of changes. Posting again what stands there already changes nothing.</summary>
internal interface IReviewTarget
{
    /// <summary><c>github</c> or <c>gitlab</c>.</summary>
    string Provider { get; }

    /// <summary>Reads the change, writes the review of <paramref name="validation"/> for its lines, and posts what is not there yet.</summary>
    Task<Outcome<PostedReview>> Post(ReviewPlace place, ValidationRecord validation, Caller caller, CancellationToken cancellation);
}

/// <param name="Repository">owner/name on GitHub; the path of the project on GitLab.</param>
/// <param name="Number">Of the pull request, or the iid of the merge request.</param>
/// <param name="Connection">Name of a configured connection; the usual one where null.</param>
/// <param name="Head">Commit the validation looked at; where the change has moved on nothing is posted. Null where it is not known.</param>
internal sealed record ReviewPlace(string Repository, int Number, string? Connection, string? Head);

/// <param name="Posted">Comments that were new.</param>
/// <param name="Found">Comments of findings that an earlier review had posted.</param>
/// <param name="IsNew">False where the same review stood there already and nothing was sent.</param>
internal sealed record PostedReview(string Url, int Posted, int Found, bool IsNew);
