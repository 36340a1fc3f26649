using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Tests.Deployment;

/// <summary>Makes rollouts and drives them through the core without anything outside.</summary>
internal sealed class ARollout
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    public static readonly ServiceKey Key = new("user-service", "staging");

    public static readonly IReadOnlyList<Gate> ErrorGate = [new Gate { Name = "error-rate", Kind = GateKind.ErrorRate, IsRequired = true }];

    public Lanes Lanes { get; private set; } = new();

    public List<IDeploymentEvent> Events { get; } = [];

    public DateTimeOffset Now { get; set; } = Start;

    public DeploymentCalendar Calendar { get; init; } = DeploymentCalendar.Always;

    public static Revision Revision(string version) => new(version, Digest(version), $"artifacts/{version}");

    public static string Digest(string version) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(version)));

    public static RolloutRequest Request(string version, Strategy strategy = Strategy.Canary, RolloutPlan? plan = null) => new()
    {
        Key = Key,
        Candidate = Revision(version),
        Plan = plan ?? RolloutPlan.For(strategy) with { Gates = ErrorGate, Verification = TimeSpan.FromMinutes(1) },
        Target = "process",
        RequestedBy = "ana",
    };

    public Decision Tell(IDeploymentCommand command)
    {
        var decision = Lanes.Decide(command, Calendar, Now);
        Events.AddRange(decision.Events);
        Lanes = decision.Events.Aggregate(Lanes, (lanes, e) => lanes.Apply(e));
        return decision;
    }

    public Decision Tell(IRolloutCommand command) => Tell(new ForRollout(command));

    public Rollout this[string id] => Lanes.Rollouts[id];

    public Decision Deploy(string id, string version, Strategy strategy = Strategy.Canary, RolloutPlan? plan = null, bool mayQueue = false) =>
        Tell(new StartRollout(id, Request(version, strategy, plan), mayQueue));

    public Decision Done(string id) => Tell(new ReportDone(id, this[id].Run));

    public Decision Fail(string id, string reason, bool mayRetry = true) => Tell(new ReportFailure(id, this[id].Run, reason, mayRetry));

    public Decision Measure(string id, long requests, long errors, TimeSpan later = default)
    {
        Now += later;
        return Tell(new ReportMeasured(id, this[id].Run, Traffic(requests, errors)));
    }

    public static Measurement Traffic(long requests, long errors) => new()
    {
        Candidate = new Sample(requests, errors, LatencyHistogram.Empty),
        CandidateStep = new Sample(requests, errors, LatencyHistogram.Empty),
        Probes = new ProbeTally(10, 0, 10),
    };

    /// <summary>Brings a version all the way, with traffic that proves it healthy.</summary>
    public void Complete(string id)
    {
        for (var i = 0; i < 60 && !this[id].IsOver; i++)
        {
            if (this[id].Effect == RolloutEffect.Observe)
            {
                Measure(id, 2000, 0, TimeSpan.FromMinutes(2));
            }
            else
            {
                Done(id);
            }
        }

        Assert.That(this[id].End, Is.EqualTo(RolloutEnd.Completed), this[id].Reason);
    }

    public static ARollout Serving(string version)
    {
        var a = new ARollout();
        a.Deploy("dep-0", version);
        a.Complete("dep-0");
        return a;
    }
}
