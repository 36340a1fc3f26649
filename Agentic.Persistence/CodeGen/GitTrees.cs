using Agentic.Agents.CodeGen;
using Agentic.Agents.Operations;
using LibGit2Sharp;
using Mode = LibGit2Sharp.Mode;

namespace Agentic.Persistence.CodeGen;

/// <summary>Trees of a repository as files and back.</summary>
internal static class GitTrees
{
    private const int MostFiles = 10_000;
    private const long MostBytes = 64 * 1024 * 1024;
    private const int HistoryLookedThrough = 1_000;

    public static Outcome<RepositorySnapshot> Read(Repository repository, string branch, Commit commit)
    {
        var files = new List<RepositoryFile>();
        var size = 0L;
        var open = new Stack<Tree>([commit.Tree]);
        while (open.TryPop(out var tree))
        {
            foreach (var entry in tree)
            {
                if (entry.TargetType == TreeEntryTargetType.Tree)
                {
                    open.Push((Tree)entry.Target);
                    continue;
                }

                if (entry.TargetType == TreeEntryTargetType.GitLink)
                {
                    files.Add(new RepositoryFile(entry.Path, [], RepositoryFileKind.Module));
                    continue;
                }

                var blob = (Blob)entry.Target;
                size += blob.Size;
                if (files.Count >= MostFiles || size > MostBytes)
                    return Refusal.TooLarge($"The repository holds more than {MostFiles} files or {MostBytes / 1024 / 1024} MiB.");
                using var content = blob.GetContentStream();
                var bytes = new byte[blob.Size];
                content.ReadExactly(bytes);
                files.Add(new RepositoryFile(entry.Path, bytes, entry.Mode switch
                {
                    Mode.SymbolicLink => RepositoryFileKind.Link,
                    Mode.ExecutableFile => RepositoryFileKind.Executable,
                    _ => RepositoryFileKind.Regular,
                }));
            }
        }

        return new RepositorySnapshot(branch, commit.Sha, [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)]);
    }

    /// <summary>The tree with some files changed; what is not named keeps its bytes and its mode.</summary>
    public static Tree With(Repository repository, Commit? parent, IEnumerable<FileChange> changes)
    {
        var tree = parent is null ? new TreeDefinition() : TreeDefinition.From(parent);
        foreach (var change in changes)
        {
            if (change.Content is null)
            {
                tree.Remove(change.Path);
                continue;
            }

            using var content = new MemoryStream(change.Content, writable: false);
            var mode = parent?[change.Path]?.Mode is Mode.ExecutableFile ? Mode.ExecutableFile : Mode.NonExecutableFile;
            tree.Add(change.Path, repository.ObjectDatabase.CreateBlob(content), mode);
        }

        return repository.ObjectDatabase.CreateTree(tree);
    }

    public static Tree Of(Repository repository, GeneratedFiles files) =>
        With(repository, null, files.Files.Select(file => new FileChange(file.Path, file.Content)));

    public static Commit Commit(Repository repository, Tree tree, IEnumerable<Commit> parents, string message, DateTimeOffset now)
    {
        // A clock with a zone would put the zone into the commit.
        var author = new Signature("Agentic", "codegen@agentic.invalid", now.ToUniversalTime());
        return repository.ObjectDatabase.CreateCommit(author, author, message + "\n", tree, parents, prettifyMessage: false);
    }

    /// <summary>The commit of this tree in a history, newest first.</summary>
    public static Commit? Find(Commit tip, Tree tree, Func<Commit, bool>? also = null)
    {
        var (open, seen) = (new Queue<Commit>([tip]), new HashSet<string>(StringComparer.Ordinal));
        while (seen.Count < HistoryLookedThrough && open.TryDequeue(out var commit))
        {
            if (!seen.Add(commit.Sha))
                continue;
            if (commit.Tree.Sha == tree.Sha && also?.Invoke(commit) != false)
                return commit;
            foreach (var parent in Parents(commit))
                open.Enqueue(parent);
        }

        return null;
    }

    private static IReadOnlyList<Commit> Parents(Commit commit)
    {
        try
        {
            return [.. commit.Parents];
        }
        catch (NotFoundException)
        {
            // A fetched history is cut off after so many commits; what lies before is not looked at.
            return [];
        }
    }
}
