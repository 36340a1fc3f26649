namespace Agentic.Tests.Benchmarks;

/// <summary>Every measuring program by name.</summary>
internal static class Benchmark
{
    public static IReadOnlyDictionary<string, Func<string[], Task<int>>> All { get; } = new SortedDictionary<string, Func<string[], Task<int>>>(StringComparer.Ordinal)
    {
        ["deployment"] = DeploymentBenchmark.Run,
        ["deployment-canaries"] = args => Task.FromResult(DeploymentCanarySimulation.Run(args)),
        ["journal"] = JournalBenchmark.Run,
        ["codegen"] = CodeGenBenchmark.Run,
        ["codegen-certification"] = CodeGenCertification.Run,
        ["migration"] = args => Task.FromResult(MigrationBenchmark.Run(args)),
        ["planner"] = PlannerBenchmark.Run,
        ["policy"] = PolicyBenchmark.Run,
    };
}
