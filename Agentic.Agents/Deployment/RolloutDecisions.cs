using System.Globalization;
using Agentic.Agents.Deployment.Analysis;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>What a rollout answers to a command or a report: the events that happen now, or why not.</summary>
internal static class RolloutDecisions
{
    // A shift that fails three times in a row is the target's trouble, not a hiccup.
    private const int ForwardAttempts = 3;

    // The traffic is safe by then; a clean-up that never works must not block the lane for ever.
    private const int CleanUpAttempts = 20;

    public static Decision Decide(this Rollout rollout, IRolloutCommand command, DateTimeOffset now)
    {
        if (rollout.IsOver)
        {
            return command is ReportDone or ReportFailure or ReportMeasured or Tick
                ? Decision.Nothing
                : Decision.No(RefusalKind.Conflict, $"{rollout.Id} has ended ({rollout.Status}); start another deployment or roll back");
        }

        return command switch
        {
            ApproveRollout c => rollout.Approve(c, now),
            RejectRollout c => rollout.Phase == RolloutPhase.WaitingApproval
                ? Decision.Of(new RolloutEnded(rollout.Id, now, RolloutEnd.Aborted, $"rejected by {c.By}: {c.Reason}"))
                : Decision.No(RefusalKind.Conflict, $"{rollout.Id} does not wait for an approval"),
            PromoteRollout c => rollout.Promote(c, now),
            PauseRollout c => rollout.Pause(c, now),
            ResumeRollout c => rollout.Resume(c, now),
            AbortRollout c => rollout.Abort(c, now),
            SetWeight c => rollout.Set(c, now),
            ReportDone c => c.Run == rollout.Run ? rollout.Done(c.Reference, now) : Decision.Nothing,
            ReportFailure c => c.Run == rollout.Run ? rollout.Failed(c, now) : Decision.Nothing,
            ReportMeasured c => c.Run == rollout.Run ? rollout.Measured(c.Measurement, now) : Decision.Nothing,
            Tick => rollout.Deadline is { } deadline && now >= deadline
                ? rollout.Unwind(RolloutEnd.Failed, null, string.Create(CultureInfo.InvariantCulture, $"not ready within {rollout.Plan.PreparationLimit.TotalSeconds:0} s"), now)
                : Decision.Nothing,
            _ => Decision.No(RefusalKind.Unprocessable, $"{command.GetType().Name} is not known to a rollout"),
        };
    }

    private static Decision Approve(this Rollout rollout, ApproveRollout c, DateTimeOffset now)
    {
        if (rollout.Phase != RolloutPhase.WaitingApproval)
        {
            return Decision.No(RefusalKind.Conflict, $"{rollout.Id} does not wait for an approval");
        }

        if (!string.Equals(c.Digest, rollout.Request.ApprovalDigest, StringComparison.Ordinal))
        {
            return Decision.No(RefusalKind.Conflict, "the approval names another digest than the deployment that waits; read it again and approve what you see");
        }

        return string.Equals(c.By, rollout.Request.RequestedBy, StringComparison.Ordinal) && !rollout.Request.RequesterMayApprove
            ? Decision.No(RefusalKind.Forbidden, "nobody approves their own deployment; ask someone else with the approve scope")
            : Decision.Of(new RolloutApproved(rollout.Id, now, c.By, c.Digest));
    }

    private static Decision Promote(this Rollout rollout, PromoteRollout c, DateTimeOffset now)
    {
        if (rollout.Gates.FirstOrDefault(gate => gate.Verdict == Verdict.Fail) is { } failing)
        {
            return Decision.No(RefusalKind.Conflict, $"gate {failing.Name} fails: {failing.Detail}");
        }

        List<IDeploymentEvent> events = rollout.IsHeld ? [new RolloutReleased(rollout.Id, now, c.By)] : [];
        switch (rollout.Phase)
        {
            case RolloutPhase.Observing:
                // After a weight set by hand the next step is the first one above it.
                var next = rollout.NextStep();
                events.Add(new WeightRequested(rollout.Id, now, next, rollout.Plan.Steps[next].Weight, c.By));
                return Decision.Of(events);
            case RolloutPhase.Verifying:
                events.Add(new RetirementStarted(rollout.Id, now, c.By));
                return rollout.Finished(events, now);
            default:
                return Decision.No(RefusalKind.Conflict, $"{rollout.Id} is {rollout.Phase}: there is no step to take now");
        }
    }

