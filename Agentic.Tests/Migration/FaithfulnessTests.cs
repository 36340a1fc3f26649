using Agentic.Agents.Migration;
using Assert = NUnit.Framework.Assert;

namespace Agentic.Tests.Migration;

/// <summary>What the differential check once showed to be wrong, each by the smallest pipeline that shows it.</summary>
internal sealed class FaithfulnessTests
{
    private static Migrated Migrate(string text) => JenkinsfileMigration.Migrate(new MigrationSource(text, "demo"));

    private static string Workflow(string text) => Migrate(text).WorkflowYaml!;

    [Test]
    public void Keeps_two_values_of_one_function_apart() =>
        Assert.That(Workflow("def read(f) { def out = sh(script: \"cat ${f}\", returnStdout: true).trim()\n return out }\nnode {\n def a = read('a')\n def b = read('b')\n sh \"use ${a} ${b}\"\n}\n"), Does.Contain("run: use ${out} ${out_2}"));

    [Test]
    public void Gives_a_variable_its_name_again_once_nobody_can_ask_for_it() =>
        Assert.That(Workflow("node {\n for (f in ['a', 'b']) {\n  def out = sh(script: \"cat ${f}\", returnStdout: true).trim()\n  sh \"use ${out}\"\n }\n}\n"), Does.Not.Contain("out_2"));

    [Test]
    public void Turns_an_or_round_as_a_whole() =>
        Assert.That(Workflow("node {\n if (env.BRANCH_NAME != 'a' || env.BRANCH_NAME == 'b') { sh 'one' } else { sh 'two' }\n}\n"), Does.Contain("if: ${{ !(github.ref != 'refs/heads/a' || github.ref == 'refs/heads/b') }}"));

    [Test]
    public void Runs_a_finally_only_where_its_try_was_begun() =>
        Assert.That(Workflow("node {\n sh 'first'\n try {\n  if (env.BRANCH_NAME == 'a') { sh 'inside' }\n } finally {\n  sh 'last'\n }\n}\n"), Does.Contain("if: always() && steps.reach-line-3.outcome == 'success'\n        run: last"));

    [Test]
    public void Stops_a_handler_at_its_own_failure() =>
        Assert.That(Workflow("pipeline {\n agent any\n stages { stage('S') { steps { sh 'x' } } }\n post { always { sh 'one'\n sh 'two' } }\n}\n"), Does.Contain("if: always() && steps.post-always-one.outcome == 'success'\n        run: two"));

    [Test]
    public void Goes_on_behind_a_caught_failure_in_another_job_and_fails_the_run_all_the_same()
    {
        var workflow = Workflow("pipeline {\n agent none\n stages {\n  stage('A') { agent { label 'x' }\n steps { catchError { sh 'one' } } }\n  stage('B') { agent { label 'y' }\n steps { sh 'two' } }\n }\n}\n");

        Assert.That(workflow, Does.Contain("caught_failure: ${{ steps.a-one.outcome == 'failure' }}"));
        Assert.That(workflow, Does.Contain("if: always() && (needs.a.outputs.caught_failure == 'true')"));
    }

    [Test]
    public void Leaves_what_an_environment_block_sets_as_Jenkins_does() =>
        Assert.That(Workflow("pipeline {\n agent any\n environment { C = 'fixed' }\n stages { stage('S') { steps { script { env.C = 'other' }\n sh 'x' } } }\n}\n"), Does.Not.Contain("other"));

    [Test]
    public void Hands_on_what_a_script_assigned_to_env_also_where_its_name_is_not_written() =>
        Assert.That(Workflow("pipeline {\n agent none\n stages {\n  stage('A') { agent { label 'x' }\n steps { script { env.MODE = 'fast' } } }\n  stage('B') { agent { label 'y' }\n steps { sh 'make' } }\n }\n}\n"), Does.Contain("MODE: ${{ needs.a.outputs.MODE }}"));

    [Test]
    public void Tells_what_the_workflow_does_not_show()
    {
        var report = Migrate("node {\n stage('Nothing left') {\n  unknownValue.toString()\n }\n dir('elsewhere') { unknownValue.toString() }\n}\n").Report!;

        Assert.That(report.Ledger.Where(row => row.Line == 5 && row.Status == "approximated").Select(row => row.Source), Has.Some.Contains("elsewhere"));
    }

    [Test]
    public void Asks_for_a_missing_value_before_an_expression_would_take_it_for_empty() =>
        Assert.That(Workflow("node {\n dir(\"${lib.folder()}/x\") { sh 'make' }\n}\n"), Does.Contain(": \"${lib_folder:?the value of line 2 was not converted}\""));

    [Test]
    public void Puts_a_step_that_fails_where_a_library_object_is_called() =>
        Assert.That(Workflow("node {\n deployer.release('prod')\n}\n"), Does.Contain("The Jenkins step deployer.release of line 2 was not converted"));

