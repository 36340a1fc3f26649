using Agentic.Agents.CodeGen;

namespace Agentic.Tests.CodeGen;

/// <summary>The part of the certificate that every build holds: all static checks of every combination, and the own tests of a subset that holds every pair of choices.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class CertificationTests
{
    private GeneratedFolders _folders = null!;

    private static bool IsDemanded => Environment.GetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES") == "1";

    private static HashSet<string> Pairwise { get; } = [.. Combinations.Pairwise().Select(Combinations.Name)];

    private static IEnumerable<StaticCheck> Checks => [.. StaticChecks.All, StaticChecks.AwsSchema];

    private static IEnumerable<TestCaseData> Subset => Combinations.Pairwise().Select(request => new TestCaseData(request).SetArgDisplayNames(Combinations.Name(request)));

    [OneTimeSetUp]
    public void WriteEveryCombination() =>
        _folders = new GeneratedFolders([.. Combinations.Supported, .. Combinations.Supported.Where(request => request.Language == "go").Select(request => request with { Iac = "cloudformation" })]);

    [OneTimeTearDown]
    public void RemoveThem() => _folders.Dispose();

    [TestCaseSource(nameof(Checks))]
    public void Finds_nothing_in_any_combination(object check)
    {
        ((StaticCheck)check).Require();

        var wanted = ((StaticCheck)check).IsSlow && !IsDemanded ? [.. _folders.All.Where(folder => Pairwise.Contains(folder.Name))] : _folders.All;

        var problems = ((StaticCheck)check).Find(wanted).Take(40).ToList();

        Assert.That(problems, Is.Empty, string.Join('\n', problems));
    }

    [Test]
    public void Has_the_whole_matrix() => Assert.That(Combinations.Supported.Count(), Is.EqualTo(Combinations.Matrix));

    [TestCase("deploy/kubernetes/base/deployment.yaml", "        - name: service\n", "        - nme: service\n", "manifests")]
    [TestCase("deploy/kubernetes/base/deployment.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "policy")]
    [TestCase("deploy/kubernetes/overlays/dev/kustomization.yaml", "../../base", "../../bass", "kustomize")]
    [TestCase("app/main.py", "import logging", "import", "Python")]
    [TestCase(".github/workflows/ci.yml", "needs: [test, scan, definitions]", "needs: [tests]", "JavaScript, OpenAPI, AsyncAPI, workflows")]
    [TestCase("openapi.yaml", "openapi: 3.0.3", "openapi: 3.0.3\nopen: true", "JavaScript, OpenAPI, AsyncAPI, workflows")]
    [TestCase("infrastructure/registry.tf", "count = var", "count  =  var", "Terraform")]
    [TestCase("infrastructure/dynamodb.tf", "hash_key     =", "hsh_key      =", "AWS schema")]
    public void Notices_what_is_wrong(string path, string right, string wrong, string title)
    {
        var check = Checks.Single(check => check.Title == title);
        check.Require();
        using var folders = new GeneratedFolders([Service.In("python", "dynamodb")]);
        var before = folders.All[0];
        var spoilt = before.Files.Find(path)!.Text.Replace(right, wrong, StringComparison.Ordinal);
        Assert.That(spoilt, Is.Not.EqualTo(before.Files.Find(path)!.Text), "the text to spoil is not there");
        File.WriteAllText(before.At(path), spoilt);
        var after = before with { Files = new GeneratedFiles(before.Files.Files.Select(file => file.Path == path ? new GeneratedFile(path, System.Text.Encoding.UTF8.GetBytes(spoilt)) : file)) };

        Assert.That(check.Find([after]), Is.Not.Empty);
    }

    [TestCaseSource(nameof(Subset))]
    public async Task Passes_its_own_tests(GenerateService request)
    {
        if (!IsDemanded)
            Assert.Ignore("The own tests of the pairwise subset take minutes; they run where AGENTIC_REQUIRE_SERVICES=1.");
        using var tools = new Toolchain(request.Language);
        tools.Require();
        Assert.That(LocalServices.Missing(request), Is.Null);
        await using var services = await LocalServices.Start(request);

        var run = tools.Test(request.ServiceName, Service.Generated(request), services.Environment);

        Assert.That(run.IsGreen, Is.True, run.Output);
    }
}
