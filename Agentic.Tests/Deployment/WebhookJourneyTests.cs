using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment;
using Agentic.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Agentic.Tests.Deployment;

/// <summary>A delivery over HTTP, signed as the provider signs it, becomes a deployment of that commit, once.</summary>
internal sealed class WebhookJourneyTests
{
    private const string Secret = "a-secret-of-some-length";

    private string _folder = "";
    private string _commit = "";
    private FakeRolloutTarget _target = null!;

    [SetUp]
    public async Task Begin()
    {
        Programs.Require("git");
        _folder = Directory.CreateTempSubdirectory("agentic-webhooks-").FullName;
        var repository = Path.Combine(_folder, "acme", "shop");
        Directory.CreateDirectory(repository);
        await Git(repository, "init", "--quiet", "--initial-branch=main");
        await File.WriteAllTextAsync(Path.Combine(repository, "package.json"), """{ "name": "shop", "version": "1.0.0", "scripts": { "start": "node server.js" } }""");
        await File.WriteAllTextAsync(Path.Combine(repository, "server.js"), "require('http').createServer((q, s) => s.end('ok')).listen(process.env.PORT);");
        await Git(repository, "add", ".");
        await Git(repository, "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "-m", "first");
        _commit = (await Git(repository, "rev-parse", "HEAD")).Trim();
        _target = new FakeRolloutTarget();
    }

    [TearDown]
    public void End()
    {
        if (_folder.Length > 0)
            Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Deploys_a_commit_to_dev_once_however_often_it_is_delivered_also_after_a_restart()
    {
        var data = Directory.CreateTempSubdirectory("agentic-").FullName;
        string workflow;
        await using (var host = await Start(data, keeps: true))
        {
            var (status, first) = await GitHub(host, "d-1", Push());
            Assert.That(status, Is.EqualTo(HttpStatusCode.Accepted), first.ToJsonString());
            workflow = (string)first["workflows"]![0]!["workflowId"]!;
            var (_, second) = await GitHub(host, "d-1", Push());
            Assert.That((string?)second["workflows"]![0]!["workflowId"], Is.EqualTo(workflow), "a delivery that comes again is the same work");
            var ended = await Ended(host, workflow);
            Assert.That((string?)ended["status"], Is.EqualTo("completed"), ended.ToJsonString());
            Assert.That((string?)ended["requestedBy"], Is.EqualTo("webhook:github"));
        }

        await using (var host = await Start(data, keeps: false))
        {
            var (_, third) = await GitHub(host, "d-1", Push());
            Assert.That((string?)third["workflows"]![0]!["workflowId"], Is.EqualTo(workflow), "and so after a restart");
            var deployments = await host.Client.GetFromJsonAsync<JsonObject>("/deployments?service=shop");
            var only = deployments!["items"]!.AsArray().Single()!;
            Assert.That((string?)only["version"], Is.EqualTo(_commit[..12]));
            Assert.That((string?)only["environment"], Is.EqualTo("dev"));
        }
    }

    [Test]
    public async Task Deploys_a_merge_to_staging_and_leaves_production_to_a_person()
    {
        await using var host = await Start(Directory.CreateTempSubdirectory("agentic-").FullName, keeps: false);
        var body = $$"""{ "object_kind": "merge_request", "object_attributes": { "action": "merge", "target_branch": "main", "merge_commit_sha": "{{_commit}}" }, "project": { "path_with_namespace": "acme/shop" } }""";

        var (status, answer) = await Send(host, "gitlab", body, ("X-Gitlab-Event", "Merge Request Hook"), ("X-Gitlab-Token", Secret), ("X-Gitlab-Event-UUID", "u-1"));
        Assert.That(status, Is.EqualTo(HttpStatusCode.Accepted), answer.ToJsonString());
        var workflow = await Until(host, (string)answer["workflows"]![0]!["workflowId"]!, record => (string?)record["status"] is "waiting_approval" or "failed");

        Assert.That((string?)workflow["status"], Is.EqualTo("waiting_approval"), workflow.ToJsonString());
        Assert.That(workflow["tasks"]!.AsArray().Single(task => (string?)task!["status"] == "waiting_approval")!["operation"]!.GetValue<string>(), Is.EqualTo("promote_environment"));
        Assert.That((await _target.Observe(new ServiceKey("shop", "staging"), default)).Revisions.Single().Weight, Is.EqualTo(100));
        Assert.That((await _target.Observe(new ServiceKey("shop", "production"), default)).Revisions, Is.Empty);
    }

    [Test]
    public async Task Takes_bad_commits_back_in_git_when_a_person_rolls_back()
    {
        var repository = Path.Combine(_folder, "acme", "shop");
        await Git(repository, "config", "receive.denyCurrentBranch", "ignore");
        await using var host = await Start(Directory.CreateTempSubdirectory("agentic-").FullName, keeps: false);
        var (_, first) = await GitHub(host, "d-1", Push());
        await Ended(host, (string)first["workflows"]![0]!["workflowId"]!);
        var good = _commit;
        await File.WriteAllTextAsync(Path.Combine(repository, "server.js"), "throw new Error('bad');");
        await Git(repository, "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "-am", "bad");
        _commit = (await Git(repository, "rev-parse", "HEAD")).Trim();
        var (_, second) = await GitHub(host, "d-2", Push());
        await Ended(host, (string)second["workflows"]![0]!["workflowId"]!);
        var listed = await host.Client.GetFromJsonAsync<JsonObject>("/deployments?service=shop");
        var bad = listed!["items"]![0]!;
        Assert.That((string?)bad["commits"]!["from"], Is.EqualTo(good), "the range of commits is on record");

        using var rolled = await host.Client.PostAsJsonAsync($"/deployments/{bad["deploymentId"]}/rollback", new { reason = "it throws" });
        var back = (await rolled.Content.ReadFromJsonAsync<JsonObject>())!;
        var revert = await Ended(host, (string)back["revertWorkflowId"]!);

        Assert.That((string?)revert["status"], Is.EqualTo("completed"), revert.ToJsonString());
        Assert.That((await Git(repository, "log", "-1", "--format=%B", "main")), Does.Contain("after a rollback").And.Contain("it throws").And.Contain($"Reverts: {_commit}"));
        Assert.That(await Git(repository, "show", "main:server.js"), Does.Contain("createServer"), "the file is as it was");
    }

    [Test]
    public async Task Takes_bad_commits_back_when_the_gates_fail_where_that_is_configured()
    {
        var repository = Path.Combine(_folder, "acme", "shop");
        await Git(repository, "config", "receive.denyCurrentBranch", "ignore");
        await using var host = await Start(Directory.CreateTempSubdirectory("agentic-").FullName, keeps: false, revertsByGates: true);
        var (_, first) = await GitHub(host, "d-1", Push());
        await Ended(host, (string)first["workflows"]![0]!["workflowId"]!);
        await File.WriteAllTextAsync(Path.Combine(repository, "server.js"), "throw new Error('bad');");
        await Git(repository, "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "-am", "bad");
        _commit = (await Git(repository, "rev-parse", "HEAD")).Trim();
        _target.ErrorsOfHundred[_commit[..12]] = 40;

        var (_, second) = await GitHub(host, "d-2", Push());
        var failed = await Ended(host, (string)second["workflows"]![0]!["workflowId"]!);
        Assert.That((string?)failed["status"], Is.EqualTo("failed"), failed.ToJsonString());
        await Eventually.Holds(async () => (await Git(repository, "log", "-1", "--format=%B", "main")).Contains($"Reverts: {_commit}", StringComparison.Ordinal));

        Assert.That(failed.ToJsonString(), Does.Contain("Its commits are taken back by wf-"));
        Assert.That(await Git(repository, "log", "-1", "--format=%B", "main"), Does.Contain("gate error-rate failed"));
        Assert.That(await Git(repository, "show", "main:server.js"), Does.Contain("createServer"), "the file is as it was");
    }

    [Test]
    public async Task Turns_away_what_is_not_signed_not_configured_or_not_about_a_known_repository()
    {
        await using var host = await Start(Directory.CreateTempSubdirectory("agentic-").FullName, keeps: false);

        Assert.That((await Send(host, "github", Push(), ("X-GitHub-Event", "push"), ("X-GitHub-Delivery", "d-2"))).Status, Is.EqualTo(HttpStatusCode.Unauthorized), "no signature");
        Assert.That((await Send(host, "github", Push(), ("X-GitHub-Event", "push"), ("X-GitHub-Delivery", "d-2"), ("X-Hub-Signature-256", "sha256=" + new string('0', 64)))).Status, Is.EqualTo(HttpStatusCode.Unauthorized), "a wrong one");
        Assert.That((await Send(host, "gitlab", Push(), ("X-Gitlab-Event", "Push Hook"), ("X-Gitlab-Token", "another-token-of-length"))).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await Send(host, "argocd", "{}")).Status, Is.EqualTo(HttpStatusCode.NotFound), "no secret is configured for it");
        Assert.That((await GitHub(host, "", Push())).Status, Is.EqualTo(HttpStatusCode.BadRequest), "without an id it could not be told from another");
        Assert.That((await GitHub(host, "d-3", "{ not json")).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await GitHub(host, "d-4", "[]")).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        var (ignored, answer) = await GitHub(host, "d-5", Push().Replace("acme/shop", "evil/shop", StringComparison.Ordinal));
        Assert.That(ignored, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((string?)answer["ignored"], Does.StartWith("No rule matches push of evil/shop"));
        Assert.That((await GitHub(host, "d-6", new string(' ', 70_000))).Status, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That((await host.Client.GetFromJsonAsync<JsonObject>("/workflows"))!["items"]!.AsArray(), Is.Empty, "nothing was started by any of these");
    }

    private string Push() => $$"""{ "ref": "refs/heads/feature", "after": "{{_commit}}", "repository": { "full_name": "acme/shop" } }""";

    private async Task<AgenticHost> Start(string data, bool keeps, bool revertsByGates = false) => await AgenticHost.StartAsync(options =>
    {
        options.DataFolder = data;
        options.KeepsData = keeps;
        options.Settings["Webhooks:GitHub:Secret"] = Secret;
        options.Settings["Webhooks:GitLab:Secret"] = Secret;
        options.Settings["Webhooks:MaxBodyBytes"] = "65536";
        options.Settings["Deployment:Sources:shop:Repository"] = Path.Combine(_folder, "acme", "shop");
        options.Settings["Deployment:Sources:shop:RevertWhenGatesFail"] = revertsByGates ? "true" : "false";
        options.Settings["Deployment:Target"] = "fake";
        options.Settings["Deployment:MeasureInterval"] = "00:00:00.020";
        options.Settings["Deployment:Environments:dev:Verification"] = "00:00:00";
        options.Settings["Deployment:Environments:staging:Verification"] = "00:00:00";
        options.Services = services => services.AddSingleton<IRolloutTarget>(_target).AddSingleton<IMetricSource>(_target);
    });

    private static Task<(HttpStatusCode Status, JsonObject Body)> GitHub(AgenticHost host, string delivery, string body) => Send(
        host, "github", body, ("X-GitHub-Event", "push"), ("X-GitHub-Delivery", delivery),
        ("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body)))));

    private static async Task<(HttpStatusCode Status, JsonObject Body)> Send(AgenticHost host, string provider, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/webhooks/{provider}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await host.Client.SendAsync(request);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>())!);
    }

    private static Task<JsonObject> Ended(AgenticHost host, string id) => Until(host, id, record => record["completedAt"] is not null);

    private static async Task<JsonObject> Until(AgenticHost host, string id, Func<JsonObject, bool> isSo)
    {
        JsonObject record = [];
        await Eventually.Holds(async () => isSo(record = (await host.Client.GetFromJsonAsync<JsonObject>($"/workflows/{id}"))!));
        return record;
    }

    private static async Task<string> Git(string folder, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        Assert.That(git.ExitCode, Is.Zero, string.Join(' ', arguments));
        return output;
    }
}
