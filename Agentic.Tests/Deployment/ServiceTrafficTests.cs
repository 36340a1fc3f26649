using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Analysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.Deployment;

public class ServiceTrafficTests
{
    private static readonly ServiceKey Key = new("tiny", "dev");

    [Test]
    public async Task Gives_every_hundred_requests_exactly_the_weights()
    {
        await using var host = await TrafficHost.Start();
        await using var one = await Backend("1");
        await using var two = await Backend("2");
        host.Traffic.Route(Key, [Route("1", one, 90), Route("2", two, 10)]);

        var answers = new List<string>();
        for (var i = 0; i < 200; i++)
        {
            answers.Add(await host.Get(Key));
        }

        Assert.That(answers.Count(answer => answer == "2"), Is.EqualTo(20));
        Assert.That(answers.Take(20).Count(answer => answer == "2"), Is.InRange(1, 3), "a small share is spread evenly");
    }

    [Test]
    public async Task Answers_503_for_what_is_not_served()
    {
        await using var host = await TrafficHost.Start();

        Assert.That(await host.Get(Key), Is.EqualTo("503"));
        host.Traffic.Route(Key, []);
        Assert.That(await host.Get(Key), Is.EqualTo("503"));
    }

    [Test]
    public async Task Hands_on_path_query_method_and_prefix_but_no_credentials()
    {
        await using var host = await TrafficHost.Start();
        await using var echo = await Backend("1");
        host.Traffic.Route(Key, [Route("1", echo, 100)]);
        using var request = new HttpRequestMessage(HttpMethod.Put, TrafficHost.Path(Key, "echo/a%20b?x=1&y=%2F"));
        request.Headers.Add("X-Api-Key", "host-key");
        request.Headers.Add("Cookie", "session=host");

        using var answer = await host.Client.SendAsync(request);

        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("PUT /echo/a b ?x=1&y=%2F prefix=/run/dev/tiny key= cookie="));
    }

    [Test]
    public async Task Counts_errors_and_latency_per_revision()
    {
        await using var host = await TrafficHost.Start();
        await using var service = await Backend("1");
        host.Traffic.Route(Key, [Route("1", service, 100)]);
        for (var i = 0; i < 10; i++)
        {
            await host.Get(Key, i % 5 == 0 ? "fail" : "");
        }

        var revision = new Revision("1", new string('a', 64), "x");
        host.Traffic.Route(Key, [new TrafficRoute(revision.Name, [new Uri(service.Urls.First())], 100)]);
        await host.Get(Key, "fail");
        var sample = await host.Traffic.Read(Key, revision, DateTimeOffset.UnixEpoch, default);

        Assert.That(sample!.Requests, Is.EqualTo(1));
        Assert.That(sample.Errors, Is.EqualTo(1));
        Assert.That(sample.Latency.Total, Is.EqualTo(1));
    }

    [Test]
    public async Task Counts_a_dead_instance_as_errors()
    {
        await using var host = await TrafficHost.Start();
        var service = await Backend("1");
        var revision = new Revision("1", new string('a', 64), "x");
        host.Traffic.Route(Key, [new TrafficRoute(revision.Name, [new Uri(service.Urls.First())], 100)]);
        await service.DisposeAsync();

        Assert.That(await host.Get(Key), Is.EqualTo("502"));

        Assert.That((await host.Traffic.Read(Key, revision, DateTimeOffset.UnixEpoch, default))!.Errors, Is.EqualTo(1));
    }

    [Test]
    public async Task Refuses_shares_that_do_not_sum_to_100_and_draining_what_has_a_share()
    {
        await using var host = await TrafficHost.Start();
        var at = new Uri("http://127.0.0.1:1/");

        Assert.That(() => host.Traffic.Route(Key, [new TrafficRoute("1", [at], 90)]), Throws.ArgumentException);
        Assert.That(() => host.Traffic.Route(Key, [new TrafficRoute("1", [at], 90), new TrafficRoute("2", [at], 20)]), Throws.ArgumentException);
        Assert.That(() => host.Traffic.Route(Key, [new TrafficRoute("1", [], 100)]), Throws.ArgumentException);
        host.Traffic.Route(Key, [new TrafficRoute("1", [at], 100)]);
        Assert.That(async () => await host.Traffic.Drain(Key, "1", TimeSpan.FromSeconds(1), default), Throws.InvalidOperationException);
        Assert.That(await host.Traffic.Drain(Key, "2", TimeSpan.Zero, default), Is.True);
    }

    [Test]
    public void Leaves_out_the_second_in_which_a_span_begins()
    {
        var tally = new RequestTally();
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        tally.Count(at.AddSeconds(0.9), true, TimeSpan.FromMilliseconds(3));
        tally.Count(at.AddSeconds(1.1), false, TimeSpan.FromMilliseconds(3));
        tally.Count(at.AddSeconds(2.5), true, TimeSpan.FromMilliseconds(3));

        Assert.That(tally.Since(at), Is.Not.Null.And.Property("Requests").EqualTo(3));
        Assert.That(tally.Since(at.AddSeconds(0.5)).Requests, Is.EqualTo(2));
        Assert.That(tally.Since(at.AddSeconds(1.5)).Errors, Is.EqualTo(1));
        Assert.That(tally.Since(at.AddSeconds(9)).Requests, Is.Zero);
    }

    private static TrafficRoute Route(string revision, WebApplication service, int weight) => new(revision, [new Uri(service.Urls.First())], weight);

    private static async Task<WebApplication> Backend(string version)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async http =>
        {
            var request = http.Request;
            http.Response.StatusCode = request.Path == "/fail" ? 500 : 200;
            await http.Response.WriteAsync(request.Path.StartsWithSegments("/echo")
                ? $"{request.Method} {request.Path.Value} {request.QueryString} prefix={request.Headers["X-Forwarded-Prefix"]} key={request.Headers["X-Api-Key"]} cookie={request.Headers.Cookie}"
                : version);
        });
        await app.StartAsync();
        return app;
    }
}
