using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Tests.Deployment;

public class MetricVerdictTests
{
    [TestCase(0, 0, ExpectedResult = "Inconclusive")]
    [TestCase(10, 0, ExpectedResult = "Inconclusive")]
    [TestCase(100, 0, ExpectedResult = "Inconclusive")]
    [TestCase(300, 0, ExpectedResult = "Pass")]
    [TestCase(1000, 5, ExpectedResult = "Pass")]
    [TestCase(1, 1, ExpectedResult = "Inconclusive")]
    [TestCase(3, 3, ExpectedResult = "Fail")]
    [TestCase(50, 10, ExpectedResult = "Fail")]
    [TestCase(300, 15, ExpectedResult = "Fail")]
    [TestCase(20, 1, ExpectedResult = "Inconclusive")]
    public string Judges_an_error_rate_by_the_evidence_there_is(int requests, int errors) =>
        Judge(new Gate { Name = "g", Kind = GateKind.ErrorRate }, ARollout.Traffic(requests, errors)).Verdict.ToString();

    [Test]
    public void Sees_a_version_turn_bad_behind_a_good_start()
    {
        var measured = ARollout.Traffic(100_000, 60) with { CandidateStep = new Sample(120, 60, LatencyHistogram.Empty) };

        Assert.That(Judge(new Gate { Name = "g", Kind = GateKind.ErrorRate }, measured).Verdict, Is.EqualTo(Verdict.Fail));
    }

    [Test]
    public void Compares_with_the_stable_version()
    {
        var gate = new Gate { Name = "g", Kind = GateKind.ErrorRateAgainstStable };
        var measured = ARollout.Traffic(1000, 80);

        Assert.That(Judge(gate, measured).Verdict, Is.EqualTo(Verdict.Inconclusive));
        Assert.That(Judge(gate, measured with { Stable = new Sample(1000, 75, LatencyHistogram.Empty) }).Verdict, Is.EqualTo(Verdict.Inconclusive));
        Assert.That(Judge(gate, measured with { Stable = new Sample(1000, 2, LatencyHistogram.Empty) }).Verdict, Is.EqualTo(Verdict.Fail));
    }

