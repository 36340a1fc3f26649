using System.Text.Json.Nodes;
using Agentic.Agents.CodeGen;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Rules;
using Agentic.Tests.Support;
using LibGit2Sharp;

namespace Agentic.Tests.CodeGen;

/// <summary>Every operation of the agent over HTTP, as a caller meets it.</summary>
internal sealed class CodeGenRestTests
{
    private AgenticHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await AgenticHost.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Shows_a_service_without_writing_anything()
    {
        var preview = await _host.Client.PostJson("/generate/preview", """{"serviceName":"seen-service","language":"python","database":"redis"}""").Json();
        var readme = preview["files"]!.AsArray().Single(file => (string?)file!["path"] == "README.md")!;

        Assert.That((string?)readme["content"], Does.StartWith("# seen-service"));
        Assert.That((string?)readme["change"], Is.EqualTo("added"));
        Assert.That((string?)readme["part"], Is.EqualTo("service").Or.EqualTo("docs"));
        Assert.That(preview["comparedWith"], Is.Null);
        Assert.That(Directory.Exists(Path.Combine(_host.DataFolder, "repositories", "seen-service.git")), Is.False);
        Assert.That(await _host.Client.GetAsync($"/artifacts/{preview["sha256"]}").Status(), Is.EqualTo(404));
    }

    [Test]
    public async Task Shows_how_a_service_would_differ_from_its_repository_and_from_an_artifact()
    {
        var made = await Done(_host, "/generate", """{"serviceName":"differs-service","language":"go","database":"none"}""");
        var changed = await _host.Client.PostJson("/generate/preview", """{"serviceName":"differs-service","language":"go","database":"redis","content":false}""").Json();
        var same = await _host.Client.PostJson("/generate/preview", $$"""{"serviceName":"differs-service","language":"go","database":"none","artifact":"{{made["artifact"]!["uri"]}}","content":false}""").Json();

        Assert.That((string?)changed["comparedWith"], Does.StartWith("repository main "));
        Assert.That((string?)changed["diff"], Does.Contain("--- a/README.md\n+++ b/README.md\n@@ "));
        Assert.That(changed["files"]!.AsArray().Select(file => (string?)file!["change"]).Distinct(), Is.SupersetOf(new[] { "changed", "same" }));
        Assert.That((string?)same["diff"], Is.Empty);
        Assert.That(same["files"]!.AsArray().Select(file => (string?)file!["change"]), Has.All.EqualTo("same"));
        Assert.That(changed["files"]![0]!["content"], Is.Null);
    }

    [TestCase("""{"serviceName":"Bad","language":"go"}""", 400)]
    [TestCase("""{"serviceName":"a-service","language":"cobol"}""", 400)]
    [TestCase("""{"serviceName":"a-service","language":"go","apiType":"event-driven"}""", 422)]
    [TestCase("""{"serviceName":"a-service","language":"go","parameters":{"colour":"red"}}""", 422)]
    [TestCase("""{"serviceName":"a-service","language":"go","artifact":"nothing"}""", 404)]
    [TestCase("""{"serviceName":"a-service","language":"go","connection":"nobody"}""", 422)]
    [TestCase("""{"serviceName":"a-service","language":"go","repository":"x/y"}""", 422)]
    public async Task Refuses_what_cannot_be_previewed(string body, int status) =>
        Assert.That(await _host.Client.PostJson("/generate/preview", body).Status(), Is.EqualTo(status));

    [Test]
    public async Task Describes_the_resources_of_a_named_set_or_says_that_no_template_does()
    {
        if (!TemplateLibrary.BuiltIn.Templates.SelectMany(template => template.Makes).Any(file => file.Part == ServicePart.Infrastructure))
        {
            Assert.That(await Refused(_host, "/generate/infrastructure", """{"serviceName":"infra-service","resources":["postgresql"]}"""), Does.Contain("No template makes files of the part infrastructure"));
            return;
        }

        var made = await Done(_host, "/generate/infrastructure", """{"serviceName":"infra-service","resources":["postgresql","sqs"]}""");
        var file = made["artifact"]!["files"]![0]!;

        Assert.That(made["artifact"]!["files"]!.AsArray().Select(item => (string?)item!["part"]), Has.All.EqualTo("infrastructure"));
        Assert.That(await _host.Client.GetAsync($"{made["artifact"]!["uri"]}/files/{file["path"]}").Status(), Is.EqualTo(200));
    }

