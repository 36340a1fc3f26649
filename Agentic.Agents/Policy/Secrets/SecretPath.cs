namespace Agentic.Agents.Policy.Secrets;

/// <summary>What a file's path says about the secrets in it.</summary>
internal sealed record SecretPath(bool IsLockFile, bool IsTest, bool IsTerraform, bool IsYamlOrJson, bool IsNugetConfig, bool IsSkipped)
{
    private static readonly HashSet<string> LockFiles = new(StringComparer.OrdinalIgnoreCase)
    {
        "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "deno.lock", "poetry.lock", "Pipfile.lock", "uv.lock", "pdm.lock", "go.sum", "go.mod", "Cargo.lock",
        "composer.lock", "Gemfile.lock", "packages.lock.json", "gradle.lockfile", "verification-metadata.xml", "mix.lock", "pubspec.lock", ".terraform.lock.hcl", "flake.lock", "Podfile.lock", "project.assets.json", "Chart.lock",
    };

    private static readonly HashSet<string> Binaries = new(StringComparer.OrdinalIgnoreCase)
    {
        ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".ico", ".webp", ".tif", ".tiff", ".eot", ".otf", ".ttf", ".woff", ".woff2", ".pdf", ".zip", ".gz", ".tgz", ".jar", ".dll", ".exe", ".pdb", ".so", ".class", ".mp4", ".mp3", ".wasm",
    };

    private static readonly string[] TestFolders = ["test", "tests", "testdata", "test-data", "testing", "__tests__", "__mocks__", "spec", "specs", "fixtures", "fixture", "mocks", "examples", "example", "samples", "sample", "e2e"];

    /// <summary>In whatever compound: dockerTest, testFixtures, integration-tests, mocked-backend.</summary>
    private static readonly string[] TestWords = ["test", "tests", "testing", "testdata", "fixture", "fixtures", "mock", "mocks", "mocked"];

    private static readonly string[] ForeignFolders = ["node_modules", "bower_components", "vendor", ".git", "site-packages", "dist-info"];

    public static SecretPath Of(string? path)
    {
        if (path is null)
        {
            return new SecretPath(false, false, false, true, true, false);
        }

        var parts = path.Replace('\\', '/').Split('/');
        var name = parts[^1];
        var dot = name.LastIndexOf('.');
        var ending = dot < 0 ? "" : name[dot..];
        var folders = parts.AsSpan(0, parts.Length - 1);
        var isMinified = name.EndsWith(".min.js", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".min.css", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".map", StringComparison.OrdinalIgnoreCase);
        return new SecretPath(
            IsLockFile: LockFiles.Contains(name) || isMinified || Any(folders, ForeignFolders),
            IsTest: Any(folders, TestFolders) || SaysTest(folders) || IsTestName(name),
            IsTerraform: ending is ".tf" or ".tfvars" or ".hcl",
            IsYamlOrJson: ending is ".yaml" or ".yml" or ".json" or "" or ".txt",
            IsNugetConfig: name.Equals("nuget.config", StringComparison.OrdinalIgnoreCase),
            IsSkipped: Binaries.Contains(ending));
    }

    /// <summary>db_test.go, client.spec.ts, test_login.py, LoginTests.cs.</summary>
    private static bool IsTestName(string name) =>
        name.StartsWith("test_", StringComparison.Ordinal) || name.Contains("_test.", StringComparison.Ordinal) || name.Contains(".test.", StringComparison.Ordinal)
        || name.Contains(".spec.", StringComparison.Ordinal) || name.Contains("_spec.", StringComparison.Ordinal) || name.Contains("Tests.", StringComparison.Ordinal) || name.Contains("Test.", StringComparison.Ordinal);

    private static bool SaysTest(ReadOnlySpan<string> folders)
    {
        foreach (var folder in folders)
        {
            if ((folder.Contains("test", StringComparison.OrdinalIgnoreCase) || folder.Contains("fixture", StringComparison.OrdinalIgnoreCase) || folder.Contains("mock", StringComparison.OrdinalIgnoreCase))
                && Wording.Words(folder).Exists(word => TestWords.Contains(word)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Any(ReadOnlySpan<string> folders, string[] names)
    {
        foreach (var folder in folders)
        {
            foreach (var name in names)
            {
                if (folder.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
