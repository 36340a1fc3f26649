using System.Xml;
using System.Xml.Linq;

namespace Agentic.Agents.Policy.Dependencies;

/// <summary>pom.xml: dependencies and plugins with properties put in, and its repositories.</summary>
internal static class MavenProject
{
    public static DependencyFile Read(string path, XElement root)
    {
        if (root.Name.LocalName != "project")
        {
            throw new FormatException("its root is not a project.");
        }

        var properties = Children(root, "properties").Elements().GroupBy(each => each.Name.LocalName).ToDictionary(each => each.Key, each => each.First().Value.Trim(), StringComparer.Ordinal);
        var managed = root.Descendants().Any(each => each.Name.LocalName is "dependencyManagement") || Children(root, "parent").Any();
        var dependencies = new List<Dependency>();

        foreach (var element in root.Descendants().Where(each => each.Name.LocalName is "dependency" or "plugin" or "extension"))
        {
            var name = $"{Text(element, "groupId") ?? "org.apache.maven.plugins"}:{Text(element, "artifactId")}";
            var version = Expand(Text(element, "version"), properties);

            // A version from a parent or a bill of materials is not in this file, so it is not known to be loose.
            var isExact = version is null ? managed || element.Name.LocalName == "plugin" : version.Contains("${", StringComparison.Ordinal) || IsExact(version);
            dependencies.Add(new Dependency("maven", name, version, isExact, path, Line(element)));
        }

        var sources = root.Descendants().Where(each => each.Name.LocalName is "repository" or "pluginRepository" or "snapshotRepository")
            .Select(each => new SourceStatement("index", Text(each, "url") ?? "", path, Line(each))).Where(each => each.Text.Length > 0).ToList();
        return new DependencyFile("maven", dependencies, sources);
    }

    private static bool IsExact(string version) =>
        version is not ("LATEST" or "RELEASE") && !version.EndsWith("-SNAPSHOT", StringComparison.Ordinal) && !((version.StartsWith('[') || version.StartsWith('(')) && version.Contains(','));

    private static string? Expand(string? version, Dictionary<string, string> properties) =>
        version is not null && version.StartsWith("${", StringComparison.Ordinal) && version.EndsWith('}') ? properties.GetValueOrDefault(version[2..^1], version) : version;

    private static IEnumerable<XElement> Children(XElement owner, string name) => owner.Elements().Where(each => each.Name.LocalName == name);

    private static string? Text(XElement owner, string name) => Children(owner, name).FirstOrDefault()?.Value.Trim();

    private static int? Line(XElement element) => ((IXmlLineInfo)element).HasLineInfo() ? ((IXmlLineInfo)element).LineNumber : null;
}
