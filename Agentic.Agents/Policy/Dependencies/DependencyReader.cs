using System.Xml;
using System.Xml.Linq;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy.Dependencies;

/// <summary>Reads manifests and lock files of pip, npm, Go and Maven. Answers null for a file it does not know; a broken one is a <see cref="FormatException"/>.</summary>
internal static class DependencyReader
{
    private const int MaxCharacters = 20 * 1024 * 1024;

    public static bool Knows(string path) => Kind(path) is not null;

    public static DependencyFile? Read(string path, string text)
    {
        if (text.Length > MaxCharacters)
        {
            throw new FormatException("it is longer than 20 MB.");
        }

        return Kind(path) switch
        {
            "requirements" => PipRequirements.Read(path, text),
            "pyproject" => PipRequirements.ReadProject(path, text),
            "constraints" => PipRequirements.ReadConstraints(path, text),
            "pip-lock" => new DependencyFile("pip", [], []) { IsLock = true, Resolves = [.. LockedNames.OfTables(text)] },
            "Pipfile.lock" => new DependencyFile("pip", [], []) { IsLock = true, Resolves = [.. LockedNames.OfPipfile(Root(text))] },
            "package.json" => NpmFiles.ReadManifest(path, Root(text)),
            "package-lock.json" => NpmFiles.ReadLock(path, Root(text)),
            "yarn.lock" => new DependencyFile("npm", [], []) { IsLock = true, Resolves = [.. LockedNames.OfYarn(text)] },
            "npm-lock" => new DependencyFile("npm", [], []) { IsLock = true, Resolves = [.. LockedNames.OfPackages(text)] },
            "go.mod" => GoModule.Read(path, text),
            "go.sum" => new DependencyFile("go", [], []) { IsLock = true },
            "pom.xml" => MavenProject.Read(path, Xml(text)),
            _ => null,
        };
    }

    private static string? Kind(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name switch
        {
            "pyproject.toml" => "pyproject",
            "poetry.lock" or "uv.lock" or "pdm.lock" => "pip-lock",
            "Pipfile.lock" or "yarn.lock" => name,
            "package.json" => "package.json",
            "package-lock.json" or "npm-shrinkwrap.json" => "package-lock.json",
            "pnpm-lock.yaml" or "bun.lock" => "npm-lock",
            "go.mod" => "go.mod",
            "go.sum" => "go.sum",
            "pom.xml" => "pom.xml",
            _ when name.EndsWith(".txt", StringComparison.Ordinal) && name.StartsWith("requirements", StringComparison.Ordinal) => "requirements",
            _ when name.EndsWith(".txt", StringComparison.Ordinal) && name.StartsWith("constraints", StringComparison.Ordinal) => "constraints",
            _ => null,
        };
    }

    /// <summary>JSON read as YAML keeps its lines.</summary>
    private static YamlValue Root(string text)
    {
        var documents = YamlReader.Read(text);
        return documents is [{ Root: { Kind: YamlKind.Map } root }] ? root : throw new FormatException(documents is [{ Error: { } error }] ? error : "it is not one JSON object.");
    }

    private static XElement Xml(string text)
    {
        try
        {
            // No document type: neither outside files nor entity bombs.
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxCharacters });
            return XDocument.Load(reader, LoadOptions.SetLineInfo).Root ?? throw new FormatException("it is empty.");
        }
        catch (XmlException broken)
        {
            throw new FormatException(broken.Message, broken);
        }
    }
}
