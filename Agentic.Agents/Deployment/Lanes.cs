using System.Collections.Immutable;
using System.Globalization;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>Every lane and every rollout, as a value: who may go, who waits, and what a rollout's end means for its lane.</summary>
internal sealed partial record Lanes
{
    /// <summary>How many versions a lane can go back to.</summary>
    public const int KeptRevisions = 10;

    // Older ones are in the records; what is here only has to answer "how did that end?".
    private const int EndedKept = 100;

    public ImmutableDictionary<ServiceKey, Lane> All { get; init; } = ImmutableDictionary<ServiceKey, Lane>.Empty;

    public ImmutableDictionary<string, Rollout> Rollouts { get; init; } = ImmutableDictionary<string, Rollout>.Empty;

    public ImmutableDictionary<string, EnvironmentLocked> Locks { get; init; } = ImmutableDictionary<string, EnvironmentLocked>.Empty;

    public Lane Lane(ServiceKey key) => All.GetValueOrDefault(key) ?? new Lane { Key = key };

    public Decision Decide(IDeploymentCommand command, DeploymentCalendar calendar, DateTimeOffset now) => Announced(Judge(command, calendar, now));

    private Decision Judge(IDeploymentCommand command, DeploymentCalendar calendar, DateTimeOffset now) => command switch
    {
        StartRollout c => Start(c, calendar, now),
        RollBack c => RollBack(c, calendar, now),
        PromoteEnvironment c => Promote(c, calendar, now),
        Withdraw c => TakeOut(c, now),
        LockEnvironment c => Locks.TryGetValue(c.Environment, out var held)
            ? Decision.Of(Refusal.Conflict($"{c.Environment} is locked already by {held.By}: {held.Reason}"))
            : Decision.Of(new EnvironmentLocked(now, c.Environment, c.By, c.Reason)),
        UnlockEnvironment c => Locks.ContainsKey(c.Environment)
            ? Decision.Of(new EnvironmentUnlocked(now, c.Environment, c.By))
            : Decision.Of(Refusal.Conflict($"{c.Environment} is not locked.")),
        LiftQuarantine c => Lane(c.Key).Quarantine.Keys.FirstOrDefault(digest => digest == c.Digest || digest.StartsWith(c.Digest, StringComparison.Ordinal)) is { } digest
            ? Decision.Of(new QuarantineLifted(now, c.Key, digest, c.By))
            : Decision.Of(Refusal.NotFound($"{c.Key} has no quarantined revision {c.Digest}.")),
        ForRollout c => Rollouts.TryGetValue(c.Command.Id, out var rollout)
            ? Follow(rollout.Decide(c.Command, now), now)
            : Decision.Of(Refusal.NotFound($"There is no deployment {c.Command.Id}.")),
        Announce c => Decision.Of(c.What),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "an unknown command reached the core"),
    };

    public Lanes Apply(IDeploymentEvent happened) => happened switch
    {
        RolloutAccepted e => With(Lane(e.Request.Key) with { Queue = [.. Lane(e.Request.Key).Queue, e.Id] }) with
        {
            Rollouts = Rollouts.SetItem(e.Id, Rollout.From(e)),
        },
        IRolloutEvent e => Rollouts.TryGetValue(e.Id, out var rollout) ? Progress(rollout.Apply(e), e) : this,
        RevisionQuarantined e => With(Lane(e.Key) with { Quarantine = new Dictionary<string, string>(Lane(e.Key).Quarantine) { [e.Revision.BareDigest] = e.Reason } }),
        QuarantineLifted e => With(Lane(e.Key) with
        {
            Quarantine = Lane(e.Key).Quarantine.Where(entry => entry.Key != e.Digest).ToDictionary(),
        }),
        EnvironmentLocked e => this with { Locks = Locks.SetItem(e.Environment, e) },
        EnvironmentUnlocked e => this with { Locks = Locks.Remove(e.Environment) },
        _ => this,
    };

    /// <summary>What others are to be told goes into the journal with what happened.</summary>
    private Decision Announced(Decision decision)
    {
        if (!decision.Events.Any(e => e is RolloutAdmitted or RolloutEnded))
        {
            return decision;
        }

        var (after, events) = (this, new List<IDeploymentEvent>());
        foreach (var happened in decision.Events)
        {
            after = after.Apply(happened);
            events.Add(happened);
            if (happened is IRolloutEvent of && after.Rollouts.TryGetValue(of.Id, out var rollout) && DeploymentNotice.After(of, rollout) is { } notice)
            {
                events.Add(notice);
            }
        }

        return Decision.Of(events);
    }

    private Decision Start(StartRollout c, DeploymentCalendar calendar, DateTimeOffset now)
    {
        var request = c.Request;
        if (Rollouts.TryGetValue(c.Id, out var same))
        {
            // The same id comes from the same effect key: a second delivery, not a second deployment.
            return same.Request.Key == request.Key && same.Request.Candidate.BareDigest == request.Candidate.BareDigest
                ? Decision.Nothing
                : Decision.Of(Refusal.Conflict($"{c.Id} is another deployment already."));
        }

        if ((request.Key.Fault() ?? request.Candidate.Fault() ?? request.Plan.Fault()) is { } fault)
        {
            return Decision.Of(Refusal.Unprocessable(fault));
        }

        if (Known(request.Key.Service, request.Candidate) is { } other)
        {
            return Decision.Of(Refusal.Conflict(
                $"{request.Key.Service} {request.Candidate.Version} is known with digest {other.BareDigest[..12]}, not {request.Candidate.BareDigest[..12]}: a version never changes, publish a new one."));
        }

        // Going back to what worked is what a lock is there to protect, so only going forward is stopped.
        if (request.Kind != RolloutKind.Rollback && Closed(request.Key.Environment, calendar, now) is { } closed)
        {
            return Decision.Of(closed);
        }

        var lane = Lane(request.Key);
        if (lane.Objection(request, c.MayQueue) is { } objection)
        {
            return Decision.Of(objection);
        }

        var accepted = new RolloutAccepted(c.Id, now, request);
        return lane.Active is null ? Decision.Of(accepted, Admit(lane, c.Id, request, now)) : Decision.Of(accepted);
    }

    /// <summary>Why this could not start now, or null; the same words as when it is asked for in earnest.</summary>
    public Refusal? Objection(RolloutRequest request, bool mayQueue, DeploymentCalendar calendar, DateTimeOffset now) =>
        Closed(request.Key.Environment, calendar, now) ?? Lane(request.Key).Objection(request, mayQueue);

    private Refusal? Closed(string environment, DeploymentCalendar calendar, DateTimeOffset now)
    {
        if (Locks.TryGetValue(environment, out var held))
        {
            return Refusal.Conflict($"{environment} is locked by {held.By} since {held.At.ToString("u", CultureInfo.InvariantCulture)}: {held.Reason}");
        }

        return calendar.Objection(environment, now) is { } reason ? Refusal.Conflict(reason) : null;
    }

    private Revision? Known(string service, Revision candidate) => All.Values
        .Where(lane => lane.Key.Service == service)
        .SelectMany(lane => lane.Kept)
        .Select(kept => kept.Revision)
        .FirstOrDefault(known => known.Version == candidate.Version && known.BareDigest != candidate.BareDigest);

    private static RolloutAdmitted Admit(Lane lane, string id, RolloutRequest request, DateTimeOffset now) =>
        new(id, now, lane.Stable, lane.Stable is null ? CanaryPlan.ForFirst(request.Plan) : request.Plan);

    private Decision RollBack(RollBack c, DeploymentCalendar calendar, DateTimeOffset now)
    {
        if (!Rollouts.TryGetValue(c.Id, out var undone))
        {
            return Decision.Of(Refusal.NotFound($"There is no deployment {c.Id}."));
        }

        var lane = Lane(undone.Request.Key);
        if (!undone.IsOver)
        {
            if (undone.IsUnwinding || undone.Phase is RolloutPhase.Queued or RolloutPhase.WaitingApproval or RolloutPhase.Retiring)
            {
                return Decision.Of(Refusal.Conflict($"{c.Id} is {undone.Phase}: nothing of it serves that could be rolled back; abort it or wait until it has ended."));
            }

            return Decision.Of(
                new UnwindStarted(c.Id, now, undone.Stable is null ? RolloutEnd.Aborted : RolloutEnd.RolledBack, c.By, c.Reason),
                new RevisionQuarantined(now, lane.Key, undone.Request.Candidate, c.Reason));
        }

        if (undone.End != RolloutEnd.Completed || lane.Stable?.BareDigest != undone.Request.Candidate.BareDigest)
        {
            return Decision.Of(Refusal.Conflict($"{c.Id} does not serve now: {lane.Key} serves {lane.Stable?.Version ?? "nothing"}."));
        }

        if (lane.Earlier(c.ToVersion) is { IsRefused: true } none)
        {
            return Decision.Of(none.Refusal);
        }

        var target = lane.Earlier(c.ToVersion).Value!;
        var request = undone.Request with
        {
            Kind = RolloutKind.Rollback, Candidate = target, Plan = c.Plan, RequestedBy = c.By, Reason = c.Reason, Undoes = c.Id, WorkflowId = c.WorkflowId, NeedsApproval = false,
        };
        return Start(new StartRollout(c.NewId, request, MayQueue: false), calendar, now);
    }

    private Decision TakeOut(Withdraw c, DateTimeOffset now)
    {
        var lane = Lane(c.Key);
        if (Rollouts.TryGetValue(c.Id, out var same))
        {
            return same.Request.Key == c.Key ? Decision.Nothing : Decision.Of(Refusal.Conflict($"{c.Id} is another deployment already."));
        }

        if (Locks.TryGetValue(c.Key.Environment, out var held))
        {
            return Decision.Of(Refusal.Conflict($"{c.Key.Environment} is locked by {held.By}: {held.Reason}"));
        }

        if (lane.Active is not null || lane.Stable is not { } stable)
        {
            return Decision.Of(Refusal.Conflict(lane.Active is null ? $"{c.Key} serves nothing that could be withdrawn." : $"{lane.Active} is in progress in {c.Key}; abort it or wait until it has ended."));
        }

        var request = new RolloutRequest
        {
            Key = c.Key, Candidate = stable, Plan = RolloutPlan.For(Strategy.Rolling), Target = lane.Target ?? "process", RequestedBy = c.By, Reason = c.Reason, WorkflowId = c.WorkflowId, Kind = RolloutKind.Withdrawal,
        };
        return Decision.Of(new RolloutAccepted(c.Id, now, request), new RolloutAdmitted(c.Id, now, null, request.Plan), new UnwindStarted(c.Id, now, RolloutEnd.Completed, c.By, c.Reason));
    }

    private Decision Promote(PromoteEnvironment c, DeploymentCalendar calendar, DateTimeOffset now)
    {
        var from = Lane(c.From);
        if (from.Stable is null)
        {
            return Decision.Of(Refusal.Conflict($"{c.From} serves nothing that could be promoted."));
        }

        if (c.Version is not null && c.Version != from.Stable.Version && c.Version != from.Stable.BareDigest)
        {
            return Decision.Of(Refusal.Conflict($"{c.From} serves {from.Stable.Version}, not {c.Version}: only what was verified there is promoted."));
        }

        if (from.Active is not null)
        {
            return Decision.Of(Refusal.Conflict($"{from.Active} is in progress in {c.From}; promote when it has ended."));
        }

        return Start(new StartRollout(c.Id, c.Request with { Kind = RolloutKind.Promotion, Candidate = from.Stable }, c.MayQueue), calendar, now);
    }
}
