using System.Diagnostics;
using System.Globalization;
using Agentic.Agents.CodeGen;
using Agentic.Tests.CodeGen;

namespace Agentic.Tests.Benchmarks;

/// <summary>How long one generation takes on one core, beside hashing the same bytes, which no generator can do without.</summary>
internal static class CodeGenBenchmark
{
    public static Task<int> Run(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 500;
        var largest = Combinations.Supported.MaxBy(request => Generate(request).Files.Sum(file => file.Content.Length))!;
        var files = Generate(largest);
        for (var warm = 0; warm < 50; warm++)
            Generate(largest);

        var times = new double[rounds];
        for (var round = 0; round < rounds; round++)
        {
            var watch = Stopwatch.GetTimestamp();
            Generate(largest);
            times[round] = Stopwatch.GetElapsedTime(watch).TotalMilliseconds;
        }

        var hashing = Stopwatch.GetTimestamp();
        for (var round = 0; round < rounds; round++)
            _ = new GeneratedFiles(files.Files.Select(file => new GeneratedFile(file.Path, file.Content))).Sha256;
        var baseline = Stopwatch.GetElapsedTime(hashing).TotalMilliseconds / rounds;

        Array.Sort(times);
        var mean = times.Average();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Combinations.Name(largest)}: {files.Files.Count} files, {files.Files.Sum(file => file.Content.Length)} bytes, {rounds} rounds"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"p50 {times[rounds / 2]:0.00} ms, p99 {times[rounds * 99 / 100]:0.00} ms, {60_000 / mean:0} a minute on one core; {mean / baseline:0.0} times the hashing alone ({baseline:0.00} ms)"));
        return Task.FromResult(0);
    }

    private static GeneratedFiles Generate(GenerateService request) => ServiceGeneration.Generate(request, TemplateLibrary.BuiltIn).Value!;
}
