using System.Diagnostics;
using System.Globalization;
using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Tests.Benchmarks;

/// <summary>
/// Runs simulated canaries through the real core and its default plan and counts wrong and missing verdicts:
/// <c>bench deployment-canaries [canaries]</c>. The baseline is what most tools do: a threshold on the error rate of the last minute.
/// </summary>
internal static class DeploymentCanarySimulation
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Allowed = TimeSpan.FromMinutes(15);

    internal enum Fate
    {
        Promoted,
        Aborted,
        Inconclusive,
    }

    internal sealed record Tally(int Promoted, int Aborted, int Inconclusive, TimeSpan MedianVerdict);

    /// <param name="Wrong">The fate that would be a mistake; null where either is fair.</param>
    internal sealed record Version(string Name, double Errors, Fate? Wrong, double StableErrors = 0.001, double Slowness = 1);

    internal static IReadOnlyList<Version> Versions { get; } =
    [
        new("healthy 0.1 %", 0.001, Fate.Aborted),
        new("healthy 0.5 %", 0.005, Fate.Aborted),
        new("bad 5 %", 0.05, Fate.Promoted),
        new("bad 20 %", 0.2, Fate.Promoted),
        new("1 % as before", 0.01, Fate.Aborted, StableErrors: 0.01),
        new("3 % as before", 0.03, Fate.Aborted, StableErrors: 0.03),
        new("2 %, was 1 %", 0.02, null, StableErrors: 0.01),
        new("10 %, was 3 %", 0.1, Fate.Promoted, StableErrors: 0.03),
        new("twice as slow", 0.001, Fate.Promoted, Slowness: 2),
        new("4 times slower", 0.001, Fate.Promoted, Slowness: 4),
    ];

    public static int Run(string[] args)
    {
        var canaries = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1000;
        Console.WriteLine($"{canaries} canaries each, default canary plan, 15 minutes, verdict every second; in percent of canaries. Latencies are log-normal, median 60 ms, p95 161 ms");
        Console.WriteLine("traffic  version         promoted  aborted  inconclusive  median verdict | naive: promoted  aborted");
        var wrong = 0;
        foreach (var (name, rate) in new[] { ("1/min", 1 / 60.0), ("1/s", 1.0), ("100/s", 100.0) })
        {
            foreach (var version in Versions)
            {
                var watch = Stopwatch.StartNew();
                var tally = Many(canaries, rate, version, seed: 1);
                var naive = Naive(canaries, rate, version.Errors, seed: 1);
                var mistakes = version.Wrong switch { Fate.Promoted => tally.Promoted, Fate.Aborted => tally.Aborted, _ => 0 };
                var mark = mistakes * 100 > canaries ? "  over 1 % wrong" : "";
                wrong += mark.Length == 0 ? 0 : 1;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{name,-8} {version.Name,-15} {Percent(tally.Promoted, canaries),8} {Percent(tally.Aborted, canaries),8} {Percent(tally.Inconclusive, canaries),13} {tally.MedianVerdict.TotalSeconds,12:0} s | {Percent(naive.Promoted, canaries),15} {Percent(naive.Aborted, canaries),8}   ({watch.Elapsed.TotalSeconds:0.0} s){mark}"));
            }
        }

        Console.WriteLine(wrong == 0 ? "no row has more than 1 % wrong verdicts" : $"{wrong} rows have more than 1 % wrong verdicts");
        return 0;
    }

    internal static Tally Many(int canaries, double perSecond, double errorRate, int seed) => Many(canaries, perSecond, new Version("", errorRate, null), seed);

    internal static Tally Many(int canaries, double perSecond, Version version, int seed)
    {
        var fates = new (Fate Fate, TimeSpan After)[canaries];
        Parallel.For(0, canaries, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i => fates[i] = One(new Random(seed * 1_000_003 + i), perSecond, version));
        var verdicts = fates.Where(fate => fate.Fate != Fate.Inconclusive).Select(fate => fate.After).Order().ToList();
        return new Tally(
            fates.Count(fate => fate.Fate == Fate.Promoted), fates.Count(fate => fate.Fate == Fate.Aborted), fates.Count(fate => fate.Fate == Fate.Inconclusive),
            verdicts.Count == 0 ? TimeSpan.Zero : verdicts[verdicts.Count / 2]);
    }

    private static (Fate Fate, TimeSpan After) One(Random random, double perSecond, Version version)
    {
        var rollout = Begin();
        var (candidate, step, stable, before) = (new Counted(version.Slowness), new Counted(version.Slowness), new Counted(1), new Counted(1));
        for (var left = Poisson(random, perSecond * Allowed.TotalSeconds); left > 0; left--)
        {
            before.Add(random.NextDouble() < version.StableErrors, random.NextDouble());
        }

        for (var second = 1; second <= Allowed.TotalSeconds; second++)
        {
            var now = Start.AddSeconds(second);
            var requests = Poisson(random, perSecond);
            for (var i = 0; i < requests; i++)
            {
                var isMine = random.Next(100) < rollout.Weight;
                var isError = random.NextDouble() < (isMine ? version.Errors : version.StableErrors);
                var took = random.NextDouble();
                if (isMine)
                {
                    candidate.Add(isError, took);
                    step.Add(isError, took);
                }
                else
                {
                    stable.Add(isError, took);
                }
            }

            rollout = Tell(rollout, new ReportMeasured(rollout.Id, rollout.Run, new Measurement
            {
                Candidate = candidate.Sample, CandidateStep = step.Sample, Stable = stable.Sample, Before = before.Sample, Probes = new ProbeTally(second, 0, second),
            }), now);
            if (rollout.IsUnwinding)
            {
                return (Fate.Aborted, now - Start);
            }

            if (rollout.Phase == RolloutPhase.Retiring)
            {
                return (Fate.Promoted, now - Start);
            }

            if (rollout.Phase == RolloutPhase.Shifting)
            {
                rollout = Tell(rollout, new ReportDone(rollout.Id, rollout.Run), now);
                step = new Counted(version.Slowness);
            }
        }

        return (Fate.Inconclusive, Allowed);
    }

    /// <summary>Requests counted as the proxy counts them; how long one took is drawn as a quantile of the log-normal.</summary>
    private sealed class Counted(double slowness)
    {
        private readonly double[] _bounds = Bounds(slowness);
        private readonly long[] _latency = new long[LatencyHistogram.Bands];
        private long _requests;
        private long _errors;

        public Sample Sample => new(_requests, _errors, new LatencyHistogram([.. _latency]));

        public void Add(bool isError, double quantile)
        {
            _requests++;
            _errors += isError ? 1 : 0;
            var at = Array.BinarySearch(_bounds, quantile);
            _latency[at >= 0 ? at : ~at]++;
        }

        /// <summary>The part of the requests that each band and those below it hold.</summary>
        private static double[] Bounds(double slowness)
        {
            lock (Known)
            {
                if (!Known.TryGetValue(slowness, out var bounds))
                {
                    var random = new Random(5);
                    var counts = new int[LatencyHistogram.Bands];
                    for (var i = 0; i < 400_000; i++)
                    {
                        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                        counts[LatencyHistogram.BandOf(60 * slowness * Math.Exp(0.6 * normal))]++;
                    }

                    var sum = 0;
                    Known[slowness] = bounds = [.. counts.Take(counts.Length - 1).Select(count => (sum += count) / 400_000.0)];
                }

                return bounds;
            }
        }

        private static readonly Dictionary<double, double[]> Known = [];
    }

    private static Rollout Begin()
    {
        var key = new ServiceKey("simulated", "staging");
        var stable = new Revision("1", new string('a', 64), "artifact");
        var request = new RolloutRequest
        {
            Key = key, Candidate = new Revision("2", new string('b', 64), "artifact"), Plan = RolloutPlan.For(Strategy.Canary), Target = "none", RequestedBy = "simulation",
        };
        var rollout = Rollout.From(new RolloutAccepted("dep-1", Start, request)).Apply(new RolloutAdmitted("dep-1", Start, stable, request.Plan));
        rollout = Tell(rollout, new ReportDone("dep-1", rollout.Run), Start);
        return Tell(rollout, new ReportDone("dep-1", rollout.Run), Start);
    }

    private static Rollout Tell(Rollout rollout, IRolloutCommand command, DateTimeOffset now) =>
        rollout.Decide(command, now).Events.OfType<IRolloutEvent>().Aggregate(rollout, (state, e) => state.Apply(e));

    /// <summary>Each minute: more than 1 % errors in that minute's requests aborts; a quiet minute counts as fine.</summary>
    private static Tally Naive(int canaries, double perSecond, double errorRate, int seed)
    {
        var aborted = 0;
        for (var i = 0; i < canaries; i++)
        {
            var random = new Random(seed * 1_000_003 + i);
            for (var minute = 0; minute < 15; minute++)
            {
                var weight = minute < 2 ? 0.1 : minute < 5 ? 0.5 : 1;
                var requests = Poisson(random, perSecond * 60 * weight);
                var errors = 0;
                for (var n = 0; n < requests; n++)
                {
                    errors += random.NextDouble() < errorRate ? 1 : 0;
                }

                if (requests > 0 && errors > 0.01 * requests)
                {
                    aborted++;
                    break;
                }
            }
        }

        return new Tally(canaries - aborted, aborted, 0, TimeSpan.Zero);
    }

    private static int Poisson(Random random, double mean)
    {
        if (mean > 50)
        {
            // The sum of two standard uniform-based normals is exact enough for arrivals this dense.
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            return Math.Max(0, (int)Math.Round(mean + Math.Sqrt(mean) * normal));
        }

        var (limit, product, count) = (Math.Exp(-mean), 1.0, -1);
        do
        {
            product *= random.NextDouble();
            count++;
        }
        while (product > limit);
        return count;
    }

    private static string Percent(int count, int of) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * count / of:0.0}");
}
