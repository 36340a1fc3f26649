using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Agentic.Tests.Integrations;
using Agentic.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Agentic.Tests.Migration;

internal sealed partial class JenkinsJourneyTests
{
    [Test]
    public async Task Tests_a_connection_and_says_which_permission_is_missing()
    {
        var full = await Post("/migration/jenkins/test-connection", """{"connection":"jenkins"}""").Json();
        var weak = await Post("/migration/jenkins/test-connection", $$"""{"url":"{{_jenkins.Url}}","username":"reader","token":"reader-token"}""").Json();
        var nobody = await Post("/migration/jenkins/test-connection", $$"""{"url":"{{_jenkins.Url}}"}""").Json();
        var wrong = await Post("/migration/jenkins/test-connection", $$"""{"url":"{{_jenkins.Url}}","username":"ann","token":"not-the-token-1234"}""").Json();

        Assert.That(full["success"]!.GetValue<bool>(), Is.True, full.ToJsonString());
        Assert.That((string?)full["version"], Is.EqualTo("2.462.3"));
        Assert.That((string?)full["user"], Is.EqualTo("ann"));
        Assert.That(weak["success"]!.GetValue<bool>(), Is.False);
        Assert.That(Texts(weak["missing"]), Is.EqualTo(new[] { "Job/ExtendedRead, to read the configuration of jobs" }));
        Assert.That(Texts(nobody["missing"]), Is.EqualTo(new[] { "Overall/Read, to use Jenkins at all" }));
        Assert.That((string?)wrong["problem"], Does.Contain("does not accept this user name and API token"));
        Assert.That(wrong.ToJsonString(), Does.Not.Contain("not-the-token-1234"));
    }

    [TestCase("""{}""", 200)]
    [TestCase("""{"connection":"nobody"}""", 404)]
    [TestCase("""{"url":"ftp://x/"}""", 400)]
    [TestCase("""{"url":"http://127.0.0.1:9/"}""", 503)]
    [TestCase("""{"url":"http://169.254.169.254/"}""", 403)]
    [TestCase("""{"connection":"jenkins","url":"https://example.com/"}""", 400)]
    [TestCase("""{"url":"https://example.com/","token":"a-token"}""", 400)]
    public async Task Refuses_what_is_no_connection(string body, int status) => Assert.That(await Post("/migration/jenkins/test-connection", body).Status(), Is.EqualTo(status));

    [TestCase(200, "text/html", 422)]
    [TestCase(302, "text/html", 422)]
    [TestCase(500, "text/html", 503)]
    [TestCase(429, "text/html", 429)]
    public async Task Tells_a_stranger_from_a_Jenkins(int status, string media, int expected)
    {
        _jenkins.Instead = async http =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = media;
            http.Response.Headers.Location = "/login";
            http.Response.Headers.RetryAfter = "60";
            await http.Response.WriteAsync("<html></html>");
            return true;
        };
        using var answer = await Post("/migration/jenkins/test-connection", """{"connection":"jenkins"}""");

