using System.Text.Json;
using Agentic.Agents.Deployment;
using Agentic.Agents.Operations;

namespace Agentic.Tests.Deployment;

public class DeploymentAgentTests
{
    private FakeRolloutTarget _target = null!;
    private AgentUnderTest _agent = null!;

    [SetUp]
    public void Begin()
    {
        _target = new FakeRolloutTarget();
        _agent = new AgentUnderTest(new RolloutPorts(
            TimeProvider.System,
            new DeploymentOptions { Target = "fake", MeasureInterval = TimeSpan.FromMilliseconds(5), RetryDelay = TimeSpan.FromMilliseconds(5) },
            [_target], [_target]));
    }

    [TearDown]
    public async Task End() => await _agent.DisposeAsync();

    private static RolloutRequest Request(string version, Strategy strategy = Strategy.Canary) => ARollout.Request(version) with
    {
        Target = "fake",
        Plan = new RolloutPlan
        {
            Strategy = strategy,
            Steps = [.. CanaryPlan.Steps(strategy).Select(step => step with { Hold = TimeSpan.Zero })],
            Verification = TimeSpan.FromMilliseconds(50),
            VerificationLimit = TimeSpan.FromSeconds(20),
        },
    };

    [Test]
    public async Task Carries_a_canary_to_its_end_and_removes_the_old_version()
    {
        await _agent.Deploy("dep-1", Request("1"));
        Assert.That((await _agent.End("dep-1")).Status, Is.EqualTo(RolloutStatus.Completed));

        await _agent.Deploy("dep-2", Request("2"));
        Assert.That((await _agent.End("dep-2")).Status, Is.EqualTo(RolloutStatus.Completed));

        Assert.That(_target.Calls, Is.EqualTo(new[]
        {
            "prepare 1", "shift", "shift 1:100",
            "prepare 2", "shift 1:90 2:10", "shift 1:50 2:50", "shift 2:100", "retire 1",
        }));
    }

    [Test]
    public async Task Rolls_back_a_version_that_fails_and_keeps_the_old_one()
    {
        await _agent.Deploy("dep-1", Request("1"));
        await _agent.End("dep-1");
        _target.ErrorsOfHundred["2"] = 20;

        await _agent.Deploy("dep-2", Request("2"));
        var ended = await _agent.End("dep-2");

        Assert.That(ended.Status, Is.EqualTo(RolloutStatus.RolledBack));
        Assert.That(ended.Reason, Does.Contain("error-rate"));
        Assert.That(_target.Calls.TakeLast(2), Is.EqualTo(new[] { "shift 1:100", "retire 2" }));
    }

    [Test]
    public async Task Tries_again_what_is_busy_and_gives_up_what_is_broken()
    {
        _target.FailTimes["prepare 1"] = 2;
        await _agent.Deploy("dep-1", Request("1"));
        Assert.That((await _agent.End("dep-1")).Status, Is.EqualTo(RolloutStatus.Completed));

        _target.Broken.Add("2");
        await _agent.Deploy("dep-2", Request("2"));
        var ended = await _agent.End("dep-2");
        Assert.That(ended.Status, Is.EqualTo(RolloutStatus.Failed));
        Assert.That(ended.Reason, Is.EqualTo("it does not build"));
    }

    [TestCase(nameof(RolloutPhase.Preparing))]
    [TestCase(nameof(RolloutPhase.Shifting))]
    [TestCase(nameof(RolloutPhase.Observing))]
    [TestCase(nameof(RolloutPhase.Verifying))]
    [TestCase(nameof(RolloutPhase.Retiring))]
    [TestCase(nameof(RolloutPhase.Restoring))]
    [TestCase(nameof(RolloutPhase.Removing))]
    public async Task Goes_on_after_a_crash_in_every_phase(string name)
    {
        var phase = Enum.Parse<RolloutPhase>(name);
        await _agent.Deploy("dep-1", Request("1"));
        await _agent.End("dep-1");
        var unwinds = phase is RolloutPhase.Restoring or RolloutPhase.Removing;
        if (phase is RolloutPhase.Observing or RolloutPhase.Verifying)
        {
            _target.RequestsPerLook = 1;
        }

        var request = Request("2");
        if (phase == RolloutPhase.Observing)
        {
            request = request with { Plan = request.Plan with { Steps = [.. request.Plan.Steps.Select(step => step with { DemandsPass = true })] } };
        }

        _target.ErrorsOfHundred["2"] = unwinds ? 100 : 0;
        await Freeze(phase);
        await _agent.Deploy("dep-2", request);
        await _agent.Until("dep-2", rollout => rollout.Phase == phase);

        await _agent.Crash();
        Thaw();
        _target.RequestsPerLook = 400;
        _agent.Start();

        var ended = await _agent.End("dep-2");
        Assert.That(ended.Status, Is.EqualTo(unwinds ? RolloutStatus.RolledBack : RolloutStatus.Completed));
        var view = await _target.Observe(ARollout.Key, default);
        Assert.That(view.Revisions.Select(running => running.Weight), Is.EqualTo(new[] { 100 }));
        Assert.That(view.Revisions[0].Name, Is.EqualTo(ARollout.Revision(unwinds ? "1" : "2").Name));
    }

