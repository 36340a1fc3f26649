using System.Globalization;
using System.Text.Json.Nodes;
using Agentic.Agents.CodeGen;
using Agentic.Agents.Operations;

namespace Agentic.Tests.CodeGen;

internal sealed class ServiceGenerationTests
{
    [Test]
    public void Makes_the_same_bytes_again_in_another_culture_and_thread()
    {
        var first = Service.Generated(Service.In("python", "postgresql"));
        GeneratedFiles? second = null;
        var thread = new Thread(() =>
        {
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat.NumberDecimalSeparator = ",";
            culture.NumberFormat.NegativeSign = "~";
            culture.DateTimeFormat.ShortDatePattern = "d.M.yy";
            CultureInfo.CurrentCulture = culture;
            second = Service.Generated(Service.In("python", "postgresql"));
        });
        thread.Start();
        thread.Join();

        Assert.That(second!.Sha256, Is.EqualTo(first.Sha256));
        Assert.That(ArtifactZip.Write(second.Files), Is.EqualTo(ArtifactZip.Write(first.Files)));
    }

    [Test]
    public void Makes_the_same_bytes_in_processes_of_other_time_zones_and_locales()
    {
        string Digest(string zone, string locale)
        {
            var environment = new Dictionary<string, string> { ["TZ"] = zone, ["LANG"] = locale, ["LC_ALL"] = locale };
            var run = Command.Run(AppContext.BaseDirectory, environment, "dotnet", Path.Combine(AppContext.BaseDirectory, "Agentic.Tests.dll"), "bench", "codegen", "digest");
            return run.Output.Split('\n').Single(line => line.StartsWith("digest ", StringComparison.Ordinal));
        }

        Assert.That(Digest("Pacific/Kiritimati", "tr_TR.UTF-8"), Is.EqualTo(Digest("America/St_Johns", "de_DE.UTF-8")));
    }

    [Test]
    public void Preview_does_not_change_the_files()
    {
        var kept = Service.Generated(Service.In("go"));

        Assert.That(Service.Generated(Service.In("go") with { Preview = true }).Sha256, Is.EqualTo(kept.Sha256));
    }

    [TestCase("python", "app/main.py")]
    [TestCase("nodejs", "src/application.js")]
    [TestCase("go", "internal/app/app.go")]
    public void Gives_every_language_what_a_service_needs_around_it(string language, string root)
    {
        var paths = Service.Generated(Service.In(language, "postgresql")).Files.Select(file => file.Path).ToList();

        Assert.That(paths, Is.SupersetOf(new[]
        {
            root, "Dockerfile", "compose.yaml", "openapi.yaml", "README.md", "migrations/0001_initial.sql",
            ".github/workflows/ci.yml", ".gitlab-ci.yml", ".agentic/provenance.json",
        }));
    }

    [Test]
    public void Writes_only_the_pipelines_that_were_asked_for()
    {
        var paths = Service.Generated(Service.In("python") with { Ci = "gitlab" }).Files.Select(file => file.Path).ToList();

        Assert.That(paths, Does.Contain(".gitlab-ci.yml").And.Not.Contain(".github/workflows/ci.yml"));
    }

    [Test]
    public void Pins_every_third_party_action_by_commit()
    {
        foreach (var line in Service.Generated(Service.In("python")).Find(".github/workflows/ci.yml")!.Text.Split('\n').Where(line => line.Contains("uses:", StringComparison.Ordinal)))
            Assert.That(line, Does.Match(@"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$"));
    }

    [Test]
    public void Leaves_no_template_syntax_behind()
    {
        foreach (var language in ServiceRules.Languages)
        {
            foreach (var file in Service.Generated(Service.In(language, "postgresql")).Files)
                Assert.That(file.Text.Replace("${{", "", StringComparison.Ordinal), Does.Not.Contain("{%").And.Not.Contain("{{ "), file.Path);
        }
    }

    [Test]
    public void Records_the_answers_the_templates_and_the_hash_of_every_file()
    {
        var files = Service.Generated(Service.In("python", "postgresql"));
        var provenance = JsonNode.Parse(files.Find(".agentic/provenance.json")!.Text)!;

        Assert.That(provenance["answers"]!["serviceName"]!.GetValue<string>(), Is.EqualTo("user-service"));
        Assert.That(provenance["templates"]!.AsArray().Select(template => template!["name"]!.GetValue<string>()), Does.Contain("python-store-postgresql"));
        Assert.That(
            provenance["files"]!.AsArray().ToDictionary(file => file!["path"]!.GetValue<string>(), file => file!["sha256"]!.GetValue<string>()),
            Is.EquivalentTo(files.Files.Where(file => file.Path != ".agentic/provenance.json").ToDictionary(file => file.Path, file => file.Sha256)));
    }

    [Test]
    public void Locks_every_dependency_of_a_node_service_without_download_addresses()
    {
        var files = Service.Generated(Service.In("nodejs", "postgresql"));
        var wanted = JsonNode.Parse(files.Find("package.json")!.Text)!["dependencies"]!.AsObject().Select(dependency => $"node_modules/{dependency.Key}");
        var packages = JsonNode.Parse(files.Find("package-lock.json")!.Text)!["packages"]!.AsObject();

        Assert.That(packages.Select(package => package.Key), Is.SupersetOf(wanted));
        Assert.That(packages.Where(package => package.Key.Length > 0).Select(package => package.Value!["integrity"]?.GetValue<string>()), Has.All.StartsWith("sha512-"));
        Assert.That(files.Find("package-lock.json")!.Text, Does.Not.Contain("http").IgnoreCase.Or.Not.Contain("resolved"));
        Assert.That(packages.ContainsKey("node_modules/ioredis"), Is.False);
    }

    [TestCase("User-Service", "lower-case letter")]
    [TestCase("user_service", "DNS label")]
    [TestCase("../escape", "lower-case letter")]
    [TestCase("user-", "DNS label")]
    [TestCase("a--b", "two hyphens")]
    [TestCase("x", "2 to 40 characters")]
    [TestCase("kubernetes", "reserved")]
    [TestCase("9lives", "starts with a lower-case letter")]
    [TestCase("usér-service", "DNS label")]
    public void Refuses_a_bad_name_and_says_why(string name, string why)
    {
        var refusal = ServiceGeneration.Generate(Service.In("python", name: name), TemplateLibrary.BuiltIn).Refusal!;

        Assert.That(refusal.Kind, Is.EqualTo(RefusalKind.Unprocessable));
        Assert.That(refusal.Errors.Single().Member, Is.EqualTo("serviceName"));
        Assert.That(refusal.Reason, Does.Contain(why));
    }

    [Test]
    public void Refuses_an_event_driven_service_without_messaging()
    {
        var refusal = ServiceGeneration.Generate(Service.In("python", apiType: "event-driven"), TemplateLibrary.BuiltIn).Refusal!;

        Assert.That(refusal.Errors.Select(error => error.Member), Does.Contain("messaging"));
        Assert.That(refusal.Reason, Does.Contain("choose sqs, sns or eventbridge"));
    }

    [Test]
    public void Names_every_wrong_member_at_once_and_what_is_supported()
    {
        var refusal = ServiceGeneration.Generate(new GenerateService("user-service", "cobol", "soap", "oracle", "kafka"), TemplateLibrary.BuiltIn).Refusal!;

        Assert.That(refusal.Errors.Select(error => error.Member), Is.EqualTo(new[] { "language", "apiType", "database", "messaging" }));
        Assert.That(refusal.Reason, Does.Contain("choose python or nodejs or go"));
    }
}
