using System.Text.Json.Nodes;

namespace Agentic.Agents.CodeGen;

/// <summary>What <c>template.yaml</c> says: when the part takes part, which parameters it knows, which files it makes, how it is tested.</summary>
internal sealed record TemplateManifest
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string Description { get; init; }

    /// <summary>Another template whose files this one keeps, but for those it has itself and those it drops; it takes that template's place.</summary>
    public string? Extends { get; init; }

    /// <summary>Sources of the extended template that are left out.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>A Liquid condition over the answers; absent means always.</summary>
    public Located? When { get; init; }

    /// <summary>What the files of this folder are for, where an entry does not say otherwise.</summary>
    public ServicePart Part { get; init; }

    /// <summary>The JSON schema of the answers this part reads, as it is written.</summary>
    public JsonObject Schema { get; init; } = [];

    /// <summary>The properties of <see cref="Schema"/>.</summary>
    public IReadOnlyList<TemplateParameter> Parameters { get; init; } = [];

    public IReadOnlyList<TemplateFile> Files { get; init; } = [];

    /// <summary>Answers to try the part with, and what must come of them.</summary>
    public IReadOnlyList<TemplateTest> Tests { get; init; } = [];
}

/// <summary>A text of a file and the line it stands in.</summary>
internal sealed record Located(string Text, int Line);

/// <summary>One file a part makes.</summary>
/// <param name="Source">Path inside the template's folder; a name that ends in <c>.liquid</c> is rendered, any other is copied.</param>
/// <param name="Target">Path in the generated service, itself Liquid; null means the source without <c>.liquid</c>.</param>
/// <param name="When">A Liquid condition over the answers; null means always.</param>
/// <param name="Part">What the file is for; null means what the folder says.</param>
internal sealed record TemplateFile(Located Source, Located? Target, Located? When, ServicePart? Part);

/// <summary>A named request with what must come of it.</summary>
/// <param name="Parameters">Members of the request; names it does not have are parameters of the templates.</param>
/// <param name="Files">Paths that must be made.</param>
/// <param name="Absent">Paths that must not be made.</param>
/// <param name="Expected">A folder of the template with files that must be made exactly so; they are no files of the service.</param>
/// <param name="Refused">Text a refusal must have; null where the files must be made.</param>
internal sealed record TemplateTest(
    string Name, int Line, IReadOnlyDictionary<string, string> Parameters, IReadOnlyList<string> Files, IReadOnlyList<string> Absent, string? Expected, string? Refused);
