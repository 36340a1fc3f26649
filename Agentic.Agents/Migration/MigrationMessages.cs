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
    [property: Description("Mapping rules in YAML that come before the built-in ones."), StringLength(500000)] string? Mappings = null,
    [property: Description("True turns library steps into composite actions of the repository wherever that means the same, false writes their steps out where they are called; left out, those used more than once become actions.")] bool? CompositeActions = null);

/// <param name="Actions">Further files to commit, by path: composite actions made from library steps. Null where there are none.</param>
internal sealed record MigratedWorkflow(string GithubWorkflow, MigrationReport MigrationReport, IReadOnlyList<string> Warnings, bool Success, IReadOnlyDictionary<string, string>? Actions = null);

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
