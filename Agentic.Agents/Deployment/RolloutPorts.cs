namespace Agentic.Agents.Deployment;

/// <summary>What a rollout needs from around it.</summary>
internal sealed record RolloutPorts(TimeProvider Time, DeploymentOptions Options, IReadOnlyList<IRolloutTarget> Targets, IReadOnlyList<IMetricSource> Metrics)
{
    /// <summary>Where the numbers go for those who watch.</summary>
    public MeasurementFeed Feed { get; init; } = new();

    public IRolloutTarget? Target(string name) => Targets.FirstOrDefault(target => target.Name == name);
}
