using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Agentic.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Agentic.Tests.Host;

internal sealed class ApiKeyTests
{
    private const string Bootstrap = "agk_0123456789abcdef0123456789abcdef";

    private readonly MovableTime _time = new();
    private AgenticHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await AgenticHost.StartAsync(options =>
    {
        options.Sources.Add(new Bakery());
        options.Settings["Auth:Mode"] = "ApiKey";
        options.Settings["Auth:ApiKey:Bootstrap"] = Bootstrap;
        options.Settings["RateLimit:UnknownPerSecond"] = "1000";
        options.Services = services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
    });

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [TestCase(null)]
    [TestCase("Bearer agk_0123456789abcdef0123456789abcdeX")]
    [TestCase("Bearer ")]
    [TestCase("Basic YWRtaW46YWRtaW4=")]
    public async Task Asks_who_it_is_of_a_caller_without_a_valid_key(string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/operations");
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await _host.Client.SendAsync(request);

        await RestTests.Problem(answer, 401);
        Assert.That(answer.Headers.WwwAuthenticate.Single().Scheme, Is.EqualTo("Bearer"));
    }

    [TestCase("POST", "/mcp")]
    [TestCase("GET", "/metrics")]
    [TestCase("GET", "/workflows")]
    [TestCase("GET", "/audit")]
    [TestCase("GET", "/nothing")]
    [TestCase("PUT", "/workflows")]
    [TestCase("GET", "/session/me")]
    public async Task Shows_nothing_to_strangers(string method, string path) =>
        Assert.That(await _host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path)).Status(), Is.EqualTo(401));

    [TestCase("/health")]
    [TestCase("/docs/")]
    [TestCase("/openapi/v1.json")]
    public async Task Lets_everybody_see_health_and_the_way_in(string path) =>
        Assert.That(await _host.Client.GetAsync(path).Status(), Is.Not.EqualTo(401));

    [Test]
    public async Task Lets_the_first_key_in_by_either_header()
    {
        using var plain = new HttpRequestMessage(HttpMethod.Get, "/session/me") { Headers = { { "X-Api-Key", Bootstrap } } };

        Assert.That((string?)(await As(Bootstrap).GetAsync("/session/me").Json())["name"], Is.EqualTo("bootstrap"));
        Assert.That((string?)(await _host.Client.SendAsync(plain).Json())["name"], Is.EqualTo("bootstrap"));
    }

    [Test]
    public async Task Holds_a_key_to_its_scopes()
    {
        var (_, reader) = await Create("reader-1", """["read"]""");

        Assert.That(await As(reader).GetAsync("/bread/rye").Status(), Is.EqualTo(200));
        using var answer = await As(reader).PostJson("/bread", """{"name":"rye"}""");
        var problem = await RestTests.Problem(answer, 403);
        Assert.That((string?)problem["detail"], Does.Contain("'operate'").And.Contain("reader-1"));
        Assert.That(await As(reader).GetAsync("/audit").Status(), Is.EqualTo(403));
    }

    [Test]
    public async Task Holds_a_key_to_its_environments()
    {
        var (_, developer) = await Create("developer-1", """["operate"]""", """["dev"]""");

        Assert.That(await As(developer).PostJson("/bread", """{"name":"rye","environment":"dev"}""").Status(), Is.EqualTo(201));
        Assert.That(await As(developer).PostJson("/bread", """{"name":"rye","environment":"production"}""").Status(), Is.EqualTo(403));
    }

    [Test]
    public async Task Lets_nobody_hand_out_more_than_they_have()
    {
        var (_, admin) = await Create("dev-admin", """["admin"]""", """["dev"]""");

        Assert.That(await As(admin).PostJson("/operations/create_api_key", """{"name":"beyond","scopes":["read"],"environments":["production"]}""").Status(), Is.EqualTo(403));
        var within = await As(admin).PostJson("/operations/create_api_key", """{"name":"within","scopes":["read"]}""").Json();
        Assert.That(within["summary"]!["environments"]!.ToJsonString(), Is.EqualTo("""["dev"]"""));
    }

    [Test]
    public async Task Ends_a_key_when_it_is_revoked_and_when_its_time_is_over()
    {
        var (id, revoked) = await Create("revoked-1", """["read"]""");
        var (_, expiring) = await Create("expiring-1", """["read"]""", days: 3);
        Assert.That(await As(revoked).GetAsync("/bread/rye").Status(), Is.EqualTo(200));

        await As(Bootstrap).PostJson("/operations/revoke_api_key", $$"""{"id":"{{id}}"}""").Json();
        _time.Move(TimeSpan.FromDays(4));

        Assert.That(await As(revoked).GetAsync("/bread/rye").Status(), Is.EqualTo(401));
        using var answer = await As(expiring).GetAsync("/bread/rye");
        Assert.That((string?)(await RestTests.Problem(answer, 401))["detail"], Does.Contain("has expired"));
    }

    [Test]
    public async Task Stops_what_a_revoked_key_had_started()
    {
        var (id, key) = await Create("leaver-1", """["operate"]""");
        var created = await As(key).PostJson("/workflows", """{ "tasks": [ { "id": "meal", "operation": "eat_bread", "input": { "id": "rye" }, "approval": true } ] }""").Json(201);
        var workflow = $"/workflows/{created["workflowId"]}";
        await As(Bootstrap).PostJson("/operations/revoke_api_key", $$"""{"id":"{{id}}"}""").Json();

        await As(Bootstrap).PostJson($"{workflow}/tasks/meal/approve", $$"""{"digest":"{{created["tasks"]![0]!["approval"]!["digest"]}}"}""").Json();
        await Eventually.Holds(async () => (string?)(await As(Bootstrap).GetAsync(workflow).Json())["status"] == "failed");

        var ended = await As(Bootstrap).GetAsync(workflow).Json();
        Assert.That((string?)ended["tasks"]![0]!["error"]!["reason"], Does.StartWith("The API key 'leaver-1', which asked for this, was revoked at"));
    }

    [Test]
    public async Task Never_gives_a_name_twice()
    {
        await Create("unique-1", """["read"]""");

        Assert.That(await As(Bootstrap).PostJson("/operations/create_api_key", """{"name":"unique-1","scopes":["read"]}""").Status(), Is.EqualTo(409));
        Assert.That(await As(Bootstrap).PostJson("/operations/create_api_key", """{"name":"bootstrap","scopes":["read"]}""").Status(), Is.EqualTo(409));
    }

    [Test]
    public async Task Keeps_no_key_readable()
    {
        var (_, key) = await Create("hidden-1", """["read"]""");

        foreach (var file in Directory.EnumerateFiles(_host.DataFolder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("host.lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.That(await reader.ReadToEndAsync(), Does.Not.Contain(key).And.Not.Contain(Bootstrap), file);
        }

        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(Path.Combine(_host.DataFolder, "api-keys.json")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That((await As(Bootstrap).PostJson("/operations/list_api_keys", "{}").Json()).ToJsonString(), Does.Contain("hidden-1").And.Not.Contain("agk_").And.Not.Contain("hash"));
    }

    [Test]
    public async Task Exchanges_a_key_for_a_session_no_script_and_no_other_site_can_use()
    {
        var (id, key) = await Create("person-1", """["operate"]""");
        using var login = await _host.Client.PostJson("/session/login", $$"""{"apiKey":"{{key}}"}""");
        var cookie = login.Headers.GetValues("Set-Cookie").Single();

        Assert.That(cookie, Does.Contain("; httponly").IgnoreCase.And.Contain("; samesite=strict").IgnoreCase.And.Contain("; path=/").IgnoreCase.And.Not.Contain(key));
        Assert.That((string?)(await WithCookie(cookie, HttpMethod.Get, "/session/me").Json())["name"], Is.EqualTo("person-1"));
        Assert.That(await WithCookie(cookie, HttpMethod.Post, "/bread", "http://evil.example").Status(), Is.EqualTo(403));
        Assert.That(await WithCookie(Tampered(cookie), HttpMethod.Get, "/session/me").Status(), Is.EqualTo(401));

        await As(Bootstrap).PostJson("/operations/revoke_api_key", $$"""{"id":"{{id}}"}""").Json();
        Assert.That(await WithCookie(cookie, HttpMethod.Get, "/session/me").Status(), Is.EqualTo(401));
    }

    [Test]
    public async Task Refuses_a_wrong_key_at_the_login_and_remembers_that()
    {
        Assert.That(await _host.Client.PostJson("/session/login", """{"apiKey":"agk_wrong"}""").Status(), Is.EqualTo(401));
        Assert.That(await _host.Client.PostJson("/session/login", """{}""").Status(), Is.EqualTo(400));

        var audit = await As(Bootstrap).GetAsync("/audit?operation=session_login").Json();
        Assert.That((string?)audit["items"]![0]!["record"]!["outcome"], Is.EqualTo("refused"));
    }

    [Test]
    public async Task Takes_the_session_away_at_logout()
    {
        using var logout = await _host.Client.PostJson("/session/logout", "{}");

        Assert.That((int)logout.StatusCode, Is.EqualTo(204));
        Assert.That(logout.Headers.GetValues("Set-Cookie").Single(), Does.StartWith("agentic_session=;").And.Contain("01 Jan 1970"));
    }

    [Test]
    public async Task Asks_for_admin_on_the_management_port()
    {
        var (_, operatorKey) = await Create("operator-1", """["operate"]""");
        var members = new Uri(_host.ManagementAddress, "/cluster/members");

        Assert.That(await _host.Client.GetAsync(members).Status(), Is.EqualTo(401));
        Assert.That(await As(operatorKey).GetAsync(members).Status(), Is.EqualTo(403));
        Assert.That(await As(Bootstrap).GetAsync(members).Status(), Is.EqualTo(200));
        Assert.That(await _host.Client.GetAsync(new Uri(_host.ManagementAddress, "/alive")).Status(), Is.EqualTo(200));
    }

    [Test]
    public void Refuses_a_short_first_key() =>
        Assert.That(
            async () => await AgenticHost.StartAsync(options => (options.Settings["Auth:Mode"], options.Settings["Auth:ApiKey:Bootstrap"]) = ("ApiKey", "agk_short")),
            Throws.InstanceOf<Microsoft.Extensions.Options.OptionsValidationException>().With.Message.Contains("openssl").And.Message.Not.Contains("agk_short"));

    private HttpClient As(string key) => new() { BaseAddress = _host.BaseAddress, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };

    private async Task<(string Id, string Key)> Create(string name, string scopes, string? environments = null, int days = 365)
    {
        var created = await As(Bootstrap).PostJson(
            "/operations/create_api_key", $$"""{"name":"{{name}}","scopes":{{scopes}},"expiresInDays":{{days}}{{(environments is null ? "" : $",\"environments\":{environments}")}}}""").Json();
        return ((string)created["summary"]!["id"]!, (string)created["key"]!);
    }

    private Task<HttpResponseMessage> WithCookie(string cookie, HttpMethod method, string path, string? origin = null)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Cookie", cookie.Split(';')[0]);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        var client = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = _host.BaseAddress };
        return client.SendAsync(request);
    }

    private static string Tampered(string cookie)
    {
        var value = cookie.Split(';')[0];
        return value[..30] + (value[30] == 'A' ? 'B' : 'A') + value[31..];
    }
}
