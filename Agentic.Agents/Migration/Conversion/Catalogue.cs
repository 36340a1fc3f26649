using System.Reflection;
using System.Text.RegularExpressions;
using Agentic.Agents.Migration.Workflows;
using YamlDotNet.RepresentationModel;

namespace Agentic.Agents.Migration.Conversion;

/// <summary>A step or plugin and the steps that stand for it, as the mapping files say.</summary>
internal sealed record StepRule(string Step, IReadOnlyList<string> Arguments, Fate Fate, string Note, bool Wraps, IReadOnlyDictionary<string, string> Env, IReadOnlyList<RuleStep> Steps, IReadOnlyList<RuleSecret> Secrets);

internal sealed record RuleStep(string? Name, string? Uses, string? Run, string? Shell, bool Always, IReadOnlyList<KeyValuePair<string, string>> With, IReadOnlyList<KeyValuePair<string, string>> Env);

internal sealed record RuleSecret(string Name, string Kind);

/// <param name="VersionKey">The setting that takes the version; null where the action sets up something the tool brings along.</param>
/// <param name="Caches">Settings that cache what a command downloads, for pipelines that hold the command.</param>
internal sealed record SetupTool(string Name, string Action, IReadOnlyList<KeyValuePair<string, string>> With, string? VersionKey, bool Guessed, string? Remark, string? Program, IReadOnlyList<ToolCache> Caches);

internal sealed record ToolCache(string Command, IReadOnlyList<KeyValuePair<string, string>> With);

/// <summary>
/// What the conversion knows of steps, tools, runners and actions: data, from the mapping files of the product and
/// then of the organisation, where the later rule wins.
/// </summary>
internal sealed partial class Catalogue
{
    private readonly List<(string[] Kinds, string Name, string Action, string? VersionKey, string Fallback, List<KeyValuePair<string, string>> With, string? Remark, string? Program, string? Words, IReadOnlyList<ToolCache> Caches)> _tools = [];

    private Catalogue(ActionPins pins) => Pins = pins;

    public ActionPins Pins { get; }

    public Dictionary<string, StepRule> Rules { get; } = new(StringComparer.Ordinal);