    private static Decision Pause(this Rollout rollout, PauseRollout c, DateTimeOffset now) =>
        rollout.IsUnwinding || rollout.Phase is RolloutPhase.Retiring ? Decision.No(RefusalKind.Conflict, $"{rollout.Id} is {rollout.Phase}: that is not paused half way")
        : rollout.IsHeld ? Decision.No(RefusalKind.Conflict, $"{rollout.Id} is paused already: {rollout.HoldReason}")
        : Decision.Of(new RolloutHeld(rollout.Id, now, c.By, c.Reason));

    private static Decision Resume(this Rollout rollout, ResumeRollout c, DateTimeOffset now) => rollout.IsHeld
        ? Decision.Of(new RolloutReleased(rollout.Id, now, c.By))
        : Decision.No(RefusalKind.Conflict, $"{rollout.Id} is not paused");

    private static Decision Abort(this Rollout rollout, AbortRollout c, DateTimeOffset now) => rollout.Phase switch
    {
        RolloutPhase.Queued or RolloutPhase.WaitingApproval => Decision.Of(new RolloutEnded(rollout.Id, now, RolloutEnd.Aborted, c.Reason)),
        RolloutPhase.Retiring => Decision.No(RefusalKind.Conflict, $"{rollout.Id} is verified and removes the old version; roll back instead"),
        RolloutPhase.Restoring or RolloutPhase.Removing => Decision.No(RefusalKind.Conflict, $"{rollout.Id} is being undone already: {rollout.Reason}"),
        _ => rollout.Unwind(RolloutEnd.Aborted, c.By, c.Reason, now),
    };

    private static Decision Set(this Rollout rollout, SetWeight c, DateTimeOffset now)
    {
        if (rollout.Phase != RolloutPhase.Observing)
        {
            return Decision.No(RefusalKind.Conflict, $"{rollout.Id} is {rollout.Phase}: a weight is set while a step is observed");
        }

        if (rollout.Stable is null || c.Weight is < 1 or > 99)
        {
            return Decision.No(RefusalKind.Unprocessable, "a weight is 1 to 99 and needs a stable version for the rest; promote for 100, abort for 0");
        }

        var step = 0;
        while (step < rollout.Plan.Last && rollout.Plan.Steps[step + 1].Weight <= c.Weight)
        {
            step++;
        }

        return Decision.Of(
            new RolloutHeld(rollout.Id, now, c.By, string.Create(CultureInfo.InvariantCulture, $"weight set to {c.Weight} % by {c.By}")),
            new WeightRequested(rollout.Id, now, step, c.Weight, c.By));
    }

    private static Decision Done(this Rollout rollout, string? reference, DateTimeOffset now) => rollout.Phase switch
    {
        RolloutPhase.Preparing => Decision.Of(new CandidatePrepared(rollout.Id, now), new WeightRequested(rollout.Id, now, 0, rollout.Plan.Steps[0].Weight, null)),
        RolloutPhase.Shifting => Decision.Of(new WeightShifted(rollout.Id, now, rollout.Wanted, reference)),
        RolloutPhase.Restoring => Decision.Of(new TrafficRestored(rollout.Id, now)),
        RolloutPhase.Removing => Decision.Of(new RolloutEnded(rollout.Id, now, rollout.End ?? RolloutEnd.Failed, rollout.Reason)),
        RolloutPhase.Retiring => Decision.Of(new RolloutEnded(rollout.Id, now, RolloutEnd.Completed, null)),
        _ => Decision.Nothing,
    };

    private static Decision Failed(this Rollout rollout, ReportFailure c, DateTimeOffset now)
    {
        var attempt = rollout.Attempts + 1;
        var failed = new EffectFailed(rollout.Id, now, attempt, c.Reason);
        return rollout.Phase switch
        {
            RolloutPhase.Preparing or RolloutPhase.Shifting when !c.MayRetry || attempt >= ForwardAttempts =>
                rollout.Unwind(RolloutEnd.Failed, null, c.Reason, now),
            RolloutPhase.Retiring when attempt >= CleanUpAttempts =>
                Decision.Of(new RolloutEnded(rollout.Id, now, RolloutEnd.Completed, $"the old version could not be removed: {c.Reason}")),
            RolloutPhase.Removing when attempt >= CleanUpAttempts =>
                Decision.Of(new RolloutEnded(rollout.Id, now, rollout.End ?? RolloutEnd.Failed, $"{rollout.Reason}; the candidate could not be removed: {c.Reason}")),

            // Until the traffic is back there is nothing else worth doing, so this is tried for ever.
            RolloutPhase.Restoring or RolloutPhase.Removing => Decision.Of(failed with { Reason = rollout.Reason ?? c.Reason }),
            RolloutPhase.Observing or RolloutPhase.Verifying => Decision.Nothing,
            _ => Decision.Of(failed),
        };
    }

