using Agentic.Agents.Integrations.Jenkins;

namespace Agentic.Tests.Integrations;

/// <summary>What a config.xml stands for.</summary>
internal sealed class JobConfigurationTests
{
    private const string Freestyle = """
        <?xml version='1.1' encoding='UTF-8'?>
        <project>
          <description>Nightly</description>
          <properties>
            <jenkins.model.BuildDiscarderProperty><strategy class="hudson.tasks.LogRotator"><daysToKeep>-1</daysToKeep><numToKeep>10</numToKeep></strategy></jenkins.model.BuildDiscarderProperty>
            <hudson.model.ParametersDefinitionProperty><parameterDefinitions>
              <hudson.model.StringParameterDefinition><name>TARGET</name><description>Where it&apos;s for</description><defaultValue>dev</defaultValue></hudson.model.StringParameterDefinition>
              <hudson.model.ChoiceParameterDefinition><name>SIZE</name><choices class="java.util.Arrays$ArrayList"><a class="string-array"><string>s</string><string>m</string></a></choices></hudson.model.ChoiceParameterDefinition>
              <net.example.OddParameterDefinition><name>ODD</name></net.example.OddParameterDefinition>
            </parameterDefinitions></hudson.model.ParametersDefinitionProperty>
            <hudson.plugins.throttleconcurrents.ThrottleJobProperty><maxConcurrentPerNode>1</maxConcurrentPerNode></hudson.plugins.throttleconcurrents.ThrottleJobProperty>
          </properties>
          <scm class="hudson.plugins.git.GitSCM" plugin="git@5.2.0"><userRemoteConfigs><hudson.plugins.git.UserRemoteConfig><url>git@github.com:acme/shop.git</url></hudson.plugins.git.UserRemoteConfig></userRemoteConfigs><branches><hudson.plugins.git.BranchSpec><name>*/develop</name></hudson.plugins.git.BranchSpec></branches></scm>
          <assignedNode>linux &amp;&amp; docker</assignedNode>
          <canRoam>false</canRoam>
          <disabled>false</disabled>
          <jdk>jdk17</jdk>
          <triggers><hudson.triggers.TimerTrigger><spec>H 2 * * *</spec></hudson.triggers.TimerTrigger></triggers>
          <concurrentBuild>false</concurrentBuild>
          <builders>
            <hudson.tasks.Shell><command>make
        echo &apos;a\b&apos;</command></hudson.tasks.Shell>
            <hudson.tasks.Maven><targets>clean
        verify</targets><mavenName>maven-3</mavenName><pom>app/pom.xml</pom></hudson.tasks.Maven>
            <hudson.plugins.odd__things.OddBuilder plugin="odd-things@1.2"><speed>fast</speed><apiToken>{AQAAABAAAAAw=}</apiToken><password>x</password></hudson.plugins.odd__things.OddBuilder>
          </builders>
          <publishers>
            <hudson.tasks.junit.JUnitResultArchiver><testResults>**/TEST-*.xml</testResults></hudson.tasks.junit.JUnitResultArchiver>
            <hudson.tasks.Mailer><recipients>team@example.com</recipients></hudson.tasks.Mailer>
          </publishers>
          <buildWrappers>
            <hudson.plugins.timestamper.TimestamperBuildWrapper plugin="timestamper@1.26"/>
            <org.jenkinsci.plugins.credentialsbinding.impl.SecretBuildWrapper><bindings><org.jenkinsci.plugins.credentialsbinding.impl.StringBinding><credentialsId>deploy</credentialsId><variable>KEY</variable></org.jenkinsci.plugins.credentialsbinding.impl.StringBinding></bindings></org.jenkinsci.plugins.credentialsbinding.impl.SecretBuildWrapper>
            <org.example.OddWrapper/>
          </buildWrappers>
        </project>
        """;

    [Test]
    public void Writes_a_freestyle_job_as_the_pipeline_that_does_the_same()
    {
        var job = JobConfiguration.Read(Freestyle).Value!;

        Assert.That(job.Jenkinsfile, Is.EqualTo("""
            pipeline {
                agent { label 'linux && docker' }
                tools {
                    jdk 'jdk17'
                    maven 'maven-3'
                }
                parameters {
                    string(name: 'TARGET', description: 'Where it\'s for', defaultValue: 'dev')
                    choice(name: 'SIZE', choices: ['s', 'm'])
                }
                triggers {
                    cron('H 2 * * *')
                }
                options {
                    disableConcurrentBuilds()
                    buildDiscarder(logRotator(numToKeepStr: '10'))
                    timestamps()
                }
                stages {
                    stage('Build') {
                        steps {
                            withCredentials([string(credentialsId: 'deploy', variable: 'KEY')]) {
                                checkout scm
                                sh '''make
            echo \'a\\b\''''
                                sh 'mvn clean verify -f app/pom.xml'
                                oddBuilder(speed: 'fast')
                            }
                        }
                    }
                }
                post {
                    always {
                        junit '**/TEST-*.xml'
                    }
                    unsuccessful {
                        mail to: 'team@example.com', subject: 'Build failed', body: 'See the run'
                    }
                }
            }

            """));
        Assert.That(job.Unread, Is.EqualTo(new[] { "the setting ThrottleJobProperty", "the build environment OddWrapper", "the parameter ODD of the type OddParameterDefinition" }));
        Assert.That((job.Kind, job.RepositoryUrl, job.Branch), Is.EqualTo(("freestyle", "git@github.com:acme/shop.git", "develop")));
        Assert.That(job.Plugins, Is.EqualTo(new[] { "git", "odd-things", "timestamper" }));
    }

