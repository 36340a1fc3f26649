using System.Security.Cryptography;
using Agentic.Tests.Support;

namespace Agentic.Tests.CodeGen;

/// <summary>The parsers that npm has, installed once for each version of their list, and run over generated files.</summary>
internal static class NodeTools
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>Why npm's packages cannot be had, or null; asking fetches them the first time.</summary>
    public static string? Missing => !Programs.IsThere("node") || Installed("tools") is null ? "Node.js 20 with npm, or npm's registry, is not there." : null;

    public static string? MissingAwsSchema => Environment.GetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES") != "1"
        ? "The schema of the AWS provider is 130 MB; it is checked where AGENTIC_REQUIRE_SERVICES=1."
        : Installed("tools/terraform") is null ? "Node.js 20 with npm, or npm's registry, is not there." : null;

    public static IEnumerable<StaticProblem> Documents(IReadOnlyList<GeneratedFolder> folders) =>
        StaticChecks.Batch(folders, IsDocument, paths => Command.RunWith(
            string.Join('\n', paths), Installed("tools")!, Nothing, "node", "--no-warnings", "--experimental-vm-modules", "check.mjs"));

    public static IEnumerable<StaticProblem> AwsSchema(IReadOnlyList<GeneratedFolder> folders)
    {
        var written = folders.Where(folder => folder.Request.Iac == "terraform").ToDictionary(folder => folder.At("infrastructure"));
        if (written.Count == 0)
            return [];
        var run = Command.Run(Installed("tools/terraform")!, Nothing, "node", ["--no-warnings", "check.mjs", .. written.Keys]);
        return run.Output.Split('\n')
            .Select(line => line.Split(": ", 2))
            .Where(line => line.Length == 2 && written.ContainsKey(line[0]))
            .Select(line => new StaticProblem(written[line[0]], line[1]))
            .Concat(run.Output.Contains("blocks checked", StringComparison.Ordinal) ? [] : [new StaticProblem(folders[0], $"the check itself broke: {run.Output}")]);
    }

    private static bool IsDocument(string path) =>
        path is "openapi.yaml" or "asyncapi.yaml" || path.StartsWith(".github/workflows/", StringComparison.Ordinal) || path.EndsWith(".js", StringComparison.Ordinal);

    private static string? Installed(string tool)
    {
        var source = Path.Combine(SourceTree.Tests, "CodeGen", tool);
        var files = Directory.GetFiles(source).Order(StringComparer.Ordinal).ToList();
        var version = Convert.ToHexStringLower(SHA256.HashData([.. files.SelectMany(File.ReadAllBytes)]))[..12];
        var folder = Path.Combine(Path.GetTempPath(), $"agentic-checks-{version}");
        lock (Gate)
        {
            if (Directory.Exists(folder))
                return folder;
            // Made apart and moved into place, so that a run that was cut off leaves nothing half-made.
            var making = Directory.CreateTempSubdirectory("agentic-checks-").FullName;
            foreach (var file in files)
                File.Copy(file, Path.Combine(making, Path.GetFileName(file)));
            if (!Command.Works("npm", "--prefix", making, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps", "--prefer-offline"))
            {
                Directory.Delete(making, recursive: true);
                return null;
            }

            Directory.Move(making, folder);
            return folder;
        }
    }
}
