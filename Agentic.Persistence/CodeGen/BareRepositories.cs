using Agentic.Agents.CodeGen;
using LibGit2Sharp;

namespace Agentic.Persistence.CodeGen;

/// <summary>One bare Git repository per service in a folder; <c>git clone</c> reads it from there.</summary>
internal sealed class BareRepositories(string root) : IServiceRepositories
{
    private const string Main = "refs/heads/main";
    private const int HistoryLookedThrough = 1_000;
    private readonly Lock _oneAtATime = new();

    public Task<ClonedFrom> Commit(string service, GeneratedFiles files, string message, DateTimeOffset now, CancellationToken cancellation) =>
        Task.Run(() => Commit(service, files, message, now), cancellation);

    private ClonedFrom Commit(string service, GeneratedFiles files, string message, DateTimeOffset now)
    {
        if (ServiceName.Problem(service) is { } problem)
            throw new ArgumentException(problem, nameof(service));
        var path = Path.Combine(root, service + ".git");
        lock (_oneAtATime)
        {
            if (!Repository.IsValid(path))
                Repository.Init(path, isBare: true);
            using var repository = new Repository(path);
            repository.Refs.UpdateTarget("HEAD", Main);
            var tree = Store(repository, files);
            var url = new Uri(path).AbsoluteUri;
            if (Known(repository, tree) is var (branch, known))
                return new ClonedFrom(url, branch, known.Sha);

            // A clock with a zone would put the zone into the commit.
            var author = new Signature("Agentic", "codegen@agentic.invalid", now.ToUniversalTime());
            var main = repository.Branches["main"]?.Tip;
            var commit = repository.ObjectDatabase.CreateCommit(author, author, message + "\n", tree, main is null ? [] : [main], prettifyMessage: false);
            var name = main is null ? "main" : $"generated-{files.Sha256[..12]}";
            repository.Refs.Add($"refs/heads/{name}", commit.Id, allowOverwrite: true);
            return new ClonedFrom(url, name, commit.Sha);
        }
    }

    private static Tree Store(Repository repository, GeneratedFiles files)
    {
        var tree = new TreeDefinition();
        foreach (var file in files.Files)
        {
            using var content = new MemoryStream(file.Content, writable: false);
            tree.Add(file.Path, repository.ObjectDatabase.CreateBlob(content), Mode.NonExecutableFile);
        }

        return repository.ObjectDatabase.CreateTree(tree);
    }

    private static (string Branch, Commit Commit)? Known(Repository repository, Tree tree)
    {
        foreach (var branch in repository.Branches.OrderBy(branch => branch.FriendlyName != "main").ThenBy(branch => branch.FriendlyName, StringComparer.Ordinal))
        {
            if (branch.Commits.Take(HistoryLookedThrough).FirstOrDefault(commit => commit.Tree.Sha == tree.Sha) is { } commit)
                return (branch.FriendlyName, commit);
        }

        return null;
    }
}
