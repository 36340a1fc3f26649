using System.ComponentModel;
using System.Text.Json.Nodes;

namespace Agentic.Agents.CodeGen;

internal sealed record ValidateTemplate(
    [property: Description("The template folders as texts by path, e.g. {\"java-core/template.yaml\": \"name: java-core\\n…\", \"java-core/pom.xml.liquid\": \"…\"}.")] IReadOnlyDictionary<string, string> Files);

/// <param name="Valid">No error, and every test passed.</param>
internal sealed record ValidatedTemplates(bool Valid, IReadOnlyList<TemplateError> Errors, IReadOnlyList<ValidatedTemplate> Templates);

internal sealed record ValidatedTemplate(string Name, string Version, string Folder, IReadOnlyList<TemplateTrial> Tests);

/// <param name="Problems">What came out otherwise than the test says; empty where it passed.</param>
internal sealed record TemplateTrial(string Name, bool Passed, IReadOnlyList<string> Problems);

/// <param name="Answers">What every template may read.</param>
/// <param name="Problem">Why the organisation's repository could not be read of late; null where it could or none is configured.</param>
internal sealed record ServiceTemplates(IReadOnlyList<ServiceTemplate> Items, IReadOnlyList<string> Answers, string? Source, string? Problem);

/// <param name="Source"><c>built-in</c>, <c>folder</c> or the commit of the organisation's repository.</param>
/// <param name="When">The condition under which it takes part; null means always.</param>
/// <param name="Parameters">JSON schema.</param>
internal sealed record ServiceTemplate(
    string Name, string Version, string Description, string Source, string? When, string? Extends, JsonObject Parameters, IReadOnlyList<MadeFile> Files, IReadOnlyList<string> Tests);

/// <param name="Path">May have Liquid in it.</param>
internal sealed record MadeFile(string Path, ServicePart Part);

internal sealed record RefreshedTemplates(string Source, int Templates);
