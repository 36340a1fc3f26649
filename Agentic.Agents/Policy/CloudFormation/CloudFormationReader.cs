using System.Text.Json;
using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.CloudFormation;

/// <summary>Reads a CloudFormation template (YAML or JSON) into the resources Terraform would call by their own names, so that the same rules apply.</summary>
internal static class CloudFormationReader
{
    public static bool Recognises(string text) =>
        text.Contains("AWSTemplateFormatVersion", StringComparison.Ordinal)
        || (text.Contains("Resources", StringComparison.Ordinal) && text.Contains("AWS::", StringComparison.Ordinal));

    /// <summary>The graph, or a sentence saying why the text is not a template.</summary>
    public static (ResourceGraph? Graph, string? Refusal) Read(string text, string path)
    {
        var (root, problem) = TemplateNode.Parse(text);
        if (root is null)
        {
            return (null, $"{path} is neither JSON nor YAML: {problem}");
        }

        if (root.Member("Resources") is not { Members.Count: > 0 } declared)
        {
            return (null, $"{path} has no Resources, so it is not a CloudFormation template.");
        }

        var template = new TemplateValues(root);
        var resources = new List<CloudResource>();
        var notChecked = new List<NotChecked>();
        foreach (var (name, resource) in declared.Members)
        {
            var type = resource.Member("Type")?.Text;
            if (type is null)
            {
                notChecked.Add(new NotChecked($"{path}: {name}", "It has no Type."));
                continue;
            }

            if (resource.Member("Condition")?.Text is { } condition && template.Condition(condition) == false)
            {
                continue;
            }

            if (name.StartsWith("Fn::", StringComparison.Ordinal) || !CloudFormationTypes.TryMap(type, out var map))
            {
                continue;
            }

            resources.AddRange(map(name, template.Value(resource.Member("Properties"))).Select(mapped => new CloudResource
            {
                Address = mapped.Suffix.Length == 0 ? name : $"{name}.{mapped.Suffix}",
                Type = mapped.Type,
                Name = name,
                Values = mapped.Values,
                File = path,
                Line = resource.Line,
                EndLine = resource.EndLine,
            }));
        }

        return (new ResourceGraph(resources, notChecked), null);
    }
}