    [Test]
    public void Does_not_blame_a_version_for_what_the_one_before_got_wrong_already()
    {
        var gate = new Gate { Name = "g", Kind = GateKind.ErrorRate };
        var (quiet, sick) = (new Sample(3000, 3, LatencyHistogram.Empty), new Sample(3000, 90, LatencyHistogram.Empty));

        Assert.That(Judge(gate, ARollout.Traffic(3000, 90) with { Before = quiet }).Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(Judge(gate, ARollout.Traffic(3000, 90) with { Before = sick }).Verdict, Is.EqualTo(Verdict.Pass), "3 %, as before, and proven below what is unacceptable");
        Assert.That(Judge(gate, ARollout.Traffic(3000, 300) with { Before = sick }).Verdict, Is.EqualTo(Verdict.Fail), "10 % are its own");
        Assert.That(Judge(gate, ARollout.Traffic(300, 30) with { Before = new Sample(30, 2, LatencyHistogram.Empty) }).Verdict, Is.EqualTo(Verdict.Fail), "two errors are no rate");
    }

    [Test]
    public void Judges_p95_by_the_part_of_the_requests_that_is_slower()
    {
        var gate = new Gate { Name = "g", Kind = GateKind.Latency, LimitMilliseconds = 200, Acceptable = 0.05, Unacceptable = 0.1 };

        Assert.That(Judge(gate, Latency(fast: 400, slow: 2)).Verdict, Is.EqualTo(Verdict.Pass));
        Assert.That(Judge(gate, Latency(fast: 300, slow: 100)).Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(Judge(gate, Latency(fast: 19, slow: 1)).Verdict, Is.EqualTo(Verdict.Inconclusive));
    }

    [Test]
    public void Fails_a_version_much_slower_than_the_stable_one()
    {
        var gate = new Gate { Name = "g", Kind = GateKind.LatencyAgainstStable, Acceptable = 0.05, Unacceptable = 0.1 };
        var stable = Latency(fast: 500, slow: 0).Candidate;

        Assert.That(Judge(gate, Latency(fast: 300, slow: 100) with { Stable = stable }).Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(Judge(gate, Latency(fast: 300, slow: 100)).Verdict, Is.EqualTo(Verdict.Inconclusive));
    }

    [Test]
    public void Promotes_nothing_on_a_doubt_that_no_required_gate_sees()
    {
        IReadOnlyList<Gate> gates = [new Gate { Name = "errors", Kind = GateKind.ErrorRate, IsRequired = true }, new Gate { Name = "slow", Kind = GateKind.Latency, LimitMilliseconds = 200, Acceptable = 0.05, Unacceptable = 0.1 }];

        Assert.That(MetricVerdict.Overall(gates, MetricVerdict.Judge(gates, Latency(fast: 380, slow: 20)), true), Is.EqualTo(Verdict.Pass));
        Assert.That(MetricVerdict.Overall(gates, MetricVerdict.Judge(gates, Latency(fast: 362, slow: 38)), true), Is.EqualTo(Verdict.Inconclusive));
        Assert.That(MetricVerdict.Overall(gates, MetricVerdict.Judge(gates, Latency(fast: 330, slow: 70)), true), Is.EqualTo(Verdict.Fail));
    }

    [Test]
    public void Measures_slowness_by_the_stable_version_of_this_hour()
    {
        var gate = new Gate { Name = "g", Kind = GateKind.LatencyAgainstStable, Acceptable = 0.05, Unacceptable = 0.1 };
        var (fast, slow) = (Latency(fast: 500, slow: 0).Candidate, Latency(fast: 250, slow: 250).Candidate);

        Assert.That(Judge(gate, Latency(fast: 300, slow: 100) with { Before = fast }).Verdict, Is.EqualTo(Verdict.Fail), "what came before is a measure too");
        Assert.That(Judge(gate, Latency(fast: 300, slow: 100) with { Before = fast, Stable = slow }).Verdict, Is.Not.EqualTo(Verdict.Fail), "everything is slower now");
    }

    [Test]
    public void Counts_probes_in_a_row_and_query_answers_in_sum()
    {
        var probes = new Gate { Name = "g", Kind = GateKind.Probes };
        var query = new Gate { Name = "q", Kind = GateKind.Query, Query = "x", AtMost = 1 };

        Assert.That(Judge(probes, new Measurement { Probes = new ProbeTally(40, 3, -3) }).Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(Judge(probes, new Measurement { Probes = new ProbeTally(30, 8, 1) }).Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(Judge(probes, new Measurement { Probes = new ProbeTally(12, 1, 5) }).Verdict, Is.EqualTo(Verdict.Pass));
        Assert.That(Judge(query, new Measurement { Queries = new Dictionary<string, QueryTally> { ["q"] = new(4, 3, 0, 7) } }).Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(Judge(query, new Measurement { Queries = new Dictionary<string, QueryTally> { ["q"] = new(0, 0, 9, null) } }).Verdict, Is.EqualTo(Verdict.Inconclusive));
    }

    [Test]
    public void Keeps_its_error_level_however_often_it_is_asked()
    {
        var random = new Random(7);
        var wrong = 0;
        for (var run = 0; run < 400; run++)
        {
            long errors = 0;
            for (var n = 1; n <= 1500; n++)
            {
                errors += random.NextDouble() < 0.01 ? 1 : 0;
                if (ConfidenceSequence.IsAbove(0.01, errors, n, 0.05))
                {
                    wrong++;
                    break;
                }
            }
        }

        Assert.That(wrong, Is.LessThanOrEqualTo(20), "at most 5 % of the runs, looking after every request");
    }

    [Test]
    public void Gives_bounds_that_contain_what_was_seen()
    {
        var (low, high) = ConfidenceSequence.Interval(5, 200, 0.01);

        Assert.That(low, Is.GreaterThan(0).And.LessThan(0.025));
        Assert.That(high, Is.GreaterThan(0.025).And.LessThan(0.12));
        Assert.That(ConfidenceSequence.Interval(0, 0, 0.01), Is.EqualTo((0.0, 1.0)));
    }

    private static Measurement Latency(int fast, int slow)
    {
        var counts = new long[LatencyHistogram.Bands];
        counts[LatencyHistogram.BandOf(20)] = fast;
        counts[LatencyHistogram.BandOf(900)] = slow;
        return new Measurement { Candidate = new Sample(fast + slow, 0, new LatencyHistogram(counts)) };
    }

    private static GateReading Judge(Gate gate, Measurement measured) => MetricVerdict.Judge([gate], measured)[0];
}
