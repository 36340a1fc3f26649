using Agentic.Agents.CodeGen;
using Agentic.Agents.CodeGen.Publishing;
using Agentic.Agents.Operations;
using LibGit2Sharp;

namespace Agentic.Persistence.CodeGen;

/// <summary>Repositories of Git servers: fetched into a folder that is thrown away afterwards, changed there without a work tree, pushed back.</summary>
internal sealed class GitRemotes : IGitRemotes
{
    private const string Depth = "--depth=50";

    private readonly string _root;
    private readonly TimeProvider _time;

    public GitRemotes(string root, TimeProvider time)
    {
        (_root, _time) = (root, time);
        // What a host that was killed left behind.
        if (Directory.Exists(root))
            Directory.Delete(root, recursive: true);
    }

    public Task<Outcome<RemoteBranch>> Read(GitRemote remote, string branch, CancellationToken cancellation) => InScratch(remote, async (git, repository) =>
    {
        var heads = await Heads(git, cancellation).ConfigureAwait(false);
        if (heads.IsRefused)
            return heads.Refusal;
        if (!heads.Value.ContainsKey(branch))
            return new RemoteBranch(null);
        var tip = await Fetch(git, repository, remote, branch, cancellation).ConfigureAwait(false);
        return tip.Then(commit => GitTrees.Read(repository, branch, commit)).Select(snapshot => new RemoteBranch(snapshot));
    });

    public Task<Outcome<Published>> Publish(GitRemote remote, Publication publication, CancellationToken cancellation) => InScratch(remote, async (git, repository) =>
    {
        var heads = await Heads(git, cancellation).ConfigureAwait(false);
        if (heads.IsRefused)
            return heads.Refusal;
        var tree = GitTrees.Of(repository, publication.Files);
        if (!heads.Value.ContainsKey(publication.Branch))
        {
            if (heads.Value.Count > 0)
                return Refusal.Conflict($"{remote} has no branch {publication.Branch} and is not empty; it has {string.Join(", ", heads.Value.Keys.Take(10))}. Name one of them.");
            var first = GitTrees.Commit(repository, tree, [], publication.Message, publication.Now);
            return await Push(git, remote, first, publication.Branch, cancellation).ConfigureAwait(false);
        }

        var tip = await Fetch(git, repository, remote, publication.Branch, cancellation).ConfigureAwait(false);
        if (tip.IsRefused)
            return tip.Refusal;
        if (GitTrees.Find(tip.Value, tree) is { } known)
            return Found(remote, publication.Branch, known);
        if (!publication.Review)
            return Refusal.Conflict($"{remote} holds something else on {publication.Branch}. Ask with review to propose the files on a branch of their own, use update_service to merge what the templates changed, or choose another name.");
        var change = new ProposedChange(
            publication.Branch, tip.Value.Sha, publication.ProposalBranch, [.. publication.Files.Files.Select(file => new FileChange(file.Path, file.Content))], publication.Message, publication.Now);
        return await Propose(git, repository, remote, change, tip.Value, heads.Value, cancellation).ConfigureAwait(false);
    });

    public Task<Outcome<Published>> Propose(GitRemote remote, ProposedChange change, CancellationToken cancellation) => InScratch(remote, async (git, repository) =>
    {
        var heads = await Heads(git, cancellation).ConfigureAwait(false);
        if (heads.IsRefused)
            return heads.Refusal;
        if (heads.Value.GetValueOrDefault(change.From) != change.Parent)
            return Moved(remote, change, heads.Value);
        var tip = await Fetch(git, repository, remote, change.From, cancellation).ConfigureAwait(false);
        if (tip.IsRefused)
            return tip.Refusal;
        return tip.Value.Sha == change.Parent
            ? await Propose(git, repository, remote, change, tip.Value, heads.Value, cancellation).ConfigureAwait(false)
            : Moved(remote, change, heads.Value);
    });

    private static async Task<Outcome<Published>> Propose(
        GitCommand git, Repository repository, GitRemote remote, ProposedChange change, Commit tip, IReadOnlyDictionary<string, string> heads, CancellationToken cancellation)
    {
        var tree = GitTrees.With(repository, tip, change.Changes);
        if (heads.ContainsKey(change.Branch))
        {
            var there = await Fetch(git, repository, remote, change.Branch, cancellation).ConfigureAwait(false);
            if (there.IsRefused)
                return there.Refusal;
            return GitTrees.Find(there.Value, tree) is { } known
                ? Found(remote, change.Branch, known)
                : Refusal.Conflict($"{remote} has a branch {change.Branch} with something else on it. Merge or delete it, then ask again.");
        }

        return await Push(git, remote, GitTrees.Commit(repository, tree, [tip], change.Message, change.Now), change.Branch, cancellation).ConfigureAwait(false);
    }

    // The branch is new on the server: whoever made it in the meantime keeps it, since nothing is forced.
    private static async Task<Outcome<Published>> Push(GitCommand git, GitRemote remote, Commit commit, string branch, CancellationToken cancellation)
    {
        var pushed = await git.Write(cancellation, "push", "--porcelain", $"--force-with-lease=refs/heads/{branch}:", remote.ToString(), $"{commit.Sha}:refs/heads/{branch}").ConfigureAwait(false);
        if (pushed.Succeeded)
            return new Published(remote.ToString(), branch, commit.Sha, null, false);

        // It may have arrived although the answer did not.
        var heads = pushed.TimedOut ? default : await Heads(git, cancellation).ConfigureAwait(false);
        return heads.Value?.GetValueOrDefault(branch) == commit.Sha ? new Published(remote.ToString(), branch, commit.Sha, null, false) : git.Refused(pushed);
    }

    private static async Task<Outcome<IReadOnlyDictionary<string, string>>> Heads(GitCommand git, CancellationToken cancellation)
    {
        var listed = await git.Read(cancellation, "ls-remote", "--heads", "--quiet", git.Url).ConfigureAwait(false);
        return listed.Succeeded
            ? listed.Output.Split('\n').Select(line => line.Split("\trefs/heads/")).Where(parts => parts is [{ Length: 40 }, _]).ToDictionary(parts => parts[1].Trim(), parts => parts[0], StringComparer.Ordinal)
            : git.Refused(listed);
    }

    private static async Task<Outcome<Commit>> Fetch(GitCommand git, Repository repository, GitRemote remote, string branch, CancellationToken cancellation)
    {
        var reference = $"refs/fetched/{branch}";
        var fetched = await git.Read(cancellation, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", Depth, remote.ToString(), $"+refs/heads/{branch}:{reference}").ConfigureAwait(false);
        if (!fetched.Succeeded)
            return git.Refused(fetched);
        return repository.Lookup<Commit>(repository.Refs[reference].TargetIdentifier) is { } commit ? commit : Refusal.Unavailable($"{remote} answered no commit for {branch}.");
    }

    private static Published Found(GitRemote remote, string branch, Commit commit) => new(remote.ToString(), branch, commit.Sha, null, true);

    private static Refusal Moved(GitRemote remote, ProposedChange change, IReadOnlyDictionary<string, string> heads) =>
        Refusal.Conflict($"{remote} has moved on: {change.From} was {change.Parent[..12]} and is {(heads.TryGetValue(change.From, out var now) ? now[..12] : "gone")}. Nothing was written; ask again.");

    private async Task<Outcome<T>> InScratch<T>(GitRemote remote, Func<GitCommand, Repository, Task<Outcome<T>>> work)
    {
        var folder = Path.Combine(_root, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        try
        {
            Repository.Init(folder, isBare: true);
            using var repository = new Repository(folder);
            return await work(new GitCommand(folder, remote, _time), repository).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
