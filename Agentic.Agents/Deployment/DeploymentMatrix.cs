namespace Agentic.Agents.Deployment;

/// <summary>Every service in every environment.</summary>
internal sealed record DeploymentMatrix(IReadOnlyList<EnvironmentState> Environments, IReadOnlyList<ServiceState> Services)
{
    public static DeploymentMatrix Of(Lanes lanes, IReadOnlyList<string> order, DeploymentCalendar calendar, DateTimeOffset now)
    {
        var names = order.Concat(lanes.All.Keys.Select(key => key.Environment).Except(order, StringComparer.Ordinal).Order(StringComparer.Ordinal)).ToList();
        var environments = names.Select(name => new EnvironmentState(
            name, lanes.Locks.TryGetValue(name, out var held) ? $"locked by {held.By}: {held.Reason}" : calendar.Objection(name, now))).ToList();
        var services = lanes.All.Values.GroupBy(lane => lane.Key.Service, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new ServiceState(group.Key, [.. group.OrderBy(lane => names.IndexOf(lane.Key.Environment)).Select(lane => Cell(lane, lanes))])).ToList();
        return new DeploymentMatrix(environments, services);
    }

    private static ServedVersion Cell(Lane lane, Lanes lanes)
    {
        var serving = lane.Kept.Count > 0 && lane.Stable is not null ? lane.Kept[^1] : null;
        var active = lane.Active is { } id && lanes.Rollouts.TryGetValue(id, out var rollout) ? rollout : null;
        var last = lanes.Rollouts.Values.Where(ended => ended.IsOver && ended.Request.Key == lane.Key).MaxBy(ended => ended.EndedAt);
        return new ServedVersion(
            lane.Key.Environment, lane.Stable?.Version, lane.Stable?.BareDigest, serving?.ServedAt, serving?.RolloutId, lane.Target,
            active is null ? null : new MovingVersion(active.Id, active.Request.Candidate.Version, active.Status, active.Weight),
            last is null ? null : new MovingVersion(last.Id, last.Request.Candidate.Version, last.Status, last.Weight),
            lane.Queue.Count, [.. lane.Kept.Select(kept => kept.Revision.Version)],
            [.. lane.Quarantine.Select(bad => new QuarantinedVersion(bad.Key, bad.Value))]);
    }
}

/// <param name="Closed">Why nothing new may start there now; null where it may.</param>
internal sealed record EnvironmentState(string Name, string? Closed);

internal sealed record ServiceState(string Service, IReadOnlyList<ServedVersion> Environments);

internal sealed record ServedVersion(
    string Environment, string? Version, string? Digest, DateTimeOffset? Since, string? DeploymentId, string? Target, MovingVersion? Active, MovingVersion? Last,
    int Waiting, IReadOnlyList<string> Kept, IReadOnlyList<QuarantinedVersion> Quarantined);

internal sealed record MovingVersion(string DeploymentId, string Version, RolloutStatus Status, int Weight);

internal sealed record QuarantinedVersion(string Digest, string Reason);

/// <param name="IsKept">False where the target keeps no log of it.</param>
internal sealed record DeploymentLog(string DeploymentId, string Version, bool IsKept, string Text);

internal sealed record DeploymentEventList(IReadOnlyList<OutgoingEvent> Items);
