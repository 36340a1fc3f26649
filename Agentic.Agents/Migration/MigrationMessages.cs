using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Migration;

internal sealed record MigrateJenkinsfile(
    [property: Description("Text of the Jenkinsfile, declarative or scripted; at most 5 MB."), StringLength(JenkinsfileMigration.LargestSource, MinimumLength = 1)] string JenkinsfileContent,
    [property: Description("Name of the project; it names the workflow and spreads schedules."), StringLength(200, MinimumLength = 1)] string ProjectName,
    [property: Description("Address of the repository, for the report."), StringLength(500)] string? RepositoryUrl = null,
    [property: Description("Sources and rules that help the conversion.")] MigrationChoices? Options = null);

internal sealed record MigrationChoices(
    [property: Description("Sources of shared libraries by path, such as vars/deploy.groovy; their steps are then inlined.")] IReadOnlyDictionary<string, string>? Libraries = null,
    [property: Description("Git addresses (https) of shared libraries by the name the pipeline asks for; their hosts must be allowed in Migration:LibraryHosts.")] IReadOnlyDictionary<string, string>? LibraryUrls = null,
    [property: Description("Files of the repository that the pipeline loads, by path.")] IReadOnlyDictionary<string, string>? Files = null,
    [property: Description("Mapping rules in YAML that come before the built-in ones."), StringLength(500000)] string? Mappings = null);

internal sealed record MigratedWorkflow(string GithubWorkflow, MigrationReport MigrationReport, IReadOnlyList<string> Warnings, bool Success);

[MemberAlias("jenkinsfile", "jenkinsfileContent")]
internal sealed record AnalyzeJenkinsfile(
    [property: Description("Text of the Jenkinsfile, declarative or scripted; at most 5 MB."), StringLength(JenkinsfileMigration.LargestSource, MinimumLength = 1)] string JenkinsfileContent,
    [property: Description("Name of the project."), StringLength(200, MinimumLength = 1)] string ProjectName = "project",
    [property: Description("Address of the repository, for the report."), StringLength(500)] string? RepositoryUrl = null,
    [property: Description("Sources and rules that help the conversion.")] MigrationChoices? Options = null);

/// <param name="Tier">simple, moderate, complex or manual.</param>
/// <param name="EffortHours">What finishing by hand is likely to take, from the number of manual places.</param>
internal sealed record JenkinsfileAnalysis(
    string Kind, IReadOnlyList<string> Stages, IReadOnlyDictionary<string, string> Agents, IReadOnlyList<string> Tools, IReadOnlyDictionary<string, string> Credentials,
    IReadOnlyList<string> Libraries, IReadOnlyList<string> Steps, IReadOnlyList<string> UnknownSteps, int Lines, string Tier, double EffortHours, double ConversionRate);

internal sealed record TestJenkinsConnection(
    [property: Description("Address of Jenkins, such as https://jenkins.example.com/."), StringLength(500)] string? Url = null,
    [property: Description("User the API token belongs to."), StringLength(200)] string? Username = null,
    [property: Description("API token of the user."), StringLength(500), Secret] string? Token = null,
    [property: Description("Name of a configured connection, instead of address, user and token."), StringLength(100)] string? Connection = null);

/// <param name="Missing">Permissions a migration needs and the user lacks, each with what it is for.</param>
internal sealed record JenkinsConnectionTest(bool Success, string? Version, string User, IReadOnlyList<string> Granted, IReadOnlyList<string> Missing);

internal sealed record ListJenkinsJobs(
    [property: Description("Address of Jenkins."), StringLength(500)] string? Url = null,
    [property: Description("User the API token belongs to."), StringLength(200)] string? Username = null,
    [property: Description("API token of the user."), StringLength(500), Secret] string? Token = null,
    [property: Description("Name of a configured connection, instead of address, user and token."), StringLength(100)] string? Connection = null,
    [property: Description("Only what is in this folder, by its full name."), StringLength(500)] string? Folder = null,
    [property: Description("Items per page, 1 to 500."), Range(1, 500)] int Limit = 100,
    [property: Description("nextCursor of the page before."), StringLength(20)] string? Cursor = null);

internal sealed record JenkinsJobLine(string FullName, string Kind, string Url, bool Enabled);