    private static Decision Measured(this Rollout rollout, Measurement measured, DateTimeOffset now)
    {
        if (rollout.Phase is not (RolloutPhase.Observing or RolloutPhase.Verifying))
        {
            return Decision.Nothing;
        }

        var readings = MetricVerdict.Judge(rollout.Plan.Gates, measured);
        var hasTraffic = rollout.HasTraffic || measured.Candidate.Requests + measured.Stable.Requests > 0;
        List<IDeploymentEvent> events =
        [
            // That there is traffic is remembered at once: a moment without requests must not be taken for a service nobody calls.
            .. readings.Where(reading => hasTraffic != rollout.HasTraffic || rollout.Gates.FirstOrDefault(gate => gate.Name == reading.Name)?.Verdict != reading.Verdict)
                .Select(reading => new GateJudged(rollout.Id, now, reading, hasTraffic)),
        ];

        var verdict = rollout.Weight == 0 ? MetricVerdict.OfPreview(rollout.Plan.Gates, readings) : MetricVerdict.Overall(rollout.Plan.Gates, readings, hasTraffic);
        var elapsed = now - rollout.Since;
        var move = rollout.Phase == RolloutPhase.Verifying
            ? CanaryPlan.AtVerification(rollout.Plan, elapsed, verdict)
            : CanaryPlan.AtStep(rollout.Plan, rollout.Step, elapsed, verdict);
        switch (move)
        {
            case NextMove.Abort:
                var why = readings.FirstOrDefault(reading => reading.Verdict == Verdict.Fail);
                var reason = why is null ? "no verdict within the time allowed" : $"gate {why.Name} failed: {why.Detail}";
                return rollout.Unwind(rollout.Stable is null ? RolloutEnd.Failed : RolloutEnd.RolledBack, null, reason, now, events);
            case NextMove.Advance when !rollout.IsHeld:
                var next = rollout.NextStep();
                events.Add(new WeightRequested(rollout.Id, now, next, rollout.Plan.Steps[next].Weight, null));
                return Decision.Of(events);
            case NextMove.Finish when !rollout.IsHeld:
                events.Add(new RetirementStarted(rollout.Id, now, null));
                return rollout.Finished(events, now);
            case NextMove.Hold when !rollout.IsHeld:
                events.Add(new RolloutHeld(rollout.Id, now, null, rollout.HoldReasonFor(verdict)));
                return Decision.Of(events);
            default:
                return Decision.Of(events);
        }
    }

    private static string HoldReasonFor(this Rollout rollout, Verdict verdict) => rollout.Phase == RolloutPhase.Observing && rollout.Plan.Steps[rollout.Step].WaitsForPromotion
        ? "this step waits for a person: promote or abort"
        : verdict == Verdict.Pass ? "waits for a person: promote or abort"
        : "the gates cannot tell within the time allowed: promote or abort";

    /// <summary>Without an old version there is nothing to retire.</summary>
    private static Decision Finished(this Rollout rollout, List<IDeploymentEvent> events, DateTimeOffset now)
    {
        if (rollout.Stable is null)
        {
            events.Add(new RolloutEnded(rollout.Id, now, RolloutEnd.Completed, null));
        }

        return Decision.Of(events);
    }

    private static Decision Unwind(this Rollout rollout, RolloutEnd end, string? by, string reason, DateTimeOffset now, List<IDeploymentEvent>? before = null) =>
        Decision.Of([.. before ?? [], new UnwindStarted(rollout.Id, now, end, by, reason)]);

    private static int NextStep(this Rollout rollout)
    {
        for (var i = 0; i < rollout.Plan.Last; i++)
        {
            if (rollout.Plan.Steps[i].Weight > rollout.Weight)
            {
                return i;
            }
        }

        return rollout.Plan.Last;
    }
}
