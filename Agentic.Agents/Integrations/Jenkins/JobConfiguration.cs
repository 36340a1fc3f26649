using System.Xml;
using System.Xml.Linq;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.Jenkins;

/// <summary>The pipeline a <c>config.xml</c> stands for: written in it, kept in a repository, or put together from a freestyle job's settings.</summary>
/// <param name="Jenkinsfile">Null where the pipeline is a file in a repository.</param>
/// <param name="Branch">The branch the file is read from; null where the configuration names none.</param>
/// <param name="Unread">Settings that have no place in a pipeline, for a person to bring over.</param>
internal sealed record JobConfiguration(string Kind, string? Jenkinsfile, string? ScriptPath, string? RepositoryUrl, string? Branch, IReadOnlyList<string> Plugins, IReadOnlyList<string> Unread)
{
    private const int LargestConfiguration = 5 * 1024 * 1024;

    public static Outcome<JobConfiguration> Read(string xml)
    {
        var document = Parse(xml);
        if (document.IsRefused)
            return document.Refusal;
        var root = document.Value;
        var plugins = root.DescendantsAndSelf().Select(element => (string?)element.Attribute("plugin")).OfType<string>()
            .Select(plugin => plugin.Split('@')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        switch (root.Name.LocalName)
        {
            case "flow-definition":
                var definition = root.Element("definition");
                return definition?.Element("script") is { } script
                    ? new JobConfiguration("pipeline", script.Value, null, null, null, plugins, [])
                    : new JobConfiguration("pipeline from a repository", null, Filled(definition?.Element("scriptPath")) ?? "Jenkinsfile", Repository(root), BranchOf(definition), plugins, []);
            case "org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject":
                return new JobConfiguration("multibranch", null, Filled(root.Element("factory")?.Element("scriptPath")) ?? "Jenkinsfile", Repository(root), null, plugins, []);
            case "project" or "maven2-moduleset":
                var job = FreestyleJob.Read(root);
                return new JobConfiguration(root.Name.LocalName == "project" ? "freestyle" : "maven", job.Pipeline, null, Repository(root), BranchOf(root), plugins, job.Unread);
            default:
                return Refusal.Unprocessable($"Jobs of the type {root.Name.LocalName} are not migrated; freestyle, Maven, pipeline and multibranch jobs are.");
        }
    }

    /// <summary>Why this is no configuration at all; null where it reads as one.</summary>
    public static Refusal? Problem(string xml) => Parse(xml).Refusal;

    private static Outcome<XElement> Parse(string xml)
    {
        try
        {
            // Jenkins writes XML 1.1, which .NET does not read; of what 1.1 adds, only control characters occur, and those are let pass.
            var start = xml.AsSpan().TrimStart("\uFEFF \t\r\n");
            var text = start.StartsWith("<?xml version='1.1'") || start.StartsWith("<?xml version=\"1.1\"") ? string.Concat("<?xml version=\"1.0\"", start["<?xml version='1.1'".Length..]) : start.ToString();
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = LargestConfiguration, XmlResolver = null, CheckCharacters = false });
            return Load(reader);
        }
        catch (XmlException problem)
        {
            return Refusal.Unprocessable($"The job's config.xml is not readable: {problem.Message}");
        }
    }

    /// <summary>Element by element, since the framework's own loader goes as deep as the text does.</summary>
    private static Outcome<XElement> Load(XmlReader reader)
    {
        const int Deepest = 200;
        XElement? root = null;
        var open = new Stack<XElement>();
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (open.Count >= Deepest)
                        return Refusal.Unprocessable("The job's config.xml is nested deeper than any of Jenkins.");
                    var element = new XElement(XmlConvert.EncodeLocalName(reader.LocalName));
                    var isEmpty = reader.IsEmptyElement;
                    while (reader.MoveToNextAttribute())
                        if (reader.Prefix.Length == 0 && reader.LocalName != "xmlns")
                            element.SetAttributeValue(XmlConvert.EncodeLocalName(reader.LocalName), reader.Value);
                    if (open.TryPeek(out var parent))
                        parent.Add(element);
                    root ??= element;
                    if (!isEmpty)
                        open.Push(element);
                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace:
                    if (open.TryPeek(out var around))
                        around.Add(new XText(reader.Value));
                    break;
            }
        }

        return root is null ? Refusal.Unprocessable("The job's config.xml is empty.") : root;
    }

    private static string? Repository(XElement root)
    {
        // The branch sources of GitHub name owner and repository apart.
        foreach (var source in root.Descendants("source"))
            if (Filled(source.Element("repoOwner")) is { } owner && Filled(source.Element("repository")) is { } name)
                return Filled(source.Element("repositoryUrl")) ?? $"https://github.com/{owner}/{name}";
        return Filled(root.Descendants("userRemoteConfigs").Descendants("url").FirstOrDefault()) ?? Filled(root.Descendants("remote").FirstOrDefault());
    }

    private static string? BranchOf(XElement? root)
    {
        var spec = Filled(root?.Descendants("hudson.plugins.git.BranchSpec").Elements("name").FirstOrDefault());
        if (spec is null || spec.Contains('$', StringComparison.Ordinal) || spec == "**")
            return null;
        foreach (var prefix in (string[])["refs/heads/", "refs/remotes/origin/", "remotes/origin/", "origin/", "*/"])
            if (spec.StartsWith(prefix, StringComparison.Ordinal))
                spec = spec[prefix.Length..];
        return spec.Contains('*', StringComparison.Ordinal) || spec.StartsWith(':') ? null : spec;
    }

    private static string? Filled(XElement? element) => element?.Value.Trim() is { Length: > 0 } text ? text : null;
}
