using Agentic.Tests.Benchmarks;
using Agentic.Tests.Durability;

namespace Agentic.Tests;

/// <summary>
/// The measuring and proving programs: <c>dotnet run --project Agentic.Tests -c Release -- bench planner</c>,
/// <c>… -- durability</c>. Tests run by <c>dotnet test</c>.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["bench", var name, .. var rest] when Benchmark.All.TryGetValue(name, out var run):
                return await run(rest);
            case ["durability", .. var rest]:
                return await DurabilityProof.Run(rest);
            case ["crashing-host", .. var rest]:
                return await CrashingHost.Run(rest);
            case ["deploying-host", .. var rest]:
                return await Deployment.DeployingHost.Run(rest);
            case ["benchmark-host", .. var rest]:
                return await PlannerBenchmark.Host(rest);
            default:
                Console.WriteLine($"Programs: bench {{{string.Join('|', Benchmark.All.Keys)}}}, durability [sqlite|postgres] [every N]");
                return 2;
        }
    }
}
