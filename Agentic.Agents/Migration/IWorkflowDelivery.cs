using Agentic.Agents.Operations;

namespace Agentic.Agents.Migration;

/// <param name="PullRequest">Its address; null where none was asked for.</param>
internal sealed record DeliveredWorkflow(string Repository, string Branch, string Path, string Commit, string? PullRequest);

/// <summary>What is handed over: one file on a branch, and what reviewers should read.</summary>
internal sealed record WorkflowDelivery(string Repository, string Branch, string Path, string Content, string Title, string Report, bool OpensPullRequest);

/// <summary>Brings a workflow to the repository it is for. Repeating a delivery changes nothing.</summary>
internal interface IWorkflowDelivery
{
    Task<Outcome<GithubConnectionTest>> Test(string token, string? repository, CancellationToken cancellation);

    Task<Outcome<DeliveredWorkflow>> Deliver(string token, WorkflowDelivery delivery, CancellationToken cancellation);
}
