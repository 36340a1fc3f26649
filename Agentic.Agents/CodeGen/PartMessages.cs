using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Agentic.Agents.CodeGen.Publishing;

namespace Agentic.Agents.CodeGen;

/// <summary>Asks what a service would be, and how it differs from what is there; nothing is written.</summary>
internal sealed record PreviewService(
    string ServiceName, string Language, string ApiType = "rest", string Database = "postgresql", string Messaging = "none",
    string Environment = "dev", string Ci = "both", string Iac = "terraform", bool Preview = true, JsonObject? Parameters = null,
    [property: Description("Digest or address of an artifact to compare with, as generate_service answered it."), StringLength(200)] string? Artifact = null,
    [property: Description("Configured connection whose repository is compared with; without it the service's own repository on this host, where there is one."), StringLength(60)] string? Connection = null,
    [property: Description("Path of the repository on the connection's server, such as platform/user-service; defaults to the service's name."), StringLength(200)] string? Repository = null,
    [property: Description("Branch that is compared with."), StringLength(100), RegularExpression(GitConnections.BranchPattern, ErrorMessage = "must be a branch such as main or release/1.2.")] string Branch = "main",
    [property: Description("True answers the text of every file too.")] bool Content = true)
    : GenerateService(ServiceName, Language, ApiType, Database, Messaging, Environment, Ci, Iac, Preview, Parameters);

/// <param name="ComparedWith">What the changes are against; null where there was nothing to compare with.</param>
/// <param name="Removed">Files of the other side that the templates do not make; an update does not take them away.</param>
/// <param name="Diff">Unified; cut where it would be too long.</param>
/// <param name="IsWhole">False where texts or parts of the diff were left out for length.</param>
internal sealed record ServicePreview(
    string ServiceName, string Sha256, IReadOnlyList<PreviewFile> Files, string? ComparedWith, IReadOnlyList<string> Removed, string Diff, bool IsWhole);

/// <param name="Change"><c>added</c>, <c>changed</c> or <c>same</c> against what it is compared with.</param>
internal sealed record PreviewFile(string Path, int Size, string Sha256, ServicePart Part, string Change, string? Content);

internal sealed record GenerateInfrastructure(
    [property: Description("Name of the service the resources are for: a DNS label such as user-service."), StringLength(40, MinimumLength = 2)] string ServiceName,
    [property: Description("Resources to describe: at most one store (postgresql, dynamodb, redis) and one messaging (sqs, sns, eventbridge)."), Length(1, 6)] IReadOnlyList<string> Resources,
    [property: Description("How they are described."), AllowedValues("terraform", "cloudformation")] string Iac = "terraform",
    [property: Description("Environment the files are first meant for."), AllowedValues("dev", "staging", "production")] string Environment = "dev");

internal sealed record GeneratePipeline(
    [property: Description("Name of the service; the pipeline's image and database are called so."), StringLength(40, MinimumLength = 2)] string ServiceName,
    [property: Description("Which pipelines to write: github, gitlab or both."), AllowedValues("github", "gitlab", "both")] string Ci = "both",
    [property: Description("Configured connection that has the repository; without it the service's own repository on this host."), StringLength(60)] string? Connection = null,
    [property: Description("Path of the repository on the connection's server; defaults to the service's name."), StringLength(200)] string? Repository = null,
    [property: Description("Branch to look at."), StringLength(100), RegularExpression(GitConnections.BranchPattern, ErrorMessage = "must be a branch such as main or release/1.2.")] string Branch = "main",
    [property: Description("Files by path, in place of a repository: the ones that say what the stack is, such as package.json, pyproject.toml, go.mod, pom.xml, build.gradle, a .NET solution with its projects, Dockerfile.")] IReadOnlyDictionary<string, string>? Files = null);

/// <summary>A service whose manifests or docs are asked for; what is not given is what its own repository says.</summary>
internal sealed record DescribedService(
    [property: Description("Name of the service: a DNS label such as user-service."), StringLength(40, MinimumLength = 2)] string ServiceName,
    [property: Description("Language; without it, what the service's own repository on this host says."), AllowedValues("python", "nodejs", "go", null)] string? Language = null,
    [property: Description("How callers reach the service."), AllowedValues("rest", "grpc", "event-driven", null)] string? ApiType = null,
    [property: Description("Where the service keeps its records."), AllowedValues("postgresql", "dynamodb", "redis", "none", null)] string? Database = null,
    [property: Description("Where the service publishes its events."), AllowedValues("sqs", "sns", "eventbridge", "none", null)] string? Messaging = null,
    [property: Description("Environment the service is first meant for."), AllowedValues("dev", "staging", "production", null)] string? Environment = null,
    [property: Description("Parameters that templates of this organisation add, see GET /templates/services.")] JsonObject? Parameters = null);

/// <summary>One part of a service, kept as an artifact of its own.</summary>
/// <param name="Answers">What the files were made for, given or found.</param>
/// <param name="Notes">What was found, and what the files take for granted.</param>
internal sealed record GeneratedPart(string ServiceName, ServicePart Part, Artifact Artifact, JsonObject Answers, IReadOnlyList<string> Notes);
