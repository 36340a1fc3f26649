using System.Text.RegularExpressions;
using Agentic.Agents.CodeGen;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Rules;

namespace Agentic.Tests.CodeGen;

/// <summary>Every static check of the certificate; each file is given to a reader once, however many combinations have it.</summary>
internal static class StaticChecks
{
    private static readonly Dictionary<string, string> Nothing = [];

    public static IReadOnlyList<StaticCheck> All { get; } =
    [
        new("YAML, JSON", () => null, folders => folders.SelectMany(folder => Combinations.Problems(folder.Files).Select(problem => new StaticProblem(folder, problem)))),
        new("policy", () => null, folders => folders.SelectMany(Policy)),
        new("provenance", () => null, folders => folders.SelectMany(Provenance)),
        new("manifests", () => null, folders => folders.SelectMany(ManifestChecks.Strictly)),
        new("kustomize", () => Command.Works("kubectl", "version", "--client") ? null : "kubectl is not installed.", ManifestChecks.Kustomize) { IsSlow = true },
        new("Helm, parsed only", () => null, folders => folders.SelectMany(ManifestChecks.Helm)),
        new("Python", () => Command.Works("/usr/bin/python3", "--version") ? null : "python3 is not installed.", Python),
        new("Go", () => Command.Works("gofmt", "-h") || Command.Works("go", "version") ? null : "Go is not installed (Debian: golang-go).", Go),
        new("JavaScript, OpenAPI, AsyncAPI, workflows", () => NodeTools.Missing, NodeTools.Documents) { IsSlow = true },
        new("proto", () => Command.Works("protoc", "--version") ? null : "protoc is not installed (Debian: protobuf-compiler).", Proto) { IsSlow = true },
        new("compose", () => Command.Works("docker-compose", "--version") ? null : "docker-compose is not installed.", Compose) { IsSlow = true },
        new("Terraform", () => Command.Works("terraform", "version") ? null : "terraform is not installed.", Terraform),
    ];

    /// <summary>Against the schema of the AWS provider: 130 MB, so it is fetched where every service is demanded and not in a plain test run.</summary>
    public static StaticCheck AwsSchema { get; } = new("AWS schema", () => NodeTools.MissingAwsSchema, NodeTools.AwsSchema);

    /// <summary>Groups equal contents of the files that are wanted, so that a reader sees each once; what it says is said of every combination that has the file.</summary>
    public static IEnumerable<IReadOnlyList<(GeneratedFolder Folder, string Path)>> Distinct(IReadOnlyList<GeneratedFolder> folders, Func<string, bool> wanted) =>
        folders
            .SelectMany(folder => folder.Files.Files.Where(file => wanted(file.Path)).Select(file => (file.Sha256, Folder: folder, file.Path)))
            .GroupBy(file => (file.Sha256, file.Path))
            .Select(group => (IReadOnlyList<(GeneratedFolder, string)>)[.. group.Select(file => (file.Folder, file.Path))]);

    private static IEnumerable<StaticProblem> Policy(GeneratedFolder folder)
    {
        var texts = folder.Files.Files.ToDictionary(file => file.Path, file => file.Text);
        var (result, refusal) = ContentChecks.Run(new PolicyContent("files", texts, []), OrganisationRules.Default);
        if (result is null)
            return [new StaticProblem(folder, refusal!)];
        return result.Findings.Select(finding => new StaticProblem(folder, $"{finding.File}:{finding.Line} {finding.Rule} {finding.Message}"))
            .Concat(result.NotChecked.Where(not => !not.IsLimit).Select(not => new StaticProblem(folder, $"not checked: {not.What}: {not.Why}")));
    }

    private static IEnumerable<StaticProblem> Provenance(GeneratedFolder folder)
    {
        var record = System.Text.Json.Nodes.JsonNode.Parse(folder.Files.Find(".agentic/provenance.json")!.Text)!;
        var recorded = record["files"]!.AsArray().ToDictionary(file => file!["path"]!.GetValue<string>(), file => file!["sha256"]!.GetValue<string>());
        return folder.Files.Files
            .Where(file => file.Path != ".agentic/provenance.json" && recorded.GetValueOrDefault(file.Path) != file.Sha256)
            .Select(file => new StaticProblem(folder, $"{file.Path} is not in the provenance as it is"));
    }

