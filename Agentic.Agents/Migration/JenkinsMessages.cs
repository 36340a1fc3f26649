using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Migration;

internal sealed record TestJenkinsConnection(
    [property: Description("Address of Jenkins, such as https://jenkins.example.com/."), StringLength(500)] string? Url = null,
    [property: Description("User the API token belongs to."), StringLength(200)] string? Username = null,
    [property: Description("API token of the user."), StringLength(500), Secret] string? Token = null,
    [property: Description("Name of a configured connection, instead of address, user and token."), StringLength(100)] string? Connection = null);

/// <param name="Version">As the server tells it; null where it did not.</param>
/// <param name="Granted">Permissions that were seen to be held.</param>
/// <param name="Missing">Permissions a migration needs and the user lacks, each with what it is for.</param>
/// <param name="NotObserved">What could not be tried without changing anything.</param>
/// <param name="Problem">Why the test failed; null where it did not.</param>
internal sealed record JenkinsConnectionTest(bool Success, string? Version, string User, IReadOnlyList<string> Granted, IReadOnlyList<string> Missing, IReadOnlyList<string> NotObserved, string? Problem);

internal sealed record ListJenkinsJobs(
    [property: Description("Address of Jenkins."), StringLength(500)] string? Url = null,
    [property: Description("User the API token belongs to."), StringLength(200)] string? Username = null,
    [property: Description("API token of the user; better in a configured connection than in an address."), StringLength(500), Secret] string? Token = null,
    [property: Description("Name of a configured connection, instead of address, user and token."), StringLength(100)] string? Connection = null,
    [property: Description("Only what is in this folder, by its full name."), StringLength(500)] string? Folder = null,
    [property: Description("Items per page, 1 to 500."), Range(1, 500)] int Limit = 100,
    [property: Description("nextCursor of the page before."), StringLength(20)] string? Cursor = null);

internal sealed record JenkinsJobLine(string FullName, string Kind, string Url, bool Enabled);

internal sealed record MigrateJenkinsJob(
    [property: Description("Full name of the job, folders included, such as team/service."), StringLength(500, MinimumLength = 1)] string JobName,
    [property: Description("Address of Jenkins."), StringLength(500)] string? Url = null,
    [property: Description("User the API token belongs to."), StringLength(200)] string? Username = null,
    [property: Description("API token of the user. It is kept in memory for this run only; a configured connection also outlives a restart."), StringLength(500), Secret] string? Token = null,
    [property: Description("Name of a configured connection to Jenkins."), StringLength(100)] string? Connection = null,
    [property: Description("The job's config.xml, where it is to be migrated without asking Jenkins."), StringLength(2000000)] string? Config = null,
    [property: Description("The Jenkinsfile, where Jenkins only knows which repository holds it."), StringLength(JenkinsfileMigration.LargestSource)] string? JenkinsfileContent = null,
    [property: Description("GitHub repository that gets the workflow, as owner/name; made where it does not exist. None where left out."), RegularExpression(RepositoryName.Pattern, ErrorMessage = RepositoryName.Meaning)] string? Repository = null,
    [property: Description("Branch for the workflow; migrate/<job> where left out."), StringLength(200)] string? Branch = null,
    [property: Description("True opens a pull request with the report as its text.")] bool CreatePullRequest = false,
    [property: Description("Name of a configured connection to GitHub."), StringLength(100)] string? GithubConnection = null,
    [property: Description("Address of another GitHub's API, for githubToken."), StringLength(500)] string? GithubUrl = null,
    [property: Description("Token for GitHub, instead of a connection; kept in memory for this run only."), StringLength(500), Secret] string? GithubToken = null,
    [property: Description("Sources and rules that help the conversion.")] MigrationChoices? Options = null);

/// <param name="Actions">Composite actions made from library steps, by path; null where there are none.</param>
/// <param name="Jenkinsfile">What a freestyle job was written as, which the lines of the report speak of; null where the pipeline was a Jenkinsfile.</param>
internal sealed record MigratedJob(
    string JobName, string Kind, string GithubWorkflow, MigrationReport MigrationReport, IReadOnlyList<string> Warnings, IReadOnlyList<string> Plugins, string? Jenkinsfile, DeliveredWorkflow? Delivered, bool Success, IReadOnlyDictionary<string, string>? Actions = null);

internal sealed record CreateJenkinsJob(
    [property: Description("Full name of the new job, folders included."), StringLength(500, MinimumLength = 1)] string JobName,
    [property: Description("Its config.xml."), StringLength(2000000, MinimumLength = 3)] string Config,
    [property: Description("Address of Jenkins."), StringLength(500)] string? Url = null,
    [property: Description("User the API token belongs to."), StringLength(200)] string? Username = null,
    [property: Description("API token of the user."), StringLength(500), Secret] string? Token = null,
    [property: Description("Name of a configured connection."), StringLength(100)] string? Connection = null);

/// <param name="Url">Its address, as Jenkins told it after the job was made.</param>
internal sealed record CreatedJenkinsJob(string JobName, string Url, bool Success);

internal sealed record AuditJenkins(
    [property: Description("Address of Jenkins."), StringLength(500)] string? Url = null,
    [property: Description("User the API token belongs to."), StringLength(200)] string? Username = null,
    [property: Description("API token of the user."), StringLength(500), Secret] string? Token = null,
    [property: Description("Name of a configured connection."), StringLength(100)] string? Connection = null,
    [property: Description("Only what is in this folder, by its full name."), StringLength(500)] string? Folder = null,
    [property: Description("Jobs to look at, 1 to 500."), Range(1, 500)] int Limit = 200,
    [property: Description("Name of a configured connection to GitHub, to read pipelines that are kept in repositories there."), StringLength(100)] string? GithubConnection = null);

