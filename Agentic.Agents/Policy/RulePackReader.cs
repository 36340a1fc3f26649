using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy;

/// <summary>Reads a rule pack; every mistake in it is named at once, with its line.</summary>
internal static partial class RulePackReader
{
    private const int LongestCondition = 4000;

    public static Outcome<RulePack> Read(string text, string path)
    {
        var documents = YamlReader.Read(text);
        if (documents is not [{ Root: { Kind: YamlKind.Map } root }])
        {
            return Refusal.Malformed($"{path} is not a rule pack: {documents.FirstOrDefault(document => document.Error is not null)?.Error ?? "it must be one YAML document with pack, version and rules."}");
        }

        var errors = new List<MemberError>();
        var name = root.TextOf("pack") ?? "";
        if (!PackName().IsMatch(name))
        {
            errors.Add(new MemberError("pack", "A pack needs a name of lower-case letters, digits and hyphens."));
        }

        var rules = root.ItemsOf("rules").Select(rule => Rule(rule, errors)).OfType<PackRule>().ToList();
        var overrides = root.ItemsOf("overrides").Select(change => Override(change, errors)).OfType<PackOverride>().ToList();
        foreach (var id in root.ItemsOf("disable"))
        {
            overrides.Add(new PackOverride(id.Text, null, null, true));
        }

        var tests = root.ItemsOf("tests").Select(test => Test(test, rules, errors)).OfType<PackTest>().ToList();
        foreach (var same in rules.GroupBy(rule => rule.Description.Id, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            errors.Add(new MemberError("rules", $"The rule {same.Key} is defined {same.Count()} times."));
        }

        return errors.Count > 0
            ? Refusal.Malformed($"{path} has {errors.Count} mistake{(errors.Count == 1 ? "" : "s")}: {errors[0].Member}: {errors[0].Message}", errors)
            : new RulePack(name, root.TextOf("version") ?? "0", rules, overrides, tests);
    }

    private static PackRule? Rule(YamlValue rule, List<MemberError> errors)
    {
        var place = $"rules (line {rule.Line})";
        var (id, condition, message) = (rule.TextOf("id") ?? "", rule.TextOf("condition") ?? "", rule.TextOf("message") ?? "");
        var match = rule.Get("match");
        var matches = match is null ? [] : Names(match, "type").Concat(Names(match, "kind")).ToList();
        var severity = rule.TextOf("severity") ?? "medium";
        var before = errors.Count;
        Demand(PackName().IsMatch(id), "A rule needs an id of lower-case letters, digits and hyphens.");
        Demand(matches.Count > 0, "A rule needs match.type or match.kind.");
        Demand(message.Length > 0, "A rule needs a message.");
        Demand(PolicyCatalogue.Severities.Contains(severity, StringComparer.Ordinal), $"The severity {severity} is not one of {string.Join(", ", PolicyCatalogue.Severities)}.");
        Demand(condition.Length is > 0 and <= LongestCondition, $"A rule needs a condition of at most {LongestCondition} characters.");
        if (errors.Count == before && JmesCondition.Problem(condition) is { } problem)
        {
            errors.Add(new MemberError(place, $"The condition is not JMESPath: {problem}"));
        }

        return errors.Count > before ? null : new PackRule(
            new RuleDescription(
                id, rule.TextOf("appliesTo") ?? (match!.Has("kind") ? "kubernetes" : "terraform"), severity, rule.TextOf("category") ?? "compliance", rule.TextOf("topic") ?? "custom",
                [.. rule.ItemsOf("aliases").Select(alias => alias.Text)], rule.TextOf("description") ?? message, rule.TextOf("fix") ?? "Ask the owner of the rule pack.",
                [.. rule.ItemsOf("frameworks").Select(framework => framework.Text)]),
            matches, condition, message);

        void Demand(bool holds, string otherwise)
        {
            if (!holds)
            {
                errors.Add(new MemberError(place, otherwise));
            }
        }
    }

    private static IEnumerable<string> Names(YamlValue match, string member) => match.Get(member) switch
    {
        { Kind: YamlKind.List } list => list.Items.Select(item => item.Text),
        { Kind: YamlKind.Scalar } one => [one.Text],
        _ => [],
    };

    private static PackOverride? Override(YamlValue change, List<MemberError> errors)
    {
        var severity = change.TextOf("severity");
        if (change.TextOf("rule") is not { } rule || (severity is not null && !PolicyCatalogue.Severities.Contains(severity, StringComparer.Ordinal)))
        {
            errors.Add(new MemberError($"overrides (line {change.Line})", "An override needs rule, and a severity that exists where it gives one."));
            return null;
        }

        return new PackOverride(rule, severity, change.TextOf("fix"), change.Get("disabled")?.AsBool());
    }

    private static PackTest? Test(YamlValue test, List<PackRule> rules, List<MemberError> errors)
    {
        var (name, rule, expect) = (test.TextOf("name"), test.TextOf("rule"), test.TextOf("expect"));
        if (name is null || rule is null || expect is not ("pass" or "fail") || test.Get("resource") is not { } resource
            || !rules.Exists(candidate => candidate.Description.Id == rule))
        {
            errors.Add(new MemberError($"tests (line {test.Line})", "A test needs name, rule (of this pack), resource, and expect: pass or fail."));
            return null;
        }

        return new PackTest(name, rule, ToJson(resource)?.ToJsonString() ?? "null", expect == "fail");
    }

    internal static JsonNode? ToJson(YamlValue value, int depth = 0)
    {
        if (depth > YamlReader.MaxDepth)
        {
            return null;
        }

        switch (value.Kind)
        {
            case YamlKind.Map:
                var map = new JsonObject();
                foreach (var (key, member) in value.Entries)
                {
                    map[key] = ToJson(member, depth + 1);
                }

                return map;
            case YamlKind.List:
                return new JsonArray([.. value.Items.Select(item => ToJson(item, depth + 1))]);
            default:
                return value.IsNull ? null
                    : value.IsPlain && value.Text is "true" or "false" && value.IsPlain ? JsonValue.Create(value.Text == "true")
                    : value.IsPlain && decimal.TryParse(value.Text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
                    : JsonValue.Create(value.Text);
        }
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?$", RegexOptions.NonBacktracking)]
    private static partial Regex PackName();
}
