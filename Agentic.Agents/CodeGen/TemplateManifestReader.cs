using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Agentic.Agents.CodeGen;

/// <summary>Reads <c>template.yaml</c> and says everything that is wrong with it at once, each with its line.</summary>
internal sealed partial class TemplateManifestReader(YamlMembers yaml)
{
    private const int LargestSchema = 5_000;
    private static readonly string[] Members = ["name", "version", "description", "part", "when", "extends", "without", "parameters", "files", "tests"];
    private static readonly string[] FileMembers = ["source", "target", "when", "part"];
    private static readonly string[] TestMembers = ["name", "parameters", "files", "absent", "expected", "refused"];

    /// <summary>Null when anything is wrong; what it is has been added to the errors.</summary>
    public static TemplateManifest? Read(string file, string text, List<TemplateError> errors)
    {
        var before = errors.Count;
        var yaml = new YamlMembers(file, errors);
        var manifest = yaml.Root(text) is { } root ? new TemplateManifestReader(yaml).Read(root) : null;
        return errors.Count == before ? manifest : null;
    }

    private TemplateManifest Read(YamlMappingNode root)
    {
        yaml.Only(root, Members);
        var name = yaml.Required(root, "name", "java-core");
        if (name is not null && !TemplateName().IsMatch(name.Text))
            yaml.Error(name.Line, $"the name '{Short(name.Text)}' is lower-case letters, digits and inner hyphens, at most 64.");
        var version = yaml.Required(root, "version", "1.0.0");
        if (version is not null && !Version().IsMatch(version.Text))
            yaml.Error(version.Line, $"the version '{Short(version.Text)}' is three numbers, such as 1.0.0.");
        var extends = yaml.Text(root, "extends");
        if (yaml.Texts(root, "without") is [var first, ..] && extends is null)
            yaml.Error(first.Line, "'without' leaves files of the extended template out; name that template with 'extends'.");
        var files = yaml.Maps(root, "files").Select(File).OfType<TemplateFile>().ToList();
        if (files.Count == 0 && extends is null && !root.Children.ContainsKey(new YamlScalarNode("files")))
            yaml.Error((int)root.Start.Line, "'files' is missing; list the files the template makes.");
        var left = LargestSchema;
        var schema = yaml.Map(root, "parameters");
        return new TemplateManifest
        {
            Name = name?.Text ?? "",
            Version = version?.Text ?? "",
            Description = yaml.Required(root, "description", "What the template makes.")?.Text ?? "",
            Extends = extends?.Text,
            Without = [.. yaml.Texts(root, "without").Select(source => source.Text)],
            When = yaml.Text(root, "when"),
            Part = Part(root) ?? ServicePart.Service,
            Schema = schema is null ? [] : TemplateSchemaReader.Json(schema, ref left) as JsonObject ?? [],
            Parameters = schema is null ? [] : new TemplateSchemaReader(yaml).Read(schema, Answers.Known),
            Files = files,
            Tests = [.. yaml.Maps(root, "tests").Select(Test)],
        };
    }

    private TemplateFile? File(YamlMappingNode entry)
    {
        yaml.Only(entry, FileMembers);
        var source = yaml.Required(entry, "source", "README.md.liquid");
        var part = Part(entry);
        return source is null ? null : new TemplateFile(source, yaml.Text(entry, "target"), yaml.Text(entry, "when"), part);
    }

    private TemplateTest Test(YamlMappingNode entry)
    {
        yaml.Only(entry, TestMembers);
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        if (yaml.Map(entry, "parameters") is { } answers)
        {
            foreach (var key in answers.Children.Keys.Select(yaml.Key).OfType<Located>())
                parameters[key.Text] = yaml.Text(answers, key.Text)?.Text ?? "";
        }

        return new TemplateTest(
            yaml.Required(entry, "name", "makes the settings")?.Text ?? "",
            (int)entry.Start.Line,
            parameters,
            [.. yaml.Texts(entry, "files").Select(path => path.Text)],
            [.. yaml.Texts(entry, "absent").Select(path => path.Text)],
            yaml.Text(entry, "expected")?.Text.TrimEnd('/'),
            yaml.Text(entry, "refused")?.Text);
    }

    private ServicePart? Part(YamlMappingNode map)
    {
        if (yaml.Text(map, "part") is not { } part)
            return null;
        foreach (var known in Enum.GetValues<ServicePart>())
        {
            if (known.Word() == part.Text)
                return known;
        }

        yaml.Error(part.Line, $"'part' is one of: {string.Join(", ", Enum.GetValues<ServicePart>().Select(known => known.Word()))}.");
        return null;
    }

    private static string Short(string text) => text.Length <= 80 ? text : text[..80];

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$", RegexOptions.NonBacktracking)]
    private static partial Regex TemplateName();

    [GeneratedRegex(@"^[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}$", RegexOptions.NonBacktracking)]
    private static partial Regex Version();
}
