using System.Diagnostics;
using Agentic.Agents.Deployment;
using Agentic.Agents.Integrations.ArgoCd;
using Agentic.Agents.Integrations.Kubernetes;
using Agentic.Agents.Operations;
using Agentic.Tests.Support;

namespace Agentic.Tests.Deployment;

public class ArgoCdRolloutTargetTests : RolloutTargetConformance
{
    private string _folder = "";
    private ArgoCdDouble _server = null!;
    private HttpClient _http = null!;
    private ArgoCdOptions _options = null!;
    private ArgoCdRolloutTarget _target = null!;

    private protected override IRolloutTarget Target => _target;

    [SetUp]
    public async Task Begin()
    {
        Programs.Require("git");
        _folder = Directory.CreateTempSubdirectory("agentic-argocd-").FullName;
        var repository = Path.Combine(_folder, "gitops.git");
        Git(_folder, "init", "--quiet", "--bare", "--initial-branch=main", repository);
        var seed = Path.Combine(_folder, "seed");
        Git(_folder, "clone", "--quiet", repository, seed);
        await File.WriteAllTextAsync(Path.Combine(seed, "README.md"), "GitOps\n");
        Git(seed, "add", "--all");
        Git(seed, "-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "-m", "Begin");
        Git(seed, "push", "--quiet", "origin", "HEAD:main");
        _server = new ArgoCdDouble(repository);
        await _server.Start();
        _options = new ArgoCdOptions { Url = _server.Url, Token = ArgoCdDouble.Token, Repository = repository, Folder = Path.Combine(_folder, "checkout"), PollInterval = TimeSpan.FromMilliseconds(5), SyncLimit = TimeSpan.FromSeconds(30) };
        _http = ArgoCdClient.Connect(_options);
        _target = Make(_http);
    }

    [TearDown]
    public async Task End()
    {
        if (_folder.Length == 0)
            return;
        _http.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private protected override Revision Good(string version) => ARollout.Revision(version) with { Artifact = $"registry.local/tiny:{version}" };

    private protected override Revision Broken(string version) => ARollout.Revision(version) with { Artifact = $"registry.local/tiny:{version}-broken" };

    [Test]
    public async Task Writes_what_it_does_to_git_and_links_to_the_application()
    {
        await _target.Prepare(Key, Good("1"), default);
        await _target.Shift(Key, [new(Good("1"), 100)], default);

        var text = Git(_options.Repository, "show", "main:services/dev/tiny/traffic/service.yaml");
        Assert.That(text, Does.Contain($"agentic.dev/revision: {Good("1").Name}"));
        Assert.That(Git(_options.Repository, "log", "--format=%s", "main"), Does.Contain("Shift tiny in dev: 1 100 %"));
        Assert.That((await _target.Observe(Key, default)).Link, Is.EqualTo($"{_server.Url}/applications/dev-tiny"));
    }

    [Test]
    public async Task Pushes_again_when_somebody_else_pushed_first()
    {
        await _target.Prepare(Key, Good("1"), default);
        var seed = Path.Combine(_folder, "seed");
        Git(seed, "pull", "--quiet", "origin", "main");
        await File.WriteAllTextAsync(Path.Combine(seed, "other.txt"), "theirs\n");
        Git(seed, "add", "--all");
        Git(seed, "-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "-m", "Theirs");
        Git(seed, "push", "--quiet", "origin", "HEAD:main");

        Assert.That((await _target.Shift(Key, [new(Good("1"), 100)], default)).Succeeded);

        Assert.That(Git(_options.Repository, "show", "main:other.txt"), Is.EqualTo("theirs\n"));
    }

    [Test]
    public async Task Leaves_git_as_it_was_when_a_version_is_rolled_back()
    {
        await _target.Prepare(Key, Good("1"), default);
        await _target.Shift(Key, [new(Good("1"), 100)], default);
        var before = Git(_options.Repository, "rev-parse", "main^{tree}");

        await _target.Prepare(Key, Good("2"), default);
        await _target.Shift(Key, [new(Good("1"), 50), new(Good("2"), 50)], default);
        Assert.That(Git(_options.Repository, "rev-parse", "main^{tree}"), Is.Not.EqualTo(before));
        await _target.Shift(Key, [new(Good("1"), 100)], default);
        await _target.Retire(Key, Good("2"), default);

        Assert.That(Git(_options.Repository, "rev-parse", "main^{tree}"), Is.EqualTo(before));
    }

    [Test]
    public async Task Lets_a_person_merge_a_new_version_and_asks_once()
    {
        _options.Change = "request";
        var requests = new Requests();
        var target = Make(_http, requests);
        var preparing = target.Prepare(Key, Good("1"), default);
        await Eventually.Holds(() => Task.FromResult(requests.Opened.Count == 1));
        Assert.That(Git(_options.Repository, "log", "--format=%s", "main"), Does.Not.Contain("Prepare"), "nothing is on the branch yet");
        Assert.That(preparing.IsCompleted, Is.False);

        var seed = Path.Combine(_folder, "seed");
        Git(seed, "fetch", "--quiet", "origin");
        Git(seed, "-c", "user.name=test", "-c", "user.email=test@localhost", "merge", "--quiet", "--squash", $"origin/{requests.Opened[0]}");
        Git(seed, "-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "-m", "Let version 1 in");
        Git(seed, "push", "--quiet", "origin", "HEAD:main");

        Assert.That((await preparing).Succeeded, (await preparing).Reason);
        Assert.That((await target.Prepare(Key, Good("1"), default)).Succeeded);
        Assert.That((await target.Shift(Key, [new(Good("1"), 100)], default)).Succeeded, "traffic asks nobody");
        Assert.That(requests.Opened, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Says_which_request_waits_and_finds_it_again()
    {
        (_options.Change, _options.Request.Limit) = ("request", TimeSpan.Zero);
        var requests = new Requests();

        var first = await Make(_http, requests).Prepare(Key, Good("1"), default);
        var branch = Git(_options.Repository, "rev-parse", requests.Opened[0]);
        var second = await Make(_http, requests).Prepare(Key, Good("1"), default);

        Assert.That(first.Reason, Does.StartWith("https://git.example/request was not merged within 0 s."));
        Assert.That(first.MayRetry, Is.False);
        Assert.That(second.Reason, Is.EqualTo(first.Reason));
        Assert.That(Git(_options.Repository, "rev-parse", requests.Opened[1]), Is.EqualTo(branch), "what people review is not pushed anew");
    }

    [TestCase(500, true)]
    [TestCase(503, true)]
    [TestCase(403, false)]
    public async Task Tells_what_may_be_tried_again(int status, bool mayRetry)
    {
        for (var i = 0; i < 5; i++)
        {
            _server.Failures.Enqueue(status);
        }

        var outcome = await _target.Prepare(Key, Good("1"), default);

        Assert.That(outcome.Succeeded, Is.False);
        Assert.That(outcome.MayRetry, Is.EqualTo(mayRetry));
    }

    [Test]
    public async Task Does_not_take_the_health_of_another_commit_for_that_of_its_own()
    {
        await _target.Prepare(Key, Good("1"), default);
        await _target.Shift(Key, [new(Good("1"), 100)], default);
        await _target.Prepare(Key, Good("2"), default);
        (_server.IsStuck, _options.SyncLimit) = (true, TimeSpan.FromMilliseconds(200));

        var outcome = await _target.Shift(Key, [new(Good("2"), 100)], default);

        Assert.That(outcome.Succeeded, Is.False, "it says healthy and synced, of the commit before");
        Assert.That(outcome.Reason, Does.Contain("was not synced and healthy at"));
        Assert.That((await _target.Observe(Key, default)).Find(Good("1"))!.Weight, Is.EqualTo(100));
    }

    [TestCase("slow", "did not answer in time")]
    [TestCase("page", "answered no JSON")]
    [TestCase("gone", "cannot be reached")]
    public async Task May_be_tried_again_where_Argo_CD_cannot_be_asked(string how, string words)
    {
        _options.RequestLimit = TimeSpan.FromMilliseconds(300);
        (_server.Delay, _server.Page) = (how == "slow" ? TimeSpan.FromSeconds(1) : TimeSpan.Zero, how == "page" ? "<html>Sign in</html>" : null);
        using var hasty = ArgoCdClient.Connect(_options);
        if (how == "gone")
        {
            await _server.DisposeAsync();
        }

        var outcome = await Make(hasty).Prepare(Key, Good("1"), default);

        Assert.That(outcome.Reason, Does.Contain(words));
        Assert.That(outcome.MayRetry);
    }

    [Test]
    public async Task Says_that_its_token_is_refused()
    {
        _options.Token = "wrong";
        using var stranger = ArgoCdClient.Connect(_options);

        Assert.That((await Make(stranger).Prepare(Key, Good("1"), default)).Reason, Does.Contain("answers 401"));
    }

    private ArgoCdRolloutTarget Make(HttpClient http, IChangeRequests? requests = null) =>
        new(_options, new KubernetesOptions(), new ArgoCdClient(http), new GitOpsRepository(_options, new Redactor()), TimeProvider.System, requests);

    private sealed class Requests : IChangeRequests
    {
        public List<string> Opened { get; } = [];

        public Task<Outcome<string>> Open(string branch, string into, string title, string body, CancellationToken cancellation)
        {
            Opened.Add(branch);
            return Task.FromResult<Outcome<string>>("https://git.example/request");
        }
    }

    private static string Git(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors);
        return text;
    }
}
