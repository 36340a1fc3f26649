namespace Agentic.Agents.CodeGen;

/// <summary>Section <c>CodeGen</c>.</summary>
internal sealed class CodeGenOptions
{
    /// <summary>Folder with the organisation's templates; each folder in it with a <c>template.yaml</c> adds a template or replaces the built-in one of its name. Empty: only built-in ones.</summary>
    public string TemplateFolder { get; set; } = "";
}
