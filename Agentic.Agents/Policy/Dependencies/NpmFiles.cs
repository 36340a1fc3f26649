using System.Text.RegularExpressions;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy.Dependencies;

/// <summary>package.json and package-lock.json (all three lock versions).</summary>
internal static partial class NpmFiles
{
    private const int MaxDepth = 30;

    private static readonly string[] Groups = ["dependencies", "devDependencies", "optionalDependencies"];

    public static DependencyFile ReadManifest(string path, YamlValue root)
    {
        var dependencies = new List<Dependency>();

        foreach (var group in Groups)
        {
            foreach (var (name, value) in root.Get(group)?.Entries ?? [])
            {
                var version = value.Text;
                var isSource = version.Contains("://", StringComparison.Ordinal) || version.StartsWith("git", StringComparison.Ordinal) || version.StartsWith("github:", StringComparison.Ordinal);
                var isLocal = version.StartsWith("file:", StringComparison.Ordinal) || version.StartsWith("workspace:", StringComparison.Ordinal) || version.StartsWith("link:", StringComparison.Ordinal) || version.StartsWith("npm:", StringComparison.Ordinal);
                dependencies.Add(new Dependency("npm", name, version, isLocal || (isSource ? IsFixedSource(version) : Exact().IsMatch(version)), path, value.Line) { Source = isSource ? version : null });
            }
        }

        return new DependencyFile("npm", dependencies, []) { Locks = dependencies.Count == 0 ? [] : ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"] };
    }

    public static DependencyFile ReadLock(string path, YamlValue root)
    {
        var dependencies = new List<Dependency>();

        if (root.Get("packages") is { } packages)
        {
            foreach (var (place, value) in packages.Entries)
            {
                var at = place.LastIndexOf("node_modules/", StringComparison.Ordinal);

                if (at >= 0 && value.Get("link")?.AsBool() != true)
                {
                    dependencies.Add(Locked(value.TextOf("name") ?? place[(at + 13)..], value, path));
                }
            }
        }
        else
        {
            Nested(root, path, dependencies, 0);
        }

        return new DependencyFile("npm", dependencies, []) { IsLock = true };
    }

    private static void Nested(YamlValue owner, string path, List<Dependency> dependencies, int depth)
    {
        foreach (var (name, value) in depth > MaxDepth ? [] : owner.Get("dependencies")?.Entries ?? [])
        {
            if (value.Kind == YamlKind.Map)
            {
                dependencies.Add(Locked(name, value, path));
                Nested(value, path, dependencies, depth + 1);
            }
        }
    }

    private static Dependency Locked(string name, YamlValue value, string path)
    {
        var source = value.TextOf("resolved");
        var isFile = source is null || source.StartsWith("file:", StringComparison.Ordinal) || source.StartsWith("git", StringComparison.Ordinal);
        var licence = value.Get("license");
        return new Dependency("npm", name, value.TextOf("version"), true, path, value.Line)
        {
            IsLocked = true,
            Source = source,
            HasDigest = isFile ? null : value.Has("integrity"),
            Licence = licence?.Kind == YamlKind.Scalar ? licence.Text : licence?.TextOf("type"),
            RunsInstallScript = value.Get("hasInstallScript")?.AsBool() == true,
        };
    }

    private static bool IsFixedSource(string version)
    {
        var hash = version.IndexOf('#');
        return hash < 0 ? version.EndsWith(".tgz", StringComparison.Ordinal) || version.EndsWith(".tar.gz", StringComparison.Ordinal) : Commit().IsMatch(version[(hash + 1)..]) || version[(hash + 1)..].StartsWith('v');
    }

    [GeneratedRegex(@"^=?v?[0-9]+\.[0-9]+\.[0-9]+(?:[-+][0-9A-Za-z.+-]+)?$", RegexOptions.NonBacktracking)]
    private static partial Regex Exact();

    [GeneratedRegex("^[0-9a-f]{7,40}$", RegexOptions.NonBacktracking)]
    private static partial Regex Commit();
}
