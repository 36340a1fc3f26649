using Agentic.Agents.Integrations;
using Agentic.Agents.Integrations.Jenkins;
using Agentic.Agents.Operations;
using Microsoft.AspNetCore.Http;

namespace Agentic.Tests.Integrations;

/// <summary>The Jenkins client against a double that answers as Jenkins does, and against what stands in front of one.</summary>
internal sealed class JenkinsClientTests
{
    private const string Token = "11f2c9f9ac5ffcb954158447874613629d";
    private const string Pipeline = "<?xml version='1.1' encoding='UTF-8'?>\n<flow-definition plugin=\"workflow-job@1436\"><definition class=\"org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition\" plugin=\"workflow-cps@3894\"><script>node { sh &apos;make&apos; }</script></definition></flow-definition>";

    private JenkinsDouble _jenkins = null!;

    [SetUp]
    public async Task Start()
    {
        _jenkins = await new JenkinsDouble().Start();
        _jenkins.AddUser("ann", Token);
    }

    [TearDown]
    public async Task Stop() => await _jenkins.DisposeAsync();

    [Test]
    public async Task Lists_jobs_of_all_kinds_through_folders_and_pages()
    {
        _jenkins.Add("team", "com.cloudbees.hudson.plugins.folder.Folder");
        _jenkins.Add("team/inner folder", "com.cloudbees.hudson.plugins.folder.Folder");
        _jenkins.Add("team/inner folder/ünï code", "hudson.model.FreeStyleProject");
        _jenkins.Add("web", "org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject");
        _jenkins.Add("web/main", "org.jenkinsci.plugins.workflow.job.WorkflowJob");
        for (var i = 0; i < 230; i++)
            _jenkins.Items.Add(new DoubledItem(FormattableString.Invariant($"team/job-{i:000}"), "org.jenkinsci.plugins.workflow.job.WorkflowJob", Pipeline, []) { IsBuildable = i != 7 });
        using var client = Client();

        var all = (await new JenkinsJobs(client).List(null, 1000, CancellationToken.None)).Value!;
        var some = (await new JenkinsJobs(client).List(null, 150, CancellationToken.None)).Value!;
        var below = (await new JenkinsJobs(client).List("team/inner folder", 10, CancellationToken.None)).Value!;

        Assert.That(all.IsComplete, Is.True);
        Assert.That(all.Jobs, Has.Count.EqualTo(234));
        Assert.That(all.Jobs.Select(job => job.FullName), Is.Unique);
        Assert.That(all.Jobs.Single(job => job.FullName == "web").Kind, Is.EqualTo(JenkinsJobKind.Multibranch));
        Assert.That(all.Jobs.Single(job => !job.Enabled).FullName, Is.EqualTo("team/job-007"));
        Assert.That((some.IsComplete, some.Jobs.Count), Is.EqualTo((false, 150)));
        Assert.That(below.Jobs.Single(), Is.EqualTo(new JenkinsJob("team/inner folder/ünï code", JenkinsJobKind.Freestyle, $"{_jenkins.Url}job/team/job/inner%20folder/job/%C3%BCn%C3%AF%20code/", true)));
    }

    [Test]
    public async Task Reads_a_configuration_that_says_XML_1_1_and_holds_control_characters()
    {
        _jenkins.Add("a b", "org.jenkinsci.plugins.workflow.job.WorkflowJob", Pipeline.Replace("make", "echo &#x1b;[1m", StringComparison.Ordinal));
        using var client = Client();

        var read = (await new JenkinsJobs(client).Configuration("a b", CancellationToken.None)).Then(JobConfiguration.Read);

        Assert.That(read.Refusal?.Reason, Is.Null);
        Assert.That(read.Value!.Jenkinsfile, Is.EqualTo("node { sh 'echo \u001b[1m' }"));
        Assert.That(read.Value.Plugins, Is.EqualTo(new[] { "workflow-cps", "workflow-job" }));
    }

