using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy;

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
            Task.FromResult<IReadOnlyDictionary<string, string>?>(artifact == "abc" ? new Dictionary<string, string> { ["Dockerfile"] = "FROM alpine\n" } : null);
    }

    private readonly Clock clock = new();
    private readonly MemoryPolicyRecords records = new();

    private PolicyOperations Offered => new(new PolicyBooks(Options.Create(new PolicyOptions())), records, new Artifacts(), clock, Options.Create(new PolicyOptions()));

    private async Task<Outcome<JsonNode>> Call(string operation, object request)
    {
        var found = Offered.Operations.Single(candidate => candidate.Name == operation);
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
        Assert.That((int)answer["checked"]!["rules"]!, Is.EqualTo(25));
        Assert.That(answer["checked"]!["engines"]!.ToJsonString(), Is.EqualTo("[\"dockerfile\"]"));
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
    public void Describes_every_operation_soundly() => Assert.That(() => new OperationCatalogue([Offered]), Throws.Nothing);

    [Test]
    public async Task Tells_others_what_was_violated()
    {
        var id = (string)(await Validate()).Value!["validationId"]!;

        var (type, detail) = PolicyEvents.Of((await records.Find(id, CancellationToken.None))!);

        Assert.That((type, (string)detail["validation_id"]!, (string)detail["mode"]!), Is.EqualTo(("policy.violated", id, "enforced")));
    }
}
