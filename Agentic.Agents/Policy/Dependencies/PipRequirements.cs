using System.Text.RegularExpressions;

namespace Agentic.Agents.Policy.Dependencies;

/// <summary>Requirements files with their options, continuations and hashes, and the dependency lists of pyproject.toml.</summary>
internal static partial class PipRequirements
{
    public static DependencyFile Read(string path, string text)
    {
        var dependencies = new List<Dependency>();
        var sources = new List<SourceStatement>();
        var constraints = new List<string>();

        foreach (var (line, number) in Logical(text))
        {
            if (line.StartsWith('-'))
            {
                Option(line, path, number, sources, dependencies, constraints);
            }
            else if (Requirement(line, path, number) is { } dependency)
            {
                dependencies.Add(dependency);
            }
        }

        return new DependencyFile("pip", dependencies, sources) { Constraints = constraints };
    }

    /// <summary>The same lines, but they ask for nothing: they bound what a requirement resolves to.</summary>
    public static DependencyFile ReadConstraints(string path, string text)
    {
        var read = Read(path, text);
        return read with { Dependencies = [.. read.Dependencies.Select(dependency => dependency with { IsConstraint = true })], IsLock = true };
    }

    /// <summary>The quoted requirements of [project] and [dependency-groups], and the version table of Poetry.</summary>
    public static DependencyFile ReadProject(string path, string text)
    {
        var dependencies = new List<Dependency>();
        var table = "";
        var isList = false;
        var number = 0;

        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();

            if (!isList && line.StartsWith('[') && !line.Contains('='))
            {
                table = line.Trim('[', ']', ' ');
                continue;
            }

            var opens = table is "project" && line.StartsWith("dependencies", StringComparison.Ordinal) || (table is "project.optional-dependencies" or "dependency-groups" && line.Contains("= ["));

            if (opens || isList)
            {
                foreach (Match quoted in Quoted().Matches(line))
                {
                    if (Requirement(quoted.Groups[1].Value, path, number) is { } dependency)
                    {
                        dependencies.Add(dependency);
                    }
                }

                isList = (opens ? line.Contains('[') : isList) && !line.EndsWith(']') && !line.EndsWith("],", StringComparison.Ordinal);
            }
            else if (table.StartsWith("tool.poetry", StringComparison.Ordinal) && table.EndsWith("dependencies", StringComparison.Ordinal) && line.IndexOf('=') is > 0 and var equals && !line.StartsWith("python", StringComparison.Ordinal) && !line.StartsWith('#'))
            {
                var version = Quoted().Match(line[equals..]).Groups[1].Value;
                dependencies.Add(new Dependency("pip", line[..equals].Trim(), version, version.Length > 0 && char.IsAsciiDigit(version[0]) && !version.Contains('*'), path, number));
            }
        }

        return new DependencyFile("pip", dependencies, []) { Locks = dependencies.Count == 0 ? [] : ["poetry.lock", "uv.lock", "pdm.lock", "requirements.txt"] };
    }

    private static Dependency? Requirement(string line, string path, int number)
    {
        var hasDigest = line.Contains("--hash=", StringComparison.Ordinal);
        var body = line.Split(" --", 2)[0].Split(';', 2)[0].Trim();

        if (body.Length == 0)
        {
            return null;
        }

        var at = body.IndexOf('@');

        if (at > 0 && body.Contains("://", StringComparison.Ordinal))
        {
            var source = body[(at + 1)..].Trim();
            return new Dependency("pip", body[..at].Trim(), null, IsFixedSource(source), path, number) { Source = source, HasDigest = hasDigest };
        }

        if (body.Contains("://", StringComparison.Ordinal) || body.StartsWith('.') || body.StartsWith('/'))
        {
            return new Dependency("pip", body, null, !body.Contains("://", StringComparison.Ordinal) || IsFixedSource(body), path, number) { Source = body, HasDigest = hasDigest };
        }

        var name = Name().Match(body);
        return name.Success
            ? new Dependency("pip", name.Value, body[name.Length..].Trim(), Exact().IsMatch(body), path, number) { HasDigest = hasDigest }
            : null;
    }

    private static void Option(string line, string path, int number, List<SourceStatement> sources, List<Dependency> dependencies, List<string> constraints)
    {
        var words = line.Split((char[])[' ', '=', '\t'], 2, StringSplitOptions.TrimEntries);
        var value = words.Length > 1 ? words[1] : "";

        switch (words[0])
        {
            case "-i" or "--index-url" or "-f" or "--find-links":
                sources.Add(new SourceStatement("index", value, path, number));
                break;
            case "--extra-index-url":
                sources.Add(new SourceStatement("extra-index", value, path, number));
                break;
            case "--trusted-host":
                sources.Add(new SourceStatement("trusted-host", value, path, number));
                break;
            case "-c" or "--constraint":
                constraints.Add(value);
                break;
            case "-e" or "--editable" when Requirement(value, path, number) is { } dependency:
                dependencies.Add(dependency);
                break;
        }
    }

    /// <summary>A commit or a release tag after the last @ of a repository address; a file by its address is one file.</summary>
    private static bool IsFixedSource(string source)
    {
        if (!source.StartsWith("git+", StringComparison.Ordinal))
        {
            return true;
        }

        var at = source.LastIndexOf('@');
        return at > source.IndexOf("://", StringComparison.Ordinal) + 3 && source[(at + 1)..].Split('#')[0] is not ("main" or "master" or "develop" or "HEAD" or "");
    }

    private static IEnumerable<(string Line, int Number)> Logical(string text)
    {
        var joined = "";
        var start = 0;
        var number = 0;

        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            start = joined.Length == 0 ? number : start;

            if (line.EndsWith('\\'))
            {
                joined += line[..^1] + " ";
                continue;
            }

            joined += line;
            var comment = joined.StartsWith('#') ? 0 : joined.IndexOf(" #", StringComparison.Ordinal);
            var body = (comment < 0 ? joined : joined[..comment]).Trim();
            joined = "";

            if (body.Length > 0)
            {
                yield return (body, start);
            }
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[^\]]*\])?", RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[^\]]*\])?\s*={2,3}\s*[0-9][^,*\s]*$", RegexOptions.NonBacktracking)]
    private static partial Regex Exact();

    [GeneratedRegex("[\"']([^\"']+)[\"']", RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();
}
