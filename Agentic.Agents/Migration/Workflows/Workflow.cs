using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Workflows;

/// <summary>A GitHub Actions workflow as we mean it, before it is written.</summary>
internal sealed class Workflow
{
    public required string Name { get; init; }

    public string? RunName { get; set; }

    public YamlMap On { get; } = new();

    public Dictionary<string, string> Permissions { get; } = new(StringComparer.Ordinal) { ["contents"] = "read" };

    public OrderedDictionary<string, EnvEntry> Env { get; } = new(StringComparer.Ordinal);

    public string? ConcurrencyGroup { get; set; }

    public bool CancelInProgress { get; set; }

    public List<WorkflowJob> Jobs { get; } = [];
}

internal sealed record EnvEntry(string Value, Span? Source = null);

internal sealed class WorkflowJob
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    public List<string> Needs { get; } = [];

    public string? If { get; set; }

    public required Yaml RunsOn { get; set; }

    public Yaml? Container { get; set; }

    public YamlMap? Services { get; set; }

    public YamlMap? Matrix { get; set; }

    public bool FailFast { get; set; }

    public OrderedDictionary<string, string> Env { get; } = new(StringComparer.Ordinal);

    public OrderedDictionary<string, string> Outputs { get; } = new(StringComparer.Ordinal);

    public string? Environment { get; set; }

    public string? ConcurrencyGroup { get; set; }

    public int? TimeoutMinutes { get; set; }

    public string? DefaultShell { get; set; }

    public List<string> Comments { get; } = [];

    public List<WorkflowStep> Steps { get; } = [];

    public Span? Source { get; set; }
}

/// <summary>One step; <see cref="Sets"/> names the variables it leaves for later steps.</summary>
internal sealed class WorkflowStep
{
    public string? Id { get; set; }

    public string? Name { get; set; }

    public string? If { get; set; }

    public string? Uses { get; set; }

    public OrderedDictionary<string, string> With { get; } = new(StringComparer.Ordinal);

    public string? Run { get; set; }

    public string? Shell { get; set; }

    public string? WorkingDirectory { get; set; }

    public OrderedDictionary<string, string> Env { get; } = new(StringComparer.Ordinal);

    public bool ContinueOnError { get; set; }

    public int? TimeoutMinutes { get; set; }

    public List<string> Comments { get; } = [];

    public List<string> Sets { get; } = [];

    public Span? Source { get; set; }
}
