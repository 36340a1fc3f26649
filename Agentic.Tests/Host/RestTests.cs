using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Agentic.Tests.Support;

namespace Agentic.Tests.Host;

internal sealed class RestTests
{
    private AgenticHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await AgenticHost.StartAsync(options => options.Sources.Add(new Bakery()));

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Answers_an_operation_at_its_route_with_the_status_and_address_of_what_it_made()
    {
        using var answer = await Post("/bread", """{"name":"rye","count":3}""");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(answer.Headers.Location?.ToString(), Is.EqualTo("/bread/rye"));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("""{"name":"rye","count":3,"sliced":false,"by":"local"}"""));
    }

    [Test]
    public async Task Answers_the_same_operation_by_name()
    {
        using var answer = await Post("/operations/bake_bread", """{"name":"rye","count":3}""");

        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("""{"name":"rye","count":3,"sliced":false,"by":"local"}"""));
    }

    [Test]
    public async Task Reads_query_members_as_the_schema_types_them()
    {
        using var answer = await Post("/bread?sliced=true&count=5&grains=rye,oats", """{"name":"mix"}""");

        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("""{"name":"mix","count":5,"sliced":true,"by":"local","grains":["rye","oats"]}"""));
    }

    [Test]
    public async Task Lets_the_route_win_over_the_query()
    {
        using var answer = await _host.Client.GetAsync("/bread/rye?id=other&limit=2");

        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("""{"name":"rye","count":2,"sliced":false,"by":"local"}"""));
    }

    [Test]
    public async Task Accepts_durable_work_with_its_address_and_says_which_wait_it_kept()
    {
        using var accepted = await _host.Client.DeleteAsync("/bread/rye");
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/bread/oats") { Headers = { { "Prefer", "respond-async, wait=90" } } };
        using var answer = await _host.Client.SendAsync(request);

        Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(accepted.Headers.Location?.ToString(), Does.StartWith("/workflows/wf-"));
        Assert.That(accepted.Headers.Contains("Preference-Applied"), Is.False);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Headers.GetValues("Preference-Applied"), Is.EqualTo(new[] { "wait=25" }));
    }

    [TestCase("""{"name":"rye",""", 400, "line 1, column 14")]
    [TestCase("{\n  \"name\": nope }", 400, "line 2, column 12")]
    [TestCase("""{"name":"rye","name":"oats"}""", 400, "'name' stands twice")]
    [TestCase("""{"name":"rye","count":1e999}""", 400, "larger than a double")]
    [TestCase("""{"name":"\ud800"}""", 400, "surrogate")]
    [TestCase("""["rye"]""", 400, "must be a JSON object")]
    [TestCase("""{"name":"burnt"}""", 409, "already burnt")]
    [TestCase("""{"name":"closed"}""", 503, "oven is closed")]
    public async Task Refuses_with_a_problem_that_says_why(string body, int status, string words)
    {
        using var answer = await Post("/bread", body);
        var problem = await Problem(answer, status);

        Assert.That((string?)problem["detail"], Does.Contain(words));
    }

    [Test]
    public async Task Names_every_wrong_member_at_once()
    {
        using var answer = await Post("/bread", """{"name":"NO!","count":1000,"colour":"red"}""");
        var problem = await Problem(answer, 400);

        Assert.That(problem["errors"]!.AsArray().Select(error => (string?)error!["member"]), Is.EquivalentTo(new[] { "name", "count", "colour" }));
    }

    [Test]
    public async Task Says_when_to_come_back()
    {
        using var answer = await Post("/bread", """{"name":"closed"}""");

        Assert.That(answer.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(7)));
    }

    [Test]
    public async Task Hides_what_broke_inside()
    {
        using var answer = await Post("/bread", """{"name":"broken"}""");
        var text = await answer.Content.ReadAsStringAsync();

        Assert.That((int)answer.StatusCode, Is.EqualTo(500));
        Assert.That(text, Does.Not.Contain("internals").And.Not.Contain("hunter2").And.Not.Contain(" at "));
        Assert.That(text, Does.Contain("traceId"));
    }

    [Test]
    public async Task Refuses_deep_nesting()
    {
        using var answer = await Post("/bread", "{\"name\":" + new string('[', 5000) + new string(']', 5000) + "}");
        var problem = await Problem(answer, 400);

        Assert.That((string?)problem["detail"], Is.EqualTo("The body is nested deeper than 48 levels. Send a flatter document."));
    }

    [Test]
    public async Task Refuses_bytes_that_are_not_utf8()
    {
        using var content = new ByteArrayContent([.. """{"name":"r"""u8, 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");
        using var answer = await _host.Client.PostAsync("/bread", content);
        var problem = await Problem(answer, 400);

        Assert.That((string?)problem["detail"], Does.StartWith("The body is not valid UTF-8: the byte at offset 10"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Refuses_a_body_over_the_limit_however_it_is_sent(bool isChunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/bread") { Content = new ByteArrayContent(new byte[10_000_000]) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = isChunked;
        using var answer = await _host.Client.SendAsync(request);

        await Problem(answer, 413);
    }

    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("application/json; charset=utf-16")]
    public async Task Refuses_a_body_that_is_not_json(string type)
    {
        using var content = new StringContent("name=rye", Encoding.UTF8);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await _host.Client.PostAsync("/bread", content);

        await Problem(answer, 415);
    }

    [TestCase("GET", "/nothing/here", 404)]
    [TestCase("PUT", "/bread", 405)]
    [TestCase("POST", "/operations/bake_bred", 404)]
    public async Task Says_what_there_is_instead_of_an_unknown_path_or_method(string method, string path, int status)
    {
        using var answer = await _host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        await Problem(answer, status);
    }

    [Test]
    public async Task Lists_every_operation_with_its_schemas_and_example()
    {
        var listing = JsonNode.Parse(await _host.Client.GetStringAsync("/operations"))!;
        var bake = listing["items"]!.AsArray().Single(item => (string?)item!["name"] == "bake_bread")!;

        Assert.That((string?)bake["effect"], Is.EqualTo("changes"));
        Assert.That((string?)bake["scope"], Is.EqualTo("operate"));
        Assert.That((string?)bake["route"]!["template"], Is.EqualTo("/bread"));
        Assert.That((string?)bake["request"]!["properties"]!["name"]!["description"], Is.EqualTo("What to call it."));
        Assert.That((string?)bake["example"]!["name"], Is.EqualTo("rye"));
    }

    private Task<HttpResponseMessage> Post(string path, string body) =>
        _host.Client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

    internal static async Task<JsonNode> Problem(HttpResponseMessage answer, int status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), text);
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        var problem = JsonNode.Parse(text)!;
        Assert.That((int?)problem["status"], Is.EqualTo(status));
        Assert.That((string?)problem["detail"], Is.Not.Empty);
        Assert.That((string?)problem["traceId"], Is.Not.Empty);
        return problem;
    }
}
