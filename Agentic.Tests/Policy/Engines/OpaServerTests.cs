using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Engines;

namespace Agentic.Tests.Policy.Engines;

public sealed class OpaServerTests
{
    private static readonly EngineInput Input = new("kubernetes", new Dictionary<string, string> { ["app/a.yaml"] = "kind: Pod\n" }, """{"kind":"Pod"}""");

    [Test]
    public async Task Sends_the_type_the_files_and_the_document_as_input()
    {
        await using var opa = await OpaDouble.StartAsync();
        opa.Answer = (200, """{"result":[],"decision_id":"1"}""");

        var result = await AskAsync(opa);

        Assert.That((result.Findings.Count, result.NotChecked.Count), Is.EqualTo((0, 0)));
        var input = opa.Inputs.Single();
        Assert.That(input.GetProperty("type").GetString(), Is.EqualTo("kubernetes"));
        Assert.That(input.GetProperty("files").GetProperty("app/a.yaml").GetString(), Is.EqualTo("kind: Pod\n"));
        Assert.That(input.GetProperty("document").GetProperty("kind").GetString(), Is.EqualTo("Pod"));
    }

    [Test]
    public async Task Reads_denials_as_texts_and_as_objects()
    {
        await using var opa = await OpaDouble.StartAsync();
        opa.Answer = (200, """{"result":["no team label",{"msg":"image from a foreign registry","rule":"registry","resource":"Pod/shop/a","file":"app/a.yaml","line":7}]}""");

        var findings = (await AskAsync(opa)).Findings;

        Assert.That(findings[0], Is.EqualTo(new Finding("opa:deny", null, null, null, "no team label")));
        Assert.That(findings[1], Is.EqualTo(new Finding("opa:registry", "Pod/shop/a", "app/a.yaml", 7, "image from a foreign registry")));
    }

    [TestCase("""{"result":true}""", 0)]
    [TestCase("""{"result":false}""", 1)]
    [TestCase("""{"result":{"allow":false}}""", 1)]
    [TestCase("""{"result":{"allow":true,"deny":[]}}""", 0)]
    [TestCase("""{"result":{"violations":[{"message":"a"},{"message":"b"}]}}""", 2)]
    public async Task Reads_every_common_shape_of_a_decision(string answer, int findings)
    {
        await using var opa = await OpaDouble.StartAsync();
        opa.Answer = (200, answer);

        var result = await AskAsync(opa);

        Assert.That(result.NotChecked, Is.Empty);
        Assert.That(result.Findings, Has.Count.EqualTo(findings));
    }

    [TestCase(200, "{}", "undefined")]
    [TestCase(200, """{"result":{"other":1}}""", "none of deny")]
    [TestCase(200, """{"result":[{"text":"x"}]}""", "no msg")]
    [TestCase(200, """{"result":12}""", "neither")]
    [TestCase(200, "<html>proxy</html>", "not a decision")]
    [TestCase(200, """{"result":[""", "not a decision")]
    [TestCase(500, """{"code":"internal_error","message":"error(s) occurred while evaluating query","errors":[{"code":"eval_conflict_error","message":"eval_conflict_error: complete rules must not produce multiple outputs"}]}""", "500: internal_error")]
    [TestCase(503, "", "503")]
    public async Task Counts_every_other_answer_as_not_checked(int status, string body, string why)
    {
        await using var opa = await OpaDouble.StartAsync();
        opa.Answer = (status, body);

        var result = await AskAsync(opa);

        Assert.That(result.Findings, Is.Empty);
        Assert.That(result.NotChecked.Single().Why, Does.Contain(why));
    }

    [Test]
    public async Task Sends_its_token_and_reports_a_refused_one()
    {
        await using var opa = await OpaDouble.StartAsync(token: "right");
        opa.Answer = (200, """{"result":[]}""");

        Assert.That((await AskAsync(opa, "right")).NotChecked, Is.Empty);
        Assert.That((await AskAsync(opa, "wrong")).NotChecked.Single().Why, Does.Contain("401: unauthorized"));
    }

    [Test]
    public async Task Gives_up_on_a_server_that_hangs()
    {
        await using var opa = await OpaDouble.StartAsync();
        opa.Hangs = true;

        var result = await AskAsync(opa, limit: TimeSpan.FromMilliseconds(300));

        Assert.That(result.NotChecked.Single().Why, Does.Contain("did not answer within"));
    }

    [Test]
    public async Task Reports_a_server_that_is_not_there()
    {
        var opa = await OpaDouble.StartAsync();
        await opa.DisposeAsync();

        Assert.That((await AskAsync(opa)).NotChecked.Single().Why, Does.Contain("could not be asked"));
    }

    private static async Task<Checked> AskAsync(OpaDouble opa, string token = "", TimeSpan? limit = null)
    {
        using var http = new HttpClient();
        return await new OpaServer(http, opa.Address, opa.Decision, token, limit ?? TimeSpan.FromSeconds(20)).CheckAsync(Input, CancellationToken.None);
    }
}
