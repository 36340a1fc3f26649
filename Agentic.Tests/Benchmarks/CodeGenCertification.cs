using System.Diagnostics;
using System.Globalization;
using System.Text;
using Agentic.Agents.CodeGen;
using Agentic.Tests.CodeGen;
using Agentic.Tests.Support;
using Npgsql;

namespace Agentic.Tests.Benchmarks;

/// <summary>
/// Generates every combination, checks its files, runs its own tests with the real tools, and writes the table of what came of it.
/// Arguments: <c>static</c> runs no tests; a language, API, store or messaging narrows the matrix; <c>--out file</c> writes the table there.
/// </summary>
/// <remarks>PostgreSQL is started here; Redis and DynamoDB are used where <c>REDIS_URL</c> and <c>DYNAMODB_ENDPOINT</c> name them.</remarks>
internal static class CodeGenCertification
{
    public static async Task<int> Run(string[] args)
    {
        var (options, output) = Read(args);
        var isStatic = options.Remove("static");
        var wanted = Combinations.Supported.Where(request => options.All(Combinations.Name(request).Split(' ').Contains)).ToList();
        var table = new StringBuilder("| combination | files parse | tests passed | failed | skipped | seconds |\n|---|---|--:|--:|--:|--:|\n");
        await using var postgres = !isStatic && wanted.Any(request => request.Database == "postgresql") ? await PostgresServer.StartAsync() : null;
        var certified = 0;
        foreach (var request in wanted)
        {
            var watch = Stopwatch.StartNew();
            var files = ServiceGeneration.Generate(request, TemplateLibrary.BuiltIn).Value!;
            var problems = Combinations.Problems(files).ToList();
            var run = isStatic ? null : await Test(request, files, postgres);
            if (problems.Count == 0 && run is null or { IsGreen: true })
                certified++;
            else
                Console.Error.WriteLine($"{Combinations.Name(request)}\n{string.Join('\n', problems)}\n{run?.Output}");
            var line = string.Create(CultureInfo.InvariantCulture,
                $"| {Combinations.Name(request)} | {(problems.Count == 0 ? "yes" : "no")} | {Shown(run?.Passed)} | {Shown(run?.Failed)} | {Shown(run?.Skipped)} | {watch.Elapsed.TotalSeconds:0.0} |\n");
            table.Append(line);
            Console.Write(line);
        }

        var kind = isStatic ? "generated and parsed" : "generated, parsed and passing their own tests";
        var summary = $"{certified} of {wanted.Count} {kind}; the product's matrix has {Combinations.Matrix}, of which {Combinations.Supported.Count()} can be generated.\n";
        Console.Write(summary);
        if (output is not null)
            await File.WriteAllTextAsync(output, $"{table}\n{summary}");
        return certified == wanted.Count ? 0 : 1;
    }

    private static async Task<TestRun> Test(GenerateService request, GeneratedFiles files, PostgresServer? postgres)
    {
        using var tools = new Toolchain(request.Language);
        if (tools.Missing is { } missing)
            return new TestRun(1, 0, 0, 0, missing);
        var environment = new Dictionary<string, string>();
        if (request.Database == "postgresql" && postgres is not null)
        {
            var parts = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync());
            environment["DATABASE_URL"] = FormattableString.Invariant($"postgresql://{parts.Username}@{parts.Host}:{parts.Port}/{parts.Database}?sslmode=disable");
        }

        return tools.Test(request.ServiceName, files, environment);
    }

    private static (List<string> Options, string? Output) Read(string[] args)
    {
        var at = Array.IndexOf(args, "--out");
        return at < 0 || at + 1 == args.Length ? ([.. args], null) : ([.. args[..at], .. args[(at + 2)..]], args[at + 1]);
    }

    private static string Shown(int? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "not run";
}
