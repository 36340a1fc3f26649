using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy.Workflows;

/// <summary>A failing fact of a pipeline; <paramref name="Place"/> names the job or step.</summary>
internal sealed record WorkflowHit(YamlValue? At, string Place, string Fact);

/// <summary>One rule over one pipeline file.</summary>
internal sealed record WorkflowRule<T>(BuiltInRule Words, Func<T, IEnumerable<WorkflowHit>> Look)
{
    public static WorkflowRule<T> Of(string id, string severity, string topic, string failsWhen, string fix, Func<T, IEnumerable<WorkflowHit>> look) =>
        new(new BuiltInRule(id, "workflow", severity, topic, failsWhen, fix), look);
}
