using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment.Infrastructure;
using Agentic.Agents.Integrations.Terraform;
using Agentic.Agents.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.Deployment;

/// <summary>Runs on a double of Terraform Cloud that has workspaces, configurations and runs, and takes nothing out of order.</summary>
public class TerraformCloudTests
{
    private string _folder = "";
    private WebApplication _server = null!;
    private Runs _runs = null!;
    private TerraformCloudInfrastructure _cloud = null!;

    [SetUp]
    public async Task Begin()
    {
        _folder = Directory.CreateTempSubdirectory("agentic-cloud-").FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "root", "network"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "root", "network", "main.tf"), "resource \"terraform_data\" \"a\" {}");
        await File.WriteAllTextAsync(Path.Combine(_folder, "root", "network", "terraform.tfstate"), "{}");
        _runs = new Runs();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(_runs.Answer);
        await _server.StartAsync();
        _cloud = Make("right-token");
    }

    [TearDown]
    public async Task End()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Plans_uploads_only_the_configuration_and_applies_exactly_that_run_once()
    {
        var planned = await _cloud.Plan(Place("staging"), false, default);

        Assert.That(planned.IsRefused, Is.False, planned.Refusal?.Reason);
        Assert.That((planned.Value!.ToAdd, planned.Value.ToDestroy), Is.EqualTo((1, 0)));
        Assert.That(_runs.Uploaded, Is.EqualTo(new[] { "main.tf" }));
        Assert.That(_runs.Log, Has.None.Contains("actions/apply"), "nothing is applied by planning");

        var applied = await _cloud.Apply(Place("staging"), planned.Value.Digest, default);
        Assert.That(applied.IsRefused, Is.False, applied.Refusal?.Reason);
        Assert.That(applied.Value!.Outputs.ToJsonString(), Is.EqualTo($$"""{"address":"10.0.0.1","password":"{{Redactor.Mark}}"}"""));
        Assert.That((await _cloud.Apply(Place("staging"), planned.Value.Digest, default)).Refusal!.Kind, Is.EqualTo(RefusalKind.Conflict));
        Assert.That((await _cloud.Apply(Place("production"), planned.Value.Digest, default)).Refusal!.Kind, Is.EqualTo(RefusalKind.Conflict));
        Assert.That(_runs.Log.Count(line => line.Contains("actions/apply", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Does_not_apply_a_plan_that_became_another()
    {
        var planned = await _cloud.Plan(Place("staging"), false, default);
        _runs.Adds = 2;

        Assert.That((await _cloud.Apply(Place("staging"), planned.Value!.Digest, default)).Refusal!.Reason, Does.Contain("another than the one that was approved"));
        Assert.That(_runs.Log, Has.None.Contains("actions/apply"));
    }

    [Test]
    public async Task Sees_drift_by_a_run_that_could_change_nothing()
    {
        Assert.That((await _cloud.Drift(Place("staging"), default)).Value!.HasDrifted, Is.False);
        _runs.HasDrift = true;

        var drift = await _cloud.Drift(Place("staging"), default);

        Assert.That(drift.Value!.Changes.Single().Address, Is.EqualTo("terraform_data.a"));
        Assert.That(_runs.Log, Has.Some.Contains("\"plan-only\":true"));
    }

    [Test]
    public async Task Says_what_went_wrong_there()
    {
        Assert.That((await Make("wrong-token").Plan(Place("staging"), false, default)).Refusal!.Reason, Does.Contain("401"));
        Assert.That((await _cloud.Plan(Place("nowhere"), false, default)).Refusal!.Reason, Does.Contain("not found, or the token may not see it"));
        Assert.That((await _cloud.Plan(new InfrastructurePlace("/etc", "staging", new Dictionary<string, string>()), false, default)).Refusal!.Kind, Is.EqualTo(RefusalKind.Forbidden));
        _runs.Ends = "errored";
        Assert.That((await _cloud.Plan(Place("staging"), false, default)).Refusal!.Reason, Does.Contain("ended errored"));
        _runs.Fails = 503;
        Assert.That((await _cloud.Plan(Place("staging"), false, default)).Refusal!.IsTransient, Is.True);
    }

    [Test]
    public async Task Cancels_the_run_when_nobody_wants_it_any_more()
    {
        _runs.Ends = "planning";
        using var cancel = new CancellationTokenSource();
        var planning = _cloud.Plan(Place("staging"), false, cancel.Token);
        while (!_runs.Log.Any(line => line.StartsWith("GET /api/v2/runs/", StringComparison.Ordinal)))
        {
            await Task.Delay(5);
        }

        await cancel.CancelAsync();

        Assert.That(async () => await planning, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_runs.Log, Has.Some.Contains("actions/cancel"));
    }

    private TerraformCloudInfrastructure Make(string token)
    {
        var options = new TerraformOptions
        {
            Root = Path.Combine(_folder, "root"), Folder = Path.Combine(_folder, "kept"),
            Cloud = { Organization = "acme", Url = _server.Urls.First(), Token = token, PollInterval = TimeSpan.FromMilliseconds(5) },
        };
        return new TerraformCloudInfrastructure(options, TerraformCloudClient.Connect(options.Cloud), TimeProvider.System);
    }

    private InfrastructurePlace Place(string environment) => new(Path.Combine(_folder, "root", "network"), environment, new Dictionary<string, string> { ["size"] = "small" });

    private sealed class Runs
    {
        private readonly Dictionary<string, (string Status, string Configuration, JsonObject Attributes)> _all = [];
        private readonly HashSet<string> _uploaded = [];

        public List<string> Log { get; } = [];

        public List<string> Uploaded { get; } = [];

        public int Adds { get; set; } = 1;

        public bool HasDrift { get; set; }

        public string Ends { get; set; } = "planned";

        public int Fails { get; set; }

        public async Task Answer(HttpContext http)
        {
            var path = http.Request.Path.Value!;
            if (path.StartsWith("/upload/", StringComparison.Ordinal))
            {
                await Take(http);
                return;
            }

            var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
            lock (Log)
            {
                Log.Add($"{http.Request.Method} {path} {body}");
            }

            var (status, answer) = Fails > 0 ? (Fails, [])
                : http.Request.Headers.Authorization != "Bearer right-token" ? (401, new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["title"] = "unauthorized" }) })
                : Handle(http.Request.Method, path["/api/v2/".Length..].Split('/'), body, http.Request.ContentType);
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/vnd.api+json";
            await http.Response.WriteAsync(answer.ToJsonString());
        }

        private (int, JsonObject) Handle(string method, string[] path, string body, string? type)
        {
            if (method == "POST" && type != "application/vnd.api+json")
            {
                return (415, []);
            }

            switch (method, path)
            {
                case ("GET", ["organizations", "acme", "workspaces", "network-staging"]):
                    return (200, Thing("ws-1", []));
                case ("POST", ["workspaces", "ws-1", "configuration-versions"]):
                    return (201, Thing("cv-1", new JsonObject { ["upload-url"] = "/upload/cv-1", ["status"] = "pending" }));
                case ("GET", ["configuration-versions", "cv-1"]):
                    return (200, Thing("cv-1", new JsonObject { ["status"] = _uploaded.Contains("cv-1") ? "uploaded" : "pending" }));
                case ("POST", ["runs"]):
                    var asked = JsonNode.Parse(body)!["data"]!;
                    if (!_uploaded.Contains(asked["relationships"]!["configuration-version"]!["data"]!["id"]!.GetValue<string>()) || asked["attributes"]!["variables"]![0]!["value"]!.GetValue<string>() != "\"small\"")
                    {
                        return (422, []);
                    }

                    var id = $"run-{_all.Count + 1}";
                    _all[id] = ("planning", "cv-1", asked["attributes"]!.AsObject());
                    return (201, Thing(id, new JsonObject { ["status"] = "pending" }));
                case ("GET", ["runs", var run]):
                    var known = _all[run];
                    if (known.Status == "planning")
                    {
                        _all[run] = known with { Status = Ends };
                    }
                    else if (known.Status == "applying")
                    {
                        _all[run] = known with { Status = "applied" };
                    }

                    var shown = Thing(run, new JsonObject { ["status"] = known.Status });
                    shown["data"]!["relationships"] = new JsonObject { ["plan"] = new JsonObject { ["data"] = new JsonObject { ["id"] = $"plan-{run}" } } };
                    return (200, shown);
                case ("POST", ["runs", var run, "actions", "apply"]) when _all[run].Status == "planned":
                    _all[run] = _all[run] with { Status = "applying" };
                    return (202, []);
                case ("POST", ["runs", _, "actions", "cancel"]):
                    return (202, []);
                case ("POST", ["runs", _, "actions", _]):
                    return (409, []);
                case ("GET", ["plans", _, "json-output"]):
                    return (200, new JsonObject
                    {
                        ["resource_changes"] = new JsonArray([.. Enumerable.Range(0, Adds).Select(n => (JsonNode)new JsonObject { ["address"] = $"terraform_data.n{n}", ["change"] = new JsonObject { ["actions"] = new JsonArray("create") } })]),
                        ["resource_drift"] = HasDrift ? new JsonArray(new JsonObject { ["address"] = "terraform_data.a", ["change"] = new JsonObject { ["actions"] = new JsonArray("update") } }) : [],
                    });
                case ("GET", ["workspaces", "ws-1", "current-state-version-outputs"]):
                    return (200, new JsonObject
                    {
                        ["data"] = new JsonArray(
                            new JsonObject { ["attributes"] = new JsonObject { ["name"] = "address", ["value"] = "10.0.0.1", ["sensitive"] = false } },
                            new JsonObject { ["attributes"] = new JsonObject { ["name"] = "password", ["value"] = "hunter", ["sensitive"] = true } }),
                    });
                default:
                    return (404, []);
            }
        }

        private async Task Take(HttpContext http)
        {
            // The address is signed by itself, so the token must not come along.
            if (http.Request.Headers.ContainsKey("Authorization") || http.Request.Method != "PUT")
            {
                http.Response.StatusCode = 400;
                return;
            }

            await using var zip = new GZipStream(http.Request.Body, CompressionMode.Decompress);
            await using var tar = new TarReader(zip);
            Uploaded.Clear();
            while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
            {
                Uploaded.Add(entry.Name);
            }

            _uploaded.Add("cv-1");
        }

        private static JsonObject Thing(string id, JsonObject attributes) => new() { ["data"] = new JsonObject { ["id"] = id, ["attributes"] = attributes } };
    }
}
