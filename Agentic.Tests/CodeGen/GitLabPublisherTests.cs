using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.CodeGen;
using Agentic.Agents.CodeGen.Publishing;
using Agentic.Agents.Integrations.GitLab;
using Agentic.Agents.Operations;
using Agentic.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.CodeGen;

/// <summary>Exchanges with GitLab, one case folder each: what is asked in which order, what GitLab answers, and what comes of it.</summary>
internal sealed class GitLabPublisherTests
{
    private const string Token = "glpat-not-a-real-token-0";

    private static IEnumerable<TestCaseData> Cases => Directory.GetDirectories(Path.Combine(SourceTree.Cases("CodeGen"), "gitlab")).Order(StringComparer.Ordinal)
        .Select(folder => new TestCaseData(JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "case.json")))!.AsObject()).SetArgDisplayNames(Path.GetFileName(folder)));

    [TestCaseSource(nameof(Cases))]
    public async Task Exchanges_what_the_case_says(JsonObject script)
    {
        var open = new Queue<JsonNode>(script["exchange"]!.AsArray().Select(step => step!));
        var problems = new List<string>();
        await using var app = await Serve(async http =>
        {
            var asked = $"{http.Request.Method} {http.Features.Get<IHttpRequestFeature>()!.RawTarget}";
            var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
            if (http.Request.Headers["PRIVATE-TOKEN"] != Token)
                problems.Add($"{asked} came without the token.");
            if (!open.TryDequeue(out var step) || (string?)step["request"] != asked)
            {
                problems.Add($"{asked} was asked instead of {step?["request"] ?? "nothing"}.");
                http.Response.StatusCode = 500;
                return;
            }

            if (step["body"] is { } wanted && !JsonNode.DeepEquals(wanted, JsonNode.Parse(body)))
                problems.Add($"{asked} sent {body}");
            http.Response.StatusCode = step["status"]!.GetValue<int>();
            foreach (var (name, value) in step["headers"]?.AsObject() ?? [])
                http.Response.Headers[name] = (string?)value;
            await http.Response.WriteAsync((string?)step["raw"] ?? step["answer"]!.ToJsonString());
        });
        var outcome = script["wanted"] is { } wanted ? (await AskForReview(app, wanted)).Select(object (open) => open) : (await Publish(app, script)).Select(object (done) => done);

        Assert.That(problems, Is.Empty);
        Assert.That(open, Is.Empty, "was not asked");
        var expected = script["expected"]!;
        if (expected["published"] is { } published)
            Assert.That(JsonSerializer.SerializeToNode(outcome.Value, AgenticJson.Options)!.ToJsonString(), Is.EqualTo(published.ToJsonString()), outcome.Refusal?.Reason);
        else
        {
            Assert.That(JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.Refusal!.Kind.ToString()), Is.EqualTo((string?)expected["refused"]));
            Assert.That(outcome.Refusal.Reason, Does.Contain((string?)expected["reason"]).And.Not.Contain(Token));
            if (expected["retryAfter"] is { } seconds)
                Assert.That(outcome.Refusal.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(seconds.GetValue<int>())));
        }
    }

    [Test]
    public async Task Stops_waiting_for_a_server_that_hangs()
    {
        var stop = new CancellationTokenSource();
        await using var app = await Serve(async http => await Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default));
        var outcome = await Publish(app, new JsonObject { ["files"] = new JsonObject { ["a"] = "b" }, ["review"] = false, ["creates"] = true });
        await stop.CancelAsync();

        Assert.That(outcome.Refusal!.Reason, Does.Contain("did not answer within 1 s"));
    }

    private static Task<Outcome<Published>> Publish(WebApplication app, JsonObject script)
    {
        var files = new GeneratedFiles(script["files"]!.AsObject().Select(file => new GeneratedFile(file.Key, Encoding.UTF8.GetBytes((string)file.Value!))));
        var publication = new Publication(
            "user-service", "platform/user-service", "main", files, "Add user-service", script["review"]!.GetValue<bool>(), script["creates"]!.GetValue<bool>(), true, DateTimeOffset.UnixEpoch);
        return new GitLabPublisher(TimeProvider.System).Publish(Connection(app), publication, default);
    }

    private static Task<Outcome<OpenReview>> AskForReview(WebApplication app, JsonNode wanted) => new GitLabPublisher(TimeProvider.System).AskForReview(
        Connection(app), new WantedReview("platform/user-service", (string)wanted["branch"]!, (string)wanted["into"]!, (string)wanted["title"]!, (string)wanted["text"]!), default);

    private static GitConnection Connection(WebApplication app) => new() { Kind = "gitlab", Url = app.Urls.First(), Token = Token, TimeoutSeconds = 1 };

    private static async Task<WebApplication> Serve(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }
}
