using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Tests.Support;

namespace Agentic.Tests.Host;

/// <summary>Immediate operations under an Idempotency-Key.</summary>
internal sealed class RepeatedCallTests
{
    private readonly Till _till = new();
    private AgenticHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await AgenticHost.StartAsync(options => options.Sources.Add(_till));

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Does_once_what_is_sent_twice_under_one_key()
    {
        var first = await Ring("coins", "k-1").Json();
        var again = await Ring("coins", "k-1").Json();
        var other = await Ring("coins", "k-2").Json();

        Assert.That(((int?)again["count"], (int?)other["count"]), Is.EqualTo(((int?)first["count"], (int?)first["count"] + 1)));
    }

    [Test]
    public async Task Refuses_a_key_that_was_used_for_another_body()
    {
        await Ring("one", "k-3").Json();

        Assert.That((string?)(await Ring("two", "k-3").Json(409))["detail"], Does.StartWith("This Idempotency-Key was used for another request."));
    }

    [Test]
    public async Task Does_once_what_is_sent_twice_at_the_same_time()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Ring("same", "k-4").Json()));

        Assert.That(answers.Select(answer => (int?)answer["count"]).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Tries_again_what_was_refused()
    {
        await Ring("jammed", "k-5").Json(503);
        Assert.That((string?)(await Ring("jammed", "k-5").Json())["name"], Is.EqualTo("jammed"));
    }

    [Test]
    public async Task Keeps_no_secret_to_answer_a_second_time()
    {
        Assert.That((string?)(await Ring("token", "k-6").Json())["name"], Does.StartWith("agk_"));
        Assert.That((string?)(await Ring("token", "k-6").Json(409))["detail"], Does.Contain("shown once"));
    }

    [Test]
    public async Task Remembers_after_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("agentic-").FullName;
        int? before;
        await using (var first = await AgenticHost.StartAsync(options => { options.Sources.Add(_till); options.DataFolder = folder; options.KeepsData = true; }))
            before = (int?)(await Ring("kept", "k-7", first).Json())["count"];
        await using var second = await AgenticHost.StartAsync(options => { options.Sources.Add(_till); options.DataFolder = folder; });

        Assert.That((int?)(await Ring("kept", "k-7", second).Json())["count"], Is.EqualTo(before));
    }

    private Task<HttpResponseMessage> Ring(string name, string key, AgenticHost? host = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/operations/ring_till") { Content = new StringContent(new JsonObject { ["name"] = name }.ToJsonString(), System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key);
        return (host ?? _host).Client.SendAsync(request);
    }

    internal sealed record RingTill([property: System.ComponentModel.Description("What to ring up.")] string Name);

    internal sealed record Rung(string Name, int Count);

    /// <summary>Counts how often it was really rung.</summary>
    private sealed class Till : IOperationSource
    {
        private int _count;
        private bool _wasJammed;

        public IEnumerable<Operation> Operations =>
        [
            Operation.Define<RingTill, Rung>("ring_till", "platform", Effect.Changes, Mode.Immediate, "Rings up something for a test.", (ring, _, _) =>
            {
                if (ring.Name == "jammed" && !_wasJammed)
                {
                    _wasJammed = true;
                    return Task.FromResult<Outcome<Rung>>(Refusal.Unavailable("The till is jammed."));
                }

                return Task.FromResult<Outcome<Rung>>(new Rung(ring.Name == "token" ? "agk_0123456789abcdef0123456789abcdef" : ring.Name, Interlocked.Increment(ref _count)));
            }) with { Example = new RingTill("coins") },
        ];
    }
}
