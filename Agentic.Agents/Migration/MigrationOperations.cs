using Agentic.Agents.Migration.Conversion;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Migration;

/// <summary>What Migration offers: converting Jenkinsfiles, and reading a Jenkins to convert what it holds.</summary>
internal sealed class MigrationOperations(MappingRules rules, LibrarySources libraries, JenkinsMigrations jenkins, JenkinsSurvey survey) : IOperationSource
{
    private const string Agent = "migration";
    private const string ExamplePipeline = "pipeline {\n    agent any\n    stages {\n        stage('Build') {\n            steps {\n                sh 'make'\n            }\n        }\n    }\n}\n";

    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<MigrateJenkinsfile, MigratedWorkflow>("migrate_jenkinsfile", Agent, Effect.Reads, Mode.Immediate,
            "Converts a Jenkinsfile, declarative or scripted, into a GitHub Actions workflow, offline, and accounts for every construct of the source: converted, approximated, manual or dropped.",
            (request, _, cancellation) => Migrate(request, cancellation)) with { Route = Route.Post("/migration/migrate"), Example = new MigrateJenkinsfile(ExamplePipeline, "demo") },
        Operation.Define<AnalyzeJenkinsfile, JenkinsfileAnalysis>("analyze_jenkinsfile", Agent, Effect.Reads, Mode.Immediate,
            "Says what a Jenkinsfile is made of: stages, agents, tools, credentials, libraries, steps; and how much of it converts by itself, with tier and effort.",
            (request, _, cancellation) => Analyze(request, cancellation)) with { Route = Route.Post("/migration/analyze"), Example = new AnalyzeJenkinsfile(ExamplePipeline, "demo") },
        Operation.Define<TestJenkinsConnection, JenkinsConnectionTest>("test_jenkins_connection", Agent, Effect.Reads, Mode.Immediate,
            "Tests the connection to a Jenkins and says which permissions a migration needs and the user lacks.",
            (request, call, cancellation) => jenkins.Test(request, call.Caller, cancellation)) with { Route = Route.Post("/migration/jenkins/test-connection") },
        Operation.Define<ListJenkinsJobs, Page<JenkinsJobLine>>("list_jenkins_jobs", Agent, Effect.Reads, Mode.Immediate,
            "Lists the jobs of a Jenkins with their kind, folders and multibranch projects included.",
            (request, call, cancellation) => jenkins.List(request, call.Caller, cancellation)) with { Route = Route.Get("/migration/jenkins/list-jobs") },
        Operation.Define<MigrateJenkinsJob, MigratedJob>("migrate_jenkins_job", Agent, Effect.Changes, Mode.Durable,
            "Reads a job from Jenkins (pipeline, multibranch, freestyle or Maven), converts it, and on request commits the workflow to a branch on GitHub and opens a pull request with the report.",
            (request, call, cancellation) => jenkins.Migrate(request, call.Caller, cancellation)) with
        {
            Route = Route.Post("/migration/jenkins/migrate-job"), EstimatedDuration = TimeSpan.FromSeconds(15), Timeout = TimeSpan.FromMinutes(3), Settle = (input, call, _) => Task.FromResult(jenkins.Admit(input, call)),
        },
        Operation.Define<CreateJenkinsJob, CreatedJenkinsJob>("create_jenkins_job", Agent, Effect.Changes, Mode.Immediate,
            "Creates a job in Jenkins from a config.xml, with a crumb where Jenkins wants one; refused where the job exists.",
            (request, call, cancellation) => jenkins.Create(request, call.Caller, cancellation)) with { Route = Route.Post("/migration/jenkins/create-job") },
        Operation.Define<AuditJenkins, JenkinsAudit>("audit_jenkins", Agent, Effect.Reads, Mode.Immediate,
            "Surveys the jobs of a whole Jenkins: plugins in use, tier, effort and conversion rate of every job, runner minutes from the build history, and an order to migrate in.",
            (request, call, cancellation) => survey.Audit(request, call.Caller, cancellation)) with { Timeout = TimeSpan.FromMinutes(10) },
        Operation.Define<TestGithubConnection, GithubConnectionTest>("test_github_connection", Agent, Effect.Reads, Mode.Immediate,
            "Tests a GitHub token: who it belongs to, its scopes, and what a delivery of workflows would still need.",
            (request, call, cancellation) => jenkins.Test(request, call.Caller, cancellation)) with { Route = Route.Post("/migration/github/test-connection") },
        Operation.Define<TestIntegration, IntegrationTest>("test_migration_integration", Agent, Effect.Reads, Mode.Immediate,
            "Tests the connections to Jenkins and GitHub together and lists what is missing for a migration from one to the other.",
            (request, call, cancellation) => jenkins.Test(request, call.Caller, cancellation)) with { Route = Route.Post("/migration/test-integration") },
        Operation.Define<ProposeMigration, ProposedMigration>("propose_migration", Agent, Effect.Changes, Mode.Immediate,
            "Converts a Jenkinsfile, commits the workflow to a branch of a GitHub repository and opens a pull request with the report. Doing it again changes nothing.",
            (request, call, cancellation) => jenkins.Propose(request, call.Caller, cancellation)),
    ];

    private async Task<Outcome<MigratedWorkflow>> Migrate(MigrateJenkinsfile request, CancellationToken cancellation)
    {
        var choices = await libraries.Complete(request.JenkinsfileContent, request.Options, cancellation);
        if (choices.Refusal is { } refusal) return refusal;
        return rules.Migrate(request.JenkinsfileContent, request.ProjectName, choices.Value)
            .Select(migrated => new MigratedWorkflow(migrated.WorkflowYaml!, migrated.Report!, migrated.Warnings, Success: true, migrated.Actions.Count > 0 ? migrated.Actions : null));
    }

    private async Task<Outcome<JenkinsfileAnalysis>> Analyze(AnalyzeJenkinsfile request, CancellationToken cancellation)
    {
        var choices = await libraries.Complete(request.JenkinsfileContent, request.Options, cancellation);
        if (choices.Refusal is { } refusal) return refusal;
        return rules.Migrate(request.JenkinsfileContent, request.ProjectName, choices.Value)
            .Select(migrated => JenkinsfileSurvey.Of(new MigrationSource(request.JenkinsfileContent, request.ProjectName), migrated));
    }
}
