using System.Globalization;
using System.Text.Json.Serialization;

namespace Agentic.Agents.Deployment.Analysis;

internal enum Verdict
{
    Inconclusive,
    Pass,
    Fail,
}

/// <summary>What one gate says and the numbers it says it on.</summary>
internal sealed record GateReading(string Name, Verdict Verdict, long Samples, string Detail)
{
    public double? Value { get; init; }

    public double? Low { get; init; }

    public double? High { get; init; }

    /// <summary>Not proven, but there is more for failing than for passing; nobody should be promoted on that.</summary>
    [JsonIgnore]
    public bool IsDoubtful { get; init; }
}

/// <summary>Turns counts into pass, fail or "cannot tell yet". Looking often costs nothing, see <see cref="ConfidenceSequence"/>.</summary>
internal static class MetricVerdict
{
    /// <summary>
    /// Error level of one look-as-often-as-you-like test. A rollout runs about five of them (in sum, and one per step), which
    /// keeps a wrong verdict below one rollout in a hundred.
    /// </summary>
    public const double Alpha = 0.001;

    /// <summary>Name of the reading that says the target itself gave the candidate up.</summary>
    public const string Health = "health";

    // A single error in a quiet quarter of an hour is no rate.
    private const int EnoughErrors = 3;

    private const double ExcuseAlpha = 0.05;
    private const double DoubtAlpha = 0.2;

    // The p95 of fewer requests is mostly noise, and a limit must not be made of noise.
    private const int EnoughForQuantile = 100;

    // Differences below this are the scheduler's, or those of a process that has just started, not the version's.
    private const double LatencyFloorMilliseconds = 50;

    public static IReadOnlyList<GateReading> Judge(IReadOnlyList<Gate> gates, Measurement measured)
    {
        var readings = new List<GateReading>(gates.Count + 1);
        if (measured.Trouble is { } trouble)
        {
            readings.Add(new GateReading(Health, Verdict.Fail, 0, trouble));
        }

        foreach (var gate in gates)
        {
            readings.Add(gate.Kind switch
            {
                GateKind.ErrorRate => ErrorRate(gate, measured),
                GateKind.ErrorRateAgainstStable => ErrorRateAgainstStable(gate, measured),
                GateKind.Latency => Latency(gate, measured, gate.LimitMilliseconds),
                GateKind.LatencyAgainstStable => LatencyAgainstStable(gate, measured),
                GateKind.Probes => Probes(gate, measured.Probes),
                _ => Query(gate, measured.Queries.TryGetValue(gate.Name, out var tally) ? tally : default),
            });
        }

        return readings;
    }

    /// <summary>
    /// One verdict for all: a failing gate fails, else every required gate must pass and none be in doubt. Where the service got no request at all,
    /// nobody can say more than the probes do, so they stand in for the gates that count requests.
    /// </summary>
    public static Verdict Overall(IReadOnlyList<Gate> gates, IReadOnlyList<GateReading> readings, bool hasTraffic)
    {
        var probed = gates.Any(gate => gate.Kind == GateKind.Probes) || gates.All(gate => !gate.IsRequired);
        var verdict = Of(gates.Where(gate => hasTraffic || !CountsRequests(gate.Kind)), readings);
        return verdict == Verdict.Pass && !hasTraffic && !probed ? Verdict.Inconclusive : verdict;
    }

    /// <summary>The verdict on a candidate that is not given traffic yet: only gates that need none are asked.</summary>
    public static Verdict OfPreview(IReadOnlyList<Gate> gates, IReadOnlyList<GateReading> readings) =>
        Of(gates.Where(gate => !CountsRequests(gate.Kind)), readings);

    private static Verdict Of(IEnumerable<Gate> gates, IReadOnlyList<GateReading> readings) =>
        readings.Any(reading => reading.Verdict == Verdict.Fail) ? Verdict.Fail
        : readings.Any(reading => reading.IsDoubtful) ? Verdict.Inconclusive
        : gates.All(gate => !gate.IsRequired || readings.Any(r => r.Name == gate.Name && r.Verdict == Verdict.Pass)) ? Verdict.Pass
        : Verdict.Inconclusive;

    private static bool CountsRequests(GateKind kind) => kind is not (GateKind.Probes or GateKind.Query);

    private static GateReading ErrorRate(Gate gate, Measurement measured) =>
        Rate(gate, Excused(gate, measured.Before), measured.Candidate, measured.CandidateStep, sample => sample.Errors, "failed");

    /// <summary>
    /// Going back to a version that failed as often cures nothing. So where the stable version was over the limit before the candidate came,
    /// only what exceeds that condemns the candidate; it still has to prove itself below the unacceptable to pass.
    /// </summary>
    private static double Excused(Gate gate, Sample before) =>
        before.Errors >= EnoughErrors && before.Errors > gate.Acceptable * before.Requests
            ? Math.Max(gate.Acceptable, ConfidenceSequence.Interval(before.Errors, before.Requests, ExcuseAlpha).High)
            : gate.Acceptable;

