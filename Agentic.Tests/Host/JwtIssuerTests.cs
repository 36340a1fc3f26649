using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Agentic.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Agentic.Tests.Host;

/// <summary>Tokens of an issuer whose keys the host reads from its discovery document.</summary>
internal sealed class JwtIssuerTests
{
    [Test]
    public async Task Trusts_the_keys_that_the_issuer_publishes_and_no_other()
    {
        using var key = RSA.Create(2048);
        using var other = RSA.Create(2048);
        await using var issuer = await Issuer(key);
        var address = issuer.Urls.Single();
        await using var host = await AgenticHost.StartAsync(options =>
        {
            options.Settings["Auth:Mode"] = "Jwt";
            options.Settings["Auth:Jwt:Authority"] = address;
            options.Settings["Auth:Jwt:Audience"] = "agentic";
            options.Settings["Auth:Jwt:RequireHttps"] = "false";
        });

        Assert.That(await Ask(host, Token(key, address)), Is.EqualTo(200));
        Assert.That(await Ask(host, Token(other, address)), Is.EqualTo(401));
        Assert.That(await Ask(host, Token(key, "https://evil.example")), Is.EqualTo(401));
    }

    [Test]
    public async Task Asks_to_come_back_while_the_issuer_cannot_be_reached()
    {
        using var key = RSA.Create(2048);
        await using var host = await AgenticHost.StartAsync(options =>
        {
            options.Settings["Auth:Mode"] = "Jwt";
            options.Settings["Auth:Jwt:Authority"] = "http://127.0.0.1:1";
            options.Settings["Auth:Jwt:Audience"] = "agentic";
            options.Settings["Auth:Jwt:RequireHttps"] = "false";
        });

        Assert.That(await Ask(host, Token(key, "http://127.0.0.1:1")), Is.EqualTo(503));
        Assert.That(await host.Client.GetAsync("/health").Status(), Is.Not.EqualTo(503));
    }

    private static Task<int> Ask(AgenticHost host, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/session/me") { Headers = { { "Authorization", $"Bearer {token}" } } };
        return host.Client.SendAsync(request).Status();
    }

    private static async Task<WebApplication> Issuer(RSA key)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var parameters = key.ExportParameters(includePrivateParameters: false);
        app.MapGet("/.well-known/openid-configuration", (HttpContext http) => Results.Json(new { issuer = Base(http), jwks_uri = $"{Base(http)}/keys" }));
        app.MapGet("/keys", () => Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", kid = "one", alg = "RS256", n = Encode(parameters.Modulus!), e = Encode(parameters.Exponent!) } } }));
        await app.StartAsync();
        return app;
    }

    private static string Base(HttpContext http) => $"http://{http.Request.Host}";

    private static string Token(RSA key, string issuer)
    {
        var header = Encode(JsonSerializer.SerializeToUtf8Bytes(new { alg = "RS256", typ = "JWT", kid = "one" }));
        var payload = Encode(JsonSerializer.SerializeToUtf8Bytes(new { sub = "alice", iss = issuer, aud = "agentic", exp = 4102444800L, scope = "read" }));
        return $"{header}.{payload}.{Encode(key.SignData(Encoding.ASCII.GetBytes($"{header}.{payload}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
