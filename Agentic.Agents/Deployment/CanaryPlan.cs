using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Agents.Deployment;

internal enum NextMove
{
    Wait,
    Advance,
    Finish,
    Hold,
    Abort,
}

/// <summary>The next weight and when: what the ladder looks like and which move the clock and the verdict allow.</summary>
internal static class CanaryPlan
{
    public static IReadOnlyList<RolloutStep> Steps(Strategy strategy) => strategy switch
    {
        Strategy.Canary => [new(10, TimeSpan.FromMinutes(2)), new(50, TimeSpan.FromMinutes(3)), new(100, TimeSpan.Zero)],
        Strategy.BlueGreen => [new(0, TimeSpan.FromSeconds(5)), new(100, TimeSpan.Zero)],
        _ => [new(25, TimeSpan.FromSeconds(15)), new(50, TimeSpan.FromSeconds(15)), new(75, TimeSpan.FromSeconds(15)), new(100, TimeSpan.Zero)],
    };

    /// <summary>
    /// Without a stable version there is nobody to share the traffic with: the ladder is one rung of probes and then everything,
    /// under the same gates.
    /// </summary>
    public static RolloutPlan ForFirst(RolloutPlan plan) => plan with
    {
        Steps = plan.Steps[0].Weight == 0 ? [plan.Steps[0], plan.Steps[^1]] : [new RolloutStep(0, TimeSpan.Zero), plan.Steps[^1]],
    };

    public static NextMove AtStep(RolloutPlan plan, int step, TimeSpan elapsed, Verdict verdict)
    {
        var rung = plan.Steps[step];
        if (verdict == Verdict.Fail)
        {
            return NextMove.Abort;
        }

        if (elapsed < rung.Hold)
        {
            return NextMove.Wait;
        }

        if (rung.WaitsForPromotion)
        {
            return NextMove.Hold;
        }

        // Before the first traffic only probes can speak, and a version that does not answer them must not get any.
        var demandsPass = rung.DemandsPass || rung.Weight == 0;
        if (!demandsPass || verdict == Verdict.Pass)
        {
            return NextMove.Advance;
        }

        return elapsed < rung.Limit ? NextMove.Wait
            : rung.Weight == 0 ? NextMove.Abort
            : Overdue(plan, NextMove.Advance);
    }

    public static NextMove AtVerification(RolloutPlan plan, TimeSpan elapsed, Verdict verdict)
    {
        if (verdict == Verdict.Fail)
        {
            return NextMove.Abort;
        }

        if (elapsed >= plan.Verification && verdict == Verdict.Pass)
        {
            return NextMove.Finish;
        }

        return elapsed < plan.VerificationLimit ? NextMove.Wait : Overdue(plan, NextMove.Finish);
    }

    private static NextMove Overdue(RolloutPlan plan, NextMove proceed) => plan.WhenInconclusive switch
    {
        WhenInconclusive.Proceed => proceed,
        WhenInconclusive.Abort => NextMove.Abort,
        _ => NextMove.Hold,
    };
}
