using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Agentic.Agents.CodeGen;
using Agentic.Tests.CodeGen;

namespace Agentic.Tests.Benchmarks;

/// <summary>
/// How long one generation takes on one core, beside hashing the same bytes, which no generator can do without. With <c>digest</c> it
/// measures nothing and prints one digest of every combination: equal on every machine.
/// </summary>
internal static class CodeGenBenchmark
{
    public static Task<int> Run(string[] args)
    {
        if (args is ["digest"])
        {
            var digests = string.Concat(Combinations.Supported.Select(request => Generate(request).Sha256));
            Console.WriteLine($"digest {Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(digests)))}");
            return Task.FromResult(0);
        }

        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 500;
        var largest = Combinations.Supported.MaxBy(request => Generate(request).Files.Sum(file => file.Content.Length))!;
        var files = Generate(largest);
        for (var warm = 0; warm < 50; warm++)
            Generate(largest);

        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var times = new double[rounds];
        for (var round = 0; round < rounds; round++)
        {
            var watch = Stopwatch.GetTimestamp();
            Generate(largest);
            times[round] = Stopwatch.GetElapsedTime(watch).TotalMilliseconds;
        }

        process.Refresh();
        var processor = (process.TotalProcessorTime - before).TotalMilliseconds / rounds;

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
        // On a machine that others use too, the time of the clock says as much about them; the processor's time does not.
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{processor:0.00} ms of processor time each, that is {60_000 / processor:0} a minute on a core of its own"));
        return Task.FromResult(0);
    }

    private static GeneratedFiles Generate(GenerateService request) => ServiceGeneration.Generate(request, TemplateLibrary.BuiltIn).Value!;
}
