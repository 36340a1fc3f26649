using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Processes;
using Agentic.Tests.Deployment;

namespace Agentic.Tests.Benchmarks;

/// <summary>
/// Deployments a minute on a target that does nothing, and, where Node is there, the seconds from the first bad request to the verdict, from the
/// verdict to no traffic on the bad version, and the requests lost in shifts; then the simulated canaries: <c>bench deployment [deployments] [canaries]</c>.
/// </summary>
internal static class DeploymentBenchmark
{
    public static async Task<int> Run(string[] args)
    {
        var deployments = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 400;
        await Throughput(deployments);
        if (TinyProgram.HasNode)
        {
            await Detection();
        }
        else
        {
            Console.WriteLine("node is not on PATH: detection and loss are not measured");
        }

        return DeploymentCanarySimulation.Run(args.Length > 1 ? [args[1]] : []);
    }

    private static async Task Throughput(int deployments)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < deployments; i++)
        {
            ARollout.Serving("1");
        }

        var core = deployments / watch.Elapsed.TotalMinutes;
        var target = new FakeRolloutTarget();
        await using var agent = new AgentUnderTest(new RolloutPorts(
            TimeProvider.System, new DeploymentOptions { Target = "fake", MeasureInterval = TimeSpan.FromMilliseconds(1) }, [target], [target]));
        watch.Restart();
        await Parallel.ForEachAsync(Enumerable.Range(0, deployments), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var request = ARollout.Request("1") with
            {
                Key = new ServiceKey($"service-{i}", "staging"), Target = "fake",
                Plan = RolloutPlan.For(Strategy.BlueGreen) with { Steps = [new(0, TimeSpan.Zero), new(100, TimeSpan.Zero)], Verification = TimeSpan.Zero },
            };
            await agent.Deploy($"dep-{i}", request);
            await agent.End($"dep-{i}", 120);
        });
        var actor = deployments / watch.Elapsed.TotalMinutes;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"no-op target: {actor:0} deployments a minute ({actor / 20:0} times the specified 20); the pure core alone decides {core:0} a minute"));
    }

    private static async Task Detection()
    {
        using var tiny = new TinyProgram();
        await using var host = await TrafficHost.Start();
        await using var target = new ProcessRolloutTarget(
            new ProcessOptions { Folder = Path.Combine(tiny.Folder, "services"), StopGrace = TimeSpan.FromSeconds(2) }, host.Traffic, new LocalArtifactFolders(), new ConfiguredSecrets(new DeploymentOptions()), TimeProvider.System);
        await using var agent = new AgentUnderTest(new RolloutPorts(TimeProvider.System, new DeploymentOptions(), [target], [host.Traffic]));
        RolloutRequest Request(Revision revision) => ARollout.Request("x") with
        {
            Candidate = revision,
            Plan = RolloutPlan.For(Strategy.Canary) with
            {
                Steps = [.. CanaryPlan.Steps(Strategy.Canary).Select(step => step with { Hold = TimeSpan.FromSeconds(2) })], Verification = TimeSpan.FromSeconds(2),
            },
        };
        await agent.Deploy("dep-1", Request(tiny.OfNode("v1")));
        await agent.End("dep-1", 120);

        var lost = new ConcurrentBag<string>();
        var bad = new ConcurrentQueue<DateTimeOffset>();
        using var stop = new CancellationTokenSource();
        var total = 0;
        var load = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var answer = await host.Get(ARollout.Key);
                Interlocked.Increment(ref total);
                if (answer == "500")
                {
                    bad.Enqueue(TimeProvider.System.GetUtcNow());
                }
                else if (answer is not ("v1" or "v2" or "v3"))
                {
                    lost.Add(answer);
                }

                await Task.Delay(10);
            }
        })));
        await agent.Deploy("dep-2", Request(tiny.OfNode("v2")));
        var second = await agent.End("dep-2", 180);
        var lostInShifts = lost.Count;
        await agent.Deploy("dep-3", Request(tiny.OfNode("v3", "if (n++ % 5 === 0) { res.statusCode = 500; res.end(); return; }")));
        var third = await agent.End("dep-3", 180);
        await stop.CancelAsync();
        await load;
        var verdict = third.Timeline.First(entry => entry.What.StartsWith("turns back", StringComparison.Ordinal)).At;
        var restored = third.Timeline.First(entry => entry.What.StartsWith("all traffic is back", StringComparison.Ordinal)).At;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"real services, {total} requests: v2 {second.Status}, {lostInShifts} requests lost in its shifts ({lost.Count} in all); v3 with 20 % errors {third.Status}: {(verdict - bad.First()).TotalSeconds:0.00} s from the first bad request to the verdict, {(restored - verdict).TotalSeconds:0.000} s from the verdict to 0 %, last bad answer {(bad.Last() - verdict).TotalSeconds:0.000} s after the verdict"));
    }
}
