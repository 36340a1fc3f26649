using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>What a repository is made with, told from its files, and how it is installed and tested.</summary>
/// <param name="Evidence">The file or dependency behind each statement.</param>
internal sealed partial record DetectedStack(
    string Language, string Install, string Test, string? Check, string Cache, string Store, bool HasDockerfile, IReadOnlyList<string> Evidence, IReadOnlyList<string> Notes)
{
    private const int LargestFile = 1024 * 1024;

    /// <param name="files">Path -> text of the repository's files, or of those that matter.</param>
    public static Outcome<DetectedStack> In(IReadOnlyDictionary<string, string> files)
    {
        var found = new[] { Node(files), Python(files), Go(files) }.OfType<DetectedStack>().ToList();
        return found switch
        {
            [var only] => only,
            [] => Refusal.Unprocessable($"The stack is not one a pipeline can be made for. Looked for package.json (Node.js), pyproject.toml, requirements.txt or setup.py (Python) and go.mod (Go) at the root; found {(files.Count == 0 ? "no files" : string.Join(", ", files.Keys.Where(path => !path.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(15)))}."),
            _ => Refusal.Unprocessable($"More than one stack is at the root ({string.Join(" and ", found.Select(stack => $"{stack.Language}: {stack.Evidence[0]}"))}). Give only the files of one, by 'files'."),
        };
    }

    private static DetectedStack? Node(IReadOnlyDictionary<string, string> files)
    {
        if (Text(files, "package.json") is not { } text)
            return null;
        var package = Json(text);
        var (evidence, notes) = (new List<string> { "package.json" }, new List<string>());
        var lockFile = new[] { "pnpm-lock.yaml", "yarn.lock", "package-lock.json" }.FirstOrDefault(files.ContainsKey);
        if (lockFile is not null)
            evidence.Add(lockFile);
        else
            notes.Add("There is no lock file, so every run may install other versions; commit one.");
        var (install, run) = lockFile switch
        {
            "pnpm-lock.yaml" => ("corepack enable && pnpm install --frozen-lockfile --ignore-scripts", "pnpm run"),
            "yarn.lock" => ("corepack enable && yarn install --frozen-lockfile --ignore-scripts", "yarn run"),
            "package-lock.json" => ("npm ci --ignore-scripts", "npm run"),
            _ => ("npm install --ignore-scripts --no-audit", "npm run"),
        };
        var scripts = (package?["scripts"] as JsonObject)?.Select(script => script.Key).ToHashSet(StringComparer.Ordinal) ?? [];
        if (!scripts.Contains("test"))
            notes.Add("package.json has no script 'test'; the pipeline runs node --test.");
        var names = Dependencies(package);
        return new DetectedStack(
            "nodejs", install, scripts.Contains("test") ? $"{run} test" : "node --test", scripts.Contains("lint") ? $"{run} lint" : null,
            lockFile == "pnpm-lock.yaml" ? "" : lockFile switch { "yarn.lock" => "yarn", "package-lock.json" => "npm", _ => "" },
            StoreOf(names, evidence, [("pg", "postgresql"), ("postgres", "postgresql"), ("ioredis", "redis"), ("redis", "redis")]), Docker(files, evidence, notes), evidence, notes);
    }

    private static DetectedStack? Python(IReadOnlyDictionary<string, string> files)
    {
        var first = new[] { "pyproject.toml", "requirements.txt", "setup.py" }.FirstOrDefault(files.ContainsKey);
        if (first is null)
            return null;
        var (evidence, notes) = (new List<string> { first }, new List<string>());
        var project = Text(files, "pyproject.toml") ?? "";
        var (install, run) = ("", "");
        if (files.ContainsKey("uv.lock"))
            (install, run) = ("python -m pip install uv && uv sync --frozen", "uv run ");
        else if (files.ContainsKey("poetry.lock"))
            (install, run) = ("python -m pip install poetry && poetry install --no-interaction", "poetry run ");
        else if (new[] { "requirements-dev.txt", "requirements/dev.txt", "dev-requirements.txt" }.FirstOrDefault(files.ContainsKey) is { } dev)
            install = $"python -m pip install -r {dev}";
        else
        {
            install = files.ContainsKey("requirements.txt") ? "python -m pip install -r requirements.txt pytest" : "python -m pip install . pytest";
            notes.Add("No file names the packages the tests need, so pytest is installed beside the service's own.");
        }

        var all = string.Join('\n', files.Where(file => file.Key.EndsWith(".txt", StringComparison.Ordinal) || file.Key is "setup.py" or "pyproject.toml").Select(file => file.Value.Length <= LargestFile ? file.Value : ""));
        var isPytest = PytestName().IsMatch(all) || files.Keys.Any(path => path is "pytest.ini" or "conftest.py" or "tests/conftest.py");
        var names = PackageName().Matches(all).Select(match => match.Value.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        return new DetectedStack(
            "python", install, isPytest || install.EndsWith(" pytest", StringComparison.Ordinal) ? $"{run}python -m pytest" : $"{run}python -m unittest discover",
            project.Contains("[tool.ruff", StringComparison.Ordinal) || files.ContainsKey("ruff.toml") ? $"{(run.Length > 0 ? run : "python -m pip install ruff && ")}ruff check ." : null, "pip",
            StoreOf(names, evidence, [("psycopg", "postgresql"), ("psycopg2", "postgresql"), ("psycopg2-binary", "postgresql"), ("asyncpg", "postgresql"), ("redis", "redis")]), Docker(files, evidence, notes), evidence, notes);
    }

    private static DetectedStack? Go(IReadOnlyDictionary<string, string> files)
    {
        if (Text(files, "go.mod") is not { } module)
            return null;
        var (evidence, notes) = (new List<string> { "go.mod" }, new List<string>());
        if (!files.ContainsKey("go.sum"))
            notes.Add("There is no go.sum, so the pipeline runs go mod tidy first; commit the file it makes.");
        var names = module.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        return new DetectedStack(
            "go", files.ContainsKey("go.sum") ? "go mod download" : "go mod tidy", "go test ./...", "go vet ./...", files.ContainsKey("go.sum") ? "true" : "false",
            StoreOf(names, evidence, [("github.com/jackc/pgx/v5", "postgresql"), ("github.com/jackc/pgx/v4", "postgresql"), ("github.com/lib/pq", "postgresql"), ("github.com/redis/go-redis/v9", "redis"), ("github.com/gomodule/redigo", "redis")]),
            Docker(files, evidence, notes), evidence, notes);
    }

    private static string StoreOf(HashSet<string> names, List<string> evidence, ReadOnlySpan<(string Package, string Store)> known)
    {
        foreach (var (package, store) in known)
        {
            if (!names.Contains(package))
                continue;
            evidence.Add($"{package} ({store})");
            return store;
        }

        return "none";
    }

    private static bool Docker(IReadOnlyDictionary<string, string> files, List<string> evidence, List<string> notes)
    {
        if (files.ContainsKey("Dockerfile"))
            evidence.Add("Dockerfile");
        else
            notes.Add("There is no Dockerfile, so no image is built.");
        return files.ContainsKey("Dockerfile");
    }

    private static HashSet<string> Dependencies(JsonNode? package) => new[] { "dependencies", "devDependencies" }
        .SelectMany(member => (package?[member] as JsonObject)?.Select(dependency => dependency.Key) ?? []).ToHashSet(StringComparer.Ordinal);

    private static string? Text(IReadOnlyDictionary<string, string> files, string path) => files.TryGetValue(path, out var text) && text.Length <= LargestFile ? text : null;

    private static JsonNode? Json(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = AgenticJson.MaxDepth }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\bpytest\b", RegexOptions.NonBacktracking)]
    private static partial Regex PytestName();

    [GeneratedRegex("[A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9]", RegexOptions.NonBacktracking)]
    private static partial Regex PackageName();
}