    private static GateReading Latency(Gate gate, Measurement measured, double limit) =>
        Rate(gate, gate.Acceptable, measured.Candidate, measured.CandidateStep, sample => sample.Latency.SlowerThan(limit),
            string.Create(CultureInfo.InvariantCulture, $"slower than {limit:0} ms"));

    private static GateReading Rate(Gate gate, double acceptable, Sample total, Sample step, Func<Sample, long> count, string what)
    {
        var failures = count(total);
        bool IsAbove(double alpha) => ConfidenceSequence.IsAbove(acceptable, failures, total.Requests, alpha) || ConfidenceSequence.IsAbove(acceptable, count(step), step.Requests, alpha);
        var fails = IsAbove(Alpha);
        var passes = ConfidenceSequence.IsBelow(gate.Unacceptable, failures, total.Requests, Alpha);
        var because = acceptable > gate.Acceptable ? ", since the version before it was above the limit itself" : "";
        return new GateReading(gate.Name, fails ? Verdict.Fail : passes ? Verdict.Pass : Verdict.Inconclusive, total.Requests,
            string.Create(CultureInfo.InvariantCulture, $"{failures} of {total.Requests} requests {what} (fails above {acceptable:P1}{because}, passes below {gate.Unacceptable:P1})"))
        {
            Value = total.Requests == 0 ? null : (double)failures / total.Requests, IsDoubtful = !fails && !passes && IsAbove(DoubtAlpha),
        };
    }

    private static GateReading ErrorRateAgainstStable(Gate gate, Measurement measured)
    {
        var (candidate, stable) = (measured.Candidate, measured.Stable);
        if (candidate.Requests == 0 || stable.Requests == 0)
        {
            return new GateReading(gate.Name, Verdict.Inconclusive, candidate.Requests, "both versions need requests to be compared");
        }

        var mine = ConfidenceSequence.Interval(candidate.Errors, candidate.Requests, Alpha / 2);
        var theirs = ConfidenceSequence.Interval(stable.Errors, stable.Requests, Alpha / 2);
        var verdict = mine.Low > theirs.High + gate.Margin ? Verdict.Fail
            : mine.High < theirs.Low + gate.Margin ? Verdict.Pass
            : Verdict.Inconclusive;
        return new GateReading(gate.Name, verdict, candidate.Requests, string.Create(CultureInfo.InvariantCulture,
            $"candidate {candidate.Errors} of {candidate.Requests} requests failed, stable {stable.Errors} of {stable.Requests} (may be {gate.Margin:P1} higher)"))
        {
            Value = (double)candidate.Errors / candidate.Requests, Low = mine.Low, High = mine.High,
        };
    }

    private static GateReading LatencyAgainstStable(Gate gate, Measurement measured)
    {
        var latency = Usual(measured);
        if (latency.Total < EnoughForQuantile || latency.Quantile(0.95) is not { } stable)
        {
            return new GateReading(gate.Name, Verdict.Inconclusive, measured.Candidate.Requests,
                string.Create(CultureInfo.InvariantCulture, $"the stable version needs {EnoughForQuantile} requests before its p95 can be a limit"));
        }

        return Latency(gate, measured, Math.Max(stable * gate.Factor, stable + LatencyFloorMilliseconds));
    }

    /// <summary>
    /// How fast the stable version is: what came before counts too, since a p95 of few requests is mostly noise, unless the stable version
    /// itself has become slower since, which is the weather and not the candidate.
    /// </summary>
    private static LatencyHistogram Usual(Measurement measured)
    {
        var (now, before) = (measured.Stable.Latency, measured.Before.Latency);
        return before.Quantile(0.95) is { } was && ConfidenceSequence.IsAbove(0.05, now.SlowerThan(was), now.Total, ExcuseAlpha) ? now : now.Plus(before);
    }

    private static GateReading Probes(Gate gate, ProbeTally probes)
    {
        // Failing now and then never makes a streak, but proves itself in sum.
        var fails = probes.Streak <= -gate.Failures || ConfidenceSequence.IsAbove(gate.Acceptable, probes.Failed, probes.Passed + probes.Failed, Alpha);
        var verdict = fails ? Verdict.Fail : probes.Streak >= gate.Passes ? Verdict.Pass : Verdict.Inconclusive;
        return new GateReading(gate.Name, verdict, probes.Passed + probes.Failed, string.Create(CultureInfo.InvariantCulture,
            $"{probes.Passed} probes passed, {probes.Failed} failed (fails after {gate.Failures} in a row, passes after {gate.Passes} in a row)"));
    }

    private static GateReading Query(Gate gate, QueryTally tally)
    {
        var verdict = tally.Failed >= gate.Failures ? Verdict.Fail : tally.Passed >= gate.Passes ? Verdict.Pass : Verdict.Inconclusive;
        return new GateReading(gate.Name, verdict, tally.Passed + tally.Failed, string.Create(CultureInfo.InvariantCulture,
            $"{tally.Passed} answers good, {tally.Failed} bad, {tally.Unknown} without a value"))
        {
            Value = tally.Last,
        };
    }
}