    private static IEnumerable<StaticProblem> Python(IReadOnlyList<GeneratedFolder> folders) =>
        Batch(folders, path => path.EndsWith(".py", StringComparison.Ordinal), paths => Command.RunWith(
            string.Join('\n', paths), Path.GetTempPath(), Nothing, "/usr/bin/python3", "-W", "error", "-c",
            "import ast, sys\nfor path in sys.stdin.read().split('\\n'):\n    try: compile(open(path, encoding='utf-8').read(), path, 'exec', ast.PyCF_ONLY_AST)\n    except (SyntaxError, Warning) as problem: print(path, problem, sep='\\t')"));

    private static IEnumerable<StaticProblem> Go(IReadOnlyList<GeneratedFolder> folders) =>
        Batch(folders, path => path.EndsWith(".go", StringComparison.Ordinal), paths =>
        {
            var (_, output) = Command.Run(Path.GetTempPath(), Nothing, "gofmt", ["-e", "-l", .. paths]);
            return (0, Regex.Replace(output, @"(?m)^(/\S+\.go)$", "$1\tnot as gofmt writes it").Replace(".go:", ".go\t", StringComparison.Ordinal));
        });

    private static IEnumerable<StaticProblem> Proto(IReadOnlyList<GeneratedFolder> folders) =>
        Distinct(folders, path => path.EndsWith(".proto", StringComparison.Ordinal)).AsParallel().SelectMany(same =>
        {
            var (folder, path) = same[0];
            var run = Command.Run(folder.Path, Nothing, "protoc", "-Iproto", "--descriptor_set_out=/dev/null", path);
            return run.ExitCode == 0 ? [] : same.Select(one => new StaticProblem(one.Folder, $"{path}: {run.Output.Trim()}"));
        });

    private static IEnumerable<StaticProblem> Compose(IReadOnlyList<GeneratedFolder> folders) =>
        Distinct(folders, path => path == "compose.yaml").AsParallel().SelectMany(same =>
        {
            var run = Command.Run(same[0].Folder.Path, new Dictionary<string, string> { ["POSTGRES_PASSWORD"] = "x" }, "docker-compose", "-f", "compose.yaml", "config", "-q");
            return run.ExitCode == 0 ? [] : same.Select(one => new StaticProblem(one.Folder, $"compose.yaml: {run.Output.Trim()}"));
        });

    private static IEnumerable<StaticProblem> Terraform(IReadOnlyList<GeneratedFolder> folders)
    {
        var written = folders.Where(folder => folder.Request.Iac == "terraform").ToList();
        if (written.Count == 0)
            yield break;
        // Formatting a file reads all of it: a file that is no HCL is an error here.
        var run = Command.Run(Path.GetDirectoryName(written[0].Path)!, Nothing, "terraform", "fmt", "-check", "-recursive", "-no-color");
        foreach (var line in run.Output.Split('\n').Where(line => line.Contains(".tf", StringComparison.Ordinal) && !line.Contains(".terraformrc", StringComparison.Ordinal)))
        {
            var folder = written.Find(folder => line.Contains(Path.GetFileName(folder.Path) + "/", StringComparison.Ordinal)) ?? written[0];
            yield return new StaticProblem(folder, $"not as terraform fmt writes it, or not HCL: {line}");
        }

        foreach (var folder in written.Where(folder => !Directory.Exists(folder.At("infrastructure"))))
            yield return new StaticProblem(folder, "there is no infrastructure");
    }

    /// <summary>Gives one reader all distinct files; it answers with lines <c>path TAB problem</c>.</summary>
    public static IEnumerable<StaticProblem> Batch(IReadOnlyList<GeneratedFolder> folders, Func<string, bool> wanted, Func<string[], (int ExitCode, string Output)> read)
    {
        var files = Distinct(folders, wanted).ToDictionary(same => same[0].Folder.At(same[0].Path));
        if (files.Count == 0)
            return [];
        var run = read([.. files.Keys]);
        if (run.ExitCode != 0)
            throw new InvalidOperationException($"The reader broke: {run.Output}");
        return run.Output.Split('\n')
            .Select(line => line.Split('\t', 2))
            .Where(line => line.Length == 2 && files.ContainsKey(line[0]))
            .SelectMany(line => files[line[0]].Select(one => new StaticProblem(one.Folder, $"{one.Path}: {line[1]}")));
    }
}
