using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>Runs the tests a template brings, with the library it will be used in.</summary>
internal static class TemplateTrials
{
    private const int MostTests = 100;
    private const int ShownDifference = 500;

    public static IReadOnlyList<TemplateTrial> Run(Template template, TemplateLibrary library) =>
        [.. template.Manifest.Tests.Take(MostTests).Select(test => Run(test, template, library))];

    private static TemplateTrial Run(TemplateTest test, Template template, TemplateLibrary library)
    {
        var problems = new List<string>();
        var made = ServiceGeneration.Generate(Request(test), library);
        if (made.IsRefused)
        {
            if (test.Refused is null)
                problems.Add($"It is refused: {made.Refusal.Reason}");
            else if (!made.Refusal.Reason.Contains(test.Refused, StringComparison.Ordinal))
                problems.Add($"It is refused otherwise than with '{test.Refused}': {made.Refusal.Reason}");
            return new TemplateTrial(test.Name, problems.Count == 0, problems);
        }

        if (test.Refused is not null)
            problems.Add($"It is made, and should be refused with '{test.Refused}'.");
        problems.AddRange(test.Files.Where(path => made.Value.Find(path) is null).Select(path => $"{path} is not made."));
        problems.AddRange(test.Absent.Where(path => made.Value.Find(path) is not null).Select(path => $"{path} is made and should not be."));
        foreach (var (path, text) in test.Expected is { } folder ? template.Expected(folder) : [])
        {
            if (made.Value.Find(path) is not { } file)
                problems.Add($"{path} is expected and not made.");
            else if (file.Text != text)
                problems.Add($"{path} is not as expected: {Short(UnifiedDiff.Of(path, System.Text.Encoding.UTF8.GetBytes(text), file.Content))}");
        }

        return new TemplateTrial(test.Name, problems.Count == 0, problems);
    }

    /// <summary>Members the request does not have are parameters of the templates.</summary>
    private static GenerateService Request(TemplateTest test)
    {
        var left = new Dictionary<string, string>(test.Parameters, StringComparer.Ordinal);
        string Take(string name, string standard) => left.Remove(name, out var value) ? value : standard;
        var request = new GenerateService(
            Take("serviceName", "user-service"), Take("language", "python"), Take("apiType", "rest"), Take("database", "none"), Take("messaging", "none"),
            Take("environment", "dev"), Take("ci", "both"), Take("iac", "terraform"));
        return left.Count == 0 ? request : request with { Parameters = new JsonObject(left.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))) };
    }

    private static string Short(string text) => text.Length <= ShownDifference ? text : text[..ShownDifference] + "…";
}
