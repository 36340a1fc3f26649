using Agentic.Agents.Operations;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Agentic.Agents.CodeGen;

/// <summary>What <c>template.yaml</c> says: when the part takes part, which parameters it knows, which files it makes, how it is tested.</summary>
internal sealed class TemplateManifest
{
    private static readonly IDeserializer Yaml = new DeserializerBuilder()
        .WithNamingConvention(CamelCaseNamingConvention.Instance)
        .WithEnforceRequiredMembers()
        .Build();

    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string Description { get; init; }

    /// <summary>A Liquid condition over the answers; absent means always.</summary>
    public string When { get; init; } = "true";

    /// <summary>What the files of this folder are for, where an entry does not say otherwise.</summary>
    public ServicePart Part { get; init; }

    /// <summary>A JSON schema of the answers this part reads.</summary>
    public Dictionary<string, object?> Parameters { get; init; } = [];

    public required List<TemplateFile> Files { get; init; }

    /// <summary>Answers to try the part with, and what must come of them.</summary>
    public List<TemplateTest> Tests { get; init; } = [];

    public static Outcome<TemplateManifest> Read(string path, string text)
    {
        try
        {
            return Yaml.Deserialize<TemplateManifest?>(text) is { } manifest
                ? manifest
                : Refusal.Unprocessable($"{path} is empty; a template needs name, version, description and files.");
        }
        catch (YamlException problem)
        {
            return Refusal.Unprocessable($"{path}, line {problem.Start.Line}: {(problem.InnerException ?? problem).Message}");
        }
    }
}

/// <summary>One file a part makes.</summary>
internal sealed class TemplateFile
{
    /// <summary>Path inside the template's folder; a name that ends in <c>.liquid</c> is rendered, any other is copied.</summary>
    public required string Source { get; init; }

    /// <summary>Path in the generated service, itself Liquid; absent means the source without <c>.liquid</c>.</summary>
    public string? Target { get; init; }

    /// <summary>What the file is for; absent means what the folder says.</summary>
    public ServicePart? Part { get; init; }

    /// <summary>A Liquid condition over the answers; absent means always.</summary>
    public string When { get; init; } = "true";
}

/// <summary>A named set of answers with the paths that must be made of them.</summary>
internal sealed class TemplateTest
{
    public required string Name { get; init; }

    public Dictionary<string, string> Parameters { get; init; } = [];

    public List<string> Files { get; init; } = [];
}
