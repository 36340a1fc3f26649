using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Agentic.Agents.CodeGen;

/// <summary>Reads the <c>parameters</c> of a manifest: a JSON schema of one flat object, with the line of everything that is wrong.</summary>
internal sealed partial class TemplateSchemaReader(YamlMembers yaml)
{
    private static readonly string[] Members = ["type", "description", "required", "properties", "additionalProperties"];

    public IReadOnlyList<TemplateParameter> Read(YamlMappingNode schema, IReadOnlySet<string> answers)
    {
        yaml.Only(schema, Members);
        if (yaml.Text(schema, "type") is { } type && type.Text != "object")
            yaml.Error(type.Line, "'type' of the parameters is object.");
        var required = yaml.Texts(schema, "required");
        var found = new List<TemplateParameter>();
        if (yaml.Map(schema, "properties") is { } properties)
        {
            foreach (var (key, value) in properties.Children)
            {
                if (yaml.Key(key) is not { } name)
                    continue;
                if (!ParameterName().IsMatch(name.Text))
                    yaml.Error(name.Line, $"the parameter '{name.Text}' needs a name of letters, digits and _ that begins with a letter.");
                else if (value is not YamlMappingNode members)
                    yaml.Error(name.Line, $"the parameter '{name.Text}' needs a schema, such as {{ type: string, description: … }}.");
                else
                    found.Add(Parameter(name, members, required.Any(word => word.Text == name.Text), answers));
            }
        }

        foreach (var name in required.Where(name => !answers.Contains(name.Text) && found.All(parameter => parameter.Name != name.Text)))
            yaml.Error(name.Line, $"'{name.Text}' is required and neither a property here nor an answer of every service.");
        return found;
    }

    private TemplateParameter Parameter(Located name, YamlMappingNode members, bool isRequired, IReadOnlySet<string> answers)
    {
        yaml.Only(members, TemplateParameter.Keywords);
        var type = yaml.Text(members, "type") ?? new Located("string", name.Line);
        if (!TemplateParameter.Types.Contains(type.Text))
            yaml.Error(type.Line, $"the type '{type.Text}' cannot be an answer; use {string.Join(", ", TemplateParameter.Types)}.");
        var description = yaml.Text(members, "description");
        if (description is null && !answers.Contains(name.Text))
            yaml.Error(name.Line, $"the parameter '{name.Text}' has no description.");
        var allowed = yaml.Texts(members, "enum").Concat(yaml.Text(members, "const") is { } only ? [only] : []).ToList();
        var parameter = new TemplateParameter
        {
            Name = name.Text,
            Line = name.Line,
            Type = type.Text,
            Description = description?.Text,
            IsRequired = isRequired,
            Allowed = [.. allowed.Select(value => value.Text)],
            Pattern = Pattern(yaml.Text(members, "pattern")),
            PatternMeaning = yaml.Text(members, "x-pattern-meaning")?.Text,
            MinLength = Number(members, "minLength"),
            MaxLength = Number(members, "maxLength"),
            Minimum = Number(members, "minimum"),
            Maximum = Number(members, "maximum"),
        };
        if (yaml.Text(members, "default") is not { } standard)
            return parameter;
        if (parameter.Problem(standard.Text) is { } problem)
            yaml.Error(standard.Line, $"the default of '{name.Text}' {problem}");
        return parameter with { Default = standard.Text };
    }

    private Regex? Pattern(Located? pattern)
    {
        if (pattern is null)
            return null;
        try
        {
            return new Regex(pattern.Text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            yaml.Error(pattern.Line, $"the pattern cannot be used: {problem.Message.Split('\n')[0]}");
            return null;
        }
    }

    private decimal? Number(YamlMappingNode members, string name)
    {
        if (yaml.Text(members, name) is not { } text)
            return null;
        if (decimal.TryParse(text.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        yaml.Error(text.Line, $"'{name}' is a number.");
        return null;
    }

    /// <summary>The schema as JSON, for those who ask what a template takes.</summary>
    public static JsonNode? Json(YamlNode node, ref int left)
    {
        if (--left < 0)
            return null;
        switch (node)
        {
            case YamlMappingNode map:
                var members = new JsonObject();
                foreach (var (key, value) in map.Children)
                    members[(key as YamlScalarNode)?.Value ?? ""] = Json(value, ref left);
                return members;
            case YamlSequenceNode list:
                var items = new JsonArray();
                foreach (var item in list.Children)
                    items.Add(Json(item, ref left));
                return items;
            case YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: "true" }:
                return JsonValue.Create(true);
            case YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: "false" }:
                return JsonValue.Create(false);
            case YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } number when long.TryParse(number.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole):
                return JsonValue.Create(whole);
            default:
                return JsonValue.Create((node as YamlScalarNode)?.Value ?? "");
        }
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]{0,59}$", RegexOptions.NonBacktracking)]
    private static partial Regex ParameterName();
}
