using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment;
using Agentic.Agents.Operations;
using Agentic.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.Deployment;

/// <summary>What others are told over HTTP: in order, signed, at least once, also by a host that was away.</summary>
internal sealed class EventOutboxTests
{
    private const string Secret = "a-secret-of-some-length";

    private readonly ConcurrentQueue<(string Delivery, JsonObject Event)> _taken = new();
    private readonly ConcurrentQueue<int> _answers = new();
    private readonly ConcurrentQueue<string> _unsigned = new();
    private int _asked;
    private WebApplication _receiver = null!;

    [SetUp]
    public async Task Begin()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _receiver = builder.Build();
        _receiver.Run(Receive);
        await _receiver.StartAsync();
    }

    [TearDown]
    public ValueTask End() => _receiver.DisposeAsync();

    [Test]
    public async Task Tells_in_order_goes_on_after_a_restart_and_passes_over_what_is_refused_for_good()
    {
        var data = Directory.CreateTempSubdirectory("agentic-").FullName;
        foreach (var status in (int[])[503, 401, 302])
        {
            _answers.Enqueue(status);
        }

        await using (var host = await Start(data, keeps: true))
        {
            await Deploy(host, "1.0.0");
            await Eventually.Holds(() => Task.FromResult(_taken.Count == 2));
        }

        Assert.That(_taken.Select(taken => (string?)taken.Event["detail-type"]), Is.EqualTo(new[] { "deployment.started", "deployment.completed" }));
        Assert.That(_taken.Select(taken => (string?)taken.Event["source"]), Is.All.EqualTo("agentic-framework.deployment"));
        Assert.That(_taken.Select(taken => (string?)taken.Event["detail"]!["version"]), Is.All.EqualTo("1.0.0"));
        Assert.That(_asked, Is.EqualTo(5), "what was not taken came again");
        _answers.Enqueue(422);
        await using (var host = await Start(data, keeps: false))
        {
            await Deploy(host, "2.0.0");
            await Eventually.Holds(() => Task.FromResult(_taken.Count == 3));
        }

        var last = _taken.Last();
        Assert.That(((string?)last.Event["detail-type"], (string?)last.Event["detail"]!["version"]), Is.EqualTo(("deployment.completed", "2.0.0")));
        Assert.That(_taken.Select(taken => taken.Delivery).Distinct().Count(), Is.EqualTo(3));
        Assert.That(_unsigned, Is.Empty);
    }

    private async Task Receive(HttpContext http)
    {
        var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
        Interlocked.Increment(ref _asked);
        if (http.Request.Headers["X-Agentic-Signature-256"] != "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body))))
        {
            _unsigned.Enqueue(body);
        }

        if (_answers.TryDequeue(out var status))
        {
            http.Response.StatusCode = status;
            return;
        }

        _taken.Enqueue((http.Request.Headers["X-Agentic-Delivery"].ToString(), JsonNode.Parse(body)!.AsObject()));
    }

    private async Task<AgenticHost> Start(string data, bool keeps)
    {
        var target = new FakeRolloutTarget();
        return await AgenticHost.StartAsync(options =>
        {
            (options.DataFolder, options.KeepsData) = (data, keeps);
            options.Settings["Events:Url"] = _receiver.Urls.First() + "/events";
            options.Settings["Events:Secret"] = Secret;
            options.Settings["Events:RetryDelay"] = "00:00:00.020";
            options.Settings["Deployment:Target"] = "fake";
            options.Settings["Deployment:MeasureInterval"] = "00:00:00.020";
            options.Settings["Deployment:Environments:dev:Verification"] = "00:00:00";
            options.Services = services => services.AddSingleton<IRolloutTarget>(target).AddSingleton<IMetricSource>(target).AddSingleton<IReleases, AnyRelease>();
        });
    }

    private static async Task Deploy(AgenticHost host, string version)
    {
        using var answer = await host.Client.PostAsJsonAsync("/deploy", new { service = "shop", version, environment = "dev", steps = new[] { new { weight = 100 } } });
        var id = (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["deploymentId"];
        await Eventually.Holds(async () => (await host.Client.GetFromJsonAsync<JsonObject>($"/deployments/{id}"))!["completedAt"] is not null);
    }

    private sealed class AnyRelease : IReleases
    {
        public Task<Outcome<Revision>> Find(string service, string version, string? artifact, CancellationToken cancellation) =>
            Task.FromResult<Outcome<Revision>>(new Revision(version, ARollout.Digest(service + version), $"artifacts/{service}/{version}"));
    }
}
