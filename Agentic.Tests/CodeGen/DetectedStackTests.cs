using Agentic.Agents.CodeGen;

namespace Agentic.Tests.CodeGen;

internal sealed class DetectedStackTests
{
    [TestCase("package-lock.json", "npm ci --ignore-scripts", "npm run test", "npm")]
    [TestCase("yarn.lock", "corepack enable && yarn install --frozen-lockfile --ignore-scripts", "yarn run test", "yarn")]
    [TestCase("pnpm-lock.yaml", "corepack enable && pnpm install --frozen-lockfile --ignore-scripts", "pnpm run test", "")]
    [TestCase("other.json", "npm install --ignore-scripts --no-audit", "npm run test", "")]
    public void Installs_with_the_program_that_wrote_the_lock_file(string lockFile, string install, string test, string cache)
    {
        var stack = In(("package.json", """{"scripts":{"test":"jest","lint":"eslint ."},"dependencies":{"pg":"^8"}}"""), (lockFile, ""));

        Assert.That((stack.Language, stack.Install, stack.Test, stack.Cache, stack.Store), Is.EqualTo(("nodejs", install, test, cache, "postgresql")));
        Assert.That(stack.Check, Does.EndWith("run lint"));
    }

    [TestCase("uv.lock", "python -m pip install uv && uv sync --frozen", "uv run python -m unittest discover")]
    [TestCase("poetry.lock", "python -m pip install poetry && poetry install --no-interaction", "poetry run python -m unittest discover")]
    [TestCase("requirements-dev.txt", "python -m pip install -r requirements-dev.txt", "python -m unittest discover")]
    [TestCase("requirements.txt", "python -m pip install -r requirements.txt pytest", "python -m pytest")]
    public void Installs_python_as_the_repository_says(string file, string install, string test)
    {
        var stack = In(("pyproject.toml", "[project]\nname = \"x\"\n"), (file, "redis>=5\n"));

        Assert.That((stack.Language, stack.Install, stack.Test), Is.EqualTo(("python", install, test)));
        Assert.That(stack.Store, Is.EqualTo(file.EndsWith(".txt", StringComparison.Ordinal) ? "redis" : "none"));
    }

    [Test]
    public void Tests_go_and_makes_an_image_where_there_is_a_dockerfile()
    {
        var stack = In(("go.mod", "module m\n\nrequire github.com/jackc/pgx/v5 v5.6.0\n"), ("go.sum", ""), ("Dockerfile", "FROM scratch"));

        Assert.That((stack.Language, stack.Install, stack.Test, stack.Store, stack.HasDockerfile), Is.EqualTo(("go", "go mod download", "go test ./...", "postgresql", true)));
        Assert.That(stack.Notes, Is.Empty);
    }

    [Test]
    public void Says_what_it_takes_for_granted() =>
        Assert.That(In(("package.json", "{ broken")).Notes, Has.Count.EqualTo(3));

    [TestCase("<maven.compiler.release>17</maven.compiler.release>", "17")]
    [TestCase("<java.version>21</java.version>", "21")]
    [TestCase("<maven.compiler.source>1.8</maven.compiler.source>", "8")]
    [TestCase("", "21")]
    public void Builds_maven_with_the_java_the_project_names(string property, string version)
    {
        var stack = In(("pom.xml", $"<project><properties>{property}</properties><dependencies><dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency></dependencies></project>"));

        Assert.That((stack.Language, stack.Version, stack.Image, stack.Test, stack.Store), Is.EqualTo(("java", version, $"maven:3.9-eclipse-temurin-{version}", "mvn -B -ntp verify", "postgresql")));
    }

    [TestCase("build.gradle", "sourceCompatibility = '17'", "17")]
    [TestCase("build.gradle", "targetCompatibility = JavaVersion.VERSION_1_8", "8")]
    [TestCase("build.gradle.kts", "java { toolchain { languageVersion.set(JavaLanguageVersion.of(21)) } }", "21")]
    [TestCase("build.gradle.kts", "kotlin { jvmToolchain(17) }", "17")]
    public void Builds_gradle_with_its_wrapper(string file, string says, string version)
    {
        var stack = In((file, $"{says}\ndependencies {{ implementation('redis.clients:jedis:5.1.0') }}\n"), ("gradlew", "#!/bin/sh"));

        Assert.That((stack.Version, stack.Image, stack.Test, stack.Store), Is.EqualTo((version, $"eclipse-temurin:{version}-jdk", "sh ./gradlew --no-daemon check", "redis")));
    }

    [Test]
    public void Builds_dotnet_for_the_newest_framework_of_its_projects()
    {
        var stack = In(("Shop.sln", ""), ("src/Shop/Shop.csproj", "<TargetFrameworks>net8.0;net9.0</TargetFrameworks><PackageReference Include=\"Npgsql\" Version=\"9.0.0\" />"), ("src/Shop/packages.lock.json", "{}"));

        Assert.That((stack.Language, stack.Version, stack.Image, stack.Install, stack.Store), Is.EqualTo(("dotnet", "9.0.x", "mcr.microsoft.com/dotnet/sdk:9.0", "dotnet restore --locked-mode", "postgresql")));
        Assert.That(In(("Shop.slnx", ""), ("global.json", """{"sdk":{"version":"8.0.400"}}""")), Has.Property("Version").EqualTo("").And.Property("Image").EqualTo("mcr.microsoft.com/dotnet/sdk:8.0"));
    }

    [Test]
    public void Refuses_a_stack_it_has_no_pipeline_for() =>
        Assert.That(DetectedStack.In(new Dictionary<string, string> { ["Cargo.toml"] = "", ["src/main.rs"] = "" }).Refusal!.Reason, Does.EndWith("at the root; found Cargo.toml."));

    [Test]
    public void Refuses_to_choose_between_two_stacks() =>
        Assert.That(DetectedStack.In(new Dictionary<string, string> { ["package.json"] = "{}", ["go.mod"] = "" }).Refusal!.Reason, Does.Contain("nodejs: package.json and go: go.mod"));

    private static DetectedStack In(params (string Path, string Text)[] files) => DetectedStack.In(files.ToDictionary(file => file.Path, file => file.Text)).Value!;
}
