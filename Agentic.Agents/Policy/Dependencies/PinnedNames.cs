namespace Agentic.Agents.Policy.Dependencies;

/// <summary>
/// The names that a lock or constraints file beside a manifest, or further up for a workspace, resolves to one version.
/// A name the lock does not have is not pinned by it: the lock is older than the manifest.
/// </summary>
internal sealed class PinnedNames
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public static PinnedNames Of(string path, DependencyFile manifest, IReadOnlyList<(string Path, DependencyFile File)> all)
    {
        var pinned = new PinnedNames();
        var folder = Folder(path);
        var isRequirements = manifest.Ecosystem == "pip" && path.EndsWith(".txt", StringComparison.Ordinal);
        var named = manifest.Constraints.Select(constraint => folder + (constraint.StartsWith("./", StringComparison.Ordinal) ? constraint[2..] : constraint)).ToHashSet(StringComparer.Ordinal);

        foreach (var (other, file) in all.Where(each => each.Path != path && each.File.Ecosystem == manifest.Ecosystem))
        {
            var isConstraints = file.Dependencies.Count > 0 && file.Dependencies[0].IsConstraint;

            // pip reads no other tool's lock for a requirements file; a project may be locked by any of them.
            if (named.Contains(other) || (folder.StartsWith(Folder(other), StringComparison.Ordinal) && (!isRequirements || isConstraints)))
            {
                pinned.Add(file);
            }
        }

        return pinned;
    }

    public bool Have(Dependency dependency) => _names.Contains(Key(dependency.Ecosystem, dependency.Name));

    private void Add(DependencyFile file)
    {
        _names.UnionWith(file.Resolves.Select(name => Key(file.Ecosystem, name)));
        _names.UnionWith(file.Dependencies.Where(dependency => dependency.IsLocked || (dependency.IsExact && file.Ecosystem == "pip")).Select(dependency => Key(dependency.Ecosystem, dependency.Name)));
    }

    private static string Folder(string path) => path[..(path.LastIndexOf('/') + 1)];

    /// <summary>pip takes a-b, A_b and a.b for one name, and extras do not belong to it.</summary>
    private static string Key(string ecosystem, string name)
    {
        var bare = name.IndexOf('[') is > 0 and var extras ? name[..extras] : name;
        return ecosystem == "pip" ? string.Join('-', bare.ToLowerInvariant().Split((char[])['-', '_', '.'], StringSplitOptions.RemoveEmptyEntries)) : bare;
    }
}
