namespace Agentic.Agents.Deployment.Analysis;

/// <summary>What was counted for one revision over one span of time.</summary>
internal sealed record Sample(long Requests, long Errors, LatencyHistogram Latency)
{
    public static Sample None { get; } = new(0, 0, LatencyHistogram.Empty);

    /// <summary>What came before another sample that ends at the same time.</summary>
    public Sample Without(Sample later) => new(Math.Max(0, Requests - later.Requests), Math.Max(0, Errors - later.Errors), Latency.Without(later.Latency));
}

/// <summary>Synthetic requests sent by the agent itself. The streak is positive after passes and negative after failures.</summary>
internal readonly record struct ProbeTally(int Passed, int Failed, int Streak)
{
    public ProbeTally Add(bool passed) => passed
        ? new ProbeTally(Passed + 1, Failed, Math.Max(Streak, 0) + 1)
        : new ProbeTally(Passed, Failed + 1, Math.Min(Streak, 0) - 1);
}

/// <summary>How often a custom query was asked, and what came back.</summary>
internal readonly record struct QueryTally(int Passed, int Failed, int Unknown, double? Last);

/// <summary>Everything the gates look at; counts only, so a verdict needs no memory of earlier looks.</summary>
internal sealed record Measurement
{
    /// <summary>Since the candidate was prepared.</summary>
    public Sample Candidate { get; init; } = Sample.None;

    /// <summary>Since the current step began: a version that turns bad late must not hide behind its good start.</summary>
    public Sample CandidateStep { get; init; } = Sample.None;

    /// <summary>The stable version over the same time as <see cref="Candidate"/>.</summary>
    public Sample Stable { get; init; } = Sample.None;

    /// <summary>The stable version in the minutes before the candidate could take a request: what it got wrong then is nobody else's fault.</summary>
    public Sample Before { get; init; } = Sample.None;

    public ProbeTally Probes { get; init; }

    public IReadOnlyDictionary<string, QueryTally> Queries { get; init; } = new Dictionary<string, QueryTally>();

    /// <summary>Why the candidate cannot serve (exited, restarts again and again), as its target sees it; null when it can.</summary>
    public string? Trouble { get; init; }
}
