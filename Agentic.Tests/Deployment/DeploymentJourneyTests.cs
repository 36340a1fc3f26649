using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Analysis;
using Agentic.Agents.Deployment.Processes;

namespace Agentic.Tests.Deployment;

/// <summary>The whole way with real Node services behind the real proxy, under load from another process.</summary>
public class DeploymentJourneyTests
{
    private static readonly ServiceKey Key = ARollout.Key;
    private static int _journals;

    private TinyProgram _tiny = null!;
    private TrafficHost _host = null!;
    private ProcessRolloutTarget _target = null!;
    private PausingTarget _pausing = null!;
    private AgentUnderTest _agent = null!;
    private string _journal = "";

    [SetUp]
    public async Task Begin()
    {
        TinyProgram.RequireNode();
        _tiny = new TinyProgram();
        _journal = $"journey-{Interlocked.Increment(ref _journals)}";
        await StartHost();
    }

    [TearDown]
    public async Task End()
    {
        if (_tiny is null)
        {
            return;
        }

        await StopHost();
        await _agent.DisposeAsync();
        await _target.StopStrays();
        _tiny.Dispose();
    }

    [Test]
    public async Task Deploys_a_canary_under_load_rolls_a_bad_one_back_and_goes_back_by_hand()
    {
        await Journey(Strategy.Canary);
    }

    [Test]
    public async Task Does_the_same_blue_green()
    {
        await Journey(Strategy.BlueGreen);
    }

    private async Task Journey(Strategy strategy)
    {
        await Deploy("dep-1", _tiny.OfNode("v1"), strategy);
        await _agent.End("dep-1");
        await using var load = new LoadProcess(new Uri(_host.Client.BaseAddress!, TrafficHost.Path(Key)));
        await load.Began();

        await Deploy("dep-2", _tiny.OfNode("v2"), strategy);
        var second = await _agent.End("dep-2");
        Assert.That(second.Status, Is.EqualTo(RolloutStatus.Completed), second.Reason);
        var untilThere = await load.Stop();

        await using var more = new LoadProcess(new Uri(_host.Client.BaseAddress!, TrafficHost.Path(Key)));
        await more.Began();
        await Deploy("dep-3", _tiny.OfNode("v3", "if (n++ % 5 === 0) { res.statusCode = 500; res.end('broken'); return; }"), strategy);
        var third = await _agent.End("dep-3");
        Assert.That(third.Status, Is.EqualTo(RolloutStatus.RolledBack), $"{third.Reason} {string.Join(" | ", third.Gates)}");
        Assert.That(third.Reason, Does.StartWith("gate error-rate failed"));

        await _agent.Ask(new Tell(new RollBack("dep-2", "dep-4", "v1", "ana", "wrong totals", Plan(Strategy.BlueGreen), null)));
        var fourth = await _agent.End("dep-4");
        Assert.That(fourth.Status, Is.EqualTo(RolloutStatus.Completed), fourth.Reason);
        Assert.That(await _host.Get(Key), Is.EqualTo("v1"));
        var untilBack = await more.Stop();

        Assert.That(untilThere.Keys, Is.SubsetOf(new[] { "v1", "v2" }), "no request is lost in a shift");
        Assert.That(untilBack.Keys, Is.SubsetOf(new[] { "v1", "v2", "v3", "status 500" }), "only the bad version's own errors are seen");
        Assert.That(untilThere.Values.Sum() + untilBack.Values.Sum(), Is.GreaterThan(500));
        Assert.That((await _target.Observe(Key, default)).Revisions, Has.Count.EqualTo(1));
    }

