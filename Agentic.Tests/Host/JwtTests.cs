using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Agentic.Tests.Support;

namespace Agentic.Tests.Host;

internal sealed class JwtTests
{
    private readonly RSA _key = RSA.Create(2048);
    private AgenticHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await AgenticHost.StartAsync(options =>
    {
        options.Sources.Add(new Bakery());
        options.Settings["Auth:Mode"] = "Jwt";
        options.Settings["Auth:Jwt:Audience"] = "agentic";
        options.Settings["Auth:Jwt:Issuer"] = "https://issuer.example";
        options.Settings["Auth:Jwt:SigningKeys:0"] = _key.ExportSubjectPublicKeyInfoPem();
        options.Settings["RateLimit:UnknownPerSecond"] = "1000";
    });

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _host.DisposeAsync();
        _key.Dispose();
    }

    [Test]
    public async Task Lets_a_token_do_what_its_scopes_say()
    {
        using var client = As(Token());
        var me = await client.GetAsync("/session/me").Json();

        Assert.That((string?)me["name"], Is.EqualTo("alice"));
        Assert.That(me["scopes"]!.ToJsonString(), Is.EqualTo("""["read","operate"]"""));
        Assert.That(await client.PostJson("/bread", """{"name":"rye"}""").Status(), Is.EqualTo(201));
        Assert.That(await client.GetAsync("/audit").Status(), Is.EqualTo(403));
    }

    [Test]
    public async Task Holds_a_token_to_its_environments()
    {
        using var staging = As(Token(claims => claims["environments"] = new[] { "staging" }));
        using var unbound = As(Token());
        using var everywhere = As(Token(claims => claims["environments"] = "*"));
        const string Production = """{"name":"rye","environment":"production"}""";

        Assert.That(await staging.PostJson("/bread", """{"name":"rye","environment":"staging"}""").Status(), Is.EqualTo(201));
        Assert.That(await staging.PostJson("/bread", Production).Status(), Is.EqualTo(403));
        Assert.That(await unbound.PostJson("/bread", Production).Status(), Is.EqualTo(403));
        Assert.That(await everywhere.PostJson("/bread", Production).Status(), Is.EqualTo(201));
    }

    [Test]
    public async Task Grants_nothing_to_a_token_without_scopes()
    {
        using var client = As(Token(claims => claims.Remove("scope")));

        Assert.That(await client.GetAsync("/bread/rye").Status(), Is.EqualTo(403));
    }

    [TestCase("exp", 1000000000L, "expired")]
    [TestCase("nbf", 9999999999L, "not valid yet")]
    [TestCase("exp", null, "expired")]
    [TestCase("aud", "other", "another audience")]
    [TestCase("iss", "https://evil.example", "another issuer")]
    [TestCase("sub", null, "names nobody")]
    public async Task Refuses_a_token_that_is_not_for_now_or_not_for_us(string claim, object? value, string words)
    {
        using var answer = await As(Token(claims => claims[claim] = value)).GetAsync("/bread/rye");
        var problem = await RestTests.Problem(answer, 401);

        Assert.That((string?)problem["detail"], Does.Contain(words));
        Assert.That(answer.Headers.WwwAuthenticate.Single().Parameter, Does.Contain("invalid_token"));
    }

    [Test]
    public async Task Refuses_a_token_that_was_not_signed_with_the_issuers_key()
    {
        using var other = RSA.Create(2048);
        var (header, payload) = Parts("RS256", Claims());
        var signed = $"{header}.{payload}";
        string[] forged =
        [
            $"{signed}.{Encode(other.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}",
            $"{signed}.",
            signed,
            $"{Parts("none", Claims()).Header}.{payload}.",
            Hmac("HS256", Encoding.ASCII.GetBytes(_key.ExportSubjectPublicKeyInfoPem())),
            Hmac("HS256", _key.ExportSubjectPublicKeyInfo()),
            "agk_0123456789abcdef0123456789abcdef",
            "a.b.c",
        ];

        foreach (var token in forged)
            Assert.That(await As(token).GetAsync("/bread/rye").Status(), Is.EqualTo(401), token);
    }

    [Test]
    public async Task Exchanges_a_token_for_a_session_that_ends_with_it()
    {
        using var login = await _host.Client.PostJson("/session/login", $$"""{"token":"{{Token()}}"}""");
        var cookie = login.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        using var request = new HttpRequestMessage(HttpMethod.Get, "/session/me") { Headers = { { "Cookie", cookie } } };

        Assert.That((string?)(await _host.Client.SendAsync(request).Json())["name"], Is.EqualTo("alice"));
    }

    private HttpClient As(string token) => new() { BaseAddress = _host.BaseAddress, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

    private static Dictionary<string, object?> Claims() => new()
    {
        ["sub"] = "alice", ["iss"] = "https://issuer.example", ["aud"] = "agentic", ["exp"] = 4102444800L, ["scope"] = "openid agentic:read operate",
    };

    private string Token(Action<Dictionary<string, object?>>? change = null)
    {
        var claims = Claims();
        change?.Invoke(claims);
        var (header, payload) = Parts("RS256", claims.Where(claim => claim.Value is not null).ToDictionary());
        var signature = _key.SignData(Encoding.ASCII.GetBytes($"{header}.{payload}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{header}.{payload}.{Encode(signature)}";
    }

    private static string Hmac(string algorithm, byte[] secret)
    {
        var (header, payload) = Parts(algorithm, Claims());
        return $"{header}.{payload}.{Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes($"{header}.{payload}")))}";
    }

    private static (string Header, string Payload) Parts(string algorithm, Dictionary<string, object?> claims) =>
        (Encode(JsonSerializer.SerializeToUtf8Bytes(new { alg = algorithm, typ = "JWT" })), Encode(JsonSerializer.SerializeToUtf8Bytes(claims)));

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
