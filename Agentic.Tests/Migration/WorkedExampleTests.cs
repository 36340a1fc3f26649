using Agentic.Agents.Migration;
using Agentic.Tests.Support;

namespace Agentic.Tests.Migration;

/// <summary>Each folder holds a Jenkinsfile and the exact workflow it becomes.</summary>
internal sealed class WorkedExampleTests
{
    private static IEnumerable<string> Names() => Directory.GetDirectories(SourceTree.Cases("Migration")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Names))]
    public void Becomes_exactly_the_expected_workflow(string name)
    {
        var folder = Path.Combine(SourceTree.Cases("Migration"), name);

        var migrated = JenkinsfileMigration.Migrate(new MigrationSource(File.ReadAllText(Path.Combine(folder, "Jenkinsfile")), name));

        Assert.That(migrated.WorkflowYaml, Is.EqualTo(File.ReadAllText(Path.Combine(folder, "expected.yml"))));
    }
}
