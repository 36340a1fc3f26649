using System.Net;
using Agentic.Host.Listening;
using Agentic.Tests.Support;

namespace Agentic.Tests.Host;

internal sealed class LocalModeTests
{
    private AgenticHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await AgenticHost.StartAsync(options => options.Sources.Add(new Bakery()));

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [TestCase("--urls=http://0.0.0.0:0")]
    [TestCase("--urls=http://*:0")]
    [TestCase("--urls=http://127.0.0.1:0;http://192.0.2.1:0")]
    [TestCase("--urls=http://127.0.0.1:0", "--Management:Url=http://[::]:0")]
    [TestCase("--http_ports=8080", "--urls=")]
    [TestCase("--Auth:Mode=local", "--urls=http://example.com:0")]
    public void Refuses_to_listen_where_others_can_reach_it(params string[] arguments)
    {
        var refusal = Assert.Throws<StartRefusedException>(() => Agentic.Host.Program.Create(arguments));

        Assert.That(refusal!.Message, Does.StartWith("Auth:Mode=Local").And.Contain("Auth:Mode=ApiKey"));
    }

    [TestCase("http://")]
    [TestCase("ftp://localhost:21")]
    [TestCase("http://localhost:99999")]
    [TestCase("localhost")]
    public void Refuses_what_is_no_address(string url)
    {
        var refusal = Assert.Throws<StartRefusedException>(() => ListenAddress.Parse(url));

        Assert.That(refusal!.Message, Does.Contain("http://localhost:8080"));
    }

    [TestCase("http://[::1]:8080", true)]
    [TestCase("http://127.0.0.2:1", true)]
    [TestCase("http://LOCALHOST:8080", true)]
    [TestCase("http://localhost.example:8080", false)]
    [TestCase("http://[::]:8080", false)]
    [TestCase("http://10.0.0.1", false)]
    public void Knows_which_addresses_only_this_machine_reaches(string url, bool isLoopback) =>
        Assert.That(ListenAddress.Parse(url).IsLoopback, Is.EqualTo(isLoopback));

    [TestCase("evil.example")]
    [TestCase("localhost.evil.example")]
    [TestCase("127.0.0.1.evil.example:8080")]
    [TestCase("192.0.2.7")]
    public async Task Answers_no_foreign_host_name(string host)
    {
        foreach (var address in new[] { _host.BaseAddress, _host.ManagementAddress })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/health")) { Headers = { Host = host } };
            Assert.That(await _host.Client.SendAsync(request).Status(), Is.EqualTo(421), $"{address}");
        }
    }

    [TestCase("Origin", "http://evil.example")]
    [TestCase("Origin", "null")]
    [TestCase("Origin", "http://localhost:1")]
    [TestCase("Sec-Fetch-Site", "cross-site")]
    [TestCase("Sec-Fetch-Site", "same-site")]
    public async Task Does_nothing_for_a_page_of_another_origin(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/bread") { Content = new StringContent("""{"name":"rye"}"""), Headers = { { header, value } } };
        request.Content.Headers.ContentType = new("application/json");
        using var answer = await _host.Client.SendAsync(request);

        await RestTests.Problem(answer, 403);
    }

    [Test]
    public async Task Works_for_its_own_page()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/operations");
        request.Headers.Add("Origin", _host.BaseAddress.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");

        Assert.That(await _host.Client.SendAsync(request).Status(), Is.EqualTo(200));
    }

    [Test]
    public async Task Opens_when_a_link_is_followed_to_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/docs/");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        request.Headers.Add("Sec-Fetch-Dest", "document");

        Assert.That(await _host.Client.SendAsync(request).Status(), Is.EqualTo(200));
    }

    [TestCase("/docs/")]
    [TestCase("/health")]
    [TestCase("/nothing")]
    public async Task Sends_its_protective_headers_with_every_answer(string path)
    {
        using var answer = await _host.Client.GetAsync(path);

        Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'none'; script-src 'self'; ").And.Not.Contain("unsafe"));
        Assert.That(answer.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"));
        Assert.That(answer.Headers.GetValues("X-Frame-Options").Single(), Is.EqualTo("DENY"));
        Assert.That(answer.Headers.Contains("Server"), Is.False);
        Assert.That(answer.Headers.Contains("Strict-Transport-Security"), Is.False);
    }

    [Test]
    public async Task Serves_the_reader_of_the_description_compressed_and_revalidated()
    {
        using var compressed = new HttpRequestMessage(HttpMethod.Get, "/docs/reader.js") { Headers = { { "Accept-Encoding", "br" } } };
        using var answer = await _host.Client.SendAsync(compressed);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/docs/reader.js") { Headers = { { "If-None-Match", answer.Headers.ETag!.Tag } } };

        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/javascript"));
        Assert.That(answer.Content.Headers.ContentEncoding, Is.EqualTo(new[] { "br" }));
        Assert.That(await _host.Client.SendAsync(again).Status(), Is.EqualTo((int)HttpStatusCode.NotModified));
    }
}