    public OrderedDictionary<string, string> BuiltIns { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Runners { get; } = new(StringComparer.Ordinal);

    /// <summary>Steps by the class names older pipelines call them by.</summary>
    public Dictionary<string, string> Classes { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, IReadOnlyDictionary<string, string>> Permissions { get; } = new(StringComparer.Ordinal);

    /// <summary>The product's own rules, with those of an organisation on top.</summary>
    public static Catalogue Load(IEnumerable<string>? overrides = null)
    {
        var catalogue = new Catalogue(new ActionPins());
        foreach (var name in Names().Where(name => name.StartsWith("Migration/Mappings/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)) catalogue.Read(Resource(name));
        foreach (var text in overrides ?? []) catalogue.Read(text);
        return catalogue;
    }

    private static IEnumerable<string> Names() => Assembly.GetExecutingAssembly().GetManifestResourceNames();

    private static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the resource {name} is missing from the build");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private void Read(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        if (stream.Documents.Count == 0 || stream.Documents[0].RootNode is not YamlMappingNode root) return;
        foreach (var (key, value) in root)
            switch (key.ToString())
            {
                case "steps": foreach (var (name, rule) in (YamlMappingNode)value) foreach (var one in name.ToString().Split(", ")) Rules[one] = Rule(one, (YamlMappingNode)rule); break;
                case "classes": foreach (var (type, step) in (YamlMappingNode)value) Classes[type.ToString()] = step.ToString(); break;
                case "variables": foreach (var (name, expression) in (YamlMappingNode)value) BuiltIns[name.ToString()] = expression.ToString(); break;
                case "runners": foreach (var (label, runner) in (YamlMappingNode)value) Runners[label.ToString().ToLowerInvariant()] = runner.ToString(); break;
                case "permissions": foreach (var (action, scopes) in (YamlMappingNode)value) Permissions[action.ToString()] = Pairs(scopes).ToDictionary(StringComparer.Ordinal); break;
                case "tools":
                    foreach (var item in (YamlSequenceNode)value)
                    {
                        var tool = (YamlMappingNode)item;
                        _tools.Add(([.. Text(tool, "kinds")!.Split(", ")], Text(tool, "name")!, Text(tool, "action")!, Text(tool, "version"), Text(tool, "fallback") ?? "", [.. tool.Children.TryGetValue("with", out var with) ? Pairs(with) : []], Text(tool, "remark"), Text(tool, "program"), Text(tool, "words"),
                            [.. tool.Children.TryGetValue("caches", out var caches) ? ((YamlSequenceNode)caches).Cast<YamlMappingNode>().Select(cache => new ToolCache(Text(cache, "command")!, [.. Pairs(cache["with"])])) : []]));
                    }

                    break;
            }
    }

    private static StepRule Rule(string name, YamlMappingNode rule)
    {
        var steps = rule.Children.TryGetValue("emit", out var list) && list is YamlSequenceNode items ? items.OfType<YamlMappingNode>().Select(step => new RuleStep(
            Text(step, "name"), Text(step, "uses"), Text(step, "run"), Text(step, "shell"), Text(step, "always") == "true",
            [.. step.Children.TryGetValue("with", out var with) ? Pairs(with) : []], [.. step.Children.TryGetValue("env", out var env) ? Pairs(env) : []])).ToList() : [];
        var fate = Text(rule, "status") switch { "converted" => Fate.Converted, "dropped" => Fate.Dropped, "manual" => Fate.Manual, _ => Fate.Approximated };
        return new StepRule(name, [.. (Text(rule, "arguments") ?? "").Split(", ", StringSplitOptions.RemoveEmptyEntries)], fate, Text(rule, "note") ?? "", Text(rule, "wraps") == "true",
            rule.Children.TryGetValue("env", out var wrapped) ? Pairs(wrapped).ToDictionary(StringComparer.Ordinal) : new Dictionary<string, string>(StringComparer.Ordinal), steps,
            [.. rule.Children.TryGetValue("secrets", out var secrets) ? Pairs(secrets).Select(pair => new RuleSecret(pair.Key, pair.Value)) : []]);
    }

    private static string? Text(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var value) ? value.ToString() : null;

    private static IEnumerable<KeyValuePair<string, string>> Pairs(YamlNode node) => ((YamlMappingNode)node).Select(pair => new KeyValuePair<string, string>(pair.Key.ToString(), pair.Value.ToString()));

    /// <summary>The setup action for a Jenkins tool; the version is taken from digits in the tool's label.</summary>
    public SetupTool? ToolFor(string kind, string label)
    {
        var wanted = kind.ToLowerInvariant();
        foreach (var (kinds, name, action, versionKey, fallback, with, remark, program, _, caches) in Enumerable.Reverse(_tools))
        {
            if (!kinds.Contains(wanted)) continue;
            var settings = with.ToList();
            var guessed = false;
            if (versionKey is not null)
            {
                var version = Version().Match(label) is { Success: true } match ? match.Value.Replace('_', '.') : "";
                if (version.StartsWith("1.", StringComparison.Ordinal) && action.EndsWith("setup-java", StringComparison.Ordinal)) version = version[2..].Split('.')[0];
                guessed = version.Length == 0;
                settings.Insert(0, new(versionKey, guessed ? fallback : version));
            }

            return new SetupTool(name, action, settings, versionKey, guessed, remark, program, caches);
        }

        return null;
    }

    /// <summary>The kind of tool a label names, from the words in it.</summary>
    public string? KindOf(string label) => _tools.Where(tool => tool.Words is not null && tool.Words.Split(", ").Any(word => label.Contains(word, StringComparison.OrdinalIgnoreCase))).Select(tool => tool.Kinds[0]).FirstOrDefault();

    [GeneratedRegex(@"\d+(?:[._]\d+)*", RegexOptions.NonBacktracking)]
    private static partial Regex Version();
}
