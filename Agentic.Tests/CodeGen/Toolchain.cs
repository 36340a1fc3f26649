using Agentic.Agents.CodeGen;

namespace Agentic.Tests.CodeGen;

/// <summary>Runs a generated service's own tests with the language's real tools, in a folder of its own.</summary>
internal sealed class Toolchain(string language) : IDisposable
{
    private static readonly Dictionary<string, string> Nothing = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("agentic-service-").FullName;

    /// <summary>Why the language's tests cannot run here, or null.</summary>
    public string? Missing => language switch
    {
        "python" => Command.Works("/usr/bin/python3", "-c", "import fastapi, psycopg, psycopg_pool, prometheus_client, pytest, httpx")
            ? null : "python3 with fastapi, psycopg, psycopg-pool, prometheus-client, pytest and httpx is not installed (Debian: python3-fastapi python3-psycopg python3-psycopg-pool python3-prometheus-client python3-pytest python3-httpx python3-uvicorn).",
        "nodejs" => Command.Works("npm", "--version") ? null : "Node.js with npm is not installed.",
        _ => Directory.Exists("/usr/share/gocode/src/github.com/gin-gonic/gin") && Command.Works("go", "version")
            ? null : "Go with gin, pgx and zerolog is not installed (Debian: golang-go golang-github-gin-gonic-gin-dev golang-github-jackc-pgx-v4-dev golang-github-rs-zerolog-dev golang-github-prometheus-client-golang-dev).",
    };

    /// <summary>Skips the test where the tools are missing; fails it where they are demanded.</summary>
    public void Require()
    {
        if (Missing is not { } missing)
            return;
        if (Environment.GetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES") == "1")
            Assert.Fail(missing);
        Assert.Ignore(missing);
    }

    /// <summary>Writes the service and runs its tests; the answer is how many passed, failed and were skipped, and what was printed.</summary>
    public TestRun Test(string service, GeneratedFiles files, IReadOnlyDictionary<string, string> environment)
    {
        var root = Write(service, files);
        if (GenerateStubs(service, root) is { ExitCode: not 0 } failed)
            return new TestRun(failed.ExitCode, 0, 0, 0, failed.Output);
        switch (language)
        {
            case "python":
                return TestRun.OfPytest(Command.Run(root, environment, "/usr/bin/python3", "-m", "pytest", "-p", "no:cacheprovider"));
            case "nodejs":
                var installed = Command.Run(root, environment, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
                return installed.ExitCode == 0 ? TestRun.OfNode(Command.Run(root, environment, "npm", "test")) : new TestRun(installed.ExitCode, 0, 0, 0, installed.Output);
            default:
                var go = Go(environment);
                var vetted = Command.Run(root, go, "go", "vet", "./...");
                if (vetted.ExitCode != 0)
                    return new TestRun(vetted.ExitCode, 0, 0, 0, vetted.Output);
                var formatted = Command.Run(root, go, "gofmt", "-l", ".");
                return formatted.Output.Trim().Length == 0
                    ? TestRun.OfGo(Command.Run(root, go, "go", "test", "-v", "./..."))
                    : new TestRun(1, 0, 0, 0, "not as gofmt writes it: " + formatted.Output);
        }
    }

    /// <summary>Writes the service and makes it ready to run; the answer is the program, its arguments and its folder.</summary>
    public (string Program, string[] Arguments, string Folder) Build(string service, GeneratedFiles files)
    {
        var root = Write(service, files);
        Good(GenerateStubs(service, root));
        switch (language)
        {
            case "python":
                return ("/usr/bin/python3", ["-m", "app"], root);
            case "nodejs":
                Good(Command.Run(root, Nothing, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"));
                return ("node", ["src/main.js"], root);
            default:
                Good(Command.Run(root, Go(Nothing), "go", "build", "-o", "service", "."));
                return (Path.Combine(root, "service"), [], root);
        }
    }

    private static void Good((int ExitCode, string Output) run)
    {
        if (run.ExitCode != 0)
            throw new InvalidOperationException(run.Output);
    }

    private Dictionary<string, string> Go(IReadOnlyDictionary<string, string> environment) => new(environment)
    {
        ["GO111MODULE"] = "off", ["GOPATH"] = $"{_folder}:/usr/share/gocode", ["CGO_ENABLED"] = "0", ["GOFLAGS"] = "",
        ["GOCACHE"] = Path.Combine(Path.GetTempPath(), "agentic-go-cache"),
    };

    private string Write(string service, GeneratedFiles files)
    {
        var root = language == "go" ? Path.Combine(_folder, "src", service) : _folder;
        foreach (var file in files.Files)
        {
            var path = Path.Combine(root, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Content);
        }

        return root;
    }

    // What the service's own Makefile does with the tools of its package manager, done with Debian's protoc.
    private (int ExitCode, string Output) GenerateStubs(string service, string root)
    {
        var folder = Path.Combine(root, "proto");
        if (language == "nodejs" || !Directory.Exists(folder))
            return (0, "");
        string[] options = language == "python"
            ? ["--python_out=app/generated", "--grpc_out=app/generated", "--plugin=protoc-gen-grpc=/usr/bin/grpc_python_plugin"]
            : ["--go_out=.", $"--go_opt=module={service}", "--go-grpc_out=.", $"--go-grpc_opt=module={service}"];
        return Command.Run(root, new Dictionary<string, string>(), "protoc", ["-Iproto", .. options, .. Directory.GetFiles(folder, "*.proto").Select(path => "proto/" + Path.GetFileName(path))]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
