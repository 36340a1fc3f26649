using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Agentic.Agents.Policy;
using Agentic.Tests.Support;

namespace Agentic.Tests.Benchmarks;

/// <summary>
/// What a validation costs on one core, from content to verdict: a 50-resource Terraform module, a 200-document Kubernetes bundle, and a
/// 2,000-file repository of which the secrets dominate; each against one plain pass over the same characters. Then validations over HTTP
/// with the records kept on disk, client and host on the same machine. Everything is run until the runtime has compiled it for good
/// before it is measured: a host that has served for a minute is what is asked about. <c>bench policy [rounds] [seconds]</c>.
/// </summary>
internal static class PolicyBenchmark
{
    private const int Connections = 32;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);

    public static async Task<int> Run(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 300;
        var seconds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10;
        Measure("terraform, 50 resources", new PolicyContent("terraform", new Dictionary<string, string> { ["main.tf"] = Module(50) }, []), rounds);
        Measure("kubernetes, 200 documents", new PolicyContent("kubernetes", new Dictionary<string, string> { ["bundle.yaml"] = Bundle(200) }, []), rounds);
        Measure("repository, 2,000 files", new PolicyContent("files", Repository(2000), []), Math.Max(5, rounds / 30));
        await using var host = await AgenticHost.StartAsync(options => options.Settings["Policy:Engines:Discover"] = "false");
        await OverHttp(host, "dockerfile, 5 lines", "dockerfile", "FROM alpine:3.20\nRUN apk add --no-cache curl=8.9.1-r2\nUSER app\nHEALTHCHECK CMD [\"true\"]\nCMD [\"/app\"]\n", seconds);
        await OverHttp(host, "terraform, 50 resources", "terraform", Module(50), seconds);
        return 0;
    }

    private static void Measure(string what, PolicyContent content, int rounds)
    {
        var now = DateTimeOffset.UnixEpoch;
        var verdict = PolicyEvaluation.Evaluate(content, "production", PolicyBook.BuiltIn, now).Value!;
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < WarmUp;)
            PolicyEvaluation.Evaluate(content, "production", PolicyBook.BuiltIn, now);

        var times = new double[rounds];
        for (var round = 0; round < rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            PolicyEvaluation.Evaluate(content, "production", PolicyBook.BuiltIn, now);
            times[round] = watch.Elapsed.TotalMilliseconds;
        }

        Array.Sort(times);
        var plain = Plain(content);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: p50 {times[rounds / 2]:F2} ms, p99 {times[Math.Min(rounds - 1, rounds * 99 / 100)]:F2} ms, {1000 / times[rounds / 2]:F0}/s on one core, {content.Files.Values.Sum(text => text.Length) / 1024:N0} KiB, {verdict.Violations.Count} violations; {times[rounds / 2] / plain:F0} x one plain pass ({plain:F3} ms)"));
    }

    private static double Plain(PolicyContent content)
    {
        var best = double.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var watch = Stopwatch.StartNew();
            var lines = 0;
            foreach (var text in content.Files.Values)
            {
                foreach (var character in text)
                    lines += character == '\n' ? 1 : 0;
            }

            best = Math.Min(best, watch.Elapsed.TotalMilliseconds + (lines < 0 ? 1 : 0));
        }

        return best;
    }

    private static async Task OverHttp(AgenticHost host, string what, string type, string content, int seconds)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections }) { BaseAddress = host.BaseAddress };
        var body = JsonSerializer.Serialize(new { type, content, encoding = "plain", environment = "staging" });
        (await client.PostJson("/policy/validate", body)).EnsureSuccessStatusCode();
        await Drive(client, body, WarmUp);
        var (times, refused, minutes) = await Drive(client, body, TimeSpan.FromSeconds(seconds));
        var all = times.Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"HTTP, {what}: {all.Length / minutes:N0} validations/minute at {Connections} connections, p50 {all[all.Length / 2]:F1} ms, p99 {all[all.Length * 99 / 100]:F1} ms, {refused} refused"));
    }

    private static async Task<(IEnumerable<double> Milliseconds, int Refused, double Minutes)> Drive(HttpClient client, string body, TimeSpan length)
    {
        var times = new List<double>[Connections];
        var refused = 0;
        var whole = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async number =>
        {
            var mine = times[number] = [];
            while (whole.Elapsed < length)
            {
                var watch = Stopwatch.StartNew();
                using var answer = await client.PostJson("/policy/validate", body);
                await answer.Content.ReadAsByteArrayAsync();
                if (answer.IsSuccessStatusCode)
                    mine.Add(watch.Elapsed.TotalMilliseconds);
                else
                    Interlocked.Increment(ref refused);
            }
        }));
        return (times.SelectMany(each => each), refused, whole.Elapsed.TotalMinutes);
    }

    private static string Module(int resources)
    {
        var text = new StringBuilder("variable \"environment\" {\n  default = \"staging\"\n}\n\nlocals {\n  tags = { Environment = var.environment, Owner = \"shop\", CostCenter = \"42\" }\n}\n");
        for (var number = 0; number < resources / 5; number++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""

                resource "aws_s3_bucket" "data_{{number}}" {
                  bucket = "shop-${var.environment}-{{number}}"
                  tags   = local.tags
                }

                resource "aws_s3_bucket_public_access_block" "data_{{number}}" {
                  bucket                  = aws_s3_bucket.data_{{number}}.id
                  block_public_acls       = true
                  block_public_policy     = true
                  ignore_public_acls      = true
                  restrict_public_buckets = true
                }

                resource "aws_security_group" "web_{{number}}" {
                  description = "web"
                  tags        = local.tags
                  dynamic "ingress" {
                    for_each = [443, 8443]
                    content {
                      from_port   = ingress.value
                      to_port     = ingress.value
                      protocol    = "tcp"
                      cidr_blocks = ["10.0.0.0/8"]
                    }
                  }
                }

                resource "aws_db_instance" "db_{{number}}" {
                  engine              = "postgres"
                  instance_class      = "db.t3.micro"
                  storage_encrypted   = {{(number % 2 == 0 ? "true" : "false")}}
                  deletion_protection = true
                  tags                = merge(local.tags, { Name = "db-{{number}}" })
                }

                resource "aws_iam_role" "app_{{number}}" {
                  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
                  tags               = local.tags
                }

                """);
        }

        return text.ToString();
    }

    private static string Bundle(int documents)
    {
        var bundle = new StringBuilder();
        for (var number = 0; number < documents; number++)
        {
            bundle.Append(CultureInfo.InvariantCulture, $$$"""
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: orders-{{{number}}}
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
                          image: registry.example.org/shop/orders:1.{{{number}}}
                          ports: [{containerPort: 8080}]
                          resources:
                            requests: {cpu: 100m, memory: 64Mi}
                            limits: {cpu: 500m, memory: 128Mi}
                          readinessProbe: {httpGet: {path: /ready, port: 8080}}
                          securityContext:
                            allowPrivilegeEscalation: false
                            readOnlyRootFilesystem: {{{(number % 10 == 0 ? "false" : "true")}}}
                            capabilities: {drop: [ALL]}

                """);
        }

        return bundle.ToString();
    }

    private static Dictionary<string, string> Repository(int files)
    {
        string[] gaps = [" = ", "(", ": ", " ", " ", " ", " ", " ", " ", " ", " ", " "];
        var random = new Random(42);
        var words = "public static string token key request response value return if else var config secretName get set user password hash await client service list map name".Split(' ');
        var all = new Dictionary<string, string>();
        for (var number = 0; number < files; number++)
        {
            var text = new StringBuilder();
            for (var line = 0; line < 200; line++)
            {
                for (var word = 0; word < 8; word++)
                    text.Append(words[random.Next(words.Length)]).Append(gaps[random.Next(gaps.Length)]);
                text.Append('\n');
            }

            all[$"src/file{number}.cs"] = text.ToString();
        }

        return all;
    }
}
