using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Agents.Planner;
using Agentic.Tests.Support;

namespace Agentic.Tests.Durability;

/// <summary>
/// Kills a host with SIGKILL at every point of a reference workflow (before and after each journal write, before and after each effect),
/// starts it again, lets the workflow end, and compares its end and its effects with an undisturbed run's.
/// </summary>
internal static class DurabilityProof
{
    // Parallel tasks share a write or not as chance has it, so a run may have fewer points than the undisturbed one and end before its last.
    private const int TriesPerPoint = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static async Task<int> Run(string[] args)
    {
        var step = args.Length > 1 && int.TryParse(args[1], out var every) ? every : 1;
        var failed = false;
        foreach (var store in args.Length > 0 ? [args[0]] : (string[])["sqlite", "postgres"])
        {
            PostgresServer? server = null;
            if (store == "postgres")
                server = await PostgresServer.StartAsync();
            var report = await Prove(server, point => point % step == 0, Console.WriteLine);
            Console.WriteLine($"{store}: {report.Points} crash points, {report.Killed} killed there, {report.NotReached} not reached, {report.Differences.Count} differences");
            failed |= report.Differences.Count > 0 || report.Killed == 0;
            if (server is not null)
                await server.DisposeAsync();
        }

        return failed ? 1 : 0;
    }

    public static async Task<Report> Prove(PostgresServer? server, Func<int, bool> isTried, Action<string> say)
    {
        var undisturbed = await RunOnce(server, crashAt: 0);
        var points = File.ReadAllLines(undisturbed.Trace).Length;
        var expected = undisturbed.End;
        say($"undisturbed: {expected}");
        var differences = new List<string>();
        var (killed, notReached) = (0, 0);
        foreach (var point in Enumerable.Range(1, points).Where(isTried))
        {
            var run = await RunOnce(server, point);
            for (var again = 1; !run.WasKilled && run.End == expected && again < TriesPerPoint; again++)
                run = await RunOnce(server, point);
            var killedAt = File.ReadAllLines(run.Trace).FirstOrDefault(line => line.StartsWith($"{point} ", StringComparison.Ordinal)) ?? $"{point} (not reached)";
            if (run.WasKilled)
                killed++;
            else
                notReached++;
            say($"  {(run.WasKilled ? $"killed at {killedAt}" : $"point {point} was not reached")}: {(run.End == expected ? "equal" : "DIFFERENT")}");
            if (run.End != expected)
                differences.Add($"{killedAt}: {run.End}");
        }

        return new Report(points, killed, notReached, differences);
    }

    private static async Task<Ran> RunOnce(PostgresServer? server, int crashAt)
    {
        var folder = Directory.CreateTempSubdirectory("agentic-proof-").FullName;
        var connection = server is null ? "" : await server.CreateDatabaseAsync();
        var (effects, trace) = (Path.Combine(folder, "effects.txt"), Path.Combine(folder, "trace.txt"));
        var wasKilled = false;
        var clock = Stopwatch.StartNew();
        for (var start = 0; clock.Elapsed < Patience; start++)
        {
            using var child = Child.Start([Path.Combine(folder, "data"), effects, start == 0 ? $"{crashAt}" : "0", start == 0 ? trace : trace + ".after", connection]);
            var end = await Drive(child, clock);
            if (end is null)
            {
                wasKilled |= child.HasExited;
                continue;
            }

            child.Stop();
            return new Ran($"{end} effects: {string.Join(" ", ReferenceOperations.Effects(effects).Order(StringComparer.Ordinal))}", trace, wasKilled);
        }

        return new Ran("did not end in time", trace, wasKilled);
    }

    /// <summary>Null when the host went away under the client.</summary>
    private static async Task<string?> Drive(Child child, Stopwatch clock)
    {
        if (await child.ReadyAsync() is not { } address)
            return null;
        using var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
        try
        {
            var create = new HttpRequestMessage(HttpMethod.Post, "/workflows")
            {
                Content = JsonContent.Create(new CreateWorkflow(Tasks: ReferenceOperations.Plan), options: AgenticJson.Options),
            };
            create.Headers.Add("Idempotency-Key", "the-proof");
            using var created = await client.SendAsync(create);
            var record = (await created.Content.ReadFromJsonAsync<JsonObject>())!;
            if (!created.IsSuccessStatusCode)
                return $"refused: {record.ToJsonString()}";
            var id = record["workflowId"]!.GetValue<string>();
            while (clock.Elapsed < Patience)
            {
                record = (await client.GetFromJsonAsync<JsonObject>($"/workflows/{id}"))!;
                if (record["completedAt"] is not null)
                    return End(record);
                foreach (var task in record["tasks"]!.AsArray())
                    if (task!["approval"]?["digest"]?.GetValue<string>() is { } digest)
                        using (await client.PostAsJsonAsync($"/workflows/{id}/tasks/{task["taskId"]}/approve", new { digest }))
                        {
                        }

                await Task.Delay(TimeSpan.FromMilliseconds(15));
            }

            return $"did not end: {record.ToJsonString()}";
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or JsonException)
        {
            await child.GoneAsync();
            return null;
        }
    }

    private static string End(JsonObject record) =>
        $"{record["status"]} " + string.Join(" ", record["tasks"]!.AsArray().Select(task => $"{task!["taskId"]}={task["status"]}/{task["attempts"]}/{task["result"]?.ToJsonString()}"));

    internal sealed record Report(int Points, int Killed, int NotReached, IReadOnlyList<string> Differences);

    private sealed record Ran(string End, string Trace, bool WasKilled);

    private sealed class Child : IDisposable
    {
        private readonly Process _process;

        private Child(Process process) => _process = process;

        public bool HasExited => _process.HasExited;

        public static Child Start(IEnumerable<string> arguments)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = true };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" || !Environment.ProcessPath!.Contains("Agentic.Tests", StringComparison.Ordinal))
            {
                start.FileName = "dotnet";
                start.ArgumentList.Add(typeof(DurabilityProof).Assembly.Location);
            }

            start.ArgumentList.Add("crashing-host");
            foreach (var argument in arguments)
                start.ArgumentList.Add(argument);
            var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            return new Child(process);
        }

        public async Task<Uri?> ReadyAsync()
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
                if (line.StartsWith("ready ", StringComparison.Ordinal))
                    return new Uri(line[6..]);
            return null;
        }

        public async Task GoneAsync() => await _process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);

        public void Stop()
        {
            _process.Kill();
            _process.WaitForExit();
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                _process.Kill();
            _process.Dispose();
        }
    }
}
