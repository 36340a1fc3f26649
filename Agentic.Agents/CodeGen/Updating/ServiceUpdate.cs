using System.Text;
using System.Text.Unicode;

namespace Agentic.Agents.CodeGen.Updating;

/// <summary>What an update does with one file.</summary>
internal enum UpdateKind
{
    /// <summary>The templates' change was taken; nobody had touched the file.</summary>
    Updated,

    /// <summary>The templates make it now and did not before.</summary>
    Added,

    /// <summary>The templates make it no more, and nobody had touched it.</summary>
    Removed,

    /// <summary>Both had changed it, at different places.</summary>
    Merged,

    /// <summary>Both had changed the same lines; both stand in the file between markers.</summary>
    Conflicted,

    /// <summary>It was deleted in the repository and stays so, though the templates changed it.</summary>
    StaysDeleted,

    /// <summary>It was edited in the repository and is kept as it is: the templates dropped it, or it cannot be merged by lines.</summary>
    Kept,
}

/// <param name="Conflicts">Places between markers; for a kept file that the templates changed too, 1.</param>
internal sealed record FileUpdate(string Path, UpdateKind Change, int Conflicts, string? Note);

/// <param name="Changes">What is to be committed on top of the repository's state.</param>
internal sealed record UpdatePlan(IReadOnlyList<FileUpdate> Files, IReadOnlyList<FileChange> Changes)
{
    public int Conflicts => Files.Sum(file => file.Conflicts);
}

/// <summary>
/// The three-way merge of a whole service: what the old templates made, what the repository holds, what the new templates make. Files
/// that no template made are never looked at.
/// </summary>
internal static class ServiceUpdate
{
    public const string OurName = "repository";
    public const string TheirName = "template";

    /// <param name="original">What the old templates made, by path; a null content is a file whose original is not known any more.</param>
    public static UpdatePlan Plan(IReadOnlyDictionary<string, byte[]?> original, RepositorySnapshot ours, GeneratedFiles theirs)
    {
        var (files, changes) = (new List<FileUpdate>(), new List<FileChange>());
        var held = ours.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        var made = theirs.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (var path in original.Keys.Concat(made.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            var old = original.GetValueOrDefault(path);
            var step = One(path, original.ContainsKey(path), old, held.GetValueOrDefault(path), made.GetValueOrDefault(path)?.Content);
            if (step is { } found && found.Change.Content is not null && !held.ContainsKey(path) && Blocking(path, held) is { } other)
                step = (new FileUpdate(path, UpdateKind.Kept, 1, $"The templates make it, and {other} of the repository stands in its place."), new FileChange(path, null));
            if (step is not var (file, change))
                continue;
            files.Add(file);
            if (file.Change is not (UpdateKind.Kept or UpdateKind.StaysDeleted))
                changes.Add(change);
        }

        return new UpdatePlan(files, changes);
    }

    private static (FileUpdate File, FileChange Change)? One(string path, bool wasMade, byte[]? old, RepositoryFile? ours, byte[]? theirs)
    {
        // The record of what made the files is not edited by hand; the next update starts from it.
        if (path == Provenance.Path)
            return theirs is null || (ours is not null && Same(ours.Content, theirs)) ? null : Step(path, UpdateKind.Updated, theirs);
        if (ours is null)
            return (wasMade, theirs) switch
            {
                (false, not null) => Step(path, UpdateKind.Added, theirs),
                (true, not null) when !Same(old, theirs) => Step(path, UpdateKind.StaysDeleted, null, "It was deleted in the repository; the templates changed it since."),
                _ => null,
            };
        if (theirs is not null && Same(ours.Content, theirs))
            return null;
        if (wasMade && old is not null && Same(old, theirs))
            return null;
        if (ours.Kind is RepositoryFileKind.Link or RepositoryFileKind.Module)
            return Step(path, UpdateKind.Kept, null, "It is a link in the repository and is left alone.", 1);
        if (theirs is null)
            return old is not null && Same(ours.Content, old)
                ? Step(path, UpdateKind.Removed, null)
                : Step(path, UpdateKind.Kept, null, "The templates make it no more; it was edited and is kept.");
        if (old is not null && Same(ours.Content, old))
            return Step(path, UpdateKind.Updated, theirs);
        return Merge(path, old, ours.Content, theirs);
    }

    private static (FileUpdate, FileChange) Merge(string path, byte[]? old, byte[] ours, byte[] theirs)
    {
        if (!IsText(ours) || !IsText(theirs) || (old is not null && !IsText(old)))
            return Step(path, UpdateKind.Kept, null, "Both sides changed it and it is no text; the repository's is kept, the templates' is in the artifact.", 1);
        var (mine, others, origin) = (Text(ours), Text(theirs), old is null ? null : Text(old));
        // A repository whose lines end otherwise differs in its ends only; the merge is of what is between them.
        if (mine.Contains("\r\n", StringComparison.Ordinal) && !others.Contains('\r', StringComparison.Ordinal))
            (others, origin) = (Windows(others), origin is null ? null : Windows(origin));
        var merged = origin is null
            ? ThreeWayText.Join(mine, others, OurName, TheirName)
            : ThreeWayText.Merge(origin, mine, others, OurName, TheirName);
        var note = origin is null ? "What the old templates made of it is not known any more, so every difference is shown." : null;
        return Step(path, merged.Conflicts == 0 ? UpdateKind.Merged : UpdateKind.Conflicted, Encoding.UTF8.GetBytes(merged.Text), note, merged.Conflicts);
    }

    private static (FileUpdate, FileChange) Step(string path, UpdateKind kind, byte[]? content, string? note = null, int conflicts = 0) =>
        (new FileUpdate(path, kind, conflicts, note), new FileChange(path, content));

    // A file cannot stand where a folder does, nor below a file.
    private static string? Blocking(string path, Dictionary<string, RepositoryFile> held)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            if (held.ContainsKey(path[..slash]))
                return path[..slash];
        }

        return held.Keys.FirstOrDefault(other => other.StartsWith(path + "/", StringComparison.Ordinal));
    }

    private static bool Same(byte[]? one, byte[]? other) => one is not null && other is not null && one.AsSpan().SequenceEqual(other);

    private static bool IsText(byte[] content) => !content.Contains((byte)0) && Utf8.IsValid(content);

    private static string Text(byte[] content) => Encoding.UTF8.GetString(content);

    private static string Windows(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);
}
