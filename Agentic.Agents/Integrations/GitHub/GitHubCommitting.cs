using System.Net;
using System.Text;
using Agentic.Agents.Operations;
using Octokit;

namespace Agentic.Agents.Integrations.GitHub;

/// <summary>
/// One commit through GitHub's Git data interface: tree, commit, branch, in that order, so that a break in between leaves nothing
/// visible. A branch that moved meanwhile is read again; its other commits stay.
/// </summary>
internal sealed class GitHubCommitting(GitHubClient client, TimeProvider time, string owner, string name, string trunk, string url)
{
    private const int Tries = 4;
    private const int HistoryPages = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public async Task<Outcome<GitHubCommit>> Commit(WantedCommit wanted, CancellationToken cancellation)
    {
        var moved = Refusal.Conflict($"The branch {wanted.Branch} of {owner}/{name} changes faster than it can be written. Try again.");
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            var own = await Tip(wanted.Branch).ConfigureAwait(false);
            var start = own ?? await Start(wanted, cancellation).ConfigureAwait(false);
            if (start is null)
                return Refusal.NotFound($"{owner}/{name} has no branch {wanted.From ?? trunk} to start from.");
            var parent = await client.Git.Commit.Get(owner, name, start).ConfigureAwait(false);
            var tree = await Tree(wanted, parent.Tree.Sha).ConfigureAwait(false);
            if (tree == parent.Tree.Sha)
                return own is null && !await Branch(wanted.Branch, start).ConfigureAwait(false) ? moved : Answer(wanted, start, isNew: false);
            if (own is not null && wanted.ReplacesAll && await Earlier(wanted.Branch, tree).ConfigureAwait(false) is { } earlier)
                return Answer(wanted, earlier, isNew: false);
            var made = await client.Git.Commit.Create(owner, name, new NewCommit(wanted.Message, tree, start)).ConfigureAwait(false);
            if (own is null ? await Branch(wanted.Branch, made.Sha).ConfigureAwait(false) : await Advance(wanted.Branch, made.Sha).ConfigureAwait(false))
                return Answer(wanted, made.Sha, isNew: true);
        }

        return moved;
    }

    private GitHubCommit Answer(WantedCommit wanted, string sha, bool isNew) => new(wanted.Repository, wanted.Branch, sha, $"{url}/commit/{sha}", isNew);

    /// <summary>Null where there is no such branch, or nothing in the repository at all.</summary>
    private async Task<string?> Tip(string branch)
    {
        try
        {
            return (await client.Git.Reference.Get(owner, name, "heads/" + branch).ConfigureAwait(false)).Object.Sha;
        }
        catch (NotFoundException)
        {
            return null;
        }
        catch (ApiException empty) when (empty.StatusCode == HttpStatusCode.Conflict)
        {
            return null;
        }
    }

    /// <summary>Where a new branch begins. A repository made a moment ago may need one to show its first commit; an empty one is given one.</summary>
    private async Task<string?> Start(WantedCommit wanted, CancellationToken cancellation)
    {
        for (var look = 1; look <= 3; look++)
        {
            if (await Tip(wanted.From ?? trunk).ConfigureAwait(false) is { } tip)
                return tip;
            await Task.Delay(Pause * look, time, cancellation).ConfigureAwait(false);
        }

        if (wanted.From is not null && wanted.From != trunk)
            return null;
        try
        {
            var first = wanted.Files[0];
            // The contents interface is the only one that writes to an empty repository.
            var request = new CreateFileRequest(wanted.Message, Convert.ToBase64String(first.Content), convertContentToBase64: false);
            return (await client.Repository.Content.CreateFile(owner, name, first.Path, request).ConfigureAwait(false)).Commit.Sha;
        }
        catch (ApiException taken) when (taken.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity)
        {
            return await Tip(trunk).ConfigureAwait(false);
        }
    }

    private async Task<string> Tree(WantedCommit wanted, string under)
    {
        var plan = new NewTree { BaseTree = wanted.ReplacesAll ? null : under };
        foreach (var file in wanted.Files)
        {
            var item = new NewTreeItem { Path = file.Path, Mode = file.IsExecutable ? "100755" : "100644", Type = TreeType.Blob };
            // Text travels inside the tree: one request instead of one per file, which GitHub would throttle.
            if (Text(file.Content) is { } text)
                item.Content = text;
            else
                item.Sha = (await client.Git.Blob.Create(owner, name, new NewBlob { Content = Convert.ToBase64String(file.Content), Encoding = EncodingType.Base64 }).ConfigureAwait(false)).Sha;
            plan.Tree.Add(item);
        }

        return (await client.Git.Tree.Create(owner, name, plan).ConfigureAwait(false)).Sha;
    }

    private static string? Text(byte[] content)
    {
        try
        {
            return StrictUtf8.GetString(content) is var text && !text.Contains('\0', StringComparison.Ordinal) ? text : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private async Task<string?> Earlier(string branch, string tree)
    {
        var history = await client.Repository.Commit.GetAll(owner, name, new CommitRequest { Sha = branch }, new ApiOptions { PageSize = 100, PageCount = HistoryPages }).ConfigureAwait(false);
        return history.FirstOrDefault(commit => commit.Commit.Tree.Sha == tree)?.Sha;
    }

    /// <summary>False where somebody made the branch meanwhile.</summary>
    private async Task<bool> Branch(string branch, string sha)
    {
        try
        {
            await client.Git.Reference.Create(owner, name, new NewReference("refs/heads/" + branch, sha)).ConfigureAwait(false);
            return true;
        }
        catch (ApiValidationException taken) when (GitHubRefusals.Sentence(taken).Contains("already exists", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
    }

    /// <summary>False where somebody pushed meanwhile.</summary>
    private async Task<bool> Advance(string branch, string sha)
    {
        try
        {
            await client.Git.Reference.Update(owner, name, "heads/" + branch, new ReferenceUpdate(sha)).ConfigureAwait(false);
            return true;
        }
        catch (ApiValidationException behind) when (GitHubRefusals.Sentence(behind).Contains("fast forward", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
    }
}
