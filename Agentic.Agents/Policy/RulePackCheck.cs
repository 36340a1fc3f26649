using System.Text.Json.Nodes;
using Agentic.Agents.Policy.Kubernetes;
using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy;

/// <summary>Runs the rules of a pack over resources and manifests.</summary>
internal static class RulePackCheck
{
    public static (IReadOnlyList<Finding> Findings, IReadOnlyList<NotChecked> NotChecked) Run(RulePack pack, PolicyContent content, ContentResult checks)
    {
        var findings = new List<Finding>();
        var notChecked = new List<NotChecked>();
        foreach (var (type, subject, _, json, file, line) in Subjects(content, checks))
        {
            foreach (var rule in pack.Rules.Where(rule => rule.Matches.Any(pattern => Glob.Matches(pattern, type))))
            {
                // Both readings of what is unknown must agree, else nothing is known.
                var (absent, problem) = JmesCondition.Evaluate(rule.Condition, json(null));
                var (present, _) = JmesCondition.Evaluate(rule.Condition, json("(known after apply)"));
                if (problem is not null)
                {
                    notChecked.Add(new NotChecked($"{pack.Name}/{rule.Description.Id}", $"Its condition failed on {subject}: {problem}"));
                }
                else if (absent == false && present == false)
                {
                    findings.Add(new Finding(rule.Description.Id, subject, file, line, rule.Message.Replace("{resource}", subject, StringComparison.Ordinal)));
                }
            }
        }

        return (findings, notChecked);
    }

    public static IReadOnlyList<PackTestResult> Test(RulePack pack) => [.. pack.Tests.Select(test =>
    {
        var rule = pack.Rules.First(candidate => candidate.Description.Id == test.Rule);
        var (holds, problem) = JmesCondition.Evaluate(rule.Condition, test.Resource);
        var passed = problem is null && holds == !test.Fails;
        var message = problem is not null ? $"The condition failed: {problem}"
            : passed ? "As expected."
            : test.Fails ? "The rule was expected to fail this resource and passed it." : "The rule was expected to pass this resource and failed it.";
        return new PackTestResult(test.Name, test.Rule, passed, message);
    })];

    /// <summary>Resources and manifests as conditions see them; the argument of Json stands in place of what is unknown.</summary>
    public static IEnumerable<(string Type, string Subject, bool IsResource, Func<string?, string> Json, string? File, int? Line)> Subjects(PolicyContent content, ContentResult checks)
    {
        foreach (var resource in checks.Graph?.All ?? [])
        {
            yield return (resource.Type, resource.Address, true, unknown => Describe(resource, unknown).ToJsonString(), resource.File, resource.Line);
        }

        if (content.Type is not ("kubernetes" or "files"))
        {
            yield break;
        }

        foreach (var (path, text) in content.Files.Where(file => content.Type == "kubernetes" || (IsYaml(file.Key) && KubernetesPolicy.Recognises(file.Value))))
        {
            foreach (var document in YamlReader.Read(text))
            {
                if (document.Root is { Kind: YamlKind.Map } root && root.TextOf("kind") is { } kind)
                {
                    var json = RulePackReader.ToJson(root)!.ToJsonString();
                    var name = root.Get("metadata")?.TextOf("name") ?? "";
                    yield return (kind, $"{kind}/{name}", false, _ => json, path, root.Line);
                }
            }
        }
    }

    private static bool IsYaml(string path) => path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    private static JsonObject Describe(CloudResource resource, string? unknown) => new()
    {
        ["type"] = resource.Type,
        ["name"] = resource.Name,
        ["address"] = resource.Address,
        ["module"] = resource.Module,
        ["values"] = ToJson(resource.Values, unknown, 0),
    };

    private static JsonNode? ToJson(CloudValue value, string? unknown, int depth)
    {
        switch (depth > 40 ? CloudValueKind.Unknown : value.Kind)
        {
            case CloudValueKind.Null:
                return null;
            case CloudValueKind.Bool:
                return JsonValue.Create(value.Number != 0);
            case CloudValueKind.Number:
                return JsonValue.Create(value.Number);
            case CloudValueKind.Text:
                return JsonValue.Create(value.Text);
            case CloudValueKind.List:
                return new JsonArray([.. value.Items.Select(item => ToJson(item, unknown, depth + 1))]);
            case CloudValueKind.Map:
                return new JsonObject(value.Members.Select(member => KeyValuePair.Create(member.Key, ToJson(member.Value, unknown, depth + 1))));
            default:
                return unknown is null ? null : JsonValue.Create(unknown);
        }
    }
}
