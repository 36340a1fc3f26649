using System.Globalization;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy.Terraform;

/// <summary>
/// Reads Terraform's JSON syntax (<c>.tf.json</c>) into the same tree as its native one. Which nested object is a block and which a value
/// is for the provider's schema to say; without it, one with only identifiers as keys is a block unless its name is a known map's.
/// </summary>
internal static class HclJsonReader
{
    private static readonly Dictionary<string, int> Labels = new(StringComparer.Ordinal)
    {
        ["resource"] = 2, ["data"] = 2, ["ephemeral"] = 2, ["provider"] = 1, ["variable"] = 1, ["output"] = 1, ["module"] = 1, ["check"] = 1, ["locals"] = 0, ["terraform"] = 0, ["moved"] = 0, ["import"] = 0, ["removed"] = 0,
    };

    /// <summary>Blocks whose members are all values, however they look.</summary>
    private static readonly HashSet<string> ValueBlocks = new(StringComparer.Ordinal) { "locals", "variable", "output", "module" };

    private static readonly HashSet<string> Maps = new(StringComparer.Ordinal)
    {
        "tags", "tags_all", "tags_to_propagate", "volume_tags", "variables", "labels", "annotations", "parameters", "options", "triggers", "triggers_replace", "keepers", "request_parameters", "response_parameters",
        "response_models", "request_models", "request_templates", "response_templates", "stage_variables", "default_arguments", "non_overridable_arguments", "environment_variables", "docker_labels", "match_labels",
        "triggers_map", "input", "values", "vars", "data", "binary_data", "string_data", "metadata_options_map", "connection_properties", "connection_parameters", "authentication_options", "vpc_zone_identifiers", "responses",
    };

    public static HclFile Read(string path, string text)
    {
        var problems = new List<HclProblem>();
        var blocks = new List<HclBlock>();
        var documents = YamlReader.Read(text);
        if (documents is not [{ Root: { Kind: YamlKind.Map } root }])
        {
            problems.Add(new HclProblem(1, 1, $"Expected one JSON object: {(documents is [{ Error: { } error }] ? error : "found something else")}"));
            return new HclFile(path, text, new HclBody([], [], Whole(text)), problems, []);
        }

        foreach (var (key, value) in root.Entries)
        {
            if (Labels.TryGetValue(key, out var labels))
            {
                Add(blocks, key, [], labels, value, ValueBlocks.Contains(key), problems);
            }
            else if (key != "//")
            {
                problems.Add(new HclProblem(value.Line, 1, $"'{key}' is no block of a configuration."));
            }
        }

        return new HclFile(path, text, new HclBody([], blocks, Whole(text)), problems, []);
    }

    /// <summary>The JSON form of a variables file: every member is a value.</summary>
    public static HclFile ReadVariables(string path, string text)
    {
        var problems = new List<HclProblem>();
        var body = YamlReader.Read(text) is [{ Root: { Kind: YamlKind.Map } root }] ? Body(root, onlyValues: true, problems) : new HclBody([], [], Whole(text));
        return new HclFile(path, text, body, problems, []);
    }

    private static void Add(List<HclBlock> blocks, string type, string[] labels, int missing, YamlValue value, bool onlyValues, List<HclProblem> problems)
    {
        if (value.Kind == YamlKind.List)
        {
            value.Items.ForEach(item => Add(blocks, type, labels, missing, item, onlyValues, problems));
        }
        else if (value.Kind != YamlKind.Map)
        {
            problems.Add(new HclProblem(value.Line, 1, $"Expected an object for '{type}'."));
        }
        else if (missing == 0)
        {
            blocks.Add(new HclBlock(type, labels, Body(value, onlyValues, problems), Span(value), false));
        }
        else
        {
            foreach (var (key, inner) in value.Entries.Where(entry => entry.Key != "//"))
            {
                Add(blocks, type, [.. labels, key], missing - 1, inner, onlyValues, problems);
            }
        }
    }

    private static HclBody Body(YamlValue value, bool onlyValues, List<HclProblem> problems)
    {
        var attributes = new List<HclAttribute>();
        var blocks = new List<HclBlock>();
        foreach (var (key, inner) in value.Entries)
        {
            if (key == "//")
            {
                continue;
            }

            if (key == "dynamic" && !onlyValues)
            {
                Add(blocks, key, [], 1, inner, false, problems);
            }
            else if (!onlyValues && IsBlock(key, inner))
            {
                Add(blocks, key, [], 0, inner, false, problems);
            }
            else
            {
                attributes.Add(new HclAttribute(key, key == "provider" ? Reference(inner, problems) : Expression(inner, problems), Span(inner)));
            }
        }

        return new HclBody(attributes, blocks, Span(value));
    }

    private static bool IsBlock(string key, YamlValue value) =>
        !Maps.Contains(key) && value.Kind switch
        {
            YamlKind.Map => value.Entries.TrueForAll(entry => IsIdentifier(entry.Key)),
            YamlKind.List => value.Items.Count > 0 && value.Items.TrueForAll(item => item.Kind == YamlKind.Map && item.Entries.TrueForAll(entry => IsIdentifier(entry.Key))),
            _ => false,
        };

    private static bool IsIdentifier(string key) => key == "//" || (key.Length > 0 && char.IsAsciiLetterLower(key[0]) && key.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_'));

    private static HclExpression Expression(YamlValue value, List<HclProblem> problems)
    {
        var span = Span(value);
        return value.Kind switch
        {
            YamlKind.Map => new HclObject([.. value.Entries.Select(entry => new HclObjectItem(Text(entry.Key, entry.Value, problems), Expression(entry.Value, problems)))], span),
            YamlKind.List => new HclTuple([.. value.Items.Select(item => Expression(item, problems))], span),
            _ when !value.IsPlain => Text(value.Text, value, problems),
            _ when value.IsNull => new HclLiteral(null, span),
            _ when value.Text is "true" or "false" => new HclLiteral(value.Text == "true", span),
            _ when double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => new HclLiteral(number, span),
            _ => Text(value.Text, value, problems),
        };
    }

    /// <summary>A string is a template; its escapes are JSON's and are already undone, as in a heredoc.</summary>
    private static HclTemplate Text(string text, YamlValue at, List<HclProblem> problems)
    {
        var span = new HclSpan(0, text.Length, at.Line - 1, at.Line - 1);
        return HclTemplateReader.Read(text, 0, text.Length, span, isHeredoc: true, problems, 0);
    }

    /// <summary>The configuration of a provider is named by text here (<c>aws.west</c>) and by a reference in the native syntax.</summary>
    private static HclExpression Reference(YamlValue value, List<HclProblem> problems) =>
        value.Kind == YamlKind.Scalar ? HclParser.ParseExpression(value.Text, 0, value.Text.Length, value.Line, problems, 0) : Expression(value, problems);

    private static HclSpan Span(YamlValue value) => new(0, 0, value.Line, Math.Max(value.Line, value.EndLine));

    private static HclSpan Whole(string text) => new(0, text.Length, 1, 1 + text.AsSpan().Count('\n'));
}
