namespace Agentic.Agents.Deployment.Analysis;

/// <summary>
/// Bounds on a failure probability that stay valid however often one looks. A fixed-sample test that is looked at every second
/// would abort healthy versions; this one may be asked after every request.
/// </summary>
/// <remarks>
/// Robbins' beta-binomial mixture: the likelihood ratio of a Beta(0.5, 9.5) mixture against a single rate is a martingale under
/// that rate, so by Ville's inequality it ever exceeds 1/alpha with probability at most alpha. It needs the counts only.
/// </remarks>
internal static class ConfidenceSequence
{
    // Most services fail rarely: a prior with its weight below 10 % decides those soonest and loses little elsewhere.
    private const double PriorFailures = 0.5;
    private const double PriorSuccesses = 9.5;
    private static readonly double PriorLogBeta = LogBeta(PriorFailures, PriorSuccesses);

    /// <summary>True when the counts prove, at error level alpha, that the failure rate is above <paramref name="rate"/>.</summary>
    public static bool IsAbove(double rate, long failures, long trials, double alpha) =>
        trials > 0 && failures > rate * trials && Mixture(failures, trials) - Single(rate, failures, trials) >= -Math.Log(alpha);

    /// <summary>True when the counts prove, at error level alpha, that the failure rate is below <paramref name="rate"/>.</summary>
    public static bool IsBelow(double rate, long failures, long trials, double alpha) =>
        trials > 0 && failures < rate * trials && Mixture(failures, trials) - Single(rate, failures, trials) >= -Math.Log(alpha);

    /// <summary>The rates that the counts do not rule out, each bound at error level alpha.</summary>
    public static (double Low, double High) Interval(long failures, long trials, double alpha)
    {
        if (trials <= 0)
        {
            return (0, 1);
        }

        var seen = (double)failures / trials;
        var limit = Mixture(failures, trials) + Math.Log(alpha);
        return (Bisect(0, seen, limit, failures, trials), Bisect(1, seen, limit, failures, trials));
    }

    private static double Bisect(double ruledOut, double kept, double limit, long failures, long trials)
    {
        if (Single(ruledOut, failures, trials) > limit)
        {
            return ruledOut;
        }

        for (var i = 0; i < 50; i++)
        {
            var middle = (ruledOut + kept) / 2;
            if (Single(middle, failures, trials) <= limit)
            {
                ruledOut = middle;
            }
            else
            {
                kept = middle;
            }
        }

        return kept;
    }

    /// <summary>Log of the mixture's likelihood; the evidence against a rate is what it has over that rate's own.</summary>
    private static double Mixture(long failures, long trials) =>
        LogBeta(PriorFailures + failures, PriorSuccesses + trials - failures) - PriorLogBeta;

    private static double Single(double rate, long failures, long trials)
    {
        var successes = trials - failures;
        return (rate <= 0 && failures > 0) || (rate >= 1 && successes > 0)
            ? double.NegativeInfinity
            : (failures == 0 ? 0 : failures * Math.Log(rate)) + (successes == 0 ? 0 : successes * Math.Log(1 - rate));
    }

    private static double LogBeta(double a, double b) => LogGamma(a) + LogGamma(b) - LogGamma(a + b);

    /// <summary>Stirling's series after shifting the argument above 10; exact to about 1e-13 there.</summary>
    private static double LogGamma(double x)
    {
        var shift = 0.0;
        while (x < 10)
        {
            shift += Math.Log(x);
            x += 1;
        }

        var inverse = 1 / x;
        var square = inverse * inverse;
        var series = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
        return (x - 0.5) * Math.Log(x) - x + 0.918938533204672742 + series - shift;
    }
}
