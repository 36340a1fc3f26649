using System.Net;
using System.Net.Sockets;
using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Processes;

namespace Agentic.Tests.Deployment;

/// <summary>Versions that are broken in each way that versions are: the old one goes on serving, the reason is said, and nothing is left behind.</summary>
public class BadArtifactTests
{
    private const string Package = """{ "name": "tiny", "version": "1.0.0", "scripts": { "start": "node server.js" } }""";

    private TinyProgram _tiny = null!;
    private TrafficHost _host = null!;
    private ProcessRolloutTarget _target = null!;
    private AgentUnderTest _agent = null!;

    [SetUp]
    public async Task Begin()
    {
        TinyProgram.RequireNode();
        _tiny = new TinyProgram();
        _host = await TrafficHost.Start();
        _target = new ProcessRolloutTarget(
            new ProcessOptions
            {
                Folder = Path.Combine(_tiny.Folder, "services"), StopGrace = TimeSpan.FromSeconds(1), WatchInterval = TimeSpan.FromMilliseconds(50), RestartDelay = TimeSpan.FromMilliseconds(50),
                // Three starts take their time on a busy machine, and what comes first is the reason.
                ReadyLimit = TimeSpan.FromSeconds(TestContext.CurrentContext.Test.Arguments is ["does not start", ..] ? 30 : 4), MemoryLimitMebibytes = 300, LogLimit = 64 * 1024,
            },
            _host.Traffic, new LocalArtifactFolders(), new ConfiguredSecrets(new DeploymentOptions()), TimeProvider.System);
        _agent = new AgentUnderTest(new RolloutPorts(
            TimeProvider.System, new DeploymentOptions { MeasureInterval = TimeSpan.FromMilliseconds(50), RetryDelay = TimeSpan.FromMilliseconds(50) }, [_target], [_host.Traffic]));
        await Deploy("dep-1", _tiny.OfNode("v1"));
        Assert.That((await _agent.End("dep-1")).Status, Is.EqualTo(RolloutStatus.Completed));
    }

    [TearDown]
    public async Task End()
    {
        if (_tiny is null)
        {
            return;
        }

        await _agent.DisposeAsync();
        await _target.DisposeAsync();
        await _host.DisposeAsync();
        Assert.That(await _target.StopStrays(), Is.Zero, "nothing is orphaned");
        _tiny.Dispose();
    }

    [TestCase("does not build", "npm run build' failed")]
    [TestCase("does not start", "it exited 3 times within a minute")]
    [TestCase("does not listen", "does not answer")]
    [TestCase("is never healthy", "answers 503")]
    [TestCase("finds its port taken", "EADDRINUSE")]
    [TestCase("has no way to run", "no package.json")]
    public async Task Fails_with_the_reason_before_it_gets_any_traffic(string flaw, string reason)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await Deploy("dep-2", flaw switch
        {
            "does not build" => _tiny.Write("v2", ("package.json", """{ "name": "tiny", "version": "1.0.0", "scripts": { "build": "node -e \"process.exit(3)\"", "start": "node server.js" }, "dependencies": {} }"""), ("package-lock.json", """{ "name": "tiny", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": { "": { "name": "tiny", "version": "1.0.0" } } }"""), ("server.js", "")),
            "does not start" => _tiny.Write("v2", ("package.json", Package), ("server.js", "throw new Error('no');")),
            "does not listen" => _tiny.Write("v2", ("package.json", Package), ("server.js", "setInterval(() => {}, 1000);")),
            "is never healthy" => _tiny.Write("v2", ("package.json", Package), ("server.js", "require('http').createServer((q, s) => { s.statusCode = 503; s.end(); }).listen(process.env.PORT, process.env.HOST);")),
            "finds its port taken" => _tiny.Write("v2", ("package.json", Package), ("server.js", FormattableString.Invariant($"require('http').createServer(() => {{}}).listen({port}, '127.0.0.1');"))),
            _ => _tiny.Write("v2", ("README", "no program")),
        });

        var ended = await _agent.End("dep-2", 60);

        Assert.That(ended.Status, Is.EqualTo(RolloutStatus.Failed), ended.Reason);
        Assert.That(ended.Reason, Does.Contain(reason));
        Assert.That(ended.HasTraffic || ended.Weight > 0, Is.False);
        await StillServes("v1");
    }

    [TestCase("dies", "if (++n > 10) process.exit(9);")]
    [TestCase("leaks", "(globalThis.kept ??= []).push(Buffer.alloc(60 << 20, 1));")]
    [TestCase("answers too late", "setTimeout(() => res.end('v2'), 400); return;")]
    public async Task Turns_back_from_what_breaks_under_load(string flaw, string behaviour)
    {
        var load = _host.Drive(ARollout.Key, workers: 8);
        await Deploy("dep-2", _tiny.OfNode("v2", behaviour), TimeSpan.FromMinutes(3));

        var ended = await _agent.End("dep-2", 170);
        await load.DisposeAsync();

        Assert.That(ended.Status, Is.EqualTo(RolloutStatus.RolledBack), $"{flaw}: {ended.Reason}");
        Assert.That(ended.Reason, Does.StartWith("gate "));
        await StillServes("v1");
    }

    [Test]
    public async Task Removes_what_ignores_the_signal_to_stop_and_bounds_what_it_writes()
    {
        await Deploy("dep-2", _tiny.OfNode("v2", before: "process.on('SIGTERM', () => {}); setInterval(() => console.log('x'.repeat(4000)), 1);"));
        Assert.That((await _agent.End("dep-2", 60)).Status, Is.EqualTo(RolloutStatus.Completed));
        await Deploy("dep-3", _tiny.OfNode("v3"));

        Assert.That((await _agent.End("dep-3", 60)).Status, Is.EqualTo(RolloutStatus.Completed));
        await StillServes("v3");
        var logs = Directory.EnumerateFiles(_tiny.Folder, "log*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);
        Assert.That(logs, Is.LessThan(8 * 1024 * 1024));
    }

    private async Task StillServes(string version)
    {
        Assert.That(await _host.Get(ARollout.Key), Is.EqualTo(version));
        Assert.That((await _target.Observe(ARollout.Key, default)).Revisions, Has.Count.EqualTo(1));
    }

    private async Task Deploy(string id, Revision revision, TimeSpan? hold = null) => await _agent.Deploy(id, ARollout.Request("ignored") with
    {
        Candidate = revision,
        Plan = new RolloutPlan
        {
            Strategy = Strategy.Canary,
            Steps = [new RolloutStep(50, hold ?? TimeSpan.FromMilliseconds(300)), new RolloutStep(100, TimeSpan.Zero)],
            Verification = TimeSpan.FromMilliseconds(1500),
            VerificationLimit = TimeSpan.FromSeconds(30),
            PreparationLimit = TimeSpan.FromSeconds(40),
        },
    });
}
