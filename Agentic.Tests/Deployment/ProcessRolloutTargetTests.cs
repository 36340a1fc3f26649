using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Processes;

namespace Agentic.Tests.Deployment;

public class ProcessRolloutTargetTests : RolloutTargetConformance
{
    private TinyProgram _tiny = null!;
    private TrafficHost _host = null!;
    private ProcessRolloutTarget _target = null!;

    private protected override IRolloutTarget Target => _target;

    [SetUp]
    public async Task Begin()
    {
        TinyProgram.RequireNode();
        _tiny = new TinyProgram();
        _host = await TrafficHost.Start();
        _target = Make();
    }

    [TearDown]
    public async Task End()
    {
        if (_tiny is null)
        {
            return;
        }

        await _target.DisposeAsync();
        await _host.DisposeAsync();
        Assert.That(Running(), Is.Empty, "nothing is orphaned");
        _tiny.Dispose();
    }

    private protected override Revision Good(string version) => _tiny.OfNode(version);

    private protected override Revision Broken(string version) => _tiny.OfNode(version, before: "console.error('no database url'); process.exit(1);");

    [Test]
    public async Task Runs_a_service_with_what_it_was_given_and_nothing_of_the_hosts()
    {
        Environment.SetEnvironmentVariable("AGENTIC_TEST_HOST_SECRET", "do-not-inherit");
        var revision = Good("1") with { Variables = new Dictionary<string, string> { ["GREETING"] = "hello" } };
        await Serve(revision);

        var environment = JsonSerializer.Deserialize<Dictionary<string, string>>(await _host.Get(Key, "env"))!;

        Assert.That(environment["GREETING"], Is.EqualTo("hello"));
        Assert.That(environment["DATABASE_PASSWORD"], Is.EqualTo("s3cret"));
        Assert.That(environment.Keys, Has.None.EqualTo("AGENTIC_TEST_HOST_SECRET"));
        Assert.That(environment.Keys.Except(["PATH", "HOME", "LANG", "LC_ALL", "TZ", "PORT", "HOST", "PWD", "OLDPWD", "SHLVL", "_", "NODE_ENV", "PYTHONUNBUFFERED", "GREETING", "DATABASE_PASSWORD", "AGENTIC_OWNER", "AGENTIC_INSTANCE", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"]), Is.Empty);
    }

    [Test]
    public async Task Runs_python_and_installs_what_npm_needs()
    {
        var python = _tiny.OfPython("py");
        Assert.That(await _target.Prepare(Key, python, default), Is.EqualTo(TargetOutcome.Done));
        await _target.Shift(Key, [new(python, 100)], default);
        Assert.That(await _host.Get(Key), Is.EqualTo("py"));

        var node = _tiny.Write("npm",
            ("package.json", """{ "name": "tiny", "version": "1.0.0", "main": "server.js", "dependencies": { "greet": "file:./greet" } }"""),
            ("greet/package.json", """{ "name": "greet", "version": "1.0.0", "main": "index.js" }"""),
            ("greet/index.js", "module.exports = 'from a package';"),
            ("server.js", "require('http').createServer((q, s) => s.end(require('greet'))).listen(process.env.PORT, process.env.HOST);"));
        var prepared = await _target.Prepare(Key, node, default);
        Assert.That(prepared.Succeeded, prepared.Reason);
        await _target.Shift(Key, [new(node, 100)], default);
        Assert.That(await _host.Get(Key), Is.EqualTo("from a package"));
    }

    [Test]
    public async Task Shifts_under_load_without_losing_a_request()
    {
        await Serve(Good("1"));
        await _target.Prepare(Key, Good("2"), default);
        await using var load = _host.Drive(Key);

        foreach (var weight in new[] { 10, 50, 0, 90 })
        {
            await _target.Shift(Key, weight == 0 ? [new(Good("1"), 100)] : [new(Good("1"), 100 - weight), new(Good("2"), weight)], default);
            await load.More(200);
        }

        await _target.Shift(Key, [new(Good("2"), 100)], default);
        await _target.Retire(Key, Good("1"), default);
        await load.More(200);
        await load.DisposeAsync();

        Assert.That(load.Answers.Keys, Is.EquivalentTo(new[] { "1", "2" }));
    }

    [Test]
    public async Task Lets_slow_requests_finish_before_it_stops_a_revision()
    {
        await Serve(Good("1"));
        await _target.Prepare(Key, Good("2"), default);
        var slow = Enumerable.Range(0, 8).Select(_ => _host.Get(Key, "slow")).ToList();
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10)))
        {
            while (_host.Traffic.InFlight(Key, Good("1").Name) < 8)
            {
                await Task.Delay(5, patience.Token);
            }
        }

        await _target.Shift(Key, [new(Good("2"), 100)], default);
        await _target.Retire(Key, Good("1"), default);

        Assert.That(await Task.WhenAll(slow), Is.All.EqualTo("1"));
    }

