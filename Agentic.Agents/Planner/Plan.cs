using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Agentic.Agents.Planner;

/// <summary>A graph of operation calls that has been accepted: every operation exists, every input fits, no cycle, the caller may run all of it.</summary>
/// <param name="Origin"><c>template</c>, <c>rules</c>, <c>model</c>, <c>tasks</c> (given by the caller) or <c>operation</c> (one durable call).</param>
internal sealed record Plan(string Origin, IReadOnlyList<PlannedTask> Tasks)
{
    public string? Template { get; init; }

    /// <summary>The template version this run keeps, whatever is published later.</summary>
    public string? TemplateVersion { get; init; }

    public JsonObject Parameters { get; init; } = [];

    public string? Goal { get; init; }

    public string? ServiceName { get; init; }

    public string? Environment { get; init; }
}

/// <param name="Id">Unique in the plan, <c>[a-z0-9-]</c>.</param>
/// <param name="Agent">The owner of the operation, kept so that a list needs no catalogue.</param>
/// <param name="Input">May refer to earlier results: <c>${tasks.scaffold.result.artifact.uri}</c>, <c>${parameters.serviceName}</c>.</param>
internal sealed record PlannedTask(string Id, string Agent, string Operation, JsonObject Input)
{
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>The task is skipped where this is false once its dependencies ended, e.g. <c>${parameters.environment} != 'dev'</c>.</summary>
    public string? When { get; init; }

    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>Of one attempt.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Held back this long after its dependencies ended.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>A person must approve the resolved input before it starts.</summary>
    public bool NeedsApproval { get; init; }

    /// <summary>The resolved input may name a place this step changes, which decides again whether a person must approve (a corrected input may name another).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ActsOnEnvironment { get; init; }

    /// <summary>Runs in reverse order of completion when the workflow fails; its input may refer to this task's own result.</summary>
    public Compensation? Compensation { get; init; }

    public TimeSpan EstimatedDuration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>1 for tasks that wait for nothing, one more for each step after.</summary>
    public int Priority { get; init; } = 1;
}

internal sealed record Compensation(string Operation, JsonObject Input);

/// <param name="MaxAttempts">Including the first.</param>
/// <param name="Backoff">Each delay is this many times the one before, up to <paramref name="MaxDelay"/>.</param>
/// <param name="Jitter">0.2 spreads each delay over ±20 %, from a hash of the effect so that replay gives the same.</param>
internal sealed record RetryPolicy(int MaxAttempts, TimeSpan InitialDelay, double Backoff, TimeSpan MaxDelay, double Jitter)
{
    public static RetryPolicy Default { get; } = new(3, TimeSpan.FromSeconds(1), 2, TimeSpan.FromMinutes(1), 0.2);
}
