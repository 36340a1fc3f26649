using Agentic.Agents.Migration;

namespace Agentic.Tests.Migration;

internal sealed class DeclarativeRulesTests
{
    private const string Steps = "steps { echo 'x' }";

    private static Migrated Migrate(string jenkinsfile) => JenkinsfileMigration.Migrate(new MigrationSource(jenkinsfile, "demo"));

    [TestCase("pipeline { stages { stage('a') { " + Steps + " } } }", "Missing required section \"agent\"")]
    [TestCase("pipeline { agent any }", "Missing required section \"stages\"")]
    [TestCase("pipeline { agent any\n stages { } }", "No stages specified")]
    [TestCase("pipeline { agent any\n agent any\n stages { stage('a') { " + Steps + " } } }", "Multiple occurrences of the agent section")]
    [TestCase("pipeline { agent any\n banana { }\n stages { stage('a') { " + Steps + " } } }", "Undefined section \"banana\"")]
    [TestCase("pipeline { agent any\n stages { stage('a') { } } }", "Expected one of \"steps\", \"stages\", or \"parallel\" for stage \"a\"")]
    [TestCase("pipeline { agent any\n stages { stage { " + Steps + " } } }", "Expected a stage name but did not find any")]
    [TestCase("pipeline { agent any\n stages { stage('a') { " + Steps + " }\n stage('a') { " + Steps + " } } }", "Duplicate stage name: \"a\"")]
    [TestCase("pipeline { agent any\n stages { stage('a') { steps { } } } }", "No steps specified for branch of stage \"a\"")]
    [TestCase("pipeline { agent any\n stages { stage('a') { steps { def x = 1 } } } }", "Expected a step; Groovy code belongs into a 'script' block")]
    [TestCase("pipeline { agent any\n stages { stage('a') { steps { stage('b') { echo 'x' } } } } }", "Invalid step \"stage\" used - not allowed in this context")]
    [TestCase("pipeline { agent any\n stages { stage('a') { when { }\n " + Steps + " } } }", "Empty when closure, remove the property or add some content")]
    [TestCase("pipeline { agent any\n stages { stage('a') { when { banana() }\n " + Steps + " } } }", "Unknown conditional banana. Valid conditionals are: allOf, anyOf, not, branch, buildingTag, changelog, changeset, changeRequest, environment, equals, expression, isRestartedRun, tag, triggeredBy")]
    [TestCase("pipeline { agent any\n post { sometimes { echo 'x' } }\n stages { stage('a') { " + Steps + " } } }", "Invalid condition \"sometimes\" - valid conditions are aborted, always, changed, cleanup, failure, fixed, notBuilt, regression, success, unstable, unsuccessful")]
    [TestCase("pipeline { agent any\n environment { A = 'x' - 'y' }\n stages { stage('a') { " + Steps + " } } }", "Environment variable values can only be joined together with '+'s")]
    [TestCase("pipeline { agent any\n stages { stage('a') { steps { timeout { echo 'x' } } } } }", "Missing required parameter: \"time\"")]
    [TestCase("pipeline { agent { docker { args '-v a:b' } }\n stages { stage('a') { " + Steps + " } } }", "Missing required parameter for agent type \"docker\": image")]
    [TestCase("node { pipeline { agent any\n stages { stage('a') { " + Steps + " } } } }", "The pipeline block must be at the top-level, not within another block")]
    public void Refuses_what_Jenkins_refuses(string jenkinsfile, string rule)
    {
        var migrated = Migrate(jenkinsfile);

        Assert.That(migrated.WorkflowYaml, Is.Null);
        Assert.That(migrated.Problems.Select(problem => problem.Message), Does.Contain(rule));
    }

    [Test]
    public void Names_the_line_and_column_of_the_broken_rule()
    {
        var problem = Migrate("pipeline {\n  agent any\n  stages {\n    stage('a') {\n    }\n  }\n}\n").Problems.Single();

        Assert.That((problem.Line, problem.Column), Is.EqualTo((4, 5)));
    }

    [TestCase("")]
    [TestCase("   \n\n")]
    [TestCase("{ \"json\": true }")]
    [TestCase("<html><body>login</body></html>")]
    public void Refuses_what_is_no_Jenkinsfile(string text) => Assert.That(Migrate(text).Problems, Is.Not.Empty);

    [Test]
    public void Accepts_both_styles_of_braces_and_every_section()
    {
        var migrated = Migrate("""
            pipeline
            {
                agent { node { label 'x' } }
                options { timestamps(); skipStagesAfterUnstable() }
                environment { A = 'x' + "y" }
                stages
                {
                    stage('a')
                    {
                        agent none
                        options { timeout(time: 1, unit: 'HOURS') }
                        input { message 'go?' }
                        when { beforeAgent true; not { branch 'x' } }
                        stages { stage('b') { steps { script { if (true) { echo 'x' } } } } }
                    }
                }
                post { always { echo 'x' } }
            }
            """);

        Assert.That(migrated.Problems, Is.Empty);
        Assert.That(migrated.WorkflowYaml, Is.Not.Null);
    }
}