        Assert.That((int)answer.StatusCode, Is.EqualTo(expected));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("   at ").And.Not.Contain(JenkinsToken));
    }

    [Test]
    public async Task Lists_jobs_in_pages()
    {
        var first = await _host.Client.GetAsync("/migration/jenkins/list-jobs?connection=jenkins&limit=4").Json();
        var second = await _host.Client.GetAsync($"/migration/jenkins/list-jobs?connection=jenkins&limit=400&cursor={first["nextCursor"]}").Json();
        var folder = await _host.Client.GetAsync("/migration/jenkins/list-jobs?connection=jenkins&folder=team").Json();

        var names = first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(job => (string?)job!["fullName"]).ToList();
        Assert.That(names.Take(4), Is.EqualTo(new[] { "team", "web", "elsewhere", "broken" }));
        Assert.That(names, Is.SupersetOf(new[] { "team/service", "team/nightly" }).And.Unique);
        Assert.That(second["nextCursor"], Is.Null);
        Assert.That(folder["items"]!.AsArray().Select(job => (string?)job!["kind"]), Is.EqualTo(new[] { "pipeline", "freestyle" }));
        Assert.That(await _host.Client.GetAsync("/migration/jenkins/list-jobs?cursor=odd").Status(), Is.EqualTo(400));
        Assert.That(await _host.Client.GetAsync("/migration/jenkins/list-jobs?folder=nowhere").Status(), Is.EqualTo(404));
    }

    [Test]
    public async Task Surveys_a_whole_server()
    {
        var audit = await Post("/operations/audit_jenkins", """{"connection":"jenkins"}""").Json();

        var jobs = audit["order"]!.AsArray().ToDictionary(job => (string)job!["jobName"]!, job => job!);
        Assert.That(audit["isComplete"]!.GetValue<bool>(), Is.True);
        Assert.That((audit["jobs"]!.GetValue<int>(), audit["read"]!.GetValue<int>()), Is.EqualTo((5, 3)));
        Assert.That(audit["order"]!.AsArray().Select(job => (string?)job!["jobName"]).Take(3), Is.EqualTo(new[] { "web", "team/service", "team/nightly" }).Or.EqualTo(new[] { "web", "team/nightly", "team/service" }));
        Assert.That((string?)jobs["web"]["tier"], Is.EqualTo("simple"));
        Assert.That((string?)jobs["elsewhere"]["problem"], Does.Contain("Jenkinsfile in https://git.example.com/acme/x.git"));
        Assert.That((string?)jobs["broken"]["problem"], Does.Contain("Jenkins would not run this file"));
        Assert.That(jobs["team/service"]["builds"]!.GetValue<int>(), Is.EqualTo(50));
        Assert.That(jobs["team/service"]["runnerMinutesPerMonth"]!.GetValue<double>(), Is.EqualTo(90).Within(2));
        Assert.That(jobs["team/nightly"]["runnerMinutesPerMonth"]!.GetValue<double>(), Is.EqualTo(150).Within(20));
        Assert.That(audit["unknownSteps"]!["slackkSend"]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That(audit["kinds"]!["freestyle"]!.GetValue<int>(), Is.EqualTo(1));
    }

    [Test]
    public async Task Surveys_what_it_can_when_the_server_gives_out()
    {
        var configurations = 0;
        _jenkins.Instead = async http =>
        {
            if (!http.Request.Path.Value!.EndsWith("config.xml", StringComparison.Ordinal) || Interlocked.Increment(ref configurations) == 1)
                return false;
            http.Response.StatusCode = 500;
            await http.Response.CompleteAsync();
            return true;
        };

        var audit = await Post("/operations/audit_jenkins", """{"connection":"jenkins"}""").Json();

        Assert.That(audit["isComplete"]!.GetValue<bool>(), Is.False);
        Assert.That(audit["order"]!.AsArray().Count(job => ((string?)job!["problem"])?.Contains("answered 500", StringComparison.Ordinal) == true), Is.GreaterThanOrEqualTo(3));
    }

    [Test]
    public async Task Tests_GitHub_and_both_together()
    {
        _github.AddToken("ghp_weakweakweakweakweakweakweakweakweak", "ben", "gist");

        var good = await Post("/migration/github/test-connection", """{"repository":"acme/web"}""").Json();
        var weak = await Post("/migration/github/test-connection", $$"""{"url":"{{_github.Url}}","username":"ben","token":"ghp_weakweakweakweakweakweakweakweakweak"}""").Json();
        var both = await Post("/migration/test-integration", "{}").Json();
        var half = await Post("/migration/test-integration", $$$"""{"jenkinsConnection":"weak","github":{"url":"{{{_github.Url}}}","token":"ghp_weakweakweakweakweakweakweakweakweak"}}""").Json();
        var noToken = await Post("/migration/github/test-connection", $$"""{"url":"{{_github.Url}}"}""").Status();

        Assert.That(good["success"]!.GetValue<bool>(), Is.True, good.ToJsonString());
        Assert.That(Texts(good["scopes"]), Is.EqualTo(new[] { "repo", "workflow" }));
        Assert.That(Texts(weak["missing"]), Has.Length.EqualTo(2));
        Assert.That(both["success"]!.GetValue<bool>(), Is.True, both.ToJsonString());
        Assert.That(Texts(half["problems"]), Has.Length.EqualTo(3));
        Assert.That(half.ToJsonString(), Does.Not.Contain("ghp_weak").And.Not.Contain("reader-token"));
        Assert.That(noToken, Is.EqualTo(400));
    }

    [Test]
    public async Task Lets_a_remote_caller_name_no_server_of_this_network()
    {
        const string Key = "agk_0123456789abcdef0123456789abcdef";
        await using var host = await AgenticHost.StartAsync(options =>
        {
            options.Settings["Auth:Mode"] = "ApiKey";
            options.Settings["Auth:ApiKey:Bootstrap"] = Key;
        });
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);

        using var answer = await host.Client.PostJson("/migration/jenkins/test-connection", $$"""{"url":"{{_jenkins.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)}}"}""");

        Assert.That((int)answer.StatusCode, Is.EqualTo(403));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("Outbound:AllowedServers"));
    }
}
