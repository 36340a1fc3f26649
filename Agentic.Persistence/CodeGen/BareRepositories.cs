using Agentic.Agents.CodeGen;
using Agentic.Agents.Operations;
using LibGit2Sharp;

namespace Agentic.Persistence.CodeGen;

/// <summary>One bare Git repository per service in a folder; <c>git clone</c> reads it from there.</summary>
internal sealed class BareRepositories(string root) : IServiceRepositories
{
    private const string Main = "refs/heads/main";
    private readonly Lock _oneAtATime = new();

    public Task<ClonedFrom> Commit(string service, GeneratedFiles files, string message, DateTimeOffset now, CancellationToken cancellation) =>
        Task.Run(() => Commit(service, files, message, now), cancellation);

    public Task<Outcome<RepositorySnapshot>?> Read(string service, string branch, CancellationToken cancellation) =>
        Task.Run(() => Read(service, branch), cancellation);

    public Task<Outcome<ClonedFrom>> Propose(string service, ProposedChange change, CancellationToken cancellation) =>
        Task.Run(() => Propose(service, change), cancellation);

    private ClonedFrom Commit(string service, GeneratedFiles files, string message, DateTimeOffset now)
    {
        var path = Place(service);
        lock (_oneAtATime)
        {
            if (!Repository.IsValid(path))
                Repository.Init(path, isBare: true);
            using var repository = new Repository(path);
            repository.Refs.UpdateTarget("HEAD", Main);
            var tree = GitTrees.Of(repository, files);
            var url = new Uri(path).AbsoluteUri;
            if (Known(repository, tree) is var (branch, known))
                return new ClonedFrom(url, branch, known.Sha);

            var main = repository.Branches["main"]?.Tip;
            var commit = GitTrees.Commit(repository, tree, main is null ? [] : [main], message, now);
            var name = main is null ? "main" : $"generated-{files.Sha256[..12]}";
            repository.Refs.Add($"refs/heads/{name}", commit.Id, allowOverwrite: true);
            return new ClonedFrom(url, name, commit.Sha);
        }
    }

    private Outcome<RepositorySnapshot>? Read(string service, string branch)
    {
        var path = Place(service);
        if (!Repository.IsValid(path))
            return null;
        using var repository = new Repository(path);
        return repository.Branches[branch]?.Tip is { } tip
            ? GitTrees.Read(repository, branch, tip)
            : Refusal.NotFound($"The repository of {service} has no branch '{branch}'; it has {string.Join(", ", repository.Branches.Take(20).Select(known => known.FriendlyName))}.");
    }

    private Outcome<ClonedFrom> Propose(string service, ProposedChange change)
    {
        var path = Place(service);
        lock (_oneAtATime)
        {
            using var repository = new Repository(path);
            if (repository.Branches[change.From]?.Tip is not { } tip || tip.Sha != change.Parent)
                return Refusal.Conflict($"The repository of {service} has moved on: {change.From} was {change.Parent[..12]} and is {repository.Branches[change.From]?.Tip.Sha[..12] ?? "gone"}. Nothing was written; ask again.");
            var url = new Uri(path).AbsoluteUri;
            var tree = GitTrees.With(repository, tip, change.Changes);
            if (repository.Branches[change.Branch]?.Tip is { } there)
            {
                return GitTrees.Find(there, tree, commit => commit.Parents.Any(parent => parent.Sha == tip.Sha)) is { } known
                    ? new ClonedFrom(url, change.Branch, known.Sha)
                    : Refusal.Conflict($"The repository of {service} has a branch {change.Branch} with something else on it. Merge or delete it, then ask again.");
            }

            var commit = GitTrees.Commit(repository, tree, [tip], change.Message, change.Now);
            repository.Refs.Add($"refs/heads/{change.Branch}", commit.Id);
            return new ClonedFrom(url, change.Branch, commit.Sha);
        }
    }

    private string Place(string service) =>
        ServiceName.Problem(service) is { } problem ? throw new ArgumentException(problem, nameof(service)) : Path.Combine(root, service + ".git");

    private static (string Branch, Commit Commit)? Known(Repository repository, Tree tree)
    {
        foreach (var branch in repository.Branches.OrderBy(branch => branch.FriendlyName != "main").ThenBy(branch => branch.FriendlyName, StringComparer.Ordinal))
        {
            if (GitTrees.Find(branch.Tip, tree) is { } commit)
                return (branch.FriendlyName, commit);
        }

        return null;
    }
}
