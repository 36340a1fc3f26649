using System.Diagnostics;
using System.Globalization;
using System.Text;
using Agentic.Agents.CodeGen;
using Agentic.Tests.CodeGen;

namespace Agentic.Tests.Benchmarks;

/// <summary>
/// Generates every combination, runs every static check over it, runs its own tests with the real tools and against the real store, and
/// writes the table of what came of it. Arguments: <c>static</c> runs no tests; <c>pairwise</c> takes the subset that holds every pair of
/// choices; a language, API, store or messaging narrows the matrix; <c>--out file</c> writes the table there.
/// </summary>
internal static class CodeGenCertification
{
    public static async Task<int> Run(string[] args)
    {
        Environment.SetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES", "1");
        var (options, output) = Read(args);
        var (isStatic, isPairwise) = (options.Remove("static"), options.Remove("pairwise"));
        var wanted = (isPairwise ? Combinations.Pairwise() : Combinations.Supported)
            .Where(request => options.All(Combinations.Name(request).Split(' ').Contains)).ToList();
        using var folders = new GeneratedFolders([.. wanted, .. wanted.Select(request => request with { Iac = "cloudformation" })]);
        var checks = StaticChecks.All.Append(StaticChecks.AwsSchema).ToList();
        var found = checks.ConvertAll(check => Found(check, folders.All));

        var table = new StringBuilder(Versions(wanted));
        var head = $"| combination | {string.Join(" | ", checks.Select(check => check.Title))} | tests passed | failed | skipped | seconds |\n|---|{string.Concat(checks.Select(_ => "---|"))}--:|--:|--:|--:|\n";
        table.Append(head);
        Console.Write(table);
        var certified = 0;
        foreach (var request in wanted)
        {
            var watch = Stopwatch.StartNew();
            var name = Combinations.Name(request);
            var problems = found.ConvertAll(problems => problems.Where(problem => problem.Folder.Name == name).ToList());
            var run = isStatic ? null : await Test(request, folders.All.First(folder => folder.Name == name).Files);
            if (problems.TrueForAll(list => list.Count == 0) && run is null or { IsGreen: true })
                certified++;
            else
                await Console.Error.WriteLineAsync($"{name}\n{string.Join('\n', problems.SelectMany(list => list))}\n{run?.Output}");
            var line = string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {string.Join(" | ", problems.Select(list => list.Count == 0 ? "yes" : "NO"))} | {Shown(run?.Passed)} | {Shown(run?.Failed)} | {Shown(run?.Skipped)} | {watch.Elapsed.TotalSeconds:0.0} |\n");
            table.Append(line);
            Console.Write(line);
            if (output is not null)
                await File.WriteAllTextAsync(output, table.ToString());
        }

        var kind = isStatic ? "generated and statically checked" : "generated, statically checked and passing their own tests";
        var summary = $"\n{certified} of {wanted.Count} {kind}; the whole matrix has {Combinations.Matrix}. Infrastructure was checked as Terraform and as CloudFormation. Helm charts are parsed only: nothing here renders them.\n";
        Console.Write(summary);
        if (output is not null)
            await File.AppendAllTextAsync(output, summary);
        return certified == wanted.Count ? 0 : 1;
    }

    private static List<StaticProblem> Found(StaticCheck check, IReadOnlyList<GeneratedFolder> folders)
    {
        var watch = Stopwatch.StartNew();
        List<StaticProblem> problems = check.Missing() is { } missing ? [.. folders.Select(folder => new StaticProblem(folder, missing))] : [.. check.Find(folders)];
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{check.Title}: {problems.Count} problems, {watch.Elapsed.TotalSeconds:0.0} s"));
        return problems;
    }

    private static async Task<TestRun> Test(GenerateService request, GeneratedFiles files)
    {
        using var tools = new Toolchain(request.Language);
        if ((tools.Missing ?? LocalServices.Missing(request)) is { } missing)
            return new TestRun(1, 0, 0, 0, missing);
        await using var services = await LocalServices.Start(request);
        return tools.Test(request.ServiceName, files, services.Environment);
    }

    // What the tests ran against, asked of the tools themselves.
    private static string Versions(IReadOnlyList<GenerateService> wanted)
    {
        var lines = new List<string>();
        foreach (var language in wanted.Select(request => request.Language).Distinct(StringComparer.Ordinal))
        {
            var (program, arguments) = language switch
            {
                "python" => ("/usr/bin/python3", (string[])["-c", "import sys, importlib.metadata as m; print('Python', sys.version.split()[0], *[f'{n} {m.version(n)}' for n in ('fastapi', 'pydantic', 'starlette', 'uvicorn', 'psycopg', 'boto3', 'redis', 'grpcio', 'prometheus-client', 'pytest', 'httpx')], sep=', ')"]),
                "nodejs" => ("node", ["-p", "'Node ' + process.version + ', packages as in package-lock.json'"]),
                _ => ("go", ["version"]),
            };
            lines.Add(Command.Works(program, arguments) ? Command.Run(Path.GetTempPath(), new Dictionary<string, string>(), program, arguments).Output.Trim() : $"{language}: its tools are missing");
        }

        return $"Tested with: {string.Join("; ", lines)}\n\n";
    }

    private static (List<string> Options, string? Output) Read(string[] args)
    {
        var at = Array.IndexOf(args, "--out");
        return at < 0 || at + 1 == args.Length ? ([.. args], null) : ([.. args[..at], .. args[(at + 2)..]], args[at + 1]);
    }

    private static string Shown(int? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "not run";
}
