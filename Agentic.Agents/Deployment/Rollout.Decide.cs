using System.Globalization;
using Agentic.Agents.Deployment.Analysis;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

internal sealed partial record Rollout
{
    // A shift that fails three times in a row is the target's trouble, not a hiccup.
    private const int ForwardAttempts = 3;

    // The traffic is safe by then; a clean-up that never works must not block the lane for ever.
    private const int CleanUpAttempts = 20;

    public Decision Decide(IRolloutCommand command, DateTimeOffset now)
    {
        if (IsOver)
        {
            return command is ReportDone or ReportFailure or ReportMeasured or Tick
                ? Decision.Nothing
                : Decision.No(RefusalKind.Conflict, $"{Id} has ended ({Status}); start another deployment or roll back");
        }

        return command switch
        {
            ApproveRollout c => Approve(c, now),
            RejectRollout c => Phase == RolloutPhase.WaitingApproval
                ? Decision.Of(new RolloutEnded(Id, now, RolloutEnd.Aborted, $"rejected by {c.By}: {c.Reason}"))
                : Decision.No(RefusalKind.Conflict, $"{Id} does not wait for an approval"),
            PromoteRollout c => Promote(c, now),
            PauseRollout c => Pause(c, now),
            ResumeRollout c => Resume(c, now),
            AbortRollout c => Abort(c, now),
            SetWeight c => Set(c, now),
            ReportDone c => c.Run == Run ? Done(now) : Decision.Nothing,
            ReportFailure c => c.Run == Run ? Failed(c, now) : Decision.Nothing,
            ReportMeasured c => c.Run == Run ? Measured(c.Measurement, now) : Decision.Nothing,
            Tick => Deadline is { } deadline && now >= deadline
                ? Unwind(RolloutEnd.Failed, null, string.Create(CultureInfo.InvariantCulture, $"not ready within {Plan.PreparationLimit.TotalSeconds:0} s"), now)
                : Decision.Nothing,
            _ => Decision.No(RefusalKind.Unprocessable, $"{command.GetType().Name} is not known to a rollout"),
        };
    }

    private Decision Approve(ApproveRollout c, DateTimeOffset now)
    {
        if (Phase != RolloutPhase.WaitingApproval)
        {
            return Decision.No(RefusalKind.Conflict, $"{Id} does not wait for an approval");
        }

        if (!string.Equals(c.Digest, Request.ApprovalDigest, StringComparison.Ordinal))
        {
            return Decision.No(RefusalKind.Conflict, "the approval names another digest than the deployment that waits; read it again and approve what you see");
        }

        return string.Equals(c.By, Request.RequestedBy, StringComparison.Ordinal) && !Request.RequesterMayApprove
            ? Decision.No(RefusalKind.Forbidden, "nobody approves their own deployment; ask someone else with the approve scope")
            : Decision.Of(new RolloutApproved(Id, now, c.By, c.Digest));
    }

    private Decision Promote(PromoteRollout c, DateTimeOffset now)
    {
        if (Gates.FirstOrDefault(gate => gate.Verdict == Verdict.Fail) is { } failing)
        {
            return Decision.No(RefusalKind.Conflict, $"gate {failing.Name} fails: {failing.Detail}");
        }

        List<IDeploymentEvent> events = IsHeld ? [new RolloutReleased(Id, now, c.By)] : [];
        switch (Phase)
        {
            case RolloutPhase.Observing:
                // After a weight set by hand the next step is the first one above it.
                var next = NextStep();
                events.Add(new WeightRequested(Id, now, next, Plan.Steps[next].Weight, c.By));
                return Decision.Of(events);
            case RolloutPhase.Verifying:
                events.Add(new RetirementStarted(Id, now, c.By));
                return Finished(events, now);
            default:
                return Decision.No(RefusalKind.Conflict, $"{Id} is {Phase}: there is no step to take now");
        }
    }

    private Decision Pause(PauseRollout c, DateTimeOffset now) =>
        IsUnwinding || Phase is RolloutPhase.Retiring ? Decision.No(RefusalKind.Conflict, $"{Id} is {Phase}: that is not paused half way")
        : IsHeld ? Decision.No(RefusalKind.Conflict, $"{Id} is paused already: {HoldReason}")
        : Decision.Of(new RolloutHeld(Id, now, c.By, c.Reason));

    private Decision Resume(ResumeRollout c, DateTimeOffset now) => IsHeld
        ? Decision.Of(new RolloutReleased(Id, now, c.By))
        : Decision.No(RefusalKind.Conflict, $"{Id} is not paused");

    private Decision Abort(AbortRollout c, DateTimeOffset now) => Phase switch
    {
        RolloutPhase.Queued or RolloutPhase.WaitingApproval => Decision.Of(new RolloutEnded(Id, now, RolloutEnd.Aborted, c.Reason)),
        RolloutPhase.Retiring => Decision.No(RefusalKind.Conflict, $"{Id} is verified and removes the old version; roll back instead"),
        RolloutPhase.Restoring or RolloutPhase.Removing => Decision.No(RefusalKind.Conflict, $"{Id} is being undone already: {Reason}"),
        _ => Unwind(RolloutEnd.Aborted, c.By, c.Reason, now),
    };

