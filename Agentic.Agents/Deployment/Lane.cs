using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>A revision this lane served once and can serve again.</summary>
internal sealed record KeptRevision(Revision Revision, DateTimeOffset ServedAt, string RolloutId);

/// <summary>One service in one environment: what it serves, what it can go back to, who drives now and who is next.</summary>
internal sealed record Lane
{
    public required ServiceKey Key { get; init; }

    public Revision? Stable { get; init; }

    /// <summary>Target that carries the stable revision.</summary>
    public string? Target { get; init; }

    /// <summary>Newest last; includes the stable one.</summary>
    public IReadOnlyList<KeptRevision> Kept { get; init; } = [];

    /// <summary>Bare digest to reason.</summary>
    public IReadOnlyDictionary<string, string> Quarantine { get; init; } = new Dictionary<string, string>();

    public string? Active { get; init; }

    public IReadOnlyList<string> Queue { get; init; } = [];

    /// <summary>Why this candidate cannot be taken on, or null.</summary>
    public Refusal? Objection(RolloutRequest request, bool mayQueue)
    {
        if (Quarantine.TryGetValue(request.Candidate.BareDigest, out var reason))
        {
            return Refusal.Unprocessable($"{request.Candidate.Version} is quarantined in {Key}: {reason}. Deploy a fixed version, or lift the quarantine.");
        }

        if (Active is not null && !mayQueue)
        {
            return Refusal.Conflict($"{Active} is in progress in {Key}; wait for it, abort it, or ask to be queued.");
        }

        if (Queue.Count >= 20)
        {
            return Refusal.Conflict($"20 deployments wait for {Key} already.");
        }

        return Active is null && Stable?.BareDigest == request.Candidate.BareDigest
            ? Refusal.Conflict($"{Key} serves {Stable.Version} with this digest already.")
            : null;
    }

    /// <summary>The revision to go back to: the one asked for, else the newest kept one before the stable that is not quarantined.</summary>
    public Outcome<Revision> Earlier(string? version)
    {
        var candidates = Kept.Select(kept => kept.Revision)
            .Where(revision => revision.BareDigest != Stable?.BareDigest && !Quarantine.ContainsKey(revision.BareDigest))
            .ToList();
        var found = version is null ? candidates.LastOrDefault() : candidates.LastOrDefault(revision => revision.Version == version);
        if (found is not null)
        {
            return found;
        }

        var kept = candidates.Count == 0 ? "none is kept" : "kept are " + string.Join(", ", candidates.Select(revision => revision.Version).Distinct());
        return Refusal.Conflict(version is null
            ? $"{Key} has no earlier version to go back to."
            : $"{Key} cannot go back to {version}: {kept}.");
    }
}
