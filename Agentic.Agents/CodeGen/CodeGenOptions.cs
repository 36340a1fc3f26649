using System.ComponentModel.DataAnnotations;
using Agentic.Agents.CodeGen.Publishing;

namespace Agentic.Agents.CodeGen;

/// <summary>Section <c>CodeGen</c>.</summary>
internal sealed class CodeGenOptions : IValidatableObject
{
    /// <summary>Folder with the organisation's templates; each folder in it with a <c>template.yaml</c> adds a template, extends one or replaces the built-in one of its name. Empty: only built-in ones.</summary>
    public string TemplateFolder { get; set; } = "";

    /// <summary>The organisation's templates in a Git repository; they come after those of the folder. Without a connection: none.</summary>
    public TemplateRepository TemplateRepository { get; set; } = new();

    /// <summary>Servers that services are published to and templates read from, by name.</summary>
    public Dictionary<string, GitConnection> Connections { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, connection) in Connections)
        {
            if (connection.Problem() is { } problem)
                yield return new ValidationResult($"CodeGen:Connections:{name}: {problem}");
        }

        if (TemplateRepository.Connection.Length == 0)
            yield break;
        if (!Connections.ContainsKey(TemplateRepository.Connection))
            yield return new ValidationResult($"CodeGen:TemplateRepository:Connection '{TemplateRepository.Connection}' is none of CodeGen:Connections.");
        if (GitConnections.Refuse(TemplateRepository.Repository) is { } refusal)
            yield return new ValidationResult($"CodeGen:TemplateRepository: {refusal.Reason}");
    }
}

/// <summary>Where an organisation keeps its templates.</summary>
internal sealed class TemplateRepository
{
    /// <summary>Name of one of <c>CodeGen:Connections</c>; empty where there is no repository.</summary>
    public string Connection { get; set; } = "";

    /// <summary>Path on that server, such as <c>platform/templates</c>.</summary>
    public string Repository { get; set; } = "";

    public string Branch { get; set; } = "main";

    /// <summary>Folder of the repository that holds the templates; empty means its root.</summary>
    public string Folder { get; set; } = "";

    /// <summary>After so many minutes the repository is read again when templates are next used.</summary>
    [Range(1, 10_080)]
    public int RefreshMinutes { get; set; } = 15;
}
