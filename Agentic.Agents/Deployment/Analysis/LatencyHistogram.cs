namespace Agentic.Agents.Deployment.Analysis;

/// <summary>Counts of requests per latency band; small enough to keep one per revision and ten seconds.</summary>
/// <param name="Counts">One count per bound, and one more for what was slower than the last.</param>
internal sealed record LatencyHistogram(IReadOnlyList<long> Counts)
{
    private static readonly double[] Upper =
        [1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000, 3000, 5000, 10000, 30000];

    public static LatencyHistogram Empty { get; } = new(new long[Upper.Length + 1]);

    public static int Bands => Upper.Length + 1;

    public long Total => Counts.Sum();

    public static int BandOf(double milliseconds)
    {
        var at = Array.BinarySearch(Upper, milliseconds);
        return at >= 0 ? at : ~at;
    }

    public LatencyHistogram Plus(LatencyHistogram other) =>
        new([.. Counts.Zip(other.Counts, (mine, theirs) => mine + theirs)]);

    public LatencyHistogram Without(LatencyHistogram other) =>
        new([.. Counts.Zip(other.Counts, (mine, theirs) => Math.Max(0, mine - theirs))]);

    /// <summary>Requests slower than the limit; the band that holds the limit counts in proportion, rounded down.</summary>
    public long SlowerThan(double milliseconds)
    {
        var band = BandOf(milliseconds);
        if (band >= Upper.Length)
        {
            return Counts[^1];
        }

        var slower = 0L;
        for (var i = band + 1; i < Counts.Count; i++)
        {
            slower += Counts[i];
        }

        var low = band == 0 ? 0 : Upper[band - 1];
        return slower + (long)(Counts[band] * (Upper[band] - milliseconds) / (Upper[band] - low));
    }

    /// <summary>The latency below which the given part of the requests stayed, or null without requests.</summary>
    public double? Quantile(double part)
    {
        var total = Total;
        if (total == 0)
        {
            return null;
        }

        var wanted = part * total;
        var below = 0L;
        for (var i = 0; i < Upper.Length; i++)
        {
            if (Counts[i] > 0 && below + Counts[i] >= wanted)
            {
                var low = i == 0 ? 0 : Upper[i - 1];
                return low + (Upper[i] - low) * (wanted - below) / Counts[i];
            }

            below += Counts[i];
        }

        return Upper[^1];
    }
}
