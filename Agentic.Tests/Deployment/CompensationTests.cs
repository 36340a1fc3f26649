using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment;
using Agentic.Agents.Operations;
using Agentic.Persistence.Deployment;
using Agentic.Tests.Support;

namespace Agentic.Tests.Deployment;

/// <summary>A plan from commit to confirmation that fails at its last step: what ran is gone, and what was made for it, in that order.</summary>
[NonParallelizable]
internal sealed class CompensationTests
{
    private TinyProgram _tiny = null!;
    private string _health = "";

    [SetUp]
    public void Begin()
    {
        TinyProgram.RequireNode();
        Programs.Require("git");
        if (LocalPostgres.Find("initdb") is null)
        {
            Programs.Require("initdb");
        }

        _tiny = new TinyProgram();
        _health = Path.Combine(_tiny.Folder, "sick");
    }

    [TearDown]
    public void End() => _tiny?.Dispose();

    [Test]
    public async Task Undoes_deployment_and_database_in_reverse_when_the_last_step_fails()
    {
        var revision = _tiny.Write(
            "v1",
            ("package.json", """{ "name": "tiny", "version": "1.0.0", "scripts": { "start": "node server.js" } }"""),
            ("server.js", $$"""
                const fs = require('fs');
                require('http').createServer((req, res) => {
                  if (req.url === '/database') { res.end(String(Boolean(process.env.DATABASE_URL))); return; }
                  if (fs.existsSync('{{_health}}')) res.statusCode = 503;
                  res.end('v1');
                }).listen(process.env.PORT, process.env.HOST);
                """));
        var commit = await Committed(revision.Artifact);
        var data = Directory.CreateTempSubdirectory("agentic-").FullName;
        string? seen = null;
        Func<Task<string>> atWork = null!;
        await using var host = await AgenticHost.StartAsync(options =>
        {
            options.DataFolder = data;
            options.Settings["Deployment:Sources:tiny:Repository"] = revision.Artifact;
            options.Settings["Deployment:MeasureInterval"] = "00:00:00.1";
            options.Settings["Deployment:Process:Folder"] = Path.Combine(data, "services");
            options.Sources.Add(new Sickening(_health, async () => seen = await atWork()));
        });
        Task<string> Get(string path) => host.Client.GetStringAsync(new Uri(path, UriKind.Relative));
        atWork = () => Get("/run/dev/tiny/database");

        using var begun = await host.Client.PostAsJsonAsync("/workflows", new
        {
            tasks = new object[]
            {
                new { id = "code", operation = "import_release", input = new { service = "tiny", commit } },
                new { id = "policy", operation = "validate_artifact", dependsOn = (string[])["code"], input = new { artifact = "${tasks.code.result.artifact.sha256}", environment = "dev", subject = "tiny" } },
                new
                {
                    id = "provision", operation = "provision_database", dependsOn = (string[])["policy"], input = new { service = "tiny", environment = "dev" },
                    compensate = new { operation = "release_database", input = new { service = "tiny", place = "dev" } },
                },
                new
                {
                    id = "deploy", operation = "deploy_service", dependsOn = (string[])["provision", "code"],
                    input = new { service = "tiny", version = "${tasks.code.result.version}", environment = "dev", strategy = "rolling", steps = (object[])[new { weight = 100 }], verificationSeconds = 0 },
                    compensate = new { operation = "undo_deployment", input = new { id = "${tasks.deploy.result.deploymentId}", reason = "a later step failed" } },
                },
                new { id = "sicken", operation = "sicken_service", dependsOn = (string[])["deploy"], input = new { } },
                new { id = "verify", operation = "verify_deployment", dependsOn = (string[])["sicken", "deploy"], input = new { id = "${tasks.deploy.result.deploymentId}" }, retry = new { maxAttempts = 1 } },
            },
        });
        var accepted = (await begun.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.That(begun.StatusCode, Is.EqualTo(HttpStatusCode.Created), accepted.ToJsonString());
        var id = (string)accepted["workflowId"]!;
        JsonObject record = [];
        await Eventually.Holds(async () => (record = (await host.Client.GetFromJsonAsync<JsonObject>($"/workflows/{id}"))!)["completedAt"] is not null);

        var tasks = record["tasks"]!.AsArray().ToDictionary(task => (string)task!["taskId"]!, task => (string)task!["status"]!);
        Assert.That((string?)record["status"], Is.EqualTo("failed"), record.ToJsonString());
        Assert.That((tasks["verify"], tasks["deploy"], tasks["provision"]), Is.EqualTo(("failed", "compensated", "compensated")), record.ToJsonString());
        Assert.That(seen, Is.EqualTo("true"), "it ran for real and had its database");
        var history = await Get($"/workflows/{id}/history");
        Assert.That(history.IndexOf("undo_deployment", StringComparison.Ordinal) is var undone && undone < 0 || undone < history.IndexOf("release_database", StringComparison.Ordinal), history);
        using var gone = await host.Client.GetAsync(new Uri("/run/dev/tiny/", UriKind.Relative));
        Assert.That(gone.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable), "nothing serves any more");
        Assert.That(await host.Get<IServiceDatabases>().Address(new ServiceKey("tiny", "dev"), default), Is.Null, "its database is gone");
        Assert.That(Running(data), Is.Empty, "and no process is left of it");
    }

    private static List<string> Running(string folder) =>
    [
        .. Directory.EnumerateDirectories("/proc").Where(process =>
        {
            try
            {
                return new FileInfo($"{process}/cwd").LinkTarget?.StartsWith(Path.Combine(folder, "services"), StringComparison.Ordinal) == true;
            }
            catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }),
    ];

    private static async Task<string> Committed(string folder)
    {
        foreach (var arguments in (string[][])[["init", "--quiet", "--initial-branch=main"], ["add", "."], ["-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "-m", "first"]])
        {
            await Git(folder, arguments);
        }

        return (await Git(folder, "rev-parse", "HEAD")).Trim();
    }

    private static async Task<string> Git(string folder, params string[] arguments)
    {
        using var git = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        Assert.That(git.ExitCode, Is.Zero, string.Join(' ', arguments));
        return output;
    }

    internal sealed record Sicken;

    internal sealed record Sick(bool Done);

    /// <summary>Looks at the service as it runs and then makes it fail its health checks.</summary>
    private sealed class Sickening(string file, Func<Task> look) : IOperationSource
    {
        public IEnumerable<Operation> Operations =>
        [
            Operation.Define<Sicken, Sick>("sicken_service", "deployment", Effect.Changes, Mode.Durable, "Makes the service of this test fail its health checks.", async (_, _, cancellation) =>
            {
                await look();
                await File.WriteAllTextAsync(file, "", cancellation);
                return new Sick(true);
            }),
        ];
    }
}