internal sealed record MigrateJenkinsJob(
    [property: Description("Full name of the job, folders included, such as team/service."), StringLength(500, MinimumLength = 1)] string JobName,
    [property: Description("Address of Jenkins."), StringLength(500)] string? Url = null,
    [property: Description("User the API token belongs to."), StringLength(200)] string? Username = null,
    [property: Description("API token of the user; give a configured connection instead where the call becomes a workflow."), StringLength(500), Secret] string? Token = null,
    [property: Description("Name of a configured connection to Jenkins."), StringLength(100)] string? Connection = null,
    [property: Description("The Jenkinsfile, where Jenkins only knows which repository holds it."), StringLength(JenkinsfileMigration.LargestSource)] string? JenkinsfileContent = null,
    [property: Description("GitHub repository that gets the workflow, as owner/name; none where left out."), RegularExpression("^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$", ErrorMessage = "owner/name")] string? Repository = null,
    [property: Description("Branch for the workflow; migrate/<job> where left out."), StringLength(200)] string? Branch = null,
    [property: Description("True opens a pull request with the report as its text.")] bool CreatePullRequest = false,
    [property: Description("Name of a configured connection to GitHub."), StringLength(100)] string? GithubConnection = null,
    [property: Description("Sources and rules that help the conversion.")] MigrationChoices? Options = null);

internal sealed record MigratedJob(string JobName, string Kind, string GithubWorkflow, MigrationReport MigrationReport, IReadOnlyList<string> Warnings, IReadOnlyList<string> Plugins, DeliveredWorkflow? Delivered, bool Success);

internal sealed record CreateJenkinsJob(
    [property: Description("Full name of the new job, folders included."), StringLength(500, MinimumLength = 1)] string JobName,
    [property: Description("Its config.xml."), StringLength(2000000, MinimumLength = 10)] string Config,
    [property: Description("Address of Jenkins."), StringLength(500)] string? Url = null,
    [property: Description("User the API token belongs to."), StringLength(200)] string? Username = null,
    [property: Description("API token of the user."), StringLength(500), Secret] string? Token = null,
    [property: Description("Name of a configured connection."), StringLength(100)] string? Connection = null);

internal sealed record CreatedJenkinsJob(string JobName, bool Success);

internal sealed record AuditJenkins(
    [property: Description("Address of Jenkins."), StringLength(500)] string? Url = null,
    [property: Description("User the API token belongs to."), StringLength(200)] string? Username = null,
    [property: Description("API token of the user."), StringLength(500), Secret] string? Token = null,
    [property: Description("Name of a configured connection."), StringLength(100)] string? Connection = null,
    [property: Description("Only what is in this folder, by its full name."), StringLength(500)] string? Folder = null,
    [property: Description("Jobs to look at, 1 to 500."), Range(1, 500)] int Limit = 200);

internal sealed record JenkinsAudit(int Jobs, int Read, double ConversionRate, double EffortHours, double RunnerMinutesPerMonth, IReadOnlyDictionary<string, int> Plugins, IReadOnlyList<AuditedJob> Order);

/// <param name="Problem">Why the job could not be judged; null where it was.</param>
internal sealed record AuditedJob(string JobName, string Kind, string Tier, double EffortHours, double ConversionRate, double RunnerMinutesPerMonth, string? Problem);

internal sealed record TestGithubConnection(
    [property: Description("Token for GitHub."), StringLength(500), Secret] string? Token = null,
    [property: Description("Name of a configured connection, instead of a token."), StringLength(100)] string? Connection = null,
    [property: Description("Repository the workflow is meant for, as owner/name."), RegularExpression("^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$", ErrorMessage = "owner/name")] string? Repository = null);

internal sealed record GithubConnectionTest(bool Success, string Login, IReadOnlyList<string> Scopes, IReadOnlyList<string> Missing);

internal sealed record TestIntegration(
    [property: Description("Name of a configured connection to Jenkins."), StringLength(100)] string? JenkinsConnection = null,
    [property: Description("Name of a configured connection to GitHub."), StringLength(100)] string? GithubConnection = null);

internal sealed record IntegrationTest(bool Success, JenkinsConnectionTest? Jenkins, GithubConnectionTest? Github, IReadOnlyList<string> Problems);