    [Test]
    public void Takes_the_version_a_tool_names_whatever_stands_before_it()
    {
        var workflow = Workflow("pipeline {\n agent any\n tools {\n  maven 'm3'\n  jdk 'jdk-11'\n }\n stages { stage('S') { steps { sh 'mvn verify' } } }\n}\n");

        Assert.That(workflow, Does.Contain("java-version: '11'").And.Contain("cache: maven"));
    }

    [TestCase("npm ci", "cache: npm")]
    [TestCase("npm install", null)]
    public void Caches_only_what_a_lock_file_surely_describes(string command, string? cache)
    {
        var workflow = Workflow($"pipeline {{\n agent any\n tools {{ nodejs 'node-22' }}\n stages {{ stage('S') {{ steps {{ sh '{command}' }} }} }}\n}}\n");

        Assert.That(workflow, cache is null ? Does.Not.Contain("cache:") : Does.Contain(cache));
    }

    [Test]
    public void Sets_up_what_the_tool_step_names_and_gives_its_directory() =>
        Assert.That(Workflow("node {\n checkout scm\n def mavenHome = tool 'Maven 3'\n sh \"${mavenHome}/bin/mvn verify\"\n}\n"), Does.Contain("uses: actions/setup-java@").And.Contain("run: ${mavenHome}/bin/mvn verify"));

    [Test]
    public void Knows_a_step_by_its_class() =>
        Assert.That(Workflow("node {\n step([$class: 'ArtifactArchiver', artifacts: 'out/*.zip'])\n}\n"), Does.Contain("path: out/*.zip"));

    [Test]
    public void Makes_inputs_of_what_an_approval_asked() =>
        Assert.That(Workflow("node {\n def where = input message: 'Go?', parameters: [string(name: 'WHERE', defaultValue: 'here')]\n sh \"go ${where}\"\n}\n"), Does.Contain("WHERE: ${{ inputs.WHERE || 'here' }}").And.Contain("run: go ${WHERE}"));

    [Test]
    public void Writes_a_command_as_the_source_does_where_its_values_would_hide_it()
    {
        var workflow = Workflow("def flavour = 'base' + 'Line'\nnode {\n sh \"unzip library-${flavour}-x.aar -d unzipped${flavour}\"\n}\n");

        Assert.That(workflow, Does.Contain("        env:\n          flavour: baseLine\n        run: unzip library-${flavour}-x.aar -d unzipped${flavour}\n"));
    }

    [TestCase("sh \"flavour=q\\nlibrary-${flavour}-\\$flavour x-${flavour}\"", "library-${flavour_value}-$flavour x-${flavour_value}")]
    [TestCase("sh \"cat <<'END'\\nunzip x-${flavour}-y\\nEND\"", "unzip x-baseLine-y")]
    [TestCase("sh \"unzip 'x-${flavour}-y'\"", "unzip 'x-'\"${flavour}\"'-y'")]
    public void Never_hides_a_variable_or_changes_a_quotation_by_that(string command, string expected) =>
        Assert.That(Workflow("def flavour = 'base' + 'Line'\nnode {\n " + command + "\n}\n"), Does.Contain(expected));

    [Test]
    public void Fails_where_a_whole_command_is_unknown() =>
        Assert.That(Workflow("node {\n sh lib.command()\n}\n"), Does.Contain("::error::The command of line 2 was not converted").And.Contain("exit 1").And.Not.Contain("eval"));

    [Test]
    public void Takes_a_no_for_a_no_after_it_went_through_the_environment() =>
        Assert.That(Workflow("def go = false\nnode {\n sh 'first'\n if (env.A == 'x') { go = true }\n if (go) { sh 'second' }\n}\n"), Does.Contain("if: env.go == 'true'\n        run: second"));

    [Test]
    public void Does_not_take_an_unknown_number_for_text() =>
        Assert.That(Workflow("node {\n def n = lib.count() + 7\n sh \"use ${n}\"\n}\n"), Does.Not.Contain("7}").And.Not.Contain("}7"));

    [Test]
    public void Asks_many_alternatives_as_one_list() =>
        Assert.That(Workflow("node {\n sh 'first'\n if (env.A in ['a','b','c','d','e','f','g']) { sh 'second' }\n}\n"), Does.Contain("contains(fromJSON('[\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\"]'), env.A)"));

    [Test]
    public void Passes_parameters_on_that_a_list_holds() =>
        Assert.That(Workflow("node {\n def given = [string(name: 'A', value: 'one'), booleanParam(name: 'B', value: true)]\n build job: 'other', parameters: given\n}\n"), Does.Contain("gh workflow run \"other\" -f A=\"one\" -f B=\"true\"").And.Not.Contain("inputs:"));
}
