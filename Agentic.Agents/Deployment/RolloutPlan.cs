using System.Text.Json.Serialization;
using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Agents.Deployment;

internal enum Strategy
{
    [JsonStringEnumMemberName("rolling")] Rolling,
    [JsonStringEnumMemberName("blue-green")] BlueGreen,
    [JsonStringEnumMemberName("canary")] Canary,
}

/// <summary>What to do when the time for a verdict is over and there is none.</summary>
internal enum WhenInconclusive
{
    /// <summary>Wait for a person: promote or abort.</summary>
    Hold,

    /// <summary>Give the traffic back to the stable version.</summary>
    Abort,

    /// <summary>Go on, with the inconclusive verdict on record.</summary>
    Proceed,
}

/// <summary>One rung of the ladder: how much traffic, for how long at least, and whether a person takes the next rung.</summary>
internal sealed record RolloutStep(int Weight, TimeSpan Hold)
{
    /// <summary>True: a person promotes; the gates can only abort.</summary>
    public bool WaitsForPromotion { get; init; }

    /// <summary>True: the gates must pass before the next rung; false: they must not have failed.</summary>
    public bool DemandsPass { get; init; }

    /// <summary>How long a demanded pass is waited for.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>Everything about a rollout that is fixed when it starts, and part of what an approval is bound to.</summary>
internal sealed record RolloutPlan
{
    public required Strategy Strategy { get; init; }

    /// <summary>Weights rise and end with 100. A step at 0 has no traffic, so it is judged on probes.</summary>
    public required IReadOnlyList<RolloutStep> Steps { get; init; }

    public IReadOnlyList<Gate> Gates { get; init; } = Gate.Defaults;

    /// <summary>How long the old version is kept running, ready to take over, at least.</summary>
    public TimeSpan Verification { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>When the verdict of the verification is overdue.</summary>
    public TimeSpan VerificationLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long building, starting and becoming ready may take in all.</summary>
    public TimeSpan PreparationLimit { get; init; } = TimeSpan.FromMinutes(10);

    public WhenInconclusive WhenInconclusive { get; init; } = WhenInconclusive.Hold;

    public int Last => Steps.Count - 1;

    public static RolloutPlan For(Strategy strategy) => new() { Strategy = strategy, Steps = CanaryPlan.Steps(strategy) };

    public string? Fault()
    {
        if (Steps.Count is 0 or > 50 || Steps[^1].Weight != 100)
        {
            return "a plan has 1 to 50 steps and the last one has weight 100";
        }

        for (var i = 0; i < Steps.Count; i++)
        {
            if (Steps[i].Weight is < 0 or > 100 || (i > 0 && Steps[i].Weight <= Steps[i - 1].Weight))
            {
                return $"step {i + 1} has weight {Steps[i].Weight}: weights must rise from step to step and stay within 0 and 100";
            }

            if (Steps[i].Hold < TimeSpan.Zero)
            {
                return $"step {i + 1}: hold must not be negative";
            }
        }

        if (Verification < TimeSpan.Zero || VerificationLimit < Verification || PreparationLimit <= TimeSpan.Zero)
        {
            return "verification must not be negative, its limit not shorter, and the preparation limit positive";
        }

        if (Gates.Select(gate => gate.Name).Distinct(StringComparer.Ordinal).Count() != Gates.Count)
        {
            return "two gates have the same name";
        }

        return Gates.Select(gate => gate.Fault()).FirstOrDefault(fault => fault is not null);
    }
}