/// <param name="Jobs">Jobs looked at, folders not counted.</param>
/// <param name="Read">Those whose pipeline could be judged; rate and effort are of these.</param>
/// <param name="IsComplete">False where there are more jobs than limit, or the time or the server gave out.</param>
/// <param name="Kinds">How many jobs of each kind.</param>
/// <param name="Tiers">How many jobs of each tier.</param>
/// <param name="ConversionRate">The mean of the jobs that were read.</param>
/// <param name="RunnerMinutesPerMonth">Forecast from the build history; see each job for what it rests on.</param>
/// <param name="Plugins">How many jobs use each plugin.</param>
/// <param name="UnknownSteps">Steps without a rule, by the number of jobs that use them: a mapping file for these helps most.</param>
/// <param name="Order">The jobs in the order to migrate them in.</param>
internal sealed record JenkinsAudit(
    int Jobs, int Read, bool IsComplete, IReadOnlyDictionary<string, int> Kinds, IReadOnlyDictionary<string, int> Tiers, double ConversionRate, double EffortHours, double RunnerMinutesPerMonth,
    IReadOnlyDictionary<string, int> Plugins, IReadOnlyDictionary<string, int> UnknownSteps, IReadOnlyList<AuditedJob> Order);

/// <param name="Tier">simple, moderate, complex or manual; unknown where the job could not be judged.</param>
/// <param name="Builds">Ended builds the forecast rests on, over this many days.</param>
/// <param name="Problem">Why the job could not be judged; null where it was.</param>
internal sealed record AuditedJob(
    string JobName, string Kind, bool Enabled, string Tier, double EffortHours, double ConversionRate, double RunnerMinutesPerMonth, int Builds, double Days, string? Problem);

internal sealed record TestGithubConnection(
    [property: Description("Address of the API, where it is not the configured one, such as https://github.example.com/api/v3/."), StringLength(500)] string? Url = null,
    [property: Description("Not needed, since a token says whose it is; accepted for clients that send it."), StringLength(200)] string? Username = null,
    [property: Description("Token for GitHub."), StringLength(500), Secret] string? Token = null,
    [property: Description("Name of a configured connection, instead of a token."), StringLength(100)] string? Connection = null,
    [property: Description("Repository the workflow is meant for, as owner/name."), RegularExpression(RepositoryName.Pattern, ErrorMessage = RepositoryName.Meaning)] string? Repository = null);

/// <param name="Scopes">Of a classic token; other kinds name none.</param>
/// <param name="Missing">What delivering a workflow needs and the token lacks.</param>
/// <param name="NotObserved">What cannot be seen beforehand with this kind of token.</param>
internal sealed record GithubConnectionTest(bool Success, string Login, IReadOnlyList<string> Scopes, IReadOnlyList<string> Missing, IReadOnlyList<string> NotObserved);

internal sealed record TestIntegration(
    [property: Description("Name of a configured connection to Jenkins; the usual one where left out.")] string? JenkinsConnection = null,
    [property: Description("Name of a configured connection to GitHub; the usual one where left out.")] string? GithubConnection = null,
    [property: Description("Jenkins by address, user and token, instead of a connection.")] TestJenkinsConnection? Jenkins = null,
    [property: Description("GitHub by token, instead of a connection; with a repository that is to be written to.")] TestGithubConnection? Github = null);

internal sealed record IntegrationTest(bool Success, JenkinsConnectionTest? Jenkins, GithubConnectionTest? Github, IReadOnlyList<string> Problems);

internal sealed record ProposeMigration(
    [property: Description("Text of the Jenkinsfile, declarative or scripted; at most 5 MB."), StringLength(JenkinsfileMigration.LargestSource, MinimumLength = 1)] string JenkinsfileContent,
    [property: Description("Name of the project; it names the workflow, its file and its branch."), StringLength(200, MinimumLength = 1)] string ProjectName,
    [property: Description("GitHub repository that gets the workflow, as owner/name; made where it does not exist."), RegularExpression(RepositoryName.Pattern, ErrorMessage = RepositoryName.Meaning)] string Repository,
    [property: Description("Branch for the workflow; migrate/<project> where left out."), StringLength(200)] string? Branch = null,
    [property: Description("True opens a pull request with the report as its text.")] bool CreatePullRequest = true,
    [property: Description("Name of a configured connection to GitHub."), StringLength(100)] string? GithubConnection = null,
    [property: Description("Address of another GitHub's API, for githubToken."), StringLength(500)] string? GithubUrl = null,
    [property: Description("Token for GitHub, instead of a connection."), StringLength(500), Secret] string? GithubToken = null,
    [property: Description("Sources and rules that help the conversion.")] MigrationChoices? Options = null);

internal sealed record ProposedMigration(string GithubWorkflow, MigrationReport MigrationReport, IReadOnlyList<string> Warnings, DeliveredWorkflow Delivered, bool Success, IReadOnlyDictionary<string, string>? Actions = null);

/// <summary>How GitHub names a repository.</summary>
internal static class RepositoryName
{
    public const string Pattern = "^[A-Za-z0-9-]+/[A-Za-z0-9_.-]+$";
    public const string Meaning = "must be owner/name, such as acme/shop.";
}