    [TestCase(Token, true)]
    [TestCase("password of ann", true)]
    [TestCase("password of ann", false)]
    public async Task Creates_a_job_with_an_API_token_with_a_crumb_and_where_there_are_none(string secret, bool issuesCrumbs)
    {
        _jenkins.IssuesCrumbs = issuesCrumbs;
        _jenkins.Add("team", "com.cloudbees.hudson.plugins.folder.Folder");
        using var client = Client("ann", secret);
        var jobs = new JenkinsJobs(client);

        var made = await jobs.Create("team/new job", Pipeline, CancellationToken.None);
        var again = await jobs.Create("team/new job", Pipeline, CancellationToken.None);
        var nowhere = await jobs.Create("nowhere/job", Pipeline, CancellationToken.None);

        Assert.That(made.Refusal?.Reason, Is.Null);
        Assert.That(made.Value, Is.EqualTo(_jenkins.Url + "job/team/job/new%20job/"));
        Assert.That(_jenkins.Items.Single(item => item.FullName == "team/new job").Xml, Is.EqualTo(Pipeline));
        Assert.That(again.Refusal!.Kind, Is.EqualTo(RefusalKind.Conflict));
        Assert.That(nowhere.Refusal!.Reason, Is.EqualTo("There is no folder nowhere in which the user may create jobs."));
        Assert.That(_jenkins.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    [Test]
    public async Task Repeats_what_Jenkins_says_about_a_bad_name_and_a_bad_configuration()
    {
        using var client = Client();
        var jobs = new JenkinsJobs(client);

        Assert.That((await jobs.Create("what?", Pipeline, CancellationToken.None)).Refusal!.Reason, Does.Contain("unsafe character"));
        Assert.That((await jobs.Create("broken", "<project", CancellationToken.None)).Refusal!.Reason, Does.EndWith("answered 500."));
    }

    [TestCase("ann", "wrong", "does not accept this user name and API token.")]
    [TestCase(null, null, "The user anonymous lacks the permission Overall/Read. Give a user name and an API token.")]
    public async Task Says_why_nobody_is_let_in(string? user, string? token, string expected)
    {
        using var client = Client(user, token);

        var jobs = await new JenkinsJobs(client).List(null, 10, CancellationToken.None);

        Assert.That(jobs.Refusal!.Kind, Is.EqualTo(RefusalKind.Unprocessable));
        Assert.That(jobs.Refusal.Reason, Does.EndWith(expected));
    }

    [Test]
    public async Task Names_the_permission_that_is_missing()
    {
        _jenkins.AddUser("ben", "t", "Overall/Read", "Job/Read");
        _jenkins.Add("app", "hudson.model.FreeStyleProject");
        using var client = Client("ben", "t");
        var jobs = new JenkinsJobs(client);

        var read = await jobs.Configuration("app", CancellationToken.None);
        var made = await jobs.Create("other", Pipeline, CancellationToken.None);

        Assert.That(read.Refusal!.Reason, Is.EqualTo("The user ben lacks the permission Job/ExtendedRead."));
        Assert.That(MissingPermission.Of(read.Refusal), Is.EqualTo("Job/ExtendedRead"));
        Assert.That(made.Refusal!.Reason, Is.EqualTo("The user ben lacks the permission Job/Create."));
    }

    [Test]
    public async Task Tells_a_missing_job_from_a_missing_Jenkins()
    {
        using var client = Client();
        Assert.That((await new JenkinsJobs(client).Configuration("nothing", CancellationToken.None)).Refusal!.Reason, Does.EndWith("job/nothing/config.xml does not exist, or the user may not see it."));
        _jenkins.Instead = Always(404, "text/html", "<html>nginx</html>");
        using var other = Client();

        Assert.That((await new JenkinsJobs(other).List(null, 1, CancellationToken.None)).Refusal!.Reason, Is.EqualTo($"There is no Jenkins at {_jenkins.Url}."));
    }

    [TestCase(302, "https://sso.example.com/login?from=%2Fapi", "sends to a login page. Give a user name and an API token.")]
    [TestCase(301, "https://jenkins.example.com/api/json?tree=secret", "redirects to https://jenkins.example.com/api/json. Redirects are not followed; give that address if it is the right one.")]
    [TestCase(303, "", "redirects to somewhere else. Redirects are not followed; give that address if it is the right one.")]
    public async Task Follows_no_redirect(int status, string target, string expected)
    {
        _jenkins.Instead = Always(status, "text/html", "", target.Length > 0 ? ("Location", target) : ("X-None", ""));
        using var client = Client();

        var jobs = await new JenkinsJobs(client).List(null, 1, CancellationToken.None);
        var made = await client.PostXml("createItem?name=x", Pipeline, CancellationToken.None);

        Assert.That(jobs.Refusal!.Reason, Does.EndWith(expected));
        Assert.That(made.IsRefused, Is.True);
    }

    [TestCase(200, "text/html", "<html>Sign in with your company account</html>", RefusalKind.Unprocessable, "A login page or a proxy stands in front")]
    [TestCase(200, "application/json", "<html>", RefusalKind.Unprocessable, "something that is not JSON")]
    [TestCase(200, "application/json", "null", RefusalKind.Unprocessable, "JSON that Jenkins would not")]
    [TestCase(200, "application/json", "[1]", RefusalKind.Unprocessable, "JSON that Jenkins would not")]
    [TestCase(500, "text/html", "<html>Oops!</html>", RefusalKind.Unavailable, "answered 500")]
    [TestCase(503, "text/html", "<html>Please wait while Jenkins is getting ready to work</html>", RefusalKind.Unavailable, "is starting")]
    [TestCase(403, "text/html", "<html>Blocked by the firewall</html>", RefusalKind.Unprocessable, "answered 403: the user may not do this")]
    [TestCase(403, "text/html", "<html>No valid crumb was included in the request</html>", RefusalKind.Unprocessable, "use an API token, which needs no crumb")]
    [TestCase(418, "text/plain", "", RefusalKind.Unprocessable, "answered 418")]
    public async Task Takes_nothing_else_for_an_answer(int status, string media, string body, RefusalKind kind, string expected)
    {
        _jenkins.Instead = Always(status, media, body);
        using var client = Client();

        var jobs = await new JenkinsJobs(client).List(null, 1, CancellationToken.None);

        Assert.That(jobs.Refusal!.Kind, Is.EqualTo(kind));
        Assert.That(jobs.Refusal.Reason, Does.Contain(expected));
    }

    [Test]
    public async Task Answers_a_throttling_server_by_waiting_a_little_and_passing_a_long_wait_on()
    {
        var asked = 0;
        _jenkins.Instead = async http =>
        {
            if (++asked > 1)
                return false;
            http.Response.StatusCode = 429;
            http.Response.Headers.RetryAfter = "1";
            await http.Response.CompleteAsync();
            return true;
        };
        using var client = Client();

        Assert.That((await new JenkinsJobs(client).List(null, 1, CancellationToken.None)).IsRefused, Is.False);
        _jenkins.Instead = Always(429, "text/plain", "", ("Retry-After", "120"));
        var later = await new JenkinsJobs(client).List(null, 1, CancellationToken.None);

        Assert.That(later.Refusal!.Kind, Is.EqualTo(RefusalKind.Throttled));
        Assert.That(later.Refusal.RetryAfter, Is.EqualTo(TimeSpan.FromMinutes(2)));
    }

    [Test]
    public async Task Reads_again_after_a_passing_error_and_never_writes_twice()
    {
        var asked = 0;
        _jenkins.Instead = async http =>
        {
            if (http.Request.Method == "GET" && ++asked > 2)
                return false;
            http.Response.StatusCode = 502;
            await http.Response.CompleteAsync();
            return true;
        };
        using var client = Client();

        var made = await client.PostXml("createItem?name=x", Pipeline, CancellationToken.None);

        Assert.That(made.Refusal!.Reason, Does.EndWith("answered 502."));
        Assert.That(_jenkins.Requests, Has.Exactly(3).StartsWith("GET").And.Exactly(1).StartsWith("POST"));
    }

    [Test]
    public async Task Gives_up_on_a_server_that_is_slow_endless_or_gone()
    {
        _jenkins.Instead = async http =>
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("{");
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        using var client = Client(limit: 1);
        var slow = await new JenkinsJobs(client).List(null, 1, CancellationToken.None);
        var lump = new byte[1024 * 1024];
        _jenkins.Instead = async http =>
        {
            for (var i = 0; i < 30; i++)
                await http.Response.Body.WriteAsync(lump);
            return true;
        };
        using var patient = Client(limit: 20);
        var endless = await new JenkinsJobs(patient).List(null, 1, CancellationToken.None);
        await _jenkins.DisposeAsync();
        var gone = await new JenkinsJobs(client).List(null, 1, CancellationToken.None);

        Assert.That(slow.Refusal!.Reason, Does.EndWith("did not answer within 1 s."));
        Assert.That(endless.Refusal!.Reason, Does.EndWith("answered more than 20 MB."));
        Assert.That(gone.Refusal!.Kind, Is.EqualTo(RefusalKind.Unavailable));
        Assert.That(gone.Refusal.Reason, Does.Contain("cannot be reached"));
    }

    [Test]
    public void Stops_when_the_work_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        _jenkins.Instead = async http =>
        {
            await cancelled.CancelAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        using var client = Client();

        Assert.That(async () => await new JenkinsJobs(client).List(null, 1, cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Reads_the_builds_that_have_ended_also_of_the_branches_of_a_project()
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(1_760_000_000);
        _jenkins.Add("app", "hudson.model.FreeStyleProject", "<project/>", (3, at, TimeSpan.Zero), (2, at, TimeSpan.FromSeconds(90)), (1, at, TimeSpan.FromSeconds(30)));
        _jenkins.Add("web", "org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject");
        _jenkins.Add("web/main", "org.jenkinsci.plugins.workflow.job.WorkflowJob", Pipeline, (9, at, TimeSpan.FromMinutes(2)));
        _jenkins.Add("web/feature%2Fx", "org.jenkinsci.plugins.workflow.job.WorkflowJob", Pipeline, (1, at, TimeSpan.FromMinutes(1)));
        using var client = Client();
        var jobs = new JenkinsJobs(client);

        var plain = await jobs.Builds(new JenkinsJob("app", JenkinsJobKind.Freestyle, "", true), 10, CancellationToken.None);
        var branches = await jobs.Builds(new JenkinsJob("web", JenkinsJobKind.Multibranch, "", true), 10, CancellationToken.None);

        Assert.That(plain.Value, Is.EqualTo(new[] { new JenkinsBuild(2, at, TimeSpan.FromSeconds(90)), new JenkinsBuild(1, at, TimeSpan.FromSeconds(30)) }));
        Assert.That(branches.Value!.Select(build => build.Number), Is.EqualTo(new[] { 9, 1 }));
    }

    private static Func<HttpContext, Task<bool>> Always(int status, string media, string body, params (string Name, string Value)[] headers) => async http =>
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = media;
        foreach (var (name, value) in headers)
            http.Response.Headers[name] = value;
        await http.Response.WriteAsync(body);
        return true;
    };

    private JenkinsClient Client(string? user = "ann", string? token = Token, int limit = 10) =>
        new(new JenkinsConnection(new Uri(_jenkins.Url), user, token, Reach.Configured), TimeProvider.System, TimeSpan.FromSeconds(limit));
}