    [TestCase("""{"serviceName":"a-service","resources":["postgresql","redis"]}""", "One service has one store")]
    [TestCase("""{"serviceName":"a-service","resources":["mainframe"]}""", "mainframe cannot be described; choose from postgresql, dynamodb, redis, sqs, sns, eventbridge.")]
    [TestCase("""{"serviceName":"default","resources":["sqs"]}""", "reserved")]
    public async Task Refuses_resources_it_cannot_describe(string body, string why) => Assert.That(await Refused(_host, "/generate/infrastructure", body), Does.Contain(why));

    [Test]
    public async Task Writes_the_pipelines_of_a_repository_it_did_not_make()
    {
        var made = await Done(_host, "/generate/pipeline", """{"serviceName":"shop","ci":"both","files":{"package.json":"{\"scripts\":{\"test\":\"jest\"}}","package-lock.json":"{}","Dockerfile":"FROM node:22"}}""");
        var github = await _host.Client.GetStringAsync($"{made["artifact"]!["uri"]}/files/.github/workflows/ci.yml");
        var gitlab = await _host.Client.GetStringAsync($"{made["artifact"]!["uri"]}/files/.gitlab-ci.yml");

        Assert.That((string?)made["notes"]![0], Is.EqualTo("Detected nodejs by package.json, package-lock.json, Dockerfile."));
        Assert.That(github, Does.Contain("- run: \"npm ci --ignore-scripts\"").And.Contain("docker/build-push-action@"));
        Assert.That(gitlab, Does.Contain("stages: [test, scan, image]").And.Contain("- \"npm run test\""));
        foreach (var text in new[] { github, gitlab })
            Assert.That(() => new YamlDotNet.RepresentationModel.YamlStream().Load(new StringReader(text)), Throws.Nothing);
    }

    [TestCase("pom.xml", "mvn -B -ntp verify", "actions/setup-java@")]
    [TestCase("build.gradle.kts", "gradle --no-daemon check", "actions/setup-java@")]
    [TestCase("Shop.sln", "dotnet test --no-restore", "actions/setup-dotnet@")]
    [TestCase("go.mod", "go test ./...", "actions/setup-go@")]
    [TestCase("requirements.txt", "python -m pytest", "actions/setup-python@")]
    public async Task Writes_pipelines_that_its_own_policy_accepts(string file, string test, string action)
    {
        var made = await Done(_host, "/generate/pipeline", $$"""{"serviceName":"shop","ci":"both","files":{ "{{file}}":"","Dockerfile":"FROM scratch"} }""", file);
        var texts = new Dictionary<string, string>();
        foreach (var path in made["artifact"]!["files"]!.AsArray().Select(found => (string)found!["path"]!))
            texts[path] = await _host.Client.GetStringAsync($"{made["artifact"]!["uri"]}/files/{path}");
        var (result, refusal) = ContentChecks.Run(new PolicyContent("files", texts, []), OrganisationRules.Default);

        Assert.That(refusal, Is.Null);
        Assert.That(result!.Findings.Select(finding => $"{finding.File}:{finding.Line} {finding.Rule}"), Is.Empty);
        Assert.That(texts[".github/workflows/ci.yml"], Does.Contain($"- run: \"{test}\"").And.Contain(action));
        Assert.That(texts[".gitlab-ci.yml"], Does.Contain($"- \"{test}\""));
    }

    [Test]
    public async Task Writes_the_pipeline_its_own_templates_make_for_a_service_of_its_own()
    {
        await Done(_host, "/generate", """{"serviceName":"piped-service","language":"python","database":"none","ci":"github"}""");
        var made = await Done(_host, "/generate/pipeline", """{"serviceName":"piped-service","ci":"gitlab"}""", "pipeline-templates");

        Assert.That(made["artifact"]!["files"]!.AsArray().Select(file => (string?)file!["path"]), Is.EqualTo(new[] { ".gitlab-ci.yml" }));
    }

    [Test]
    public async Task Refuses_a_pipeline_for_a_stack_it_does_not_know() =>
        Assert.That(await Refused(_host, "/generate/pipeline", """{"serviceName":"shop","files":{"Cargo.toml":""}}"""), Does.Contain("The stack is not one a pipeline can be made for"));

    [TestCase("/generate/manifests")]
    [TestCase("/generate/docs")]
    public async Task Refuses_to_guess_what_an_unknown_service_is_made_of(string path) =>
        Assert.That(await Refused(_host, path, """{"serviceName":"unknown-service"}"""), Does.Contain("give language, apiType, database and messaging"));

