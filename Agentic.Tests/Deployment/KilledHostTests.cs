using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment;

namespace Agentic.Tests.Deployment;

/// <summary>The real host killed with SIGKILL in the middle of a deployment over HTTP, and started again on the same data.</summary>
[NonParallelizable]
public class KilledHostTests
{
    private TinyProgram _tiny = null!;

    [SetUp]
    public void Begin()
    {
        TinyProgram.RequireNode();
        _tiny = new TinyProgram();
    }

    [TearDown]
    public void End() => _tiny?.Dispose();

    [TestCase("canary", "preparing")]
    [TestCase("canary", "observing")]
    [TestCase("canary", "verifying")]
    [TestCase("canary", "retiring")]
    [TestCase("canary", "removing")]
    [TestCase("blue-green", "observing")]
    [TestCase("blue-green", "verifying")]
    [TestCase("blue-green", "retiring")]
    [TestCase("rolling", "observing")]
    public async Task Ends_consistent_after_kill_9(string strategy, string phase)
    {
        var data = Path.Combine(_tiny.Folder, "data");

        // What does not go at once keeps the phase open in which it is removed.
        const string Stays = "process.on('SIGTERM', () => {});";
        string id;
        using (var host = await Child.Start(data))
        {
            var first = await host.Deploy(_tiny.OfNode("v1", before: phase == "retiring" ? Stays : ""), "rolling", new { weight = 100 });
            Assert.That(await host.Until(first, record => record["completedAt"] is not null), Is.EqualTo("completed"));
            var second = _tiny.OfNode("v2", before: phase == "preparing" ? "const until = Date.now() + 1500; while (Date.now() < until) {}" : phase == "removing" ? Stays : "");
            var before = strategy switch { "blue-green" => 0, "canary" => 10, _ => 50 };
            id = await host.Deploy(second, strategy, new { weight = before, holdSeconds = phase switch { "observing" => 3, "removing" => 600, _ => 0 } }, new { weight = 100 });
            if (phase == "removing")
            {
                await host.Until(id, record => record["phase"]!.GetValue<string>() == "observing");
                await host.Abort(id);
            }

            await host.Until(id, record => record["phase"]!.GetValue<string>() == phase);
            host.Kill();
        }

        using (var host = await Child.Start(data))
        {
            Assert.That(await host.Until(id, record => record["completedAt"] is not null), Is.EqualTo(phase == "removing" ? "aborted" : "completed"));
            Assert.That(await host.Get(), Is.EqualTo(phase == "removing" ? "v1" : "v2"));
            host.Stop();
        }

        Assert.That(Left(), Is.Empty, "nothing is orphaned");
    }

    private List<string> Left() =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(folder => Path.GetFileName(folder)!).Where(name => name.All(char.IsAsciiDigit)).Where(name =>
        {
            try
            {
                return new FileInfo($"/proc/{name}/cwd").LinkTarget?.StartsWith(_tiny.Folder, StringComparison.Ordinal) == true;
            }
            catch (IOException)
            {
                return false;
            }
        }),
    ];

    private sealed class Child : IDisposable
    {
        private readonly Process _process;
        private readonly HttpClient _http;

        private Child(Process process, Uri address)
        {
            _process = process;
            _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
        }

        public static async Task<Child> Start(string data)
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
            foreach (var argument in (string[])[typeof(DeployingHost).Assembly.Location, "deploying-host", data])
            {
                start.ArgumentList.Add(argument);
            }

            var process = Process.Start(start)!;
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith("ready ", StringComparison.Ordinal))
                {
                    return new Child(process, new Uri(line[6..]));
                }
            }

            process.Kill();
            throw new AssertionException("the host did not start");
        }

        public async Task<string> Deploy(Revision revision, string strategy, params object[] steps)
        {
            using var answer = await _http.PostAsJsonAsync("/deploy", new { service = "tiny", version = revision.Version, environment = "dev", strategy, artifact = revision.Artifact, steps, verificationSeconds = 3 });
            var body = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
            Assert.That((int)answer.StatusCode, Is.EqualTo(202), body.ToJsonString());
            return body["deploymentId"]!.GetValue<string>();
        }

        public async Task<string> Until(string id, Func<JsonObject, bool> isSo)
        {
            var began = TimeProvider.System.GetTimestamp();
            var last = "";
            while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(90))
            {
                using var answer = await _http.GetAsync(new Uri($"/deployments/{id}", UriKind.Relative));
                last = await answer.Content.ReadAsStringAsync();
                if (answer.IsSuccessStatusCode && JsonNode.Parse(last) is JsonObject record && isSo(record))
                {
                    return record["status"]!.GetValue<string>();
                }

                await Task.Delay(20);
            }

            throw new AssertionException($"never so: {last}");
        }

        public async Task Abort(string id)
        {
            using var answer = await _http.PostAsJsonAsync($"/deployments/{id}/abort", new { reason = "test" });
            Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync());
        }

        public Task<string> Get() => _http.GetStringAsync(new Uri("/run/dev/tiny/", UriKind.Relative));

        public void Kill()
        {
            _process.Kill();
            _process.WaitForExit();
        }

        public void Stop()
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(30_000))
            {
                throw new AssertionException("the host did not stop");
            }
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _http.Dispose();
            _process.Dispose();
        }
    }
}
