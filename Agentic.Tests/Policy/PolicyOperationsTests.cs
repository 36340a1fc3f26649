using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Engines;
using Agentic.Agents.Policy.Reports;
using Agentic.Agents.Policy.Secrets;
using Agentic.Tests.Policy.Engines;

namespace Agentic.Tests.Policy;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PolicyOperationsTests
{
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class Artifacts : IPolicyArtifacts
    {
        public Task<IReadOnlyDictionary<string, string>?> Read(string artifact, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyDictionary<string, string>?>(artifact == "abc" ? new Dictionary<string, string> { ["Dockerfile"] = "FROM alpine\n" } : kept.GetValueOrDefault(artifact));

        private readonly Dictionary<string, IReadOnlyDictionary<string, string>> kept = [];

        public Task<string> Keep(IReadOnlyDictionary<string, string> files, CancellationToken cancellation)
        {
            kept["kept-1"] = files;
            return Task.FromResult("kept-1");
        }
    }

    private readonly Clock clock = new();
    private readonly MemoryPolicyRecords records = new();

    private readonly Artifacts artifacts = new();
    private readonly PolicyOptions options = new() { AdmissionEnvironments = ["staging"] };
    private EngineOptions engines = new() { Discover = false };
    private PolicyBooks? books;

    private IEnumerable<Operation> Offered
    {
        get
        {
            var settings = Options.Create(options);
            books ??= new PolicyBooks(settings, artifacts);
            var others = new PolicyEngines(Options.Create(engines), books, new LocalEngineProcess());
            var judge = new PolicyJudge(books, others, records, clock);
            return [.. new PolicyOperations(judge, others, new GitHistoryScan(new LocalEngineProcess()), artifacts, null, clock, settings).Operations, .. new PolicyRecordOperations(books, records, new ComplianceReports(books, records, null, clock), artifacts, clock, settings).Operations, .. new PolicyReviewOperations(records, []).Operations];
        }
    }

    private async Task<Outcome<JsonNode>> Call(string operation, object request)
    {
        var found = Offered.Single(candidate => candidate.Name == operation);
        var input = found.Schema.Read(JsonSerializer.SerializeToElement(request, AgenticJson.Options));
        return input.IsRefused ? input.Refusal : await found.Handle(input.Value, new Call(Caller.Local, "rest"), CancellationToken.None);
    }

    private Task<Outcome<JsonNode>> Validate(string environment = "staging") =>
        Call("validate_policy", new { type = "dockerfile", content = "FROM alpine\nUSER root\n", encoding = "plain", environment, subject = "shop" });

    [Test]
    public async Task Answers_in_the_shape_of_the_API()
    {
        var answer = (await Validate()).Value!;

        Assert.That((bool)answer["valid"]!, Is.False);
        Assert.That((string)answer["mode"]!, Is.EqualTo("enforced"));
        Assert.That((string)answer["violations"]![0]!["severity"]!, Is.EqualTo("high"));
        Assert.That((string)answer["violations"]![0]!["rule"]!, Is.EqualTo("docker-user-root"));
        Assert.That(answer["violations"]![0]!["aliases"]!.ToJsonString(), Is.EqualTo("[\"CKV_DOCKER_8\",\"DL3002\"]"));
        Assert.That((int)answer["checked"]!["rules"]!, Is.EqualTo(25 + 85));
        Assert.That(answer["checked"]!["engines"]!.ToJsonString(), Is.EqualTo("[\"dockerfile\",\"secrets\"]"));
    }

    [Test]
    public async Task Refuses_a_type_that_does_not_exist() =>
        Assert.That((await Call("validate_policy", new { type = "cobol", content = "x" })).Refusal!.Kind, Is.EqualTo(RefusalKind.Malformed));

    [Test]
    public async Task Explains_a_decision_from_its_record()
    {
        var id = (string)(await Validate()).Value!["validationId"]!;

        var answer = (string)(await Call("explain_decision", new { validationId = id })).Value!["answer"]!;

        Assert.That(answer, Does.StartWith("local validated dockerfile of shop for staging at 2026-05-04 12:00 UTC. Blocked:"));
    }

    [Test]
    public async Task Gates_an_artifact_with_a_refusal_that_names_the_files()
    {
        var blocked = await Call("validate_artifact", new { artifact = "abc", environment = "production" });
        var advisory = await Call("validate_artifact", new { artifact = "abc", environment = "dev" });
        var unknown = await Call("validate_artifact", new { artifact = "zzz" });

        Assert.That((blocked.Refusal!.Kind, blocked.Refusal.Errors[0].Member), Is.EqualTo((RefusalKind.Unprocessable, "Dockerfile")));
        Assert.That(advisory.IsRefused, Is.False);
        Assert.That(unknown.Refusal!.Kind, Is.EqualTo(RefusalKind.NotFound));
    }

    [Test]
    public async Task Grants_an_exception_in_the_callers_name_and_applies_it()
    {
        var granted = await Call("add_exception", new { rule = "DL3002", scope = "*", owner = "shop-team", reason = "The base image drops rights itself.", expiresAt = clock.Now.AddDays(30) });

        var answer = (await Validate()).Value!;

        Assert.That((string)granted.Value!["approver"]!, Is.EqualTo("local"));
        Assert.That(answer["waived"]!.AsArray().Select(waived => (string)waived!["violation"]!["rule"]!), Is.EqualTo((string[])["docker-user-root"]));
    }

    [TestCase(-1, "future")]
    [TestCase(900, "at most 365 days")]
    public async Task Refuses_an_exception_that_ends_at_no_sensible_time(int days, string why) =>
        Assert.That((await Call("add_exception", new { rule = "docker-user-root", scope = "*", owner = "a", reason = "Because it has to be.", expiresAt = clock.Now.AddDays(days) })).Refusal!.Reason, Does.Contain(why));

    [Test]
    public async Task Lists_violations_by_another_tools_id_in_pages()
    {
        await Validate();
        clock.Now = clock.Now.AddMinutes(1);
        await Validate();

        var first = (await Call("list_violations", new { rule = "DL3002", limit = 1 })).Value!;
        var second = (await Call("list_violations", new { rule = "DL3002", limit = 1, cursor = (string)first["nextCursor"]! })).Value!;

        Assert.That(first["items"]!.AsArray(), Has.Count.EqualTo(1));
        Assert.That(second["nextCursor"], Is.Null);
        Assert.That((string)second["items"]![0]!["validationId"]!, Is.Not.EqualTo((string)first["items"]![0]!["validationId"]!));
    }

    [Test]
    public async Task Reports_a_quarter_and_claims_nothing_without_validations()
    {
        await Validate();

        var report = (await Call("compliance_report", new { quarter = "2026-Q2" })).Value!;
        var empty = (await Call("compliance_report", new { quarter = "2025-Q1", format = "html" })).Value!;
        var sarif = (await Call("compliance_report", new { quarter = "current", format = "sarif" })).Value!;

        Assert.That(((int)report["validations"]!, (int)report["valid"]!), Is.EqualTo((1, 0)));
        Assert.That((string)empty["content"]!, Does.Contain("nothing is claimed"));
        Assert.That((string)sarif["runs"]![0]!["results"]![0]!["ruleId"]!, Is.EqualTo("docker-user-root"));
    }

    [Test]
    public async Task Goes_on_after_the_page_before_while_new_validations_arrive()
    {
        await Validate();
        clock.Now = clock.Now.AddMinutes(1);
        await Validate();
        var first = (await Call("list_violations", new { rule = "DL3002", limit = 1 })).Value!;
        clock.Now = clock.Now.AddMinutes(1);
        await Validate();

        var second = (await Call("list_violations", new { rule = "DL3002", limit = 5, cursor = (string)first["nextCursor"]! })).Value!;

        Assert.That(second["items"]!.AsArray().Select(item => (DateTimeOffset)item!["at"]!), Is.EqualTo((DateTimeOffset[])[clock.Now.AddMinutes(-2)]));
    }

    [TestCase("2")]
    [TestCase("9999999999999999999:pol-1:0")]
    [TestCase("1:pol-1:x")]
    public async Task Refuses_a_cursor_it_never_gave(string cursor) =>
        Assert.That((await Call("list_violations", new { cursor })).Refusal!.Errors.Single().Member, Is.EqualTo("cursor"));

    [Test]
    public async Task Claims_a_rate_only_for_frameworks_that_validations_looked_at()
    {
        await Validate();
        await Call("validate_policy", new { type = "terraform", content = "resource \"aws_ebs_volume\" \"a\" {\n  encrypted = true\n}\n", encoding = "plain" });
        await Call("validate_policy", new { type = "terraform", content = "resource \"aws_ebs_volume\" \"a\" {\n  encrypted = true\n}\nresource \"a\" {\n", encoding = "plain" });

        var report = (await Call("compliance_report", new { quarter = "current" })).Value!;

        var rates = report["frameworks"]!.AsArray().ToDictionary(rate => (string)rate!["framework"]!, rate => ((int)rate!["validations"]!, (int)rate["passed"]!));
        Assert.That(rates["Kubernetes Pod Security Standards"], Is.EqualTo((0, 0)));
        Assert.That(rates["CIS AWS"], Is.EqualTo((2, 1)), "the Dockerfile says nothing about it, and what was read in part is not passed");
    }

    [Test]
    public async Task Keeps_the_report_of_a_quarter_once_it_has_ended_and_names_it_in_the_report()
    {
        await Validate();
        using var quarterly = new QuarterlyReport(new ComplianceReports(books!, records, null, clock), records, artifacts, clock, NullLogger<QuarterlyReport>.Instance);

        var early = await quarterly.MakeWhereDue(default);
        clock.Now = new DateTimeOffset(2026, 7, 1, 0, 0, 1, TimeSpan.Zero);
        var kept = await quarterly.MakeWhereDue(default);
        var again = await quarterly.MakeWhereDue(default);

        var files = (await artifacts.Read(kept!.Artifact, default))!;
        var report = (await Call("compliance_report", new { quarter = "2026-Q2" })).Value!;
        Assert.That((early, kept.Quarter, again), Is.EqualTo(((KeptReport?)null, "2026-Q2", (KeptReport?)null)));
        Assert.That(files.Keys, Is.EquivalentTo((string[])["report.json", "report.html", "report.sarif"]));
        Assert.That((int)JsonNode.Parse(files["report.json"])!["validations"]!, Is.EqualTo(1));
        Assert.That(((string)report["kept"]!["artifact"]!, (string)report["kept"]!["evidence"]!), Is.EqualTo((kept.Artifact, (string)report["evidence"]!)));
    }

    [TestCase("2026-01-01", "2025-Q4")]
    [TestCase("2026-03-31", "2025-Q4")]
    [TestCase("2026-05-31", "2026-Q1")]
    [TestCase("2026-12-31", "2026-Q3")]
    public void Knows_which_quarter_ended_last(string day, string quarter) =>
        Assert.That(ReportPeriod.LastFinished(DateTimeOffset.Parse(day, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)), Is.EqualTo(quarter));

    [Test]
    public void Describes_every_operation_soundly() => Assert.That(() => new OperationCatalogue([new Source(Offered)]), Throws.Nothing);

    private sealed class Source(IEnumerable<Operation> operations) : IOperationSource
    {
        public IEnumerable<Operation> Operations => operations;
    }

    [Test]
    public async Task Names_the_engines_that_are_not_there_and_stays_usable_in_production()
    {
        var answer = (await Call("validate_policy", new { type = "dockerfile", content = "FROM alpine:3.20\nUSER app\nHEALTHCHECK CMD [\"true\"]\n", encoding = "plain", environment = "production" })).Value!;

        Assert.That((bool)answer["blocked"]!, Is.False, (string)answer["decision"]!);
        Assert.That(answer["checked"]!["notChecked"]!.AsArray().Select(gap => (string)gap!["what"]!), Is.SupersetOf(new[] { "opa", "kyverno", "trivy", "checkov", "gitleaks" }));
    }

    [TestCase("production", true)]
    [TestCase("staging", false)]
    public async Task Blocks_where_it_is_strict_when_a_required_engine_is_missing(string environment, bool blocked)
    {
        engines = new EngineOptions { Discover = false, Required = ["trivy"], TrivyExecutable = "/no/such/trivy" };

        var answer = (await Call("validate_policy", new { type = "dockerfile", content = "FROM alpine:3.20\nUSER app\nHEALTHCHECK CMD [\"true\"]\n", encoding = "plain", environment })).Value!;

        Assert.That((bool)answer["blocked"]!, Is.EqualTo(blocked));
        Assert.That(answer["checked"]!["notChecked"]!.AsArray().Single(gap => (string)gap!["what"]! == "trivy")!["why"]!.ToString(), Does.Contain("could not be started"));
    }

    [TestCase("""{"result":[{"msg":"no cost centre","rule":"cost-centre","severity":"high","file":"Dockerfile","line":1}]}""", 200, false, "blocked", "opa:cost-centre")]
    [TestCase("""{"result":[]}""", 200, false, "passed", "")]
    [TestCase("""{}""", 200, false, "blocked", "undefined")]
    [TestCase("""{"code":"internal_error","message":"eval_conflict_error"}""", 500, false, "blocked", "eval_conflict_error")]
    [TestCase("", 200, true, "blocked", "did not answer within 1 s")]
    public async Task Asks_a_configured_opa_and_never_counts_its_failure_as_a_pass(string answer, int status, bool hangs, string outcome, string says)
    {
        await using var opa = await OpaDouble.StartAsync();
        (opa.Answer, opa.Hangs) = ((status, answer), hangs);
        engines = new EngineOptions { Discover = false, OpaUrl = opa.Address.ToString(), TimeoutSeconds = 1 };

        var validation = (await Call("validate_policy", new { type = "dockerfile", content = "FROM alpine:3.20\nUSER app\nHEALTHCHECK CMD [\"true\"]\n", encoding = "plain", environment = "production" })).Value!;

        Assert.That((bool)validation["blocked"]! ? "blocked" : "passed", Is.EqualTo(outcome));
        Assert.That(validation.ToJsonString(), Does.Contain(says));
        Assert.That(hangs || opa.Inputs.Single().GetProperty("files").GetProperty("Dockerfile").GetString()!.StartsWith("FROM", StringComparison.Ordinal));
    }

    [Test]
    public async Task Imports_the_findings_of_another_scanner_under_our_ids()
    {
        const string log = """{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"hadolint"}},"results":[{"ruleId":"DL3002","level":"warning","message":{"text":"root"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"Dockerfile"},"region":{"startLine":2}}}]}]}]}""";

        var answer = (await Call("import_sarif", new { sarif = log, environment = "staging" })).Value!;
        var garbage = await Call("import_sarif", new { sarif = "<x/>" });

        Assert.That(((string)answer["violations"]![0]!["rule"]!, (string)answer["violations"]![0]!["engine"]!, (bool)answer["blocked"]!), Is.EqualTo(("docker-user-root", "hadolint", true)));
        Assert.That(garbage.Refusal!.Kind, Is.EqualTo(RefusalKind.Unprocessable));
    }

    [Test]
    public async Task Says_that_nobody_looked_into_an_image_without_a_scanner()
    {
        engines = new EngineOptions { Discover = false, TrivyExecutable = "/no/such/trivy" };

        var answer = (await Call("validate_image", new { image = "registry.example.org/shop:1", environment = "production" })).Value!;

        Assert.That(((bool)answer["blocked"]!, (string)answer["checked"]!["notChecked"]![0]!["what"]!), Is.EqualTo((true, "trivy")));
        Assert.That((await Call("validate_image", new { image = "--config=x" })).Refusal!.Kind, Is.EqualTo(RefusalKind.Malformed));
    }

    [Test]
    public async Task Searches_a_history_that_is_sent_and_opens_no_other_folder()
    {
        var secret = Secrets.SecretSamples.Make("ghp_{a36}", new Random(5));
        var log = $"commit {new string('1', 40)}\n\ndiff --git a/.env b/.env\n--- /dev/null\n+++ b/.env\n@@ -0,0 +1 @@\n+TOKEN={secret}\n";

        var found = (await Call("scan_history", new { log, environment = "staging" })).Value!;

        Assert.That(((string)found["violations"]![0]!["rule"]!, (string)found["violations"]![0]!["resource"]!), Is.EqualTo(("github-pat", new string('1', 40))));
        Assert.That(found.ToJsonString(), Does.Not.Contain(secret[8..]));
        Assert.That((await Call("scan_history", new { repository = "../etc" })).Refusal!.Kind, Is.EqualTo(RefusalKind.Forbidden));
        Assert.That((await Call("scan_history", new { })).Refusal!.Kind, Is.EqualTo(RefusalKind.Malformed));
        Assert.That((await Call("scan_history", new { bundle = "bm90IGEgYnVuZGxl" })).Refusal!.Kind, Is.EqualTo(RefusalKind.Malformed));
        options.RepositoryFolder = Path.GetTempPath();
        Assert.That((await Call("scan_history", new { repository = "../etc" })).Refusal!.Kind, Is.EqualTo(RefusalKind.NotFound));
    }

    [Test]
    public async Task Looks_for_secrets_in_every_type_of_input()
    {
        var secret = Secrets.SecretSamples.Make("ghp_{a36}", new Random(6));
        var contents = new Dictionary<string, string>
        {
            ["terraform"] = $"locals {{\n  token = \"{secret}\"\n}}\n",
            ["kubernetes"] = $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: shop}}\ndata: {{token: {secret}}}\n",
            ["cloudformation"] = $"AWSTemplateFormatVersion: '2010-09-09'\nDescription: {secret}\nResources:\n  Disk:\n    Type: AWS::EC2::Volume\n",
            ["dockerfile"] = $"FROM alpine:3.20\nENV TOKEN={secret}\nUSER app\n",
            ["workflow"] = $"on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: curl -H 'token {secret}' https://example.org\n",
            ["dependencies"] = $"--index-url https://bot:{secret}@pypi.example.org/simple\n",
        };

