using System.Text;
using System.Text.Json.Nodes;
using Agentic.Tests.Integrations;
using Agentic.Tests.Support;

namespace Agentic.Tests.Migration;

/// <summary>Every migration route that speaks to a server, over the running host, against doubles of Jenkins and GitHub.</summary>
internal sealed partial class JenkinsJourneyTests
{
    private const string JenkinsToken = "11f2c9f9ac5ffcb954158447874613629d";
    private const string GithubToken = "ghp_jJ4x9Qm2Lr7Vt5Wz8Bc3Nd6Kf1Hg0Ps2Yu4";

    private const string Declarative = """
        pipeline {
            agent any
            stages {
                stage('Build') {
                    steps {
                        sh 'make all'
                        slackkSend message: 'done @team, fixes #12'
                    }
                }
            }
        }
        """;

    private JenkinsDouble _jenkins = null!;
    private GitHubDouble _github = null!;
    private AgenticHost _host = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _jenkins = await new JenkinsDouble().Start();
        _jenkins.AddUser("ann", JenkinsToken);
        _jenkins.AddUser("reader", "reader-token", "Overall/Read", "Job/Read");
        _jenkins.Add("team", "com.cloudbees.hudson.plugins.folder.Folder");
        _jenkins.Add("team/service", "org.jenkinsci.plugins.workflow.job.WorkflowJob", Inline(Declarative), Builds(60, 3));
        _jenkins.Add("team/nightly", "hudson.model.FreeStyleProject", "<project><builders><hudson.tasks.Shell><command>make nightly</command></hudson.tasks.Shell></builders><triggers><hudson.triggers.TimerTrigger><spec>0 3 * * *</spec></hudson.triggers.TimerTrigger></triggers><buildWrappers><org.example.OddWrapper/></buildWrappers></project>", Builds(10, 5));
        _jenkins.Add("web", "org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject", "<org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject><sources><source><remote>http://127.0.0.1/acme/web.git</remote></source></sources><factory><scriptPath>ci/Jenkinsfile</scriptPath></factory></org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject>");
        _jenkins.Add("elsewhere", "org.jenkinsci.plugins.workflow.job.WorkflowJob", "<flow-definition><definition><scm><userRemoteConfigs><url>https://git.example.com/acme/x.git</url></userRemoteConfigs></scm><scriptPath>Jenkinsfile</scriptPath></definition></flow-definition>");
        _jenkins.Add("broken", "org.jenkinsci.plugins.workflow.job.WorkflowJob", Inline("pipeline { agent any }"));
        _github = await new GitHubDouble().Start();
        _github.AddToken(GithubToken, "ann", "repo, workflow");
        _github.AddOrganisation("acme");
        _github.AddRepository("acme/web").Push("main", "Pipeline", ("ci/Jenkinsfile", "node { stage('Web') { sh 'npm test' } }\n"));
        _host = await AgenticHost.StartAsync(options =>
        {
            options.Settings["Jenkins:Connections:jenkins:Url"] = _jenkins.Url;
            options.Settings["Jenkins:Connections:jenkins:Username"] = "ann";
            options.Settings["Jenkins:Connections:jenkins:Token"] = JenkinsToken;
            options.Settings["Jenkins:Connections:weak:Url"] = _jenkins.Url;
            options.Settings["Jenkins:Connections:weak:Username"] = "reader";
            options.Settings["Jenkins:Connections:weak:Token"] = "reader-token";
            options.Settings["Jenkins:RequestTimeoutSeconds"] = "5";
            options.Settings["GitHub:ApiUrl"] = _github.Url;
            options.Settings["GitHub:Token"] = GithubToken;
        });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _host.DisposeAsync();
        await _jenkins.DisposeAsync();
        await _github.DisposeAsync();
    }

    [TearDown]
    public void LetThemAnswer() => (_jenkins.Instead, _github.Instead) = (null, null);

    [Test]
    public async Task Migrates_a_job_and_proposes_it_once()
    {
        const string Body = """{"connection":"jenkins","jobName":"team/service","repository":"acme/service","createPullRequest":true}""";

        var first = await Ended("/migration/jenkins/migrate-job", Body);
        var second = await Ended("/migration/jenkins/migrate-job", Body);

        var repository = _github.Repositories["acme/service"];
        Assert.That((string?)first["githubWorkflow"], Does.Contain("make all"));
        Assert.That((string?)first["delivered"]!["pullRequest"], Is.EqualTo("https://github.com/acme/service/pull/1"));
        Assert.That(first["delivered"]!["repositoryCreated"]!.GetValue<bool>(), Is.True);
        Assert.That(repository.Text("migrate/service", ".github/workflows/service.yml"), Is.EqualTo((string?)first["githubWorkflow"]));
        Assert.That((string?)second["delivered"]!["commit"], Is.EqualTo((string?)first["delivered"]!["commit"]));
        Assert.That(repository.PullRequests, Has.Count.EqualTo(1));
        var report = (string)repository.PullRequests[0]["body"]!;
        Assert.That(report, Does.Contain("## To do").And.Contain("slackkSend"));
        Assert.That(report, Does.Not.Contain("@team").And.Not.Contain("#12"));
    }

    [Test]
    public async Task Migrates_with_credentials_that_come_along_and_keeps_them_nowhere()
    {
        var body = $$"""{"url":"{{_jenkins.Url}}","username":"ann","token":"{{JenkinsToken}}","jobName":"team/nightly","repository":"acme/nightly","githubUrl":"{{_github.Url}}","githubToken":"{{GithubToken}}"}""";

        var result = await Ended("/migration/jenkins/migrate-job", body);
        var workflow = await _host.Client.GetAsync($"/workflows/{result["workflowId"]}").Json();

        Assert.That((string?)result["kind"], Is.EqualTo("freestyle"));
        Assert.That((string?)result["githubWorkflow"], Does.Contain("make nightly").And.Contain("0 3 * * *"));
        Assert.That((string?)result["jenkinsfile"], Does.StartWith("pipeline {"));
        Assert.That(Texts(result["migrationReport"]!["manualTasks"]), Does.Contain("[ ] config.xml: the build environment OddWrapper"));
        Assert.That(_github.Repositories["acme/nightly"].Files("migrate/nightly"), Does.Contain(".github/workflows/nightly.yml"));
        Assert.That(workflow.ToJsonString() + await _host.Client.GetStringAsync("/audit?limit=200"), Does.Not.Contain(JenkinsToken).And.Not.Contain(GithubToken));
        var kept = Directory.GetFiles(_host.DataFolder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).ToList();
        Assert.That(kept.Any(file => Holds(file, "acme/nightly")), Is.True, "the search finds what was kept");
        Assert.That(kept.Where(file => Holds(file, JenkinsToken) || Holds(file, GithubToken)), Is.Empty);
    }

    [TestCase("""{"connection":"jenkins","token":"abcdefgh","jobName":"x"}""", 400)]
    [TestCase("""{"url":"http://169.254.169.254/","username":"u","token":"abcdefgh","jobName":"x"}""", 403)]
    [TestCase("""{"url":"http://x.example/","token":"abcdefgh","jobName":"x"}""", 400)]
    public async Task Refuses_a_migration_at_once_whose_credentials_cannot_be_meant(string body, int status)
    {
        using var answer = await Post("/migration/jenkins/migrate-job", body);

        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("abcdefgh"));
    }

    [Test]
    public async Task Reads_a_pipeline_from_the_repository_Jenkins_names()
    {
        var result = await Ended("/migration/jenkins/migrate-job", """{"connection":"jenkins","jobName":"web"}""");
        var elsewhere = await Ended("/migration/jenkins/migrate-job", """{"connection":"jenkins","jobName":"elsewhere"}""");
        var sent = await Ended("/migration/jenkins/migrate-job", """{"connection":"jenkins","jobName":"elsewhere","jenkinsfileContent":"node { sh 'x' }"}""");

        Assert.That((string?)result["githubWorkflow"], Does.Contain("npm test"));
        Assert.That(elsewhere.ToJsonString(), Does.Contain("The connection to GitHub is for 127.0.0.1, not for git.example.com. Or send the file as jenkinsfileContent."));
        Assert.That((string?)sent["kind"], Is.EqualTo("pipeline from a repository"));
    }

    [Test]
    public async Task Migrates_a_configuration_without_asking_any_server()
    {
        var asked = _jenkins.Requests.Count;

        var result = await Ended("/migration/jenkins/migrate-job", """{"jobName":"offline","config":"<project><builders><hudson.tasks.Shell><command>make it</command></hudson.tasks.Shell></builders></project>"}""");

        Assert.That((string?)result["githubWorkflow"], Does.Contain("make it"));
        Assert.That(_jenkins.Requests, Has.Count.EqualTo(asked));
    }

    [Test]
    public async Task Says_why_a_job_cannot_be_migrated()
    {
        var missing = await Ended("/migration/jenkins/migrate-job", """{"connection":"jenkins","jobName":"no/such"}""");
        var invalid = await Ended("/migration/jenkins/migrate-job", """{"connection":"jenkins","jobName":"broken"}""");
        var closed = await Ended("/migration/jenkins/migrate-job", """{"connection":"weak","jobName":"team/service"}""");

        Assert.That(missing.ToJsonString(), Does.Contain("job/no/job/such/config.xml does not exist, or the user may not see it."));
        Assert.That(invalid.ToJsonString(), Does.Contain("Jenkins would not run this file"));
        Assert.That(closed.ToJsonString(), Does.Contain("The user reader lacks the permission Job/ExtendedRead."));
    }

    [Test]
    public async Task Creates_a_job_and_says_where_it_is()
    {
        const string Body = """{"connection":"jenkins","jobName":"team/made here","config":"<project><builders/></project>"}""";

        var made = await Post("/migration/jenkins/create-job", Body).Json();
        var again = await Post("/migration/jenkins/create-job", Body).Status();
        var bad = await Post("/migration/jenkins/create-job", """{"connection":"jenkins","jobName":"x","config":"<project"}""").Status();
        var denied = await Post("/migration/jenkins/create-job", """{"connection":"weak","jobName":"x","config":"<project/>"}""").Status();

        Assert.That((string?)made["url"], Is.EqualTo(_jenkins.Url + "job/team/job/made%20here/"));
        Assert.That((again, bad, denied), Is.EqualTo((409, 400, 422)));
        _jenkins.Items.RemoveAll(item => item.FullName == "team/made here");
    }

    [Test]
    public async Task Proposes_a_pasted_Jenkinsfile()
    {
        _github.AddRepository("acme/pasted");
        var body = new JsonObject { ["jenkinsfileContent"] = Declarative, ["projectName"] = "My Project", ["repository"] = "acme/pasted" }.ToJsonString();

        var proposed = await Post("/operations/propose_migration", body).Json();

        Assert.That((string?)proposed["delivered"]!["pullRequest"], Is.EqualTo("https://github.com/acme/pasted/pull/1"));
        Assert.That(_github.Repositories["acme/pasted"].Files("migrate/my-project"), Does.Contain(".github/workflows/my-project.yml"));
    }

    [Test]
    public async Task Runs_the_plan_template_from_the_job_to_the_pull_request()
    {
        _github.AddRepository("acme/planned");

        var created = await Post("/workflows", """{"template":"migrate-jenkins-job","parameters":{"jobName":"team/service","repository":"acme/planned"}}""").Json(201);
        var workflow = await WhenEnded((string)created["workflowId"]!);

        Assert.That((string?)workflow["status"], Is.EqualTo("completed"), workflow.ToJsonString());
        Assert.That(workflow["tasks"]!.AsArray().Select(task => (string?)task!["taskId"]), Is.EqualTo(new[] { "convert", "policy", "propose" }));
        Assert.That(_github.Repositories["acme/planned"].Files("migrate/from-jenkins"), Does.Contain(".github/workflows/service.yml"));
        Assert.That((string?)workflow["tasks"]![2]!["result"]!["delivered"]!["pullRequest"], Is.EqualTo("https://github.com/acme/planned/pull/1"));
    }

    private static bool Holds(string file, string secret)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.GetBuffer().AsSpan(0, (int)copy.Length).IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0;
    }

    private static (int, DateTimeOffset, TimeSpan)[] Builds(int count, int minutes) =>
        [.. Enumerable.Range(0, count).Select(index => (count - index, TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(index + 1), TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(30)))];

    private static string Inline(string script) => $"<?xml version='1.1' encoding='UTF-8'?>\n<flow-definition plugin=\"workflow-job@1\"><definition><script>{System.Security.SecurityElement.Escape(script)}</script></definition></flow-definition>";

    private static string[] Texts(JsonNode? list) => [.. list!.AsArray().Select(item => item!.GetValue<string>())];

    private Task<HttpResponseMessage> Post(string path, string body) => _host.Client.PostJson(path, body);

    private async Task<JsonNode> Ended(string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Prefer", "wait=25");
        using var answer = await _host.Client.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200), await answer.Content.ReadAsStringAsync());
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    private async Task<JsonNode> WhenEnded(string id)
    {
        JsonNode workflow = new JsonObject();
        await Eventually.Holds(async () =>
        {
            workflow = await _host.Client.GetAsync($"/workflows/{id}").Json();
            return workflow["completedAt"] is not null;
        });
        return workflow;
    }
}
