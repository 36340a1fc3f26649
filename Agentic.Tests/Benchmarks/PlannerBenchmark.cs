using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Tests.Support;

namespace Agentic.Tests.Benchmarks;

/// <summary>
/// What a durable run costs: accept latency at 50 connections, workflows a second end to end with six no-op tasks (3 in parallel, then 1,
/// 1, 1), CPU of the host process per workflow, beside the raw batched INSERT rate of the same database in the same run.
/// </summary>
internal static class PlannerBenchmark
{
    private const int Connections = 50;

    public static async Task<int> Run(string[] args)
    {
        var count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 3000;
        foreach (var store in args.Length > 0 && args[0] != "all" ? [args[0]] : (string[])["sqlite", "postgres"])
        {
            await using var server = store == "postgres" ? await PostgresServer.StartAsync() : null;
            await Measure(store, server is null ? "" : await server.CreateDatabaseAsync(), count);
        }

        return 0;
    }

    /// <summary>The host under measurement, in a process of its own so that its CPU is its own.</summary>
    public static async Task<int> Host(string[] args)
    {
        await using var host = await AgenticHost.StartAsync(options =>
        {
            options.DataFolder = args[0];
            options.KeepsData = true;
            options.PostgreSql = args is [_, { Length: > 0 } connection] ? connection : null;
            options.Sources.Add(new NoOperations());
        });
        Console.WriteLine($"ready {host.BaseAddress}");
        await Console.In.ReadLineAsync();
        return 0;
    }

    private static async Task Measure(string store, string connection, int count)
    {
        var folder = Directory.CreateTempSubdirectory("agentic-bench-").FullName;
        var sinceStart = Stopwatch.StartNew();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[typeof(PlannerBenchmark).Assembly.Location, "benchmark-host", folder, connection])
            start.ArgumentList.Add(argument);
        using var host = Process.Start(start)!;
        string? line;
        while ((line = await host.StandardOutput.ReadLineAsync()) is not null && !line.StartsWith("ready ", StringComparison.Ordinal))
        {
        }

        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections }) { BaseAddress = new Uri(line![6..]) };
        using (await client.GetAsync("/health"))
        {
        }

        var firstAnswer = sinceStart.Elapsed;
        await Submit(client, 300);
        await Ended(client, 300);
        host.Refresh();
        var idle = host.WorkingSet64;

        var cpuBefore = host.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var latencies = await Submit(client, count);
        var accepted = clock.Elapsed;
        await Ended(client, count + 300);
        var ended = clock.Elapsed;
        host.Refresh();
        var cpu = host.TotalProcessorTime - cpuBefore;
        latencies.Sort();
        Console.WriteLine($"{store}: first answer {firstAnswer.TotalSeconds:0.0} s after start, memory after warm-up {idle / 1024 / 1024} MiB");
        Console.WriteLine($"{store}: accept p50 {latencies[count / 2]:0.0} ms, p99 {latencies[count * 99 / 100]:0.0} ms at {Connections} connections ({count / accepted.TotalSeconds:0} accepted/s)");
        Console.WriteLine($"{store}: {count / ended.TotalSeconds:0} workflows/s end to end with six no-op tasks, {cpu.TotalMilliseconds / count:0.00} CPU-ms per workflow");
        host.Kill();
        await host.WaitForExitAsync();
        var raw = await RawInsert.RowsPerSecond(connection.Length > 0 ? connection : null);
        Console.WriteLine($"{store}: raw batched INSERT {raw:0} rows/s; one workflow a second costs {raw / (count / ended.TotalSeconds):0} of them");
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<List<double>> Submit(HttpClient client, int count)
    {
        var body = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new
        {
            tasks = new object[]
            {
                Task("a"), Task("b"), Task("c"), Task("d", "a", "b", "c"), Task("e", "d"), Task("f", "e"),
            },
        }));
        var latencies = new List<double>(count);
        var left = count;
        await System.Threading.Tasks.Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var started = Stopwatch.GetTimestamp();
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = new("application/json");
                using var answer = await client.PostAsync("/workflows", content);
                if ((int)answer.StatusCode != 201)
                    throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
                lock (latencies)
                    latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }));
        return latencies;

        static object Task(string id, params string[] after) => new { id, operation = "do_nothing", input = new { text = id }, dependsOn = after };
    }

    private static async Task Ended(HttpClient client, int count)
    {
        while (true)
        {
            using var answer = await client.PostAsJsonAsync("/operations/count_ended", new { });
            var body = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
            if (body["ended"]!.GetValue<long>() >= count)
                return;
            await System.Threading.Tasks.Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    private sealed class NoOperations : IOperationSource
    {
        private long _ended;

        public IEnumerable<Operation> Operations =>
        [
            Operation.Define<Text, Text>("do_nothing", "planner", Effect.Reads, Mode.Durable, "Does nothing and says what it was told.", (request, call, _) =>
            {
                if (request.Value == "f" || call.Effect?.Task == "f")
                    Interlocked.Increment(ref _ended);
                return System.Threading.Tasks.Task.FromResult<Outcome<Text>>(request);
            }),
            Operation.Define<Nothing, Count>("count_ended", "planner", Effect.Reads, Mode.Immediate, "Counts the last tasks that were performed.",
                (_, _, _) => System.Threading.Tasks.Task.FromResult<Outcome<Count>>(new Count(Interlocked.Read(ref _ended)))),
        ];

        internal sealed record Text([property: System.ComponentModel.Description("Any text."), System.Text.Json.Serialization.JsonPropertyName("text")] string Value);

        internal sealed record Count(long Ended);
    }
}
