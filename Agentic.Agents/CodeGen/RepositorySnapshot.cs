namespace Agentic.Agents.CodeGen;

/// <summary>What a branch of a repository holds at one commit.</summary>
internal sealed record RepositorySnapshot(string Branch, string Commit, IReadOnlyList<RepositoryFile> Files)
{
    public RepositoryFile? Find(string path) => Files.FirstOrDefault(file => file.Path == path);
}

/// <param name="Kind">Only regular files have a content that is read and changed.</param>
internal sealed record RepositoryFile(string Path, byte[] Content, RepositoryFileKind Kind = RepositoryFileKind.Regular);

internal enum RepositoryFileKind
{
    Regular,
    Executable,
    Link,
    Module,
}

/// <summary>One path of the next commit; a null content takes it away.</summary>
internal sealed record FileChange(string Path, byte[]? Content);
