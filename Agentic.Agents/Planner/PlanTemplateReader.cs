using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>Reads plan templates: the embedded ones, then an organisation's folder, whose files override or extend them by name.</summary>
internal static class PlanTemplateReader
{
    private const string Folder = "Planner/Templates/";
    private const int MaxBytes = 256 * 1024;

    private static readonly RequestSchema Shape = RequestSchema.For<TemplateFile>();

    public static PlanTemplates Load(string? organisationFolder)
    {
        var items = new Dictionary<string, PlanTemplate>(StringComparer.Ordinal);
        var broken = new List<BrokenTemplate>();
        foreach (var (source, text) in Embedded().Concat(InFolder(organisationFolder)))
        {
            var read = Read(text, source);
            if (read.Refusal is { } refusal)
                broken.Add(new BrokenTemplate(source, string.Join(" ", new[] { refusal.Reason }.Concat(refusal.Errors.Select(error => error.Message)))));
            else
                items[read.Value!.Name] = read.Value;
        }

        return new PlanTemplates([.. items.Values.OrderBy(template => template.Name, StringComparer.Ordinal)], broken);
    }

    public static Outcome<PlanTemplate> Read(string yaml, string source)
    {
        JsonNode? node;
        try
        {
            if (yaml.Length > MaxBytes)
                return Refusal.TooLarge($"{source}: a template has at most {MaxBytes / 1024} KiB.");
            var stream = BoundedYaml.Load(yaml, YamlAsJson.MaxDepth);
            node = stream.Documents.Count == 1 ? YamlAsJson.Convert(stream.Documents[0].RootNode) : null;
        }
        catch (YamlException problem)
        {
            return Refusal.Malformed($"{source}, line {problem.Start.Line}: {problem.Message}");
        }

        if (node is not JsonObject)
            return Refusal.Malformed($"{source}: a template is one YAML document with name, version, summary, parameters and tasks.");
        var read = Shape.Read(JsonSerializer.SerializeToElement(node, AgenticJson.Options));
        if (read.Refusal is { } refusal)
            return refusal with { Reason = $"{source}: {refusal.Reason}" };
        var file = read.Value.Deserialize<TemplateFile>(AgenticJson.Options)!;
        return new PlanTemplate(file.Name, file.Version, file.Summary, file.Parameters, file.Tasks, source) { Keywords = file.Keywords ?? [] };
    }

    private static IEnumerable<(string Source, string Text)> Embedded()
    {
        var assembly = typeof(PlanTemplateReader).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return ("built-in", reader.ReadToEnd());
        }
    }

    private static IEnumerable<(string Source, string Text)> InFolder(string? folder) =>
        string.IsNullOrEmpty(folder) || !Directory.Exists(folder)
            ? []
            : Directory.EnumerateFiles(folder, "*.y*ml").Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), File.ReadAllText(path)));

    private sealed record TemplateFile(
        [property: System.ComponentModel.Description("Name."), System.ComponentModel.DataAnnotations.RegularExpression("^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$", ErrorMessage = "must be lower-case letters, digits and hyphens.")] string Name,
        [property: System.ComponentModel.Description("Version.")] string Version,
        [property: System.ComponentModel.Description("Summary.")] string Summary,
        [property: System.ComponentModel.Description("JSON schema of the parameters.")] JsonObject Parameters,
        [property: System.ComponentModel.Description("Tasks.")] IReadOnlyList<TaskDraft> Tasks,
        [property: System.ComponentModel.Description("Keywords.")] IReadOnlyList<string>? Keywords = null);
}

/// <summary>YAML nodes as JSON, by the core schema of YAML 1.2; aliases are followed up to a bound, so a bomb stays small.</summary>
internal static partial class YamlAsJson
{
    private const int MaxNodes = 100_000;
    /// <summary>Less than JSON may have, so that what was read can be checked as JSON.</summary>
    public const int MaxDepth = 40;


    public static JsonNode? Convert(YamlNode node)
    {
        var left = MaxNodes;
        return Convert(node, 0, ref left);
    }

    private static JsonNode? Convert(YamlNode node, int depth, ref int left)
    {
        if (--left < 0 || depth > MaxDepth)
            throw new YamlException(node.Start, node.End, "The document is too large or too deep.");
        switch (node)
        {
            case YamlMappingNode mapping:
                var members = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                    members[key is YamlScalarNode name ? name.Value ?? "" : throw new YamlException(key.Start, key.End, "a member's name is plain text.")] = Convert(value, depth + 1, ref left);
                return members;
            case YamlSequenceNode sequence:
                var items = new JsonArray();
                foreach (var child in sequence.Children)
                    items.Add(Convert(child, depth + 1, ref left));
                return items;
            default:
                return Scalar((YamlScalarNode)node);
        }
    }

    private static JsonNode? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain)
            return JsonValue.Create(text);
        return text switch
        {
            "" or "~" or "null" => null,
            "true" => JsonValue.Create(true),
            "false" => JsonValue.Create(false),
            _ when WholeNumber().IsMatch(text) => JsonValue.Create(long.Parse(text, CultureInfo.InvariantCulture)),
            _ when Decimal().IsMatch(text) => JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture)),
            _ => JsonValue.Create(text),
        };
    }

    [GeneratedRegex("^-?(0|[1-9][0-9]{0,17})$", RegexOptions.NonBacktracking)]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"^-?[0-9]+\.[0-9]+$", RegexOptions.NonBacktracking)]
    private static partial Regex Decimal();
}