    [TestCase("Prepare")]
    [TestCase("Shift 10")]
    [TestCase("Shift 100")]
    [TestCase("Retire v1")]
    [TestCase("Observing")]
    [TestCase("Verifying")]
    [TestCase("Shift back")]
    [TestCase("Remove")]
    public async Task Ends_consistent_when_the_host_dies(string at)
    {
        await Deploy("dep-1", _tiny.OfNode("v1"), Strategy.Canary);
        await _agent.End("dep-1");
        var turnsBack = at is "Shift back" or "Remove";
        _pausing.WaitsAt = at switch
        {
            "Prepare" => "prepare v2",
            "Shift 10" => "shift v1:90 v2:10",
            "Shift 100" => "shift v2:100",
            "Retire v1" => "retire v1",
            "Shift back" => "shift v1:100",
            "Remove" => "retire v2",
            _ => "",
        };
        var plan = Plan(Strategy.Canary);
        plan = at == "Observing" ? plan with { Steps = [new(10, TimeSpan.FromSeconds(3)), new(100, TimeSpan.Zero)] }
            : at == "Verifying" ? plan with { Verification = TimeSpan.FromSeconds(3) }
            : plan;
        var load = _host.Drive(Key);
        await Deploy("dep-2", _tiny.OfNode("v2", turnsBack ? "res.statusCode = 500; res.end(); return;" : ""), Strategy.Canary, plan);
        if (_pausing.WaitsAt.Length > 0)
        {
            await _pausing.Reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
        else
        {
            await _agent.Until("dep-2", rollout => rollout.Phase.ToString() == at);
        }

        await load.DisposeAsync();
        await StopHost();
        await StartHost();
        load = _host.Drive(Key);
        var ended = await _agent.End("dep-2");
        await load.DisposeAsync();

        Assert.That(ended.Status, Is.EqualTo(turnsBack ? RolloutStatus.RolledBack : RolloutStatus.Completed), ended.Reason);
        Assert.That(await _host.Get(Key), Is.EqualTo(turnsBack ? "v1" : "v2"));
        var view = await _target.Observe(Key, default);
        Assert.That(view.Revisions, Has.Count.EqualTo(1));
        Assert.That(await _target.StopStrays(), Is.Zero, "nothing is orphaned");
    }

    [Test]
    public async Task Serves_again_after_the_host_died_between_deployments()
    {
        await Deploy("dep-1", _tiny.OfNode("v1"), Strategy.Canary);
        await _agent.End("dep-1");

        await StopHost();
        await StartHost();

        var began = TimeProvider.System.GetTimestamp();
        while (await _host.Get(Key) != "v1")
        {
            Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(20)));
            await Task.Delay(20);
        }
    }

    private static RolloutPlan Plan(Strategy strategy) => new()
    {
        Strategy = strategy,
        Steps = [.. CanaryPlan.Steps(strategy).Select(step => step with { Hold = TimeSpan.FromMilliseconds(300) })],
        // The versions differ in their errors; how fast either is on a machine that builds and tests beside them is chance.
        Gates = [.. Gate.Defaults.Where(gate => gate.Kind != GateKind.LatencyAgainstStable)],
        // Longer than the proxy's counting interval of a second, so that requests are seen before it ends.
        Verification = TimeSpan.FromMilliseconds(2500),
        VerificationLimit = TimeSpan.FromSeconds(20),
        PreparationLimit = TimeSpan.FromSeconds(30),
    };

    private async Task Deploy(string id, Revision revision, Strategy strategy, RolloutPlan? plan = null) =>
        await _agent.Deploy(id, ARollout.Request("ignored") with { Candidate = revision, Plan = plan ?? Plan(strategy) });

    private async Task StartHost()
    {
        _host = await TrafficHost.Start();
        _target = Make(stopsWithHost: false);
        _pausing = new PausingTarget(_target);
        _agent = new AgentUnderTest(new RolloutPorts(
            TimeProvider.System, new DeploymentOptions { MeasureInterval = TimeSpan.FromMilliseconds(50), RetryDelay = TimeSpan.FromMilliseconds(50) }, [_pausing], [_host.Traffic]), _journal);
    }

    /// <summary>As a crash leaves it: no deployment is told, no service is stopped, the proxy is gone.</summary>
    private async Task StopHost()
    {
        await _agent.Crash();
        await _target.DisposeAsync();
        await _host.DisposeAsync();
    }

    private ProcessRolloutTarget Make(bool stopsWithHost) => new(
        new ProcessOptions
        {
            Folder = Path.Combine(_tiny.Folder, "services"), StopGrace = TimeSpan.FromSeconds(2), WatchInterval = TimeSpan.FromMilliseconds(50), StopsWithHost = stopsWithHost,
        },
        _host.Traffic, new LocalArtifactFolders(), new ConfiguredSecrets(new DeploymentOptions()), TimeProvider.System);

    /// <summary>Stops the world at one call, so that the host can die right there.</summary>
    private sealed class PausingTarget(IRolloutTarget inner) : IRolloutTarget
    {
        public string WaitsAt { get; set; } = "";

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => inner.Name;

        public bool DiesWithHost => inner.DiesWithHost;

        public Task<TargetView> Observe(ServiceKey key, CancellationToken cancellation) => inner.Observe(key, cancellation);

        public Task<ProbeOutcome> Probe(ServiceKey key, Revision revision, CancellationToken cancellation) => inner.Probe(key, revision, cancellation);

        public Task<TargetOutcome> Prepare(ServiceKey key, Revision revision, CancellationToken cancellation) =>
            At($"prepare {revision.Version}", () => inner.Prepare(key, revision, cancellation), cancellation);

        public Task<TargetOutcome> Shift(ServiceKey key, IReadOnlyList<Share> shares, CancellationToken cancellation) =>
            At($"shift {string.Join(' ', shares.Select(share => $"{share.Revision.Version}:{share.Weight}"))}", () => inner.Shift(key, shares, cancellation), cancellation);

        public Task<TargetOutcome> Retire(ServiceKey key, Revision revision, CancellationToken cancellation) =>
            At($"retire {revision.Version}", () => inner.Retire(key, revision, cancellation), cancellation);

        private async Task<TargetOutcome> At(string call, Func<Task<TargetOutcome>> act, CancellationToken cancellation)
        {
            // Half of the deaths come after the effect and before anybody heard of it.
            var outcome = call == WaitsAt && call.StartsWith("shift", StringComparison.Ordinal) ? await act() : null;
            if (call == WaitsAt)
            {
                Reached.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            return outcome ?? await act();
        }
    }
}
