using Agentic.Agents.Migration;
using YamlDotNet.RepresentationModel;

namespace Agentic.Tests.Migration;

internal sealed class ConversionTests
{
    private static Migrated Migrate(string jenkinsfile, params (string Path, string Text)[] libraries) =>
        JenkinsfileMigration.Migrate(new MigrationSource(jenkinsfile, "demo") { Libraries = libraries.ToDictionary(library => library.Path, library => library.Text) });

    private static YamlMappingNode Read(Migrated migrated)
    {
        Assert.That(migrated.Problems, Is.Empty);
        var stream = new YamlStream();
        stream.Load(new StringReader(migrated.WorkflowYaml!));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private static List<YamlMappingNode> Steps(YamlMappingNode workflow) =>
        [.. ((YamlMappingNode)workflow["jobs"]).Children.Values.OfType<YamlMappingNode>().SelectMany(job => ((YamlSequenceNode)job["steps"]).OfType<YamlMappingNode>())];

    private static string? Of(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var value) ? value.ToString() : null;

    private static YamlMappingNode StepWith(YamlMappingNode workflow, string run) => Steps(workflow).Single(step => Of(step, "run")?.Contains(run, StringComparison.Ordinal) == true);

    private static string Stage(string steps) => "pipeline { agent any\n stages { stage('One') { steps {\n" + steps + "\n} } } }";

    [Test]
    public void Hands_a_script_over_byte_for_byte()
    {
        var workflow = Read(Migrate(Stage("sh '''\n\tset -e  \n    cat <<EOT\n  x: \"$HOME\"\nEOT\n'''")));

        Assert.That(Of(StepWith(workflow, "cat <<EOT"), "run"), Is.EqualTo("\n\tset -e  \n    cat <<EOT\n  x: \"$HOME\"\nEOT\n"));
    }

    [Test]
    public void Never_lets_GitHub_evaluate_what_the_source_wrote_as_text()
    {
        var workflow = Read(Migrate(Stage("sh 'echo \"${{ github.token }}\"'")));

        Assert.That(Of(StepWith(workflow, "github.token"), "run"), Is.EqualTo("echo \"${{ '${{' }} github.token }}\""));
    }

    [Test]
    public void Gives_interpolated_values_to_the_shell_as_variables_whatever_the_quoting()
    {
        var workflow = Read(Migrate("properties([parameters([string(name: 'WHO')])])\nnode { sh \"echo ${params.WHO} '${params.WHO}' \\$WHO\" }"));

        Assert.That(Of(StepWith(workflow, "echo"), "run"), Is.EqualTo("echo ${WHO} ''\"${WHO}\"'' $WHO"));
    }

    [Test]
    public void Stops_a_command_whose_value_is_not_known_instead_of_running_it_wrong()
    {
        var migrated = Migrate("node { sh \"rm -rf ${findFolder()}/build\" }\n");

        Assert.That(Of(StepWith(Read(migrated), "rm -rf"), "run"), Is.EqualTo("rm -rf ${findFolder:?the value of line 1 was not converted}/build"));
        Assert.That(migrated.Report!.ManualTasks, Has.Some.Contains("findFolder"));
    }

    [Test]
    public void Puts_a_step_that_fails_where_a_library_step_is_unknown()
    {
        var migrated = Migrate(Stage("deployTo where: 'prod', dry: false"));

        var step = StepWith(Read(migrated), "deployTo");
        Assert.That(Of(step, "run"), Does.EndWith("exit 1"));
        Assert.That(migrated.Report!.ManualTasks, Has.Some.Contains("line 3").And.Contains("deployTo"));
    }

    [Test]
    public void Inlines_library_steps_whose_sources_are_given()
    {
        var migrated = Migrate("@Library('l') _\nnode { deployTo('prod') }", ("vars/deployTo.groovy", "def call(String where) {\n  sh \"./deploy ${where}\"\n}\n"));

        Assert.That(Of(StepWith(Read(migrated), "./deploy"), "run"), Is.EqualTo("./deploy prod"));
        Assert.That(migrated.Report!.Counts.Manual, Is.Zero);
    }

    [TestCase("env.BRANCH_NAME == 'main'", "github.ref == 'refs/heads/main'")]
    [TestCase("env.BRANCH_NAME != 'main'", "github.ref != 'refs/heads/main'")]
    [TestCase("env.BRANCH_NAME.startsWith('release/')", "startsWith(github.ref_name, 'release/')")]
    [TestCase("env.CHANGE_ID", "github.event_name == 'pull_request'")]
    [TestCase("!env.CHANGE_ID", "github.event_name != 'pull_request'")]
    [TestCase("env.TAG_NAME && env.MODE == 'full'", "github.ref_type == 'tag' && env.MODE == 'full'")]
    [TestCase("env.MODE in ['a', 'b']", "env.MODE == 'a' || env.MODE == 'b'")]
    [TestCase("env.MODE ==~ /rc-.*/", "startsWith(env.MODE, 'rc-')")]
    [TestCase("env.MODE == \"it's\"", "env.MODE == 'it''s'")]
    public void Guards_what_the_source_guarded(string condition, string expected)
    {
        var workflow = Read(Migrate("node {\n echo 'first'\n if (" + condition + ") { sh 'make' }\n}"));

        Assert.That(Of(StepWith(workflow, "make"), "if"), Is.EqualTo(expected));
    }

    [Test]
    public void Guards_the_other_branch_by_the_opposite()
    {
        var workflow = Read(Migrate("node {\n if (env.A == 'x') { sh 'one' } else { sh 'two' }\n sh 'three' }"));

        Assert.Multiple(() =>
        {
            Assert.That(Of(StepWith(workflow, "one"), "if"), Is.EqualTo("env.A == 'x'"));
            Assert.That(Of(StepWith(workflow, "two"), "if"), Is.EqualTo("${{ !(env.A == 'x') }}"));
            Assert.That(Of(StepWith(workflow, "three"), "if"), Is.Null);
        });
    }

    [Test]
    public void Leaves_a_condition_it_cannot_ask_switched_off()
    {
        var migrated = Migrate("node {\n if (new Date().day == 5) { sh 'make' }\n}");
        var workflow = Read(migrated);

        Assert.That(Of(StepWith(workflow, "make"), "if"), Is.EqualTo("env.JENKINS_LINE_2 == 'true'"));
        Assert.That(Of((YamlMappingNode)workflow["env"], "JENKINS_LINE_2"), Is.EqualTo("false"));
    }

    [Test]
    public void Does_not_run_what_follows_a_conditional_return()
    {
        var workflow = Read(Migrate("def go() {\n if (env.SKIP == 'yes') { return }\n sh 'make'\n}\nnode { go(); sh 'after' }"));

        Assert.That(Of(StepWith(workflow, "make"), "if"), Is.EqualTo("${{ !(env.SKIP == 'yes') }}"));
        Assert.That(Of(StepWith(workflow, "after"), "if"), Is.Null);
    }

    [Test]
    public void Carries_a_value_set_under_a_condition_to_where_it_is_used()
    {
        var workflow = Read(Migrate("node {\n def tag = 'latest'\n if (env.TAG_NAME) { tag = env.TAG_NAME }\n sh \"push app:${tag}\"\n}"));
        var setters = Steps(workflow).Where(step => Of(step, "name") == "Set tag").Select(step => (Of(step, "run"), Of(step, "if"))).ToList();

        Assert.That(setters, Is.EqualTo(new[] { ("echo \"tag=latest\" >> \"$GITHUB_ENV\"", (string?)null), ("echo \"tag=${TAG_NAME}\" >> \"$GITHUB_ENV\"", "github.ref_type == 'tag'") }));
        Assert.That(Of(StepWith(workflow, "push"), "run"), Is.EqualTo("push app:${tag}"));
    }

    [Test]
    public void Catches_what_the_source_caught_and_goes_on()
    {
        var workflow = Read(Migrate("node {\n try { sh 'one'; sh 'two' } catch (e) { sh 'rescue' }\n sh 'after'\n}"));

        Assert.Multiple(() =>
        {
            Assert.That(Of(StepWith(workflow, "one"), "continue-on-error"), Is.EqualTo("true"));
            Assert.That(Of(StepWith(workflow, "two"), "if"), Is.EqualTo("steps.one.outcome == 'success'"));
            Assert.That(Of(StepWith(workflow, "rescue"), "if"), Is.EqualTo("steps.one.outcome == 'failure' || steps.two.outcome == 'failure'"));
            Assert.That(Of(StepWith(workflow, "after"), "if"), Is.Null);
        });
    }

    [Test]
    public void Drops_only_the_exact_twin_of_a_command_for_another_platform()
    {
        var migrated = Migrate(Stage("sh 'mvn verify'\nbat 'mvn verify'\nbat 'sign.cmd'"));
        var workflow = Read(migrated);

        Assert.That(Steps(workflow).Count(step => Of(step, "run")?.Trim() == "mvn verify"), Is.EqualTo(1));
        Assert.That(Of(StepWith(workflow, "sign.cmd"), "shell"), Is.EqualTo("cmd"));
        Assert.That(((YamlMappingNode)workflow["jobs"]).Children.Values.Select(job => job["runs-on"].ToString()), Is.EqualTo(new[] { "ubuntu-latest", "windows-latest" }));
        Assert.That(migrated.Report!.Ledger.Single(row => row.Status == "dropped").Line, Is.EqualTo(4));
    }

    [Test]
    public void Never_makes_a_hosted_runner_of_an_unknown_label()
    {
        var workflow = Read(Migrate("node('gpu && big') { sh 'make' }"));

        Assert.That(((YamlMappingNode)workflow["jobs"]).Children.Values.Single()["runs-on"].ToString(), Is.EqualTo("[ self-hosted, gpu, big ]"));
    }

    [Test]
    public void Gives_every_stage_name_a_valid_and_unique_job_id()
    {
        var workflow = Read(Migrate("parallel '1/2 Größe': { node { sh 'a' } }, '1-2 gro-e': { node { sh 'b' } }, '漢字': { node { sh 'c' } }"));

        Assert.That(((YamlMappingNode)workflow["jobs"]).Children.Keys.Select(key => key.ToString()), Is.Unique.And.All.Match("^[A-Za-z_][A-Za-z0-9_-]*$"));
    }

    [Test]
    public void Flags_a_hard_coded_secret_and_does_not_repeat_it()
    {
        var migrated = Migrate(Stage("sh 'deploy --password=Sup3rS3cretValue'"));

        Assert.That(migrated.Warnings, Has.Some.Contains("line 3").And.Contains("password"));
        Assert.That(migrated.Warnings.Concat(migrated.Report!.Ledger.Select(row => row.Source + row.Note)), Has.None.Contains("Sup3rS3cretValue"));
    }

    [Test]
    public void Gives_the_same_output_for_the_same_input()
    {
        var text = File.ReadAllText(Path.Combine(Support.SourceTree.Cases("Migration"), "credentials-and-docker", "Jenkinsfile"));

        var first = Migrate(text).WorkflowYaml;
        Assert.That(Migrate(text).WorkflowYaml, Is.EqualTo(first));
    }

    [Test]
    public void Names_secrets_and_their_kinds_but_no_values()
    {
        var report = Migrate(Stage("withCredentials([usernamePassword(credentialsId: 'nexus-user', usernameVariable: 'U', passwordVariable: 'P')]) { sh 'login $U $P' }")).Report!;

        Assert.That(report.Secrets, Is.EquivalentTo(new Dictionary<string, string> { ["NEXUS_USER_USR"] = "user name", ["NEXUS_USER_PSW"] = "password" }));
    }
}