    [TestCase("manifests")]
    [TestCase("docs")]
    public async Task Makes_a_part_from_what_the_repository_says(string part)
    {
        await Done(_host, "/generate", $$"""{"serviceName":"part-{{part}}-service","language":"go","database":"none"}""");
        if (!TemplateLibrary.BuiltIn.Templates.SelectMany(template => template.Makes).Any(file => file.Part.Word() == part))
        {
            Assert.That(await Refused(_host, $"/generate/{part}", $$"""{"serviceName":"part-{{part}}-service"}"""), Does.Contain($"No template makes files of the part {part}"));
            return;
        }

        var made = await Done(_host, $"/generate/{part}", $$"""{"serviceName":"part-{{part}}-service"}""");

        Assert.That((string?)made["answers"]!["language"], Is.EqualTo("go"));
        Assert.That(made["artifact"]!["files"]!.AsArray().Select(file => (string?)file!["part"]), Has.All.EqualTo(part));
    }

    [Test]
    public async Task Validates_a_template_with_every_error_and_its_line()
    {
        var report = await _host.Client.PostJson("/templates/services/validate", """{"files":{"a/template.yaml":"name: a\nversion: 1\ndescription: d\nfiles:\n  - source: x.liquid\n","a/x.liquid":"{{ servce }}\n{% endfor %}"}}""").Json();

        Assert.That(report["valid"]!.GetValue<bool>(), Is.False);
        Assert.That(report["errors"]!.AsArray().Select(error => ((string?)error!["file"], error["line"]!.GetValue<int>())), Is.EqualTo(new[] { ("a/template.yaml", 2), ("a/x.liquid", 2) }));
    }

    [Test]
    public async Task Validates_a_good_template_by_running_its_tests()
    {
        var report = await _host.Client.PostJson("/templates/services/validate", """{"files":{"a/template.yaml":"name: a\nversion: 1.0.0\ndescription: d\nfiles:\n  - source: x.liquid\ntests:\n  - name: makes x\n    files: [x]\n  - name: makes y\n    files: [y]\n","a/x.liquid":"{{ service }}\n"}}""").Json();

        Assert.That(report["valid"]!.GetValue<bool>(), Is.False);
        Assert.That(report["templates"]![0]!["tests"]!.AsArray().Select(test => test!["passed"]!.GetValue<bool>()), Is.EqualTo(new[] { true, false }));
        Assert.That((string?)report["templates"]![0]!["tests"]![1]!["problems"]![0], Is.EqualTo("y is not made."));
    }

    [TestCase("""{"files":{}}""", 422)]
    [TestCase("""{}""", 400)]
    public async Task Refuses_to_validate_nothing(string body, int status) => Assert.That(await _host.Client.PostJson("/templates/services/validate", body).Status(), Is.EqualTo(status));

    [Test]
    public async Task Documents_the_templates_services_are_made_of()
    {
        var listed = await _host.Client.GetAsync("/templates/services").Json();
        var core = listed["items"]!.AsArray().Single(item => (string?)item!["name"] == "python-core")!;

        Assert.That(((string?)core["source"], (string?)core["when"]), Is.EqualTo(("built-in", "language == \"python\"")));
        Assert.That(core["files"]!.AsArray().Select(file => (string?)file!["path"]), Does.Contain("Dockerfile"));
        Assert.That((await _host.Client.GetAsync("/templates").Json())["services"]!.ToJsonString(), Is.EqualTo(listed.ToJsonString()));
        Assert.That(listed["answers"]!.AsArray().Select(answer => (string?)answer), Does.Contain("service"));
    }