        foreach (var (type, content) in contents)
        {
            var answer = (await Call("validate_policy", new { type, content, encoding = "plain" })).Value!;
            Assert.That(answer["violations"]!.AsArray().Select(violation => (string)violation!["rule"]!), Does.Contain("github-pat"), type);
            Assert.That(answer.ToJsonString(), Does.Not.Contain(secret[8..]), type);
        }
    }

    [Test]
    public async Task Publishes_only_a_tested_pack_and_looks_with_it_once_it_is_named()
    {
        const string pack = """
            pack: shop
            version: 1.0.0
            rules:
              - id: org-volume-size
                severity: high
                match: {type: aws_ebs_volume}
                condition: values.size < `100`
                message: "{resource} is too large."
            tests:
              - {name: large, rule: org-volume-size, expect: fail, resource: {values: {size: 500}}}
              - {name: small, rule: org-volume-size, expect: pass, resource: {values: {size: 10}}}
            """;
        var broken = await Call("publish_policy_pack", new { pack = pack.Replace("expect: fail", "expect: pass", StringComparison.Ordinal) });

        var published = await Call("publish_policy_pack", new { pack });

        Assert.That(broken.Refusal!.Kind, Is.AnyOf(RefusalKind.Unprocessable, RefusalKind.Malformed));
        Assert.That(published.Refusal?.Reason, Is.Null);
        options.PackArtifacts = [(string)published.Value!["artifact"]!, "not-there"];
        books = null;
        var answer = (await Call("validate_policy", new { type = "terraform", content = "resource \"aws_ebs_volume\" \"a\" {\n  size = 900\n}\n", encoding = "plain" })).Value!;
        Assert.That(answer["violations"]!.AsArray().Select(violation => (string)violation!["rule"]!), Does.Contain("org-volume-size"));
        Assert.That(answer["checked"]!["notChecked"]!.AsArray().Select(gap => (string)gap!["what"]!), Does.Contain("not-there"));
    }

    [Test]
    public async Task Answers_the_admission_review_of_a_cluster_it_is_open_for()
    {
        var review = new
        {
            apiVersion = "admission.k8s.io/v1",
            kind = "AdmissionReview",
            timeout = "10s",
            request = new { uid = "705ab4f5", operation = "CREATE", @namespace = "shop", @object = new { apiVersion = "v1", kind = "Pod", metadata = new { name = "a" }, spec = new { containers = new[] { new { name = "c", image = "a:1", securityContext = new { privileged = true } } } } } },
        };

        var denied = (await Call("review_admission", new { environment = "staging", review.apiVersion, review.kind, review.timeout, review.request })).Value!;
        var closed = await Call("review_admission", new { environment = "production", review.apiVersion, review.kind, review.request });
        var nothing = await Call("review_admission", new { environment = "staging", request = new { } });

        Assert.That(((string)denied["response"]!["uid"]!, (bool)denied["response"]!["allowed"]!, (int)denied["response"]!["status"]!["code"]!), Is.EqualTo(("705ab4f5", false, 403)));
        Assert.That((string)denied["response"]!["status"]!["message"]!, Does.Contain("[k8s-privileged] Pod/shop/a: container 'c' runs privileged."));
        Assert.That((closed.Refusal!.Kind, nothing.Refusal!.Kind), Is.EqualTo((RefusalKind.Forbidden, RefusalKind.Malformed)));
    }

    [Test]
    public async Task Writes_a_review_and_a_feed_of_events_from_the_record()
    {
        var id = (string)(await Validate()).Value!["validationId"]!;

        var github = (await Call("review_comments", new { validationId = id, provider = "github", head = "0123456789abcdef" })).Value!;
        var gitlab = await Call("review_comments", new { validationId = id, provider = "gitlab" });
        var events = (await Call("list_policy_events", new { after = 0 })).Value!;
        var later = (await Call("list_policy_events", new { after = (long)events["after"]! })).Value!;

        Assert.That(((string)github["event"]!, (string)github["comments"]![0]!["path"]!, (string)github["comments"]![0]!["side"]!), Is.EqualTo(("REQUEST_CHANGES", "Dockerfile", "RIGHT")));
        Assert.That(gitlab.Refusal!.Kind, Is.EqualTo(RefusalKind.Malformed));
        Assert.That(((string)events["items"]![0]!["detailType"]!, (string)events["items"]![0]!["detail"]!["validation_id"]!), Is.EqualTo(("policy.violated", id)));
        Assert.That(later["items"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task Tells_others_what_was_violated()
    {
        var id = (string)(await Validate()).Value!["validationId"]!;

        var (type, detail) = PolicyEvents.Of((await records.Find(id, CancellationToken.None))!);

        Assert.That((type, (string)detail["validation_id"]!, (string)detail["mode"]!), Is.EqualTo(("policy.violated", id, "enforced")));
    }
}
