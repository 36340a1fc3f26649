using Agentic.Agents.Migration;
using YamlDotNet.RepresentationModel;
using Assert = NUnit.Framework.Assert;

namespace Agentic.Tests.Migration;

/// <summary>Library steps as actions of the repository, and where they must stay written out.</summary>
internal sealed class CompositeActionTests
{
    private const string Deploy = "def call(String where, boolean dry) {\n  sh \"./deploy --to ${where}\"\n  if (dry) { sh './undo' }\n  if (where == 'prod') { echo 'live' }\n}\n";

    private static Migrated Migrate(string jenkinsfile, string library, bool? actions = null) => JenkinsfileMigration.Migrate(
        new MigrationSource(jenkinsfile, "demo") { Libraries = new Dictionary<string, string> { ["vars/deployTo.groovy"] = library }, CompositeActions = actions });

    private static string Twice(string first = "deployTo('test', true)", string second = "deployTo('prod', false)") =>
        "@Library('l') _\npipeline {\n agent any\n stages {\n  stage('One') { steps { " + first + " } }\n  stage('Two') { steps { " + second + " } }\n }\n}\n";

    [Test]
    public void Makes_an_action_of_a_step_that_is_used_twice()
    {
        var migrated = Migrate(Twice(), Deploy);

        Assert.That(migrated.Actions[".github/actions/deployTo/action.yml"], Is.EqualTo("""
            name: deployTo
            description: The step deployTo of the shared library, from vars/deployTo.groovy
            inputs:
              where:
                description: The parameter where of the library step
                required: true
              dry:
                description: The parameter dry of the library step
                required: true
            runs:
              using: composite
              steps:
                - name: deploy
                  shell: sh -xe {0}
                  env:
                    where: ${{ inputs.where }}
                  run: ./deploy --to ${where}
                - name: undo
                  if: inputs.dry == 'true'
                  shell: sh -xe {0}
                  run: ./undo
                - name: message
                  if: inputs.where == 'prod'
                  shell: sh -xe {0}
                  run: echo "live"

            """.ReplaceLineEndings("\n")));
        Assert.That(migrated.WorkflowYaml, Does.Contain("uses: ./.github/actions/deployTo\n        with:\n          where: test\n          dry: 'true'\n").And.Contain("where: prod\n          dry: 'false'\n").And.Not.Contain("./deploy --to"));
        Assert.That(migrated.Report!.Counts.Manual, Is.Zero);
        Assert.That(migrated.Report.Ledger.Where(row => row.Source.StartsWith("deployTo", StringComparison.Ordinal)).Select(row => row.Note), Has.All.Contains("uses the action .github/actions/deployTo"));
    }

    [Test]
    public void Writes_a_step_out_that_is_used_once_unless_an_action_is_asked_for()
    {
        const string once = "@Library('l') _\nnode {\n checkout scm\n deployTo('test', false)\n}\n";

        Assert.That(Migrate(once, Deploy).Actions, Is.Empty);
        Assert.That(Migrate(once, Deploy, actions: true).Actions.Keys, Is.EqualTo(new[] { ".github/actions/deployTo/action.yml" }));
        Assert.That(Migrate(Twice(), Deploy, actions: false).Actions, Is.Empty);
    }

    [Test]
    public void Takes_the_keys_of_a_named_call_as_inputs()
    {
        var migrated = Migrate(Twice("deployTo where: 'test', tag: 'a'", "deployTo(tag: 'b', where: 'prod')"), "def call(Map config) {\n sh \"./deploy ${config.where} ${config.tag}\"\n}\n");

        Assert.That(migrated.Actions.Values.Single(), Does.Contain("run: ./deploy ${where} ${tag}"));
        Assert.That(migrated.WorkflowYaml, Does.Contain("tag: b\n          where: prod\n"));
    }

    [TestCase("def call(String where, boolean dry) {\n withCredentials([string(credentialsId: 'k', variable: 'K')]) { sh './deploy' }\n}\n", ExpectedResult = false)]
    [TestCase("def call(String where, boolean dry) {\n timeout(5) { sh './deploy' }\n}\n", ExpectedResult = false)]
    [TestCase("def call(String where, boolean dry) {\n env.WHERE = where\n sh './deploy'\n}\n", ExpectedResult = false)]
    [TestCase("def call(String where, boolean dry) {\n node('big') { sh './deploy' }\n}\n", ExpectedResult = false)]
    [TestCase("def call(String where, boolean dry) {\n unknownStep where\n}\n", ExpectedResult = false)]
    [TestCase("def call(String where, boolean dry) {\n return sh(script: 'git rev-parse HEAD', returnStdout: true)\n}\n", ExpectedResult = true)]
    public bool Only_steps_become_an_action(string library) => Migrate(Twice(), library).Actions.Count > 0;

    [Test]
    public void Writes_a_call_out_whose_value_is_used_or_whose_arguments_do_something()
    {
        Assert.That(Migrate(Twice("script { def x = deployTo('a', true)\n sh \"use ${x}\" }"), Deploy).WorkflowYaml, Does.Contain("./deploy --to a"));
        Assert.That(Migrate(Twice("deployTo(sh(script: 'cat where', returnStdout: true), true)"), Deploy).WorkflowYaml!.Split("$(cat where)"), Has.Length.EqualTo(2));
    }

    [Test]
    public void Writes_an_action_that_reads_back_as_YAML()
    {
        var stream = new YamlStream();

        stream.Load(new StringReader(Migrate(Twice("deployTo(\"it's: \\${x}\", true)"), Deploy).Actions.Values.Single()));

        Assert.That(((YamlMappingNode)stream.Documents[0].RootNode)["runs"]["using"].ToString(), Is.EqualTo("composite"));
    }
}
