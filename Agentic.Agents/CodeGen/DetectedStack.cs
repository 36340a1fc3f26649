using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>What a repository is made with, told from its files, and how it is installed and tested.</summary>
/// <param name="Version">Version of the language's tools; empty where a file of the repository says it by itself.</param>
/// <param name="Image">Container image that has the language's tools.</param>
/// <param name="Evidence">The file or dependency behind each statement.</param>
internal sealed partial record DetectedStack(
    string Language, string Version, string Image, string Install, string Test, string? Check, string Cache, string Store, bool HasDockerfile, IReadOnlyList<string> Evidence, IReadOnlyList<string> Notes)
{
    private const int LargestFile = 1024 * 1024;

    /// <param name="files">Path -> text of the repository's files, or of those that matter.</param>
    public static Outcome<DetectedStack> In(IReadOnlyDictionary<string, string> files)
    {
        var found = new[] { Node(files), Python(files), Go(files), Java(files), DotNet(files) }.OfType<DetectedStack>().ToList();
        return found switch
        {
            [var only] => only,
            [] => Refusal.Unprocessable($"The stack is not one a pipeline can be made for. Looked for package.json (Node.js), pyproject.toml, requirements.txt or setup.py (Python), go.mod (Go), pom.xml or build.gradle (Java) and a solution or project of .NET at the root; found {(files.Count == 0 ? "no files" : string.Join(", ", files.Keys.Where(path => !path.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(15)))}."),
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
            "nodejs", "22", "node:22-bookworm-slim", install, scripts.Contains("test") ? $"{run} test" : "node --test", scripts.Contains("lint") ? $"{run} lint" : null,
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
            "python", "3.12", "python:3.12-slim-bookworm", install, isPytest || install.EndsWith(" pytest", StringComparison.Ordinal) ? $"{run}python -m pytest" : $"{run}python -m unittest discover",
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
            "go", "", "golang:1.22-bookworm", files.ContainsKey("go.sum") ? "go mod download" : "go mod tidy", "go test ./...", "go vet ./...", files.ContainsKey("go.sum") ? "true" : "false",
            StoreOf(names, evidence, [("github.com/jackc/pgx/v5", "postgresql"), ("github.com/jackc/pgx/v4", "postgresql"), ("github.com/lib/pq", "postgresql"), ("github.com/redis/go-redis/v9", "redis"), ("github.com/gomodule/redigo", "redis")]),
            Docker(files, evidence, notes), evidence, notes);
    }

    private static DetectedStack? Java(IReadOnlyDictionary<string, string> files) =>
        files.ContainsKey("pom.xml") ? Maven(files) : new[] { "build.gradle", "build.gradle.kts" }.FirstOrDefault(files.ContainsKey) is { } build ? Gradle(files, build) : null;

    private static DetectedStack Maven(IReadOnlyDictionary<string, string> files)
    {
        var (text, evidence, notes) = (Text(files, "pom.xml") ?? "", new List<string> { "pom.xml" }, new List<string>());
        var (program, version) = (Wrapped(files, "mvnw", "mvn", evidence), JavaVersion(MavenJava().Match(text), evidence, notes));
        return new DetectedStack(
            "java", version, program == "mvn" ? $"maven:3.9-eclipse-temurin-{version}" : $"eclipse-temurin:{version}-jdk", $"{program} -B -ntp -DskipTests package", $"{program} -B -ntp verify", null, "maven",
            StoreOf(Words(text), evidence, JavaStores), Docker(files, evidence, notes), evidence, notes);
    }

    private static DetectedStack Gradle(IReadOnlyDictionary<string, string> files, string build)
    {
        var (text, evidence, notes) = (Text(files, build) ?? "", new List<string> { build }, new List<string>());
        var (program, version) = (Wrapped(files, "gradlew", "gradle", evidence), JavaVersion(GradleJava().Match(text), evidence, notes));
        if (program == "gradle")
            notes.Add("There is no Gradle wrapper, so the runner's own Gradle builds it; commit one with gradle wrapper.");
        return new DetectedStack(
            "java", version, program == "gradle" ? $"gradle:8-jdk{version}" : $"eclipse-temurin:{version}-jdk", $"{program} --no-daemon assemble", $"{program} --no-daemon check", null, "gradle",
            StoreOf(Words(text), evidence, JavaStores), Docker(files, evidence, notes), evidence, notes);
    }

    private static ReadOnlySpan<(string, string)> JavaStores => new[]
    {
        ("postgresql", "postgresql"), ("org.postgresql:postgresql", "postgresql"), ("jedis", "redis"), ("redis.clients:jedis", "redis"), ("lettuce-core", "redis"),
        ("io.lettuce:lettuce-core", "redis"), ("spring-boot-starter-data-redis", "redis"), ("org.springframework.boot:spring-boot-starter-data-redis", "redis"),
    };

    // The bit that makes a wrapper executable is often lost in a checkout from Windows.
    private static string Wrapped(IReadOnlyDictionary<string, string> files, string wrapper, string program, List<string> evidence)
    {
        if (!files.ContainsKey(wrapper))
            return program;
        evidence.Add(wrapper);
        return $"sh ./{wrapper}";
    }

    private static string JavaVersion(Match said, List<string> evidence, List<string> notes)
    {
        if (said.Success)
        {
            var version = said.Groups["version"].Value;
            evidence.Add($"Java {version}");
            return version;
        }

        notes.Add("No file says which Java it is for, so 21 is taken.");
        return "21";
    }

    private static DetectedStack? DotNet(IReadOnlyDictionary<string, string> files)
    {
        var root = files.Keys.Where(path => !path.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var first = root.Find(path => path.EndsWith(".slnx", StringComparison.Ordinal) || path.EndsWith(".sln", StringComparison.Ordinal)) ?? root.Find(path => path.EndsWith(".csproj", StringComparison.Ordinal));
        if (first is null)
            return null;
        var (evidence, notes) = (new List<string> { first }, new List<string>());
        var projects = string.Join('\n', files.Where(file => file.Key.EndsWith(".csproj", StringComparison.Ordinal) || file.Key.EndsWith(".props", StringComparison.Ordinal)).Select(file => file.Value.Length <= LargestFile ? file.Value : ""));
        var (version, image) = ("", "10.0");
        if (files.ContainsKey("global.json"))
        {
            evidence.Add("global.json");
            image = SdkVersion().Match((string?)(Json(Text(files, "global.json") ?? "")?["sdk"] as JsonObject)?["version"] ?? "") is { Success: true } said ? said.Value : image;
        }
        else if (Framework().Matches(projects).Select(match => System.Version.Parse(match.Groups["version"].Value)).Max() is { } newest)
        {
            evidence.Add($"net{newest}");
            (version, image) = ($"{newest}.x", newest.ToString());
        }
        else
        {
            version = "10.0.x";
            notes.Add("No file says which .NET it is for, so 10.0 is taken.");
        }

        var isLocked = files.Keys.Any(path => path is "packages.lock.json" || path.EndsWith("/packages.lock.json", StringComparison.Ordinal));
        if (!isLocked)
            notes.Add("There is no packages.lock.json, so every run may restore other versions; set RestorePackagesWithLockFile and commit it.");
        return new DetectedStack(
            "dotnet", version, $"mcr.microsoft.com/dotnet/sdk:{image}", $"dotnet restore{(isLocked ? " --locked-mode" : "")}", "dotnet test --no-restore", null, "",
            StoreOf(Words(projects), evidence, [("Npgsql", "postgresql"), ("Npgsql.EntityFrameworkCore.PostgreSQL", "postgresql"), ("StackExchange.Redis", "redis")]), Docker(files, evidence, notes), evidence, notes);
    }

    // Names between quotes and tags, with and without the version that Gradle writes behind them.
    private static HashSet<string> Words(string text) => text.Split((char[])['<', '>', '"', '\'', ' ', '\t', '\r', '\n', '(', ')'], StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(word => word.Split(':') is [var group, var name, ..] ? [word, $"{group}:{name}"] : new[] { word }).ToHashSet(StringComparer.Ordinal);

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

    [GeneratedRegex(@"<(?:maven\.compiler\.release|maven\.compiler\.source|java\.version|release)>\s*(?:1\.)?(?<version>[0-9]{1,2})\s*<", RegexOptions.NonBacktracking)]
    private static partial Regex MavenJava();

    [GeneratedRegex(@"(?:JavaLanguageVersion\.of\(\s*|(?:source|target)Compatibility\s*=?\s*(?:JavaVersion\.VERSION_)?['""]?(?:1[._])?|jvmToolchain\(\s*)(?<version>[0-9]{1,2})\b", RegexOptions.NonBacktracking)]
    private static partial Regex GradleJava();

    [GeneratedRegex(@"^[0-9]{1,2}\.[0-9]", RegexOptions.NonBacktracking)]
    private static partial Regex SdkVersion();

    [GeneratedRegex(@"\bnet(?<version>[0-9]{1,2}\.[0-9])\b", RegexOptions.NonBacktracking)]
    private static partial Regex Framework();

    [GeneratedRegex(@"\bpytest\b", RegexOptions.NonBacktracking)]
    private static partial Regex PytestName();

    [GeneratedRegex("[A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9]", RegexOptions.NonBacktracking)]
    private static partial Regex PackageName();
}
