using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>
/// A place that runs revisions of a service and shares traffic between them. Every call may be repeated and then changes nothing more,
/// since a crash leaves the agent not knowing whether the last one arrived.
/// </summary>
internal interface IRolloutTarget
{
    /// <summary>The word a deployment names it by: <c>process</c>, <c>kubernetes</c>, <c>argocd</c>.</summary>
    string Name { get; }

    /// <summary>True where routes, and perhaps services, are gone when the host is, so that the agent brings them back after a start.</summary>
    bool DiesWithHost => false;

    /// <summary>The vendor's own page about a service, known without asking anybody; null where there is none.</summary>
    string? Link(ServiceKey key) => null;

    /// <summary>What stands in the way of running a revision here, said before anything begins; null where nothing is known to.</summary>
    Task<Refusal?> Objection(ServiceKey key, Revision revision, CancellationToken cancellation) => Task.FromResult<Refusal?>(null);

    /// <summary>What the target would tell its cluster to run, as a manifest that policy can judge; null where there is none.</summary>
    string? Declaration(ServiceKey key, Revision revision) => null;

    /// <summary>The last that a revision wrote, or null where the target keeps no log.</summary>
    Task<string?> Log(ServiceKey key, Revision revision, int characters, CancellationToken cancellation) => Task.FromResult<string?>(null);

    /// <summary>What runs now, as the target itself sees it.</summary>
    Task<TargetView> Observe(ServiceKey key, CancellationToken cancellation);

    /// <summary>Brings a revision up beside whatever runs, without traffic, and returns when it is ready to serve.</summary>
    Task<TargetOutcome> Prepare(ServiceKey key, Revision revision, CancellationToken cancellation);

    /// <summary>Gives each prepared revision its share; returns when new requests follow it. No shares: nothing is served.</summary>
    Task<TargetOutcome> Shift(ServiceKey key, IReadOnlyList<Share> shares, CancellationToken cancellation);

    /// <summary>Sends the revision one synthetic request of the agent's own, past the traffic.</summary>
    Task<ProbeOutcome> Probe(ServiceKey key, Revision revision, CancellationToken cancellation);

    /// <summary>Lets the requests in flight finish and removes the revision; refused while it has a share.</summary>
    Task<TargetOutcome> Retire(ServiceKey key, Revision revision, CancellationToken cancellation);
}

/// <param name="Address">Where users reach the service; null while nothing is served.</param>
/// <param name="Link">A page of the vendor's own about it, e.g. the Argo CD application.</param>
internal sealed record TargetView(IReadOnlyList<RunningRevision> Revisions, string? Address = null, string? Link = null)
{
    public RunningRevision? Find(Revision revision) => Revisions.FirstOrDefault(running => running.Name == revision.Name);
}

/// <param name="Name">The revision's <see cref="Revision.Name"/>.</param>
/// <param name="Trouble">Why it cannot serve, in words for a person; null when it can.</param>
internal sealed record RunningRevision(string Name, int Weight, int Ready, int Wanted, string? Trouble = null);

/// <param name="MayRetry">The same call can succeed later without anybody changing anything.</param>
/// <param name="Reference">What the target calls what it did, for the events.</param>
internal sealed record TargetOutcome(bool Succeeded, string? Reason, bool MayRetry, string? Reference = null)
{
    public static TargetOutcome Done { get; } = new(true, null, false);

    /// <summary>It will not work however often it is tried: the artifact does not build, the input is wrong.</summary>
    public static TargetOutcome Broken(string reason) => new(false, reason, false);

    /// <summary>The target did not answer or is busy.</summary>
    public static TargetOutcome Unavailable(string reason) => new(false, reason, true);
}

internal sealed record ProbeOutcome(bool Passed, TimeSpan Took, string Detail);
