using System.Text.Json.Nodes;
using Agentic.Agents.CodeGen;
using Agentic.Tests.Support;

namespace Agentic.Tests.CodeGen;

/// <summary>Services published to, read from and updated on a real Git server over HTTP, through the host's own doors.</summary>
internal sealed class PublishingTests
{
    private GitServer _git = null!;
    private GitHubDouble _hub = null!;
    private AgenticHost _host = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _git = await GitServer.Start();
        _hub = await new GitHubDouble().Start();
        _hub.AddToken(GitServer.Token, "ann", "repo, workflow");
        _host = await AgenticHost.StartAsync(options =>
        {
            options.Settings["CodeGen:Connections:forge:Url"] = _git.Url;
            options.Settings["CodeGen:Connections:forge:Token"] = GitServer.Token;
            options.Settings["CodeGen:Connections:hub:Kind"] = "github";
            options.Settings["CodeGen:Connections:hub:Url"] = _git.Url;
            options.Settings["CodeGen:Connections:hub:ApiUrl"] = _hub.Url;
            options.Settings["CodeGen:Connections:hub:Token"] = GitServer.Token;
            options.Settings["CodeGen:Connections:stale:Url"] = _git.Url;
            options.Settings["CodeGen:Connections:stale:Token"] = "tok-of-last-year";
            options.Settings["CodeGen:Connections:slow:Url"] = _git.Url;
            options.Settings["CodeGen:Connections:slow:Token"] = GitServer.Token;
            options.Settings["CodeGen:Connections:slow:TimeoutSeconds"] = "2";
            options.Settings["CodeGen:Connections:away:Url"] = "http://127.0.0.1:1/";
        });
        await Done("/generate", """{"serviceName":"order-service","language":"go","database":"none"}""");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        if (_hub is not null)
            await _hub.DisposeAsync();
        if (_git is not null)
            await _git.DisposeAsync();
    }

    [TearDown]
    public void Heal() => (_git.Instead, _hub.Instead) = (null, null);

    [Test]
    public async Task Fills_an_empty_repository_once_however_often_it_is_asked()
    {
        _git.Add("team/order-service");
        const string Body = """{"connection":"forge","repository":"team/order-service"}""";

        var first = await Done("/services/order-service/publish", Body);
        var second = await Done("/services/order-service/publish", Body);

        Assert.That(first["found"]!.GetValue<bool>(), Is.False);
        Assert.That(_git.Git(_git.Repository("team/order-service"), "rev-parse main").Trim(), Is.EqualTo((string?)first["commit"]));
        Assert.That(_git.Show("team/order-service", "main:go.mod"), Does.StartWith("module order-service"));
        Assert.That(second["found"]!.GetValue<bool>(), Is.True);
        Assert.That((string?)second["commit"], Is.EqualTo((string?)first["commit"]));
        Assert.That(_git.Git(_git.Repository("team/order-service"), "rev-list --count --all").Trim(), Is.EqualTo("1"));
    }

    [Test]
    public async Task Finds_what_it_published_although_people_worked_on_since()
    {
        _git.Add("team/worked");
        const string Body = """{"connection":"forge","repository":"team/worked"}""";
        var first = await Done("/services/order-service/publish", Body);
        _git.Commit("team/worked", "NOTES.md", "ours\n");

        var second = await Done("/services/order-service/publish", Body);

        Assert.That((second["found"]!.GetValue<bool>(), (string?)second["commit"]), Is.EqualTo((true, (string?)first["commit"])));
    }

    [Test]
    public async Task Refuses_a_repository_that_holds_something_else_and_proposes_when_asked()
    {
        _git.Add("team/taken");
        _git.Commit("team/taken", "README.md", "somebody's\n");

        var refused = await Refused("/services/order-service/publish", """{"connection":"forge","repository":"team/taken"}""");
        var proposed = await Done("/services/order-service/publish", """{"connection":"forge","repository":"team/taken","review":true}""");
        var again = await Done("/services/order-service/publish", """{"connection":"forge","repository":"team/taken","review":true}""");

        Assert.That(refused, Does.Contain("holds something else on main"));
        Assert.That((string?)proposed["branch"], Does.StartWith("agentic-"));
        Assert.That(_git.Show("team/taken", "main:README.md"), Is.EqualTo("somebody's\n"));
        Assert.That(_git.Show("team/taken", $"{proposed["branch"]}:go.mod"), Does.StartWith("module order-service"));
        Assert.That((again["found"]!.GetValue<bool>(), (string?)again["commit"]), Is.EqualTo((true, (string?)proposed["commit"])));
    }

    [TestCase("stale", "team/order-x", "does not accept the token")]
    [TestCase("forge", "team/nowhere", "does not exist, or the token may not see it")]
    [TestCase("away", "team/order-x", "cannot be used")]
    [TestCase("nobody", "team/order-x", "There is no connection 'nobody'. Configured: away, forge, hub, slow, stale.")]
    [TestCase("forge", "../../etc", "The repository is a path such as platform/user-service")]
    [TestCase("forge", "https://elsewhere.example/x", "The repository is a path such as platform/user-service")]
    public async Task Says_why_it_could_not_be_published(string connection, string repository, string why)
    {
        if (repository == "team/order-x" && !Directory.Exists(_git.Repository(repository)))
            _git.Add(repository);

        Assert.That(await Refused("/services/order-service/publish", $$"""{"connection":"{{connection}}","repository":"{{repository}}"}"""), Does.Contain(why));
    }

    [Test]
    public async Task Stops_waiting_for_a_server_that_hangs()
    {
        _git.Add("team/slow");
        _git.Instead = _git.Hang;

        Assert.That(await Refused("/services/order-service/publish", """{"connection":"slow","repository":"team/slow"}"""), Does.Contain("did not answer within 2 s"));
    }

    [Test]
    public async Task Follows_no_redirect_with_its_token()
    {
        _git.Instead = http =>
        {
            http.Response.Redirect(_git.Url + "elsewhere/x.git" + http.Request.QueryString);
            return Task.FromResult(!http.Request.Path.Value!.Contains("elsewhere", StringComparison.Ordinal));
        };

        Assert.That(await Refused("/services/order-service/publish", """{"connection":"forge","repository":"team/moved"}"""), Does.Contain("redirect"));
        Assert.That(_git.Requests.Where(request => request.Contains("elsewhere", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Tells_what_a_server_says_that_refuses_the_push()
    {
        var hooks = Path.Combine(_git.Add("team/guarded"), "hooks");
        Directory.CreateDirectory(hooks);
        var hook = Path.Combine(hooks, "pre-receive");
        await File.WriteAllTextAsync(hook, "#!/bin/sh\necho 'names need a ticket' >&2\nexit 1\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.That(await Refused("/services/order-service/publish", """{"connection":"forge","repository":"team/guarded"}"""), Does.Contain("refuses the push").And.Contain("names need a ticket"));
    }

    [Test]
    public async Task Updates_a_repository_on_the_server_and_refuses_one_that_moved_on()
    {
        _git.Add("team/updated");
        await Done("/services/order-service/publish", """{"connection":"forge","repository":"team/updated"}""");
        var old = Age("team/updated");
        var tip = _git.Commit("team/updated", "NOTES.md", "ours\n");

        var preview = await Done("/services/order-service/update", """{"connection":"forge","repository":"team/updated","preview":true}""");
        Assert.That((string?)preview["basedOn"], Is.EqualTo(tip));
        Assert.That((string?)preview["diff"], Does.Contain("-# the order-service of old").And.Contain("+# order-service"));
        Assert.That(preview["repository"], Is.Null);

        var updated = await Done("/services/order-service/update", """{"connection":"forge","repository":"team/updated"}""");
        var branch = (string?)updated["repository"]!["branch"];
        Assert.That(updated["conflicts"]!.GetValue<int>(), Is.Zero);
        Assert.That(_git.Show("team/updated", $"{branch}:README.md"), Does.StartWith("# order-service"));
        Assert.That(_git.Show("team/updated", $"{branch}:NOTES.md"), Is.EqualTo("ours\n"));
        Assert.That(_git.Show("team/updated", "main:README.md"), Is.EqualTo(old), "main is not touched");

        _git.Commit("team/updated", "NOTES.md", "more\n");
        Assert.That(
            await Refused("/services/order-service/update", $$"""{"connection":"forge","repository":"team/updated","commit":"{{tip}}"}"""), Does.Contain("has moved on"));
    }

    [Test]
    public async Task Asks_for_a_review_of_an_update_once_where_the_server_has_such()
    {
        _git.Add("acme/reviewed");
        var repository = _hub.AddRepository("acme/reviewed");
        _hub.Before = request =>
        {
            // What was pushed over Git is what the same server's API knows.
            foreach (var branch in _git.Git(_git.Repository("acme/reviewed"), "branch --format=%(refname:short)").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!repository.Branches.ContainsKey(branch))
                    repository.Push(branch, "pushed");
            }
        };
        await Done("/services/order-service/publish", """{"connection":"forge","repository":"acme/reviewed"}""");
        Age("acme/reviewed");

        _hub.Instead = http =>
        {
            http.Response.StatusCode = http.Request.Method == "POST" ? 403 : 404;
            return Task.FromResult(true);
        };
        var refused = await Refused("/services/order-service/update", """{"connection":"hub","repository":"acme/reviewed"}""");
        _hub.Instead = null;
        var first = await Done("/services/order-service/update", """{"connection":"hub","repository":"acme/reviewed"}""");
        var second = await Done("/services/order-service/update", """{"connection":"hub","repository":"acme/reviewed"}""");

        Assert.That(refused, Does.Contain("The update was pushed to the branch update-").And.Contain("no review of it could be asked for"));
        Assert.That((string?)first["review"], Does.EndWith("/acme/reviewed/pull/1"));
        Assert.That((string?)second["review"], Is.EqualTo((string?)first["review"]));
        var open = repository.PullRequests.Single();
        Assert.That((string?)open["head"]!["ref"], Is.EqualTo((string?)first["repository"]!["branch"]));
        Assert.That((string?)open["base"]!["ref"], Is.EqualTo("main"));
        Assert.That((string?)open["body"], Does.Contain("- `README.md`: updated\n"));
    }

    [Test]
    public async Task Shows_its_token_nowhere()
    {
        _git.Add("team/secret");
        var answer = await Done("/services/order-service/publish", """{"connection":"forge","repository":"team/secret"}""");
        var listed = await _host.Client.GetStringAsync("/workflows");

        Assert.That(answer.ToJsonString() + listed, Does.Not.Contain(GitServer.Token));
        foreach (var file in Directory.EnumerateFiles(_host.DataFolder, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)))
        {
            await using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var text = new StreamReader(open, System.Text.Encoding.Latin1);
            Assert.That(await text.ReadToEndAsync(), Does.Not.Contain(GitServer.Token), file);
        }

        Assert.That(Directory.EnumerateFileSystemEntries(Path.Combine(_host.DataFolder, "exchange")), Is.Empty, "what was fetched is gone");
    }

    [Test]
    public async Task Makes_services_from_the_organisations_repository_and_keeps_to_it()
    {
        _git.Add("platform/templates");
        _git.Commit("platform/templates", "README.md", "our templates\n");
        _git.Commit("platform/templates", "owners/template.yaml", "name: owners\nversion: 1.0.0\ndescription: d\nfiles:\n  - source: CODEOWNERS\n");
        var commit = _git.Commit("platform/templates", "owners/CODEOWNERS", "* @payments\n");
        await using var host = await AgenticHost.StartAsync(options =>
        {
            options.Settings["CodeGen:Connections:forge:Url"] = _git.Url;
            options.Settings["CodeGen:Connections:forge:Token"] = GitServer.Token;
            options.Settings["CodeGen:TemplateRepository:Connection"] = "forge";
            options.Settings["CodeGen:TemplateRepository:Repository"] = "platform/templates";
        });

        // A repository that cannot be had stops what would be made without it, and says so.
        _git.Instead = http =>
        {
            http.Response.StatusCode = 503;
            return Task.FromResult(true);
        };
        var away = await host.Client.PostJson("/generate/preview", """{"serviceName":"a-service","language":"go"}""").Json(503);
        Assert.That((string?)away["detail"], Does.Contain("organisation's templates cannot be read"));

        _git.Instead = null;
        await host.Client.PostJson("/operations/refresh_templates", "{}").Json();
        var listed = await host.Client.GetAsync("/templates/services").Json();
        Assert.That((string?)listed["items"]!.AsArray().Single(item => (string?)item!["name"] == "owners")!["source"], Is.EqualTo(commit));
        var preview = await host.Client.PostJson("/generate/preview", """{"serviceName":"a-service","language":"go"}""").Json();
        Assert.That((string?)preview["files"]!.AsArray().Single(file => (string?)file!["path"] == "CODEOWNERS")!["content"], Is.EqualTo("* @payments\n"));

        _git.Commit("platform/templates", "owners/template.yaml", "name: owners\nversion: 1.0.0\n");
        var broken = await host.Client.PostJson("/operations/refresh_templates", "{}").Json(422);
        Assert.That((string?)broken["detail"], Does.Contain("owners/template.yaml, line 1: "));
        await host.Client.PostJson("/generate/preview", """{"serviceName":"a-service","language":"go"}""").Json();
    }

    // As the templates of another day made it.
    private string Age(string repository)
    {
        var old = _git.Show(repository, "main:README.md").Replace("order-service", "the order-service of old", StringComparison.Ordinal);
        var record = JsonNode.Parse(_git.Show(repository, $"main:{Provenance.Path}"))!;
        record["files"]!.AsArray().Single(file => (string?)file!["path"] == "README.md")!["sha256"] = new GeneratedFile("README.md", System.Text.Encoding.UTF8.GetBytes(old)).Sha256;
        _git.Commit(repository, Provenance.Path, record.ToJsonString());
        _git.Commit(repository, "README.md", old);
        return old;
    }

    private Task<JsonNode> Done(string path, string body) => CodeGenRestTests.Done(_host, path, body);

    private Task<string> Refused(string path, string body) => CodeGenRestTests.Refused(_host, path, body);
}
