using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Tests.Host;
using Agentic.Tests.Support;

namespace Agentic.Tests.Policy;

/// <summary>Every policy route over HTTP, on the real host with its stores on disk.</summary>
internal sealed class PolicyRestTests
{
    private const string Dockerfile = "FROM alpine\nUSER root\n";
    private AgenticHost _host = null!;

    private HttpClient Client => _host.Client;

    [OneTimeSetUp]
    public async Task Start() => _host = await AgenticHost.StartAsync(options =>
    {
        options.Settings["Policy:AdmissionEnvironments:0"] = "staging";
        options.Settings["Policy:Engines:Discover"] = "false";
    });

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    private Task<JsonNode> Validate(string type, string content, string environment = "staging", string encoding = "plain", bool fixes = false) =>
        Client.PostJson("/policy/validate", JsonSerializer.Serialize(new { type, content, encoding, environment, fixes, subject = "shop" })).Json();

    [Test]
    public async Task Validates_and_explains_and_lists_what_it_found()
    {
        var validation = await Validate("dockerfile", Dockerfile);
        var id = (string)validation["validationId"]!;

        var explained = await Client.GetAsync($"/policy/validations/{id}").Json();
        var listed = await Client.GetAsync("/policy/violations?severity=high&rule=DL3002&limit=1").Json();

        Assert.That(((bool)validation["blocked"]!, (string)validation["mode"]!), Is.EqualTo((true, "enforced")));
        Assert.That((string)explained["answer"]!, Does.Contain("docker-user-root"));
        Assert.That((string)listed["items"]![0]!["violation"]!["rule"]!, Is.EqualTo("docker-user-root"));
    }

    [Test]
    public async Task Takes_base64_and_offers_a_patch()
    {
        var answer = await Validate("dockerfile", Convert.ToBase64String("FROM alpine:3.20\nADD app.conf /etc/\nUSER app\n"u8), encoding: "base64", fixes: true);

        var add = answer["violations"]!.AsArray().Single(violation => (string)violation!["rule"]! == "docker-add")!;
        Assert.That((string)add["patch"]!["diff"]!, Is.EqualTo("--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,2 +1,2 @@\n FROM alpine:3.20\n-ADD app.conf /etc/\n+COPY app.conf /etc/\n"));
    }

    [TestCase("""{"type":"dockerfile","content":"***"}""", 400)]
    [TestCase("""{"type":"cobol","content":"x"}""", 400)]
    [TestCase("""{"type":"dockerfile","content":""}""", 400)]
    [TestCase("""{"type":"terraform","encoding":"plain","content":"resource \"a\" {{{"}""", 422)]
    [TestCase("""{"type":"terraform","encoding":"plain","content":"resource \"aws_s3_bucket\" \"a"}""", 422)]
    [TestCase("""{"type":"terraform_plan","encoding":"plain","content":"{\"format_version\":\"1.2\","}""", 422)]
    [TestCase("""{"type":"cloudformation","encoding":"plain","content":"just: yaml"}""", 422)]
    [TestCase("""{"type":"files","content":"UEsDBA=="}""", 400)]
    [TestCase("""{"type":"files","content":"H4sIAAAAAAAA"}""", 400)]
    public async Task Refuses_what_cannot_be_read_with_a_reason(string body, int status) => await RestTests.Problem(await Client.PostJson("/policy/validate", body), status);

    [Test]
    public async Task Lists_its_rules() => Assert.That((await Client.GetAsync("/policy/rules").Json())["items"]!.AsArray(), Has.Count.GreaterThanOrEqualTo(84 + 36 + 25 + 85));