    [Test]
    public void Converts_what_it_wrote_and_accounts_for_the_unknown_step()
    {
        var migrated = Agentic.Agents.Migration.JenkinsfileMigration.Migrate(new Agentic.Agents.Migration.MigrationSource(JobConfiguration.Read(Freestyle).Value!.Jenkinsfile!, "nightly"));

        Assert.That(migrated.Problems, Is.Empty);
        Assert.That(migrated.WorkflowYaml, Does.Contain("mvn clean verify -f app/pom.xml"));
        Assert.That(migrated.Report!.Ledger.Any(row => row.Status == "manual" && row.Source.Contains("oddBuilder", StringComparison.Ordinal)), Is.True);
    }

    [Test]
    public void Finds_the_file_of_a_pipeline_that_is_kept_in_a_repository()
    {
        const string Single = "<flow-definition><definition class=\"org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition\"><scm class=\"hudson.plugins.git.GitSCM\"><userRemoteConfigs><hudson.plugins.git.UserRemoteConfig><url>https://github.com/acme/shop.git</url></hudson.plugins.git.UserRemoteConfig></userRemoteConfigs><branches><hudson.plugins.git.BranchSpec><name>refs/heads/main</name></hudson.plugins.git.BranchSpec></branches></scm><scriptPath>ci/Jenkinsfile</scriptPath></definition></flow-definition>";
        const string Many = "<org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject><sources><data><jenkins.branch.BranchSource><source class=\"org.jenkinsci.plugins.github_branch_source.GitHubSCMSource\"><repoOwner>acme</repoOwner><repository>web</repository></source></jenkins.branch.BranchSource></data></sources><factory><scriptPath>Jenkinsfile</scriptPath></factory></org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject>";

        var one = JobConfiguration.Read(Single).Value!;
        var many = JobConfiguration.Read(Many).Value!;

        Assert.That((one.Jenkinsfile, one.ScriptPath, one.RepositoryUrl, one.Branch), Is.EqualTo(((string?)null, "ci/Jenkinsfile", "https://github.com/acme/shop.git", "main")));
        Assert.That((many.Kind, many.ScriptPath, many.RepositoryUrl), Is.EqualTo(("multibranch", "Jenkinsfile", "https://github.com/acme/web")));
    }

    [TestCase("*/main", "main")]
    [TestCase("origin/release/1", "release/1")]
    [TestCase("v1", "v1")]
    [TestCase("**", null)]
    [TestCase("*/feature-*", null)]
    [TestCase("${BRANCH}", null)]
    [TestCase(":origin/.*", null)]
    public void Reads_a_branch_only_where_it_is_one(string spec, string? expected)
    {
        var job = JobConfiguration.Read($"<flow-definition><definition><scm><branches><hudson.plugins.git.BranchSpec><name>{spec}</name></hudson.plugins.git.BranchSpec></branches></scm></definition></flow-definition>").Value!;

        Assert.That(job.Branch, Is.EqualTo(expected));
    }

    [TestCase("", "not readable")]
    [TestCase("not xml", "not readable")]
    [TestCase("<project>", "not readable")]
    [TestCase("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><project>&a;</project>", "not readable")]
    [TestCase("<com.cloudbees.hudson.plugins.folder.Folder/>", "are not migrated")]
    public void Refuses_what_is_no_job(string xml, string expected) => Assert.That(JobConfiguration.Read(xml).Refusal!.Reason, Does.Contain(expected));

    [Test]
    public void Refuses_a_configuration_nested_without_end() =>
        Assert.That(JobConfiguration.Read(string.Concat(Enumerable.Repeat("<a>", 100_000))).Refusal!.Reason, Is.EqualTo("The job's config.xml is nested deeper than any of Jenkins."));

    [Test]
    public void Survives_any_damage_to_a_configuration()
    {
        var random = new Random(20260101);
        for (var i = 0; i < 2000; i++)
        {
            var text = Freestyle.ToCharArray();
            for (var change = 0; change < 1 + random.Next(6); change++)
                text[random.Next(text.Length)] = "<>/&'\"x \0\u001b{}"[random.Next(12)];

            var read = JobConfiguration.Read(new string(text));

            Assert.That(read.IsRefused || read.Value!.Jenkinsfile is not null || read.Value.ScriptPath is not null, Is.True);
        }
    }
}
