using Agentic.Agents.Deployment.Analysis;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

internal sealed partial record Lanes
{
    /// <summary>
    /// A rollout's end frees its lane: quarantine what was rolled back, by a person or, where policy binds, by its gates, and admit the next in
    /// the queue.
    /// </summary>
    private Decision Follow(Decision decision, DateTimeOffset now)
    {
        if (decision.Events.OfType<UnwindStarted>().FirstOrDefault(unwind => unwind is { End: RolloutEnd.RolledBack, By: null }) is { } failed
            && Rollouts[failed.Id].Request is var request && Environments.ModeOf(request.Key.Environment) != PolicyMode.Advisory
            && decision.Events.Aggregate(this, (lanes, e) => lanes.Apply(e)).Rollouts[failed.Id].Gates.Any(gate => gate.Verdict == Verdict.Fail))
        {
            decision = Decision.Of([.. decision.Events, new RevisionQuarantined(now, request.Key, request.Candidate, failed.Reason)]);
        }

        if (decision.Events.OfType<RolloutEnded>().FirstOrDefault() is not { } ended)
        {
            return decision;
        }

        var after = decision.Events.Aggregate(this, (lanes, e) => lanes.Apply(e));
        var rollout = after.Rollouts[ended.Id];
        var lane = after.Lane(rollout.Request.Key);
        List<IDeploymentEvent> events = [.. decision.Events];
        if (ended.End == RolloutEnd.Completed && rollout.Request is { Kind: RolloutKind.Rollback } back && rollout.Stable is { } bad)
        {
            events.Add(new RevisionQuarantined(now, lane.Key, bad, back.Reason ?? $"rolled back by {back.RequestedBy}"));
        }

        if (lane.Active is null && lane.Queue.Count > 0)
        {
            var next = after.Rollouts[lane.Queue[0]];
            var quarantined = lane.Quarantine.ContainsKey(next.Request.Candidate.BareDigest);
            if (quarantined || lane.Stable?.BareDigest == next.Request.Candidate.BareDigest)
            {
                var dropped = new RolloutEnded(next.Id, now, RolloutEnd.Aborted, quarantined ? "its revision was quarantined while it waited" : "its revision serves already");
                return Decision.Of([.. events, .. after.Follow(Decision.Of(dropped), now).Events]);
            }

            events.Add(Admit(lane, next.Id, next.Request, now));
        }

        return Decision.Of(events);
    }

    private Lanes Progress(Rollout rollout, IRolloutEvent happened)
    {
        var next = this with { Rollouts = Rollouts.SetItem(rollout.Id, rollout) };
        var lane = Lane(rollout.Request.Key);
        return happened switch
        {
            RolloutAdmitted => next.With(lane with { Active = rollout.Id, Queue = [.. lane.Queue.Where(id => id != rollout.Id)] }),
            RolloutEnded e => next.With(Ended(lane, rollout, e)).Forget(lane.Key),
            _ => next,
        };
    }

    private static Lane Ended(Lane lane, Rollout rollout, RolloutEnded ended)
    {
        lane = lane with
        {
            Active = lane.Active == rollout.Id ? null : lane.Active,
            Queue = [.. lane.Queue.Where(id => id != rollout.Id)],
        };
        if (ended.End != RolloutEnd.Completed)
        {
            return lane;
        }

        var candidate = rollout.Request.Candidate;
        if (rollout.Request.Kind == RolloutKind.Withdrawal)
        {
            return lane with { Stable = null };
        }

        return lane with
        {
            Stable = candidate,
            Target = rollout.Request.Target,
            Kept = [.. lane.Kept.Where(kept => kept.Revision.BareDigest != candidate.BareDigest).TakeLast(KeptRevisions - 1), new KeptRevision(candidate, ended.At, rollout.Id)],
        };
    }

    private Lanes Forget(ServiceKey key)
    {
        var ended = Rollouts.Values.Where(rollout => rollout.IsOver && rollout.Request.Key == key).OrderByDescending(rollout => rollout.EndedAt).ThenBy(rollout => rollout.Id, StringComparer.Ordinal).Skip(EndedKept);
        return this with { Rollouts = Rollouts.RemoveRange(ended.Select(rollout => rollout.Id)) };
    }

    private Lanes With(Lane lane) => this with { All = All.SetItem(lane.Key, lane) };
}