    [Test]
    public async Task Restarts_what_exits_and_gives_up_what_exits_again_and_again()
    {
        await Serve(Good("1"));
        await _host.Get(Key, "exit");

        Assert.That(await Eventually(async () => await _host.Get(Key) == "1"), "it comes back on its own");

        var view = await _target.Observe(Key, default);
        for (var i = 0; i < 20 && view.Find(Good("1"))!.Trouble is null; i++)
        {
            await _host.Get(Key, "exit");
            await Eventually(async () => await _host.Get(Key) == "1" || (await _target.Observe(Key, default)).Find(Good("1"))!.Trouble is not null);
            view = await _target.Observe(Key, default);
        }

        Assert.That(view.Find(Good("1"))!.Trouble, Does.Contain("times within a minute"));
    }

    [Test]
    public async Task Kills_what_ignores_SIGTERM_and_the_children_it_left()
    {
        var stubborn = _tiny.OfNode("stubborn", before: "process.on('SIGTERM', () => {}); require('child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref();");
        await Serve(stubborn);
        Assert.That(Running(), Has.Count.EqualTo(2));
        await Serve(Good("2"));

        await _target.Retire(Key, stubborn, default);

        Assert.That(Running(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Bounds_the_log_of_a_service_that_floods_it()
    {
        var chatty = _tiny.OfNode("chatty", before: "setInterval(() => { for (let i = 0; i < 200; i++) console.log('x'.repeat(1000)); }, 5);");
        await Serve(chatty);
        var folder = Directory.GetDirectories(Path.Combine(_tiny.Folder, "services"), "instance-1", SearchOption.AllDirectories).Single();

        Assert.That(await Eventually(() => Task.FromResult(File.Exists(Path.Combine(folder, "log.1")))));

        Assert.That(new FileInfo(Path.Combine(folder, "log.1")).Length, Is.LessThanOrEqualTo(64 * 1024));
    }

    [Test]
    public async Task Adopts_its_processes_after_the_host_is_gone()
    {
        await _target.DisposeAsync();
        _target = Make(stopsWithHost: false);
        await Serve(Good("1"));
        var before = Running();

        // What a crash leaves: processes, and files that say which.
        await _target.DisposeAsync();
        Assert.That(Running(), Is.EqualTo(before));
        _target = Make();
        await Serve(Good("1"));

        Assert.That(Running(), Is.EqualTo(before));
        Assert.That(await _host.Get(Key), Is.EqualTo("1"));
    }

    [Test]
    public async Task Stops_strays_and_leaves_other_processes_alone()
    {
        await _target.DisposeAsync();
        _target = Make(stopsWithHost: false);
        await Serve(Good("1"));
        await _target.Prepare(Key, Good("2"), default);
        await _target.DisposeAsync();
        _target = Make();
        await Serve(Good("1"));

        Assert.That(await _target.StopStrays(), Is.EqualTo(1));

        Assert.That(Running(), Has.Count.EqualTo(1));
        Assert.That(await _host.Get(Key), Is.EqualTo("1"));
    }

    [Test]
    public async Task Removes_a_revision_that_only_an_earlier_host_knew()
    {
        await _target.DisposeAsync();
        _target = Make(stopsWithHost: false);
        await _target.Prepare(Key, Good("1"), default);
        await _target.DisposeAsync();
        _target = Make();

        await _target.Retire(Key, Good("1"), default);

        Assert.That(Running(), Is.Empty);
    }

    [Test]
    public async Task Names_the_command_that_failed_to_build()
    {
        var revision = _tiny.Write("bad",
            ("package.json", """{ "name": "tiny", "version": "1.0.0", "scripts": { "build": "node -e \"console.error('type error in line 7'); process.exit(2)\"", "start": "node x.js" }, "dependencies": { "greet": "file:./greet" } }"""),
            ("greet/package.json", """{ "name": "greet", "version": "1.0.0" }"""));

        var outcome = await _target.Prepare(Key, revision, default);

        Assert.That(outcome.MayRetry, Is.False);
        Assert.That(outcome.Reason, Does.Contain("'npm run build' failed").And.Contain("type error in line 7"));
    }

    [Test]
    public async Task Stops_a_build_that_is_cancelled()
    {
        var revision = _tiny.Write("hang",
            ("package.json", """{ "name": "tiny", "version": "1.0.0", "scripts": { "build": "sleep 600", "start": "node x.js" }, "dependencies": { "greet": "file:./greet" } }"""),
            ("greet/package.json", """{ "name": "greet", "version": "1.0.0" }"""));
        using var cancel = new CancellationTokenSource();

        var preparing = _target.Prepare(Key, revision, cancel.Token);
        Assert.That(await Eventually(() => Task.FromResult(Sleeps() > 0)));
        await cancel.CancelAsync();

        Assert.That(async () => await preparing, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Sleeps(), Is.Zero);
    }

    private int Sleeps() => Process.GetProcessesByName("sleep").Count(process =>
    {
        using (process)
        {
            return Path.GetFullPath(_tiny.Folder) is { } root && Link($"/proc/{process.Id}/cwd").StartsWith(root, StringComparison.Ordinal);
        }
    });

    private static string Link(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    private ProcessRolloutTarget Make(bool stopsWithHost = true) => new(
        new ProcessOptions
        {
            Folder = Path.Combine(_tiny.Folder, "services"),
            ReadyLimit = TimeSpan.FromSeconds(20),
            StopGrace = TimeSpan.FromSeconds(1),
            RestartDelay = TimeSpan.FromMilliseconds(20),
            WatchInterval = TimeSpan.FromMilliseconds(30),
            LogLimit = 64 * 1024,
            StopsWithHost = stopsWithHost,
        },
        _host.Traffic, new LocalArtifactFolders(), new Secrets(), TimeProvider.System);

    private async Task Serve(Revision revision)
    {
        var prepared = await _target.Prepare(Key, revision, default);
        Assert.That(prepared.Succeeded, prepared.Reason);
        var shifted = await _target.Shift(Key, [new(revision, 100)], default);
        Assert.That(shifted.Succeeded, shifted.Reason);
    }

    private List<string> Running() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => Path.GetFileName(folder)!)
            .Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out var pid) && ProcessTable.StartTicks(pid) is { } ticks && ProcessTable.IsAlive(new ProcessId(pid, ticks))
                && Link($"/proc/{pid}/cwd").StartsWith(Path.GetFullPath(_tiny.Folder), StringComparison.Ordinal))
            .OrderBy(name => name, StringComparer.Ordinal),
    ];

    private static async Task<bool> Eventually(Func<Task<bool>> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20))
        {
            if (await isSo())
            {
                return true;
            }

            await Task.Delay(10);
        }

        return false;
    }

    private sealed class Secrets : ISecretSource
    {
        public Task<IReadOnlyDictionary<string, string>> For(ServiceKey key, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string> { ["DATABASE_PASSWORD"] = "s3cret" });
    }
}
