using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

/// <summary>One agent Jenkins would have held for a while: its steps share a workspace, whatever jobs they end up in.</summary>
internal sealed class Allocation
{
    public required Yaml RunsOn { get; init; }

    public Yaml? Container { get; init; }

    public YamlMap? Services { get; init; }

    public bool Windows { get; init; }

    public bool ChecksOut { get; set; }

    /// <summary>Images by container name, for pods.</summary>
    public Dictionary<string, string> Containers { get; } = new(StringComparer.Ordinal);

    public string? DefaultContainer { get; set; }

    /// <summary>The jobs that hold the newest state of the workspace.</summary>
    public List<WorkflowJob> Last { get; set; } = [];

    /// <summary>The image every command runs in when the job itself does not.</summary>
    public string? AgentImage { get; set; }

    public Action<WorkflowJob>? Prepare { get; set; }

    public Span? Source { get; init; }
}