    [Test]
    public async Task Grants_an_exception_and_honours_it()
    {
        const string terraform = "resource \"aws_ebs_volume\" \"scratch\" {\n  size = 1\n  tags = { Environment = \"dev\", Owner = \"a\", CostCenter = \"1\" }\n}\n";
        var granted = await Client.PostJson("/policy/exceptions", JsonSerializer.Serialize(new { rule = "CKV_AWS_3", scope = "aws_ebs_volume.scratch", owner = "storage", reason = "Holds nothing but scratch data.", expiresAt = TimeProvider.System.GetUtcNow().AddDays(3) })).Json();

        var validation = await Validate("terraform", terraform);
        var listed = await Client.GetAsync("/policy/exceptions").Json();

        Assert.That((string)granted["rule"]!, Is.EqualTo("aws-ebs-encryption"));
        Assert.That(validation["waived"]!.AsArray().Select(waived => (string)waived!["exceptionId"]!), Is.EqualTo(new[] { (string)granted["id"]! }));
        Assert.That(listed["items"]!.AsArray().Select(item => (string)item!["id"]!), Does.Contain((string)granted["id"]!));
        await RestTests.Problem(await Client.PostJson("/policy/exceptions", "{}"), 400);
    }

    [Test]
    public async Task Reports_with_its_evidence_anchored_in_the_audit()
    {
        await Validate("dockerfile", Dockerfile);

        var report = await Client.GetAsync("/policy/reports/current").Json();
        var html = await Client.GetAsync("/policy/reports/current?format=html").Json();
        var audit = await Client.GetAsync("/audit?operation=compliance_report").Json();
        await RestTests.Problem(await Client.GetAsync("/policy/reports/sometime"), 400);

        Assert.That((int)report["validations"]!, Is.GreaterThan(0));
        Assert.That(audit["items"]!.AsArray().Select(line => (string)line!["hash"]!), Does.Contain((string)report["anchor"]!["hash"]!));
        Assert.That((string)html["content"]!, Does.Contain("audit chain"));
    }

    [Test]
    public async Task Shows_the_report_as_a_page_that_may_load_nothing()
    {
        using var answer = await Client.GetAsync("/policy/reports/current.html");
        var page = await answer.Content.ReadAsStringAsync();
        var style = page[(page.IndexOf("<style>", StringComparison.Ordinal) + 7)..page.IndexOf("</style>", StringComparison.Ordinal)];
        var digest = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(style)));

        Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Is.EqualTo($"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"));
        Assert.That(page, Does.StartWith("<!doctype html>").And.Contain("audit chain").And.Not.Contain("<script"));
        await RestTests.Problem(await Client.GetAsync("/policy/reports/sometime.html"), 400);
    }

    [Test]
    public async Task Answers_the_API_server_of_a_cluster_and_no_other()
    {
        const string review = """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","operation":"CREATE","namespace":"shop","object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"hostNetwork":true,"containers":[]}}}}""";

        var answer = await Client.PostJson("/policy/admission/staging?timeout=10s", review).Json();

        Assert.That(((string)answer["kind"]!, (string)answer["response"]!["uid"]!, (bool)answer["response"]!["allowed"]!), Is.EqualTo(("AdmissionReview", "u-1", false)));
        await RestTests.Problem(await Client.PostJson("/policy/admission/production", review), 403);
        await RestTests.Problem(await Client.PostJson("/policy/admission/staging", "{}"), 400);
    }

    [Test]
    public async Task Offers_what_has_no_route_of_its_own_by_name()
    {
        var id = (string)(await Validate("dockerfile", Dockerfile))["validationId"]!;

        var review = await Client.PostJson("/operations/review_comments", JsonSerializer.Serialize(new { validationId = id, provider = "github" })).Json();
        var events = await Client.PostJson("/operations/list_policy_events", "{}").Json();
        var pack = await Client.PostJson("/operations/test_policy_pack", """{"pack":"pack: a\nversion: '1'\nrules: []\n"}""").Json();
        var sarif = await Client.PostJson("/operations/import_sarif", """{"sarif":"{\"version\":\"2.1.0\",\"runs\":[]}"}""").Json();

        Assert.That((string)review["event"]!, Is.EqualTo("REQUEST_CHANGES"));
        Assert.That(events["items"]!.AsArray().Select(notice => (string)notice!["detail"]!["validation_id"]!), Does.Contain(id));
        Assert.That(((bool)pack["passed"]!, (bool)sarif["valid"]!), Is.EqualTo((true, true)));
        await RestTests.Problem(await Client.PostJson("/operations/validate_artifact", """{"artifact":"nothing-like-it"}"""), 404);
    }
}
