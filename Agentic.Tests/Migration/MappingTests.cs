using Agentic.Agents.Migration;
using Agentic.Agents.Migration.Conversion;

namespace Agentic.Tests.Migration;

internal sealed class MappingTests
{
    private static readonly Catalogue Own = Catalogue.Load();

    [Test]
    public void Knows_more_than_a_hundred_steps() => Assert.That(Own.Rules, Has.Count.GreaterThan(100));

    [Test]
    public void Pins_every_action_to_a_full_commit_with_its_version()
    {
        foreach (var action in Own.Pins.Actions)
        {
            var reference = Own.Pins.Reference(action);

            Assert.That(reference.Value, Does.Match("^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+@[0-9a-f]{40}$"));
            Assert.That(reference.Remark, Does.StartWith("v"));
        }
    }

    [Test]
    public void Converts_every_step_it_has_a_rule_for()
    {
        foreach (var (name, rule) in Own.Rules)
        {
            var migrated = JenkinsfileMigration.Migrate(new MigrationSource($"node {{\n  {name}(a: 'b'){(rule.Wraps ? " { sh 'make' }" : "")}\n}}\n", "demo"));

            Assert.That(migrated.WorkflowYaml, Is.Not.Null, name);
            Assert.That(migrated.Report!.Ledger.Where(row => row.Line == 2).Select(row => row.Note), Has.None.Contains("is unknown here"), name);
        }
    }

    [TestCase("jdk", "jdk-17", "actions/setup-java", "17")]
    [TestCase("jdk", "JDK 1.8", "actions/setup-java", "8")]
    [TestCase("nodejs", "NodeJS_18.2", "actions/setup-node", "18.2")]
    [TestCase("go", "latest", "actions/setup-go", "stable")]
    public void Reads_a_tools_version_from_its_label(string kind, string label, string action, string version)
    {
        var tool = Own.ToolFor(kind, label)!;

        Assert.That((tool.Action, tool.With[0].Value), Is.EqualTo((action, version)));
    }

    [Test]
    public void Lets_an_organisation_replace_and_add_rules()
    {
        var catalogue = Catalogue.Load(["steps:\n  notifyTeam:\n    arguments: channel\n    status: converted\n    note: our own\n    emit:\n      - { name: notify, run: './notify.sh {{channel}}' }\n"]);

        var migrated = JenkinsfileMigration.Migrate(new MigrationSource("node { notifyTeam '#a b' }\n", "demo"), catalogue);

        Assert.That(migrated.WorkflowYaml, Does.Contain("run: ./notify.sh \"#a b\""));
    }
}
