using System.Text;
using System.Text.RegularExpressions;
using Agentic.Agents.Integrations.GitHub;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Migration;

/// <param name="PullRequest">Its address; null where none was asked for.</param>
/// <param name="RepositoryCreated">True where the repository did not exist before.</param>
internal sealed record DeliveredWorkflow(string Repository, string Branch, string Path, string Commit, string? PullRequest, bool RepositoryCreated);

/// <summary>Where a converted workflow goes, and whether reviewers are asked.</summary>
internal sealed record WorkflowDestination(string Repository, string? Branch, bool OpensPullRequest);

/// <summary>Brings a workflow and its report to the repository it is for. Repeating a delivery changes nothing.</summary>
internal sealed partial class WorkflowDelivery(IGitHubRepositories github)
{
    public async Task<Outcome<DeliveredWorkflow>> Deliver(GitHubAccount account, WorkflowDestination destination, string name, Migrated migrated, MigrationReport report, IReadOnlyList<string> warnings, CancellationToken cancellation)
    {
        var repository = await github.Ensure(account, new WantedRepository(destination.Repository), cancellation).ConfigureAwait(false);
        if (repository.IsRefused)
            return repository.Refusal;
        var slug = Slug(name);
        var (branch, path, title) = (destination.Branch ?? "migrate/" + slug, $".github/workflows/{slug}.yml", $"Migrate {name} from Jenkins");
        var commit = await github.Commit(account, new WantedCommit(destination.Repository, branch, title, [new FileToCommit(path, Encoding.UTF8.GetBytes(migrated.WorkflowYaml!)), .. migrated.Actions.Select(action => new FileToCommit(action.Key, Encoding.UTF8.GetBytes(action.Value)))]), cancellation).ConfigureAwait(false);
        if (commit.IsRefused)
            return commit.Refusal;
        var delivered = new DeliveredWorkflow(destination.Repository, branch, path, commit.Value.Sha, null, repository.Value.IsNew);
        if (!destination.OpensPullRequest)
            return delivered;
        var body = WithoutMentions(MarkdownReport.Write(name, report, warnings));
        var request = await github.Propose(account, new WantedPullRequest(destination.Repository, branch, title, body), cancellation).ConfigureAwait(false);
        return request.IsRefused ? request.Refusal : delivered with { PullRequest = request.Value.Url };
    }

    /// <summary>The last part of a job's name as a file name.</summary>
    public static string Slug(string name)
    {
        var leaf = name[(name.LastIndexOf('/') + 1)..];
        return string.Join('-', string.Concat(leaf.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries)) is { Length: > 0 } slug ? slug[..Math.Min(slug.Length, 80)] : "pipeline";
    }

    /// <summary>What a pipeline says must not call people or close issues: a joiner that nobody sees breaks up @names and #numbers.</summary>
    private static string WithoutMentions(string text) => Mention().Replace(text, "${mark}\u2060");

    [GeneratedRegex(@"(?<mark>[@#])\b", RegexOptions.NonBacktracking)]
    private static partial Regex Mention();
}