    private Decision Set(SetWeight c, DateTimeOffset now)
    {
        if (Phase != RolloutPhase.Observing)
        {
            return Decision.No(RefusalKind.Conflict, $"{Id} is {Phase}: a weight is set while a step is observed");
        }

        if (Stable is null || c.Weight is < 1 or > 99)
        {
            return Decision.No(RefusalKind.Unprocessable, "a weight is 1 to 99 and needs a stable version for the rest; promote for 100, abort for 0");
        }

        var step = 0;
        while (step < Plan.Last && Plan.Steps[step + 1].Weight <= c.Weight)
        {
            step++;
        }

        return Decision.Of(
            new RolloutHeld(Id, now, c.By, string.Create(CultureInfo.InvariantCulture, $"weight set to {c.Weight} % by {c.By}")),
            new WeightRequested(Id, now, step, c.Weight, c.By));
    }

    private Decision Done(DateTimeOffset now) => Phase switch
    {
        RolloutPhase.Preparing => Decision.Of(new CandidatePrepared(Id, now), new WeightRequested(Id, now, 0, Plan.Steps[0].Weight, null)),
        RolloutPhase.Shifting => Decision.Of(new WeightShifted(Id, now, Wanted)),
        RolloutPhase.Restoring => Decision.Of(new TrafficRestored(Id, now)),
        RolloutPhase.Removing => Decision.Of(new RolloutEnded(Id, now, End ?? RolloutEnd.Failed, Reason)),
        RolloutPhase.Retiring => Decision.Of(new RolloutEnded(Id, now, RolloutEnd.Completed, null)),
        _ => Decision.Nothing,
    };

    private Decision Failed(ReportFailure c, DateTimeOffset now)
    {
        var attempt = Attempts + 1;
        var failed = new EffectFailed(Id, now, attempt, c.Reason);
        return Phase switch
        {
            RolloutPhase.Preparing or RolloutPhase.Shifting when !c.MayRetry || attempt >= ForwardAttempts =>
                Unwind(RolloutEnd.Failed, null, c.Reason, now),
            RolloutPhase.Retiring when attempt >= CleanUpAttempts =>
                Decision.Of(new RolloutEnded(Id, now, RolloutEnd.Completed, $"the old version could not be removed: {c.Reason}")),
            RolloutPhase.Removing when attempt >= CleanUpAttempts =>
                Decision.Of(new RolloutEnded(Id, now, End ?? RolloutEnd.Failed, $"{Reason}; the candidate could not be removed: {c.Reason}")),

            // Until the traffic is back there is nothing else worth doing, so this is tried for ever.
            RolloutPhase.Restoring or RolloutPhase.Removing => Decision.Of(failed with { Reason = Reason ?? c.Reason }),
            RolloutPhase.Observing or RolloutPhase.Verifying => Decision.Nothing,
            _ => Decision.Of(failed),
        };
    }

    private Decision Measured(Measurement measured, DateTimeOffset now)
    {
        if (Phase is not (RolloutPhase.Observing or RolloutPhase.Verifying))
        {
            return Decision.Nothing;
        }

        var readings = MetricVerdict.Judge(Plan.Gates, measured);
        var hasTraffic = HasTraffic || measured.Candidate.Requests + measured.Stable.Requests > 0;
        List<IDeploymentEvent> events =
        [
            .. readings.Where(reading => Gates.FirstOrDefault(gate => gate.Name == reading.Name)?.Verdict != reading.Verdict)
                .Select(reading => new GateJudged(Id, now, reading, hasTraffic)),
        ];

        var verdict = Weight == 0 ? MetricVerdict.OfPreview(Plan.Gates, readings) : MetricVerdict.Overall(Plan.Gates, readings, hasTraffic);
        var elapsed = now - Since;
        var move = Phase == RolloutPhase.Verifying
            ? CanaryPlan.AtVerification(Plan, elapsed, verdict)
            : CanaryPlan.AtStep(Plan, Step, elapsed, verdict);
        switch (move)
        {
            case NextMove.Abort:
                var why = readings.FirstOrDefault(reading => reading.Verdict == Verdict.Fail);
                var reason = why is null ? "no verdict within the time allowed" : $"gate {why.Name} failed: {why.Detail}";
                return Unwind(Stable is null ? RolloutEnd.Failed : RolloutEnd.RolledBack, null, reason, now, events);
            case NextMove.Advance when !IsHeld:
                var next = NextStep();
                events.Add(new WeightRequested(Id, now, next, Plan.Steps[next].Weight, null));
                return Decision.Of(events);
            case NextMove.Finish when !IsHeld:
                events.Add(new RetirementStarted(Id, now, null));
                return Finished(events, now);
            case NextMove.Hold when !IsHeld:
                events.Add(new RolloutHeld(Id, now, null, HoldReasonFor(verdict)));
                return Decision.Of(events);
            default:
                return Decision.Of(events);
        }
    }

    private string HoldReasonFor(Verdict verdict) => Phase == RolloutPhase.Observing && Plan.Steps[Step].WaitsForPromotion
        ? "this step waits for a person: promote or abort"
        : verdict == Verdict.Pass ? "waits for a person: promote or abort"
        : "the gates cannot tell within the time allowed: promote or abort";

    /// <summary>Without an old version there is nothing to retire.</summary>
    private Decision Finished(List<IDeploymentEvent> events, DateTimeOffset now)
    {
        if (Stable is null)
        {
            events.Add(new RolloutEnded(Id, now, RolloutEnd.Completed, null));
        }

        return Decision.Of(events);
    }

    private Decision Unwind(RolloutEnd end, string? by, string reason, DateTimeOffset now, List<IDeploymentEvent>? before = null) =>
        Decision.Of([.. before ?? [], new UnwindStarted(Id, now, end, by, reason)]);

    private int NextStep()
    {
        for (var i = 0; i < Plan.Last; i++)
        {
            if (Plan.Steps[i].Weight > Weight)
            {
                return i;
            }
        }

        return Plan.Last;
    }
}
