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

    public static int Run(string[] args)
    {
        var canaries = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1000;
        Console.WriteLine($"{canaries} canaries each, default canary plan, 15 minutes, verdict every second; error rates in percent of canaries");
        Console.WriteLine("traffic      version       promoted  aborted  inconclusive  median verdict | naive: promoted  aborted");
        foreach (var (name, rate) in new[] { ("1/min", 1 / 60.0), ("1/s", 1.0), ("100/s", 100.0) })
        {
            foreach (var (version, errors) in new[] { ("healthy 0.1 %", 0.001), ("healthy 0.5 %", 0.005), ("bad 5 %", 0.05), ("bad 20 %", 0.2) })
            {
                var watch = Stopwatch.StartNew();
                var tally = Many(canaries, rate, errors, seed: 1);
                var naive = Naive(canaries, rate, errors, seed: 1);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{name,-12} {version,-13} {Percent(tally.Promoted, canaries),8} {Percent(tally.Aborted, canaries),8} {Percent(tally.Inconclusive, canaries),13} {tally.MedianVerdict.TotalSeconds,12:0} s | {Percent(naive.Promoted, canaries),15} {Percent(naive.Aborted, canaries),8}   ({watch.Elapsed.TotalSeconds:0.0} s)"));
            }
        }

        return 0;
    }

    internal static Tally Many(int canaries, double perSecond, double errorRate, int seed)
    {
        var fates = new (Fate Fate, TimeSpan After)[canaries];
        Parallel.For(0, canaries, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i => fates[i] = One(new Random(seed * 1_000_003 + i), perSecond, errorRate));
        var verdicts = fates.Where(fate => fate.Fate != Fate.Inconclusive).Select(fate => fate.After).Order().ToList();
        return new Tally(
            fates.Count(fate => fate.Fate == Fate.Promoted), fates.Count(fate => fate.Fate == Fate.Aborted), fates.Count(fate => fate.Fate == Fate.Inconclusive),
            verdicts.Count == 0 ? TimeSpan.Zero : verdicts[verdicts.Count / 2]);
    }

    private static (Fate Fate, TimeSpan After) One(Random random, double perSecond, double errorRate)
    {
        var rollout = Begin();
        var (candidate, step, stable) = ((N: 0L, E: 0L), (N: 0L, E: 0L), (N: 0L, E: 0L));
        for (var second = 1; second <= Allowed.TotalSeconds; second++)
        {
            var now = Start.AddSeconds(second);
            var requests = Poisson(random, perSecond);
            for (var i = 0; i < requests; i++)
            {
                if (random.Next(100) < rollout.Weight)
                {
                    var error = random.NextDouble() < errorRate ? 1 : 0;
                    candidate = (candidate.N + 1, candidate.E + error);
                    step = (step.N + 1, step.E + error);
                }
                else
                {
                    stable = (stable.N + 1, stable.E + (random.NextDouble() < 0.001 ? 1 : 0));
                }
            }

            rollout = Tell(rollout, new ReportMeasured(rollout.Id, rollout.Run, new Measurement
            {
                Candidate = new Sample(candidate.N, candidate.E, LatencyHistogram.Empty),
                CandidateStep = new Sample(step.N, step.E, LatencyHistogram.Empty),
                Stable = new Sample(stable.N, stable.E, LatencyHistogram.Empty),
                Probes = new ProbeTally(second, 0, second),
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
                step = (0, 0);
            }
        }

        return (Fate.Inconclusive, Allowed);
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