    [Test]
    public async Task Pauses_resumes_and_aborts_at_once()
    {
        await _agent.Deploy("dep-1", Request("1"));
        await _agent.End("dep-1");
        var request = Request("2");
        await _agent.Deploy("dep-2", request with { Plan = request.Plan with { Steps = [new(10, TimeSpan.FromHours(1)), new(100, TimeSpan.Zero)] } });
        await _agent.Until("dep-2", rollout => rollout.Phase == RolloutPhase.Observing);

        Assert.That((Rollout)await _agent.Ask(new Tell(new ForRollout(new PauseRollout("dep-2", "ana", "lunch")))), Has.Property("Status").EqualTo(RolloutStatus.Paused));
        Assert.That((Rollout)await _agent.Ask(new Tell(new ForRollout(new ResumeRollout("dep-2", "ana")))), Has.Property("Status").EqualTo(RolloutStatus.Deploying));
        await _agent.Ask(new Tell(new ForRollout(new AbortRollout("dep-2", "ana", "no"))));

        Assert.That((await _agent.End("dep-2")).Status, Is.EqualTo(RolloutStatus.Aborted));
        Assert.That(await _agent.Ask(new Tell(new ForRollout(new PauseRollout("dep-2", "ana", "late")))), Is.InstanceOf<Refusal>());
        Assert.That(await _agent.Ask(new GetRollout("dep-9")), Is.InstanceOf<Refusal>());
    }

    [Test]
    public void Stores_every_event_and_reads_it_back()
    {
        var at = ARollout.Start;
        var revision = ARollout.Revision("1") with { Commit = "abc", Variables = new Dictionary<string, string> { ["A"] = "b" } };
        var notice = new DeploymentNotice { DeploymentId = "dep-1", ServiceName = "s", Environment = "dev", Version = "1", Digest = "d", Strategy = Strategy.Canary, RequestedBy = "ana", Status = "success" };
        IDeploymentEvent[] all =
        [
            new DeploymentStarted("dep-1", at, notice), new DeploymentCompleted("dep-1", at, notice), new DeploymentFailed("dep-1", at, notice), new DeploymentRolledBack("dep-1", at, notice),
            new InfrastructureProvisioned(at, new InfrastructureNotice { Path = "p", Environment = "dev", PlanDigest = "d", RequestedBy = "ana", Summary = "1 added" }), new DriftDetected(at, new DriftNotice { Path = "p", Environment = "dev", Resources = ["update a.b"] }),
            new RolloutAccepted("dep-1", at, ARollout.Request("1")), new RolloutAdmitted("dep-1", at, revision, RolloutPlan.For(Strategy.BlueGreen)), new RolloutApproved("dep-1", at, "bob", "d"),
            new CandidatePrepared("dep-1", at), new WeightRequested("dep-1", at, 1, 50, null), new WeightShifted("dep-1", at, 50), new EffectFailed("dep-1", at, 2, "busy"),
            new GateJudged("dep-1", at, new Agentic.Agents.Deployment.Analysis.GateReading("g", Agentic.Agents.Deployment.Analysis.Verdict.Pass, 7, "fine"), true), new RolloutHeld("dep-1", at, "ana", "lunch"), new RolloutReleased("dep-1", at, "ana"),
            new RetirementStarted("dep-1", at, null), new UnwindStarted("dep-1", at, RolloutEnd.RolledBack, null, "bad"), new TrafficRestored("dep-1", at), new RolloutEnded("dep-1", at, RolloutEnd.Completed, null),
            new RevisionQuarantined(at, ARollout.Key, revision, "bad"), new QuarantineLifted(at, ARollout.Key, "d", "ana"), new EnvironmentLocked(at, "dev", "ana", "test"), new EnvironmentUnlocked(at, "dev", "ana"),
        ];

        var types = new DeploymentEvents().Events.ToDictionary(type => type.Type.Type);

        Assert.That(all.Select(e => e.GetType()), Is.EquivalentTo(types.Keys));
        foreach (var happened in all)
        {
            var json = JsonSerializer.Serialize(happened, types[happened.GetType()].Type);
            var back = JsonSerializer.Deserialize(json, types[happened.GetType()].Type)!;
            Assert.That(JsonSerializer.Serialize(back, types[happened.GetType()].Type), Is.EqualTo(json));
        }
    }

    private Task Freeze(RolloutPhase phase)
    {
        var call = phase switch
        {
            RolloutPhase.Preparing => "prepare 2",
            RolloutPhase.Shifting => "shift 1:90 2:10",
            RolloutPhase.Retiring => "retire 1",
            RolloutPhase.Restoring => "shift 1:100",
            RolloutPhase.Removing => "retire 2",
            _ => "",
        };
        _target.WaitsAt = call;
        return Task.CompletedTask;
    }

    private void Thaw() => _target.WaitsAt = "";
}
