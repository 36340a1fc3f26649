using System.Diagnostics;
using System.Globalization;
using System.Text;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Kubernetes;
using Agentic.Agents.Policy.Secrets;

namespace Agentic.Tests.Benchmarks;

/// <summary>
/// Validations per second on one core: a 200-document Kubernetes bundle, and the secrets of a 2,000-file repository, against one plain
/// pass over the same characters as the baseline. With a folder as argument it scans that folder and lists what it finds.
/// </summary>
internal static class PolicyScanBenchmark
{
    private static readonly string[] Gaps = [" = ", "(", ": ", " ", " ", " ", " ", " ", " ", " ", " ", " "];

    public static void Run(string[] args)
    {
        if (args.Length > 0)
        {
            ScanFolder(args[0]);
            return;
        }

        var bundle = Bundle(200);
        Measure("kubernetes, 200 documents", bundle.Length, 50, () => KubernetesPolicy.Check(bundle, "bundle.yaml").Findings.Count);

        var files = Files(2000);
        Measure("secrets, 2,000 files", files.Sum(file => file.Text.Length), 10, () => files.Sum(file => SecretPolicy.Check(file.Text, file.Path).Findings.Count));
    }

    private static void Measure(string what, long characters, int rounds, Func<int> work)
    {
        var found = work();
        work();
        var times = new double[rounds];

        for (var i = 0; i < rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            work();
            times[i] = watch.Elapsed.TotalMilliseconds;
        }

        Array.Sort(times);
        var baseline = Baseline(characters);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: p50 {times[rounds / 2]:F1} ms, p99 {times[(rounds * 99 / 100) - (rounds < 100 ? 0 : 1)]:F1} ms, {characters / 1e6 / times[rounds / 2] * 1000:F0} MB/s, {found} findings, {times[rounds / 2] / baseline:F1} x one plain pass"));
    }

    private static double Baseline(long characters)
    {
        var text = new string('a', (int)Math.Min(characters, 50_000_000));
        var watch = Stopwatch.StartNew();
        var count = text.Count(c => c == 'b');
        return watch.Elapsed.TotalMilliseconds + count;
    }

    private static string Bundle(int documents)
    {
        var bundle = new StringBuilder();

        for (var i = 0; i < documents; i++)
        {
            bundle.Append(CultureInfo.InvariantCulture, $$$"""
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: orders-{{{i}}}
                  namespace: shop
                spec:
                  replicas: 2
                  selector: {matchLabels: {app.kubernetes.io/name: orders}}
                  template:
                    metadata:
                      labels: {app.kubernetes.io/name: orders}
                    spec:
                      automountServiceAccountToken: false
                      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
                      containers:
                        - name: api
                          image: registry.example.org/shop/orders:1.{{{i}}}
                          ports: [{containerPort: 8080}]
                          resources:
                            requests: {cpu: 100m, memory: 64Mi}
                            limits: {cpu: 500m, memory: 128Mi}
                          readinessProbe: {httpGet: {path: /ready, port: 8080}}
                          securityContext:
                            allowPrivilegeEscalation: false
                            readOnlyRootFilesystem: {{{(i % 10 == 0 ? "false" : "true")}}}
                            capabilities: {drop: [ALL]}

                """);
        }

        return bundle.ToString();
    }

    private static List<(string Path, string Text)> Files(int count)
    {
        var random = new Random(42);
        var words = "public static string token key request response value return if else var config secretName get set user password hash await client service list map name".Split(' ');
        var files = new List<(string, string)>();

        for (var i = 0; i < count; i++)
        {
            var text = new StringBuilder();

            for (var line = 0; line < 200; line++)
            {
                for (var word = 0; word < 8; word++)
                {
                    text.Append(words[random.Next(words.Length)]).Append(Gaps[random.Next(Gaps.Length)]);
                }

                text.Append('\n');
            }

            files.Add(($"src/file{i}.cs", text.ToString()));
        }

        return files;
    }

    private static void ScanFolder(string folder)
    {
        var watch = Stopwatch.StartNew();
        var files = 0;
        var characters = 0L;
        var all = new List<Finding>();

        foreach (var path in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            if (new FileInfo(path).Length > 2_000_000)
            {
                continue;
            }

            var text = File.ReadAllText(path);
            files++;
            characters += text.Length;
            all.AddRange(SecretPolicy.Check(text, Path.GetRelativePath(folder, path)).Findings);
        }

        foreach (var finding in all)
        {
            Console.WriteLine($"{finding.Rule}\t{finding.File}:{finding.Line}\t{finding.Message}");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{files} files, {characters / 1e6:F1} MB, {all.Count} findings, {watch.ElapsedMilliseconds} ms with reading"));
    }
}
