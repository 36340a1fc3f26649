using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Agentic.Agents.Migration;
using Agentic.Agents.Migration.Groovy;
using Agentic.Tests.Support;

namespace Agentic.Tests.Benchmarks;

/// <summary>
/// Migrations per second on one core, over the files of a folder (the product's own cases where none is given), and how long the slowest
/// take; beside it the SHA-256 of the same text as the baseline. A file's time is the best of its rounds, so that other work of the
/// machine does not count; the mean over all rounds is printed too.
/// </summary>
internal static class MigrationBenchmark
{
    private const int WarmUp = 5;
    private const int Rounds = 10;

    public static int Run(string[] args)
    {
        var folder = args.FirstOrDefault() ?? Path.Combine(SourceTree.Root, "Agentic.Tests", "Migration", "cases");
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => args.Length > 0 || Path.GetFileName(path).StartsWith("Jenkinsfile", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(path => new Measured(Path.GetRelativePath(folder, path), File.ReadAllText(path))).ToList();
        if (files.Count == 0)
        {
            Console.WriteLine($"There are no files in {folder}.");
            return 2;
        }

        // One core, as a small host would have; the collector runs on it as well.
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            Process.GetCurrentProcess().ProcessorAffinity = 1 << (Environment.ProcessorCount - 1);
        var refused = 0;
        for (var round = 0; round < WarmUp; round++)
            refused = files.Count(file => JenkinsfileMigration.Migrate(new MigrationSource(file.Text, file.Name)).WorkflowYaml is null);
        var wall = Stopwatch.StartNew();
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        for (var round = 0; round < Rounds; round++)
            foreach (var file in files)
                file.Keep(Time(() => JenkinsfileMigration.Migrate(new MigrationSource(file.Text, file.Name))));
        var (elapsed, processor) = (wall.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
        var baseline = files.Sum(file => Enumerable.Range(0, Rounds).Min(_ => Time(() => SHA256.HashData(Encoding.UTF8.GetBytes(file.Text)))));
        var parsing = files.Sum(file => Enumerable.Range(0, Rounds).Min(_ => Time(() => GroovyParser.Parse(file.Text))));
        Print(files, refused, elapsed, processor, baseline, parsing);
        return 0;
    }

    private static void Print(List<Measured> files, int refused, double elapsed, double processor, double baseline, double parsing)
    {
        var times = files.Select(file => file.Best).Order().ToList();
        var total = times.Sum();
        Line($"{files.Count} files, {files.Sum(file => file.Text.Length) / 1024.0:F0} KiB, {refused} refused, {Rounds} rounds on one core");
        Line($"best of each: {files.Count / total * 1000:F0} files/s, p50 {At(times, .5):F2} ms, p99 {At(times, .99):F2} ms, slowest {times[^1]:F2} ms");
        Line($"all rounds: {files.Count * Rounds / elapsed:F0} files/s by the clock, {files.Count * Rounds / processor:F0} files/s by processor time");
        Line($"baseline: SHA-256 of the same text {baseline:F2} ms, the migration {total:F1} ms, {total / baseline:F0} times as long; parsing alone {parsing:F1} ms ({parsing / total:P0})");
        foreach (var slow in files.OrderByDescending(file => file.Best).Take(8))
            Line($"  {slow.Best,8:F2} ms  {slow.Text.Length,7} characters  {slow.Name}");
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(sorted.Count * share) - 1)];

    private static double Time<T>(Func<T> work)
    {
        var start = Stopwatch.GetTimestamp();
        GC.KeepAlive(work());
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private sealed class Measured(string name, string text)
    {
        public string Name => name;

        public string Text => text;

        public double Best { get; private set; } = double.MaxValue;

        public void Keep(double time) => Best = Math.Min(Best, time);
    }
}