    [Test]
    public async Task Updates_a_service_of_this_host_and_finds_the_update_when_asked_again()
    {
        await Done(_host, "/generate", """{"serviceName":"updated-service","language":"go","database":"none"}""");
        Assert.That((await Done(_host, "/services/updated-service/update", "{}"))["files"]!.AsArray(), Is.Empty, "nothing has changed yet");

        // The repository as older templates made it and people edited it: README of another day, one file deleted, one of theirs.
        var repository = new Repository(Path.Combine(_host.DataFolder, "repositories", "updated-service.git"));
        var tip = repository.Branches["main"].Tip;
        var tree = TreeDefinition.From(tip);
        var record = JsonNode.Parse(((Blob)tip[Provenance.Path].Target).GetContentText())!;
        var old = "# an older readme\n"u8.ToArray();
        record["files"]!.AsArray().Single(file => (string?)file!["path"] == "README.md")!["sha256"] = new GeneratedFile("x", old).Sha256;
        Add(repository, tree, "README.md", old);
        Add(repository, tree, "mine.txt", "mine\n"u8.ToArray());
        Add(repository, tree, Provenance.Path, System.Text.Encoding.UTF8.GetBytes(record.ToJsonString()));
        tree.Remove("compose.yaml");
        var who = new Signature("t", "t@example.org", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var edited = repository.ObjectDatabase.CreateCommit(who, who, "edit", repository.ObjectDatabase.CreateTree(tree), [tip], false);
        repository.Refs.UpdateTarget("refs/heads/main", edited.Sha);

        var preview = await Done(_host, "/services/updated-service/update", """{"preview":true}""");
        var updated = await Done(_host, "/services/updated-service/update", $$"""{"commit":"{{edited.Sha}}"}""");
        var again = await Done(_host, "/services/updated-service/update", $$"""{"commit":"{{edited.Sha[..10]}}"}""");

        Assert.That((string?)preview["diff"], Does.Contain("-# an older readme"));
        Assert.That(updated["files"]!.AsArray().Select(file => ((string?)file!["path"], (string?)file["change"])), Is.EqualTo(new[] { (Provenance.Path, "updated"), ("README.md", "updated") }));
        Assert.That((string?)again["repository"]!["commit"], Is.EqualTo((string?)updated["repository"]!["commit"]));
        var branch = repository.Branches[(string)updated["repository"]!["branch"]!].Tip;
        Assert.That(branch.Parents.Single().Sha, Is.EqualTo(edited.Sha));
        Assert.That(((Blob)branch["mine.txt"].Target).GetContentText(), Is.EqualTo("mine\n"));
        Assert.That(branch["compose.yaml"], Is.Null, "a deleted file stays deleted");
        Assert.That(repository.Branches["main"].Tip.Sha, Is.EqualTo(edited.Sha));
        repository.Dispose();
    }

    [TestCase("nothing-here-service", "{}", "This host has no repository of nothing-here-service")]
    [TestCase("Bad", "{}", "lower-case letter")]
    public async Task Refuses_an_update_of_what_is_not_there(string service, string body, string why) => Assert.That(await Refused(_host, $"/services/{service}/update", body), Does.Contain(why));

    [Test]
    public async Task Refuses_an_update_over_conflicts_that_are_not_resolved()
    {
        await Done(_host, "/generate", """{"serviceName":"open-service","language":"go","database":"none"}""");
        using var repository = new Repository(Path.Combine(_host.DataFolder, "repositories", "open-service.git"));
        var tip = repository.Branches["main"].Tip;
        var tree = TreeDefinition.From(tip);
        Add(repository, tree, "README.md", "<<<<<<< repository\nx\n=======\ny\n>>>>>>> template\n"u8.ToArray());
        var who = new Signature("t", "t@example.org", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        repository.Refs.UpdateTarget("refs/heads/main", repository.ObjectDatabase.CreateCommit(who, who, "edit", repository.ObjectDatabase.CreateTree(tree), [tip], false).Sha);

        Assert.That(await Refused(_host, "/services/open-service/update", "{}"), Does.Contain("not resolved yet: README.md"));
    }

    /// <summary>The result of durable work that was waited for.</summary>
    public static async Task<JsonNode> Done(AgenticHost host, string path, string body, string? key = null)
    {
        var workflow = await Ask(host, path, body, key);
        Assert.That((string?)workflow["status"], Is.EqualTo("completed"), workflow.ToJsonString());
        return workflow["result"] ?? workflow["tasks"]![0]!["result"]!;
    }

    /// <summary>The reason of durable work that was refused, at the door or as a task.</summary>
    public static async Task<string> Refused(AgenticHost host, string path, string body)
    {
        var workflow = await Ask(host, path, body, null);
        Assert.That((string?)workflow["status"], Is.Not.EqualTo("completed"), workflow.ToJsonString());
        return workflow.ToJsonString(Agentic.Agents.Operations.AgenticJson.Options);
    }

    private static async Task<JsonNode> Ask(AgenticHost host, string path, string body, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Prefer", "wait=25");
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var answer = await host.Client.SendAsync(request);
        var node = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var id = (string?)node["workflowId"];
        if (id is null)
            return node;
        await Eventually.Holds(async () => (string?)(node = await host.Client.GetAsync($"/workflows/{id}").Json())["status"] is "completed" or "failed" or "cancelled");
        return node;
    }

    private static void Add(Repository repository, TreeDefinition tree, string path, byte[] content)
    {
        using var stream = new MemoryStream(content);
        tree.Add(path, repository.ObjectDatabase.CreateBlob(stream), LibGit2Sharp.Mode.NonExecutableFile);
    }
}
