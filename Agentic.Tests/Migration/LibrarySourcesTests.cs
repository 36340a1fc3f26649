using Agentic.Agents.Deployment.Processes;
using Agentic.Agents.Integrations.Git;
using Agentic.Agents.Migration;
using Agentic.Tests.Support;
using Microsoft.Extensions.Options;
using Assert = NUnit.Framework.Assert;

namespace Agentic.Tests.Migration;

/// <summary>Shared libraries out of Git repositories, made here and read as an operator would configure them.</summary>
internal sealed class LibrarySourcesTests
{
    private DirectoryInfo _folder = null!;

    [SetUp]
    public async Task Make_a_repository_with_a_library()
    {
        Programs.Require("git", "setsid");
        _folder = Directory.CreateTempSubdirectory("agentic-test-");
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "vars"));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "vars", "shipIt.groovy"), "def call(String where) {\n    sh \"./ship.sh ${where}\"\n}\n");
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "vars", "stolen.groovy"), "/etc/hostname");
        await Git("init", "--quiet", "--initial-branch", "main");
        await Git("add", "--all");
        await Git("commit", "--quiet", "-m", "library");
        await Git("tag", "v1");
    }

    [TearDown]
    public void Remove_it() => _folder?.Delete(recursive: true);

    private async Task Git(params string[] arguments)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = Environment.GetEnvironmentVariable("PATH")!, ["HOME"] = _folder.FullName };
        var done = await BoundedCommand.Run(["git", "-c", "user.name=Test", "-c", "user.email=test@localhost", .. arguments], _folder.FullName, environment, TimeSpan.FromSeconds(60), CancellationToken.None);
        Assert.That(done.Succeeded, Is.True, done.Output);
    }

    private static Task<Agents.Operations.Outcome<MigrationChoices?>> Complete(MigrationOptions options, string jenkinsfile, MigrationChoices? choices = null)
    {
        var configured = Options.Create(options);
        return new LibrarySources(configured, new GitLibrarySource(configured)).Complete(jenkinsfile, choices, CancellationToken.None);
    }

    private MigrationOptions Configured() => new() { Libraries = { ["corp"] = new SharedLibrary { Url = _folder.FullName } } };

    [Test]
    public async Task Inlines_the_steps_of_a_configured_library()
    {
        const string jenkinsfile = "@Library('corp@v1') _\nnode { shipIt 'prod' }\n";

        var choices = await Complete(Configured(), jenkinsfile);

        Assert.That(choices.Value!.Libraries!.Keys, Is.EqualTo(new[] { "corp/vars/shipIt.groovy", "corp/vars/stolen.groovy" }).Or.EqualTo(new[] { "corp/vars/shipIt.groovy" }));
        Assert.That(choices.Value.Libraries.Values, Has.None.EqualTo(await File.ReadAllTextAsync("/etc/hostname")));
        var migrated = JenkinsfileMigration.Migrate(new MigrationSource(jenkinsfile, "demo") { Libraries = choices.Value.Libraries });
        Assert.That(migrated.WorkflowYaml, Does.Contain("run: ./ship.sh prod"));
    }

    [Test]
    public async Task Reads_nothing_for_a_pipeline_that_asks_for_no_library() =>
        Assert.That((await Complete(Configured(), "node { sh 'make' }\n")).Value!.Libraries, Is.Empty);

    [Test]
    public async Task Says_why_a_library_could_not_be_read() =>
        Assert.That((await Complete(Configured(), "@Library('corp@no-such-tag') _\nnode { }\n")).Refusal!.Reason, Does.StartWith("The library corp could not be read from"));

    [TestCase("http://example.com/lib.git")]
    [TestCase("https://internal.example.com/lib.git")]
    [TestCase("https://user:secret@example.com/lib.git")]
    [TestCase("file:///etc")]
    [TestCase("ext::sh -c id")]
    public async Task Refuses_an_address_a_request_may_not_name(string url)
    {
        var choices = new MigrationChoices(LibraryUrls: new Dictionary<string, string> { ["corp"] = url });

        var completed = await Complete(new MigrationOptions { LibraryHosts = { "example.com" } }, "@Library('corp') _\nnode { }\n", choices);

        Assert.That(completed.Refusal!.Reason, Does.StartWith("Libraries are read over https").And.Not.Contain("secret"));
    }

    [Test]
    public async Task Says_nothing_of_the_token_in_a_configured_address()
    {
        var options = new MigrationOptions { Libraries = { ["corp"] = new SharedLibrary { Url = "https://robot:hunter22@127.0.0.1:9/lib.git" } } };

        var completed = await Complete(options, "@Library('corp') _\nnode { }\n");

        Assert.That(completed.Refusal!.Reason, Does.Contain("https://127.0.0.1:9/lib.git").And.Not.Contain("hunter22"));
    }
}
