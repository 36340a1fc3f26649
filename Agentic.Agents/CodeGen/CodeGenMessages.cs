using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Agentic.Agents.CodeGen;

/// <summary>Asks for a service: which language, which doors it has, what it stores in and what it speaks to.</summary>
internal record GenerateService(
    [property: Description("Name of the service and of its repository: a DNS label of 2 to 40 characters, such as user-service."), StringLength(40, MinimumLength = 2), RegularExpression("^[a-z](-?[a-z0-9])*$", ErrorMessage = "must be a DNS label: a lower-case letter first, then lower-case letters, digits and single inner hyphens, such as user-service.")]
    string ServiceName,
    [property: Description("Language and framework: python (FastAPI), nodejs (Express) or go (Gin)."), AllowedValues("python", "nodejs", "go")]
    string Language,
    [property: Description("How callers reach the service: rest, grpc or event-driven (event-driven needs a messaging)."), AllowedValues("rest", "grpc", "event-driven")]
    string ApiType = "rest",
    [property: Description("Where the service keeps its records; none keeps them in memory."), AllowedValues("postgresql", "dynamodb", "redis", "none")]
    string Database = "postgresql",
    [property: Description("Where the service publishes its events and, when event-driven, takes commands from."), AllowedValues("sqs", "sns", "eventbridge", "none")]
    string Messaging = "none",
    [property: Description("Environment the service is first meant for."), AllowedValues("dev", "staging", "production")]
    string Environment = "dev",
    [property: Description("Which pipelines to write: github, gitlab or both."), AllowedValues("github", "gitlab", "both")]
    string Ci = "both",
    [property: Description("How the cloud resources are described: terraform or cloudformation."), AllowedValues("terraform", "cloudformation")]
    string Iac = "terraform",
    [property: Description("True shows the files without keeping an artifact or a repository.")]
    bool Preview = false,
    [property: Description("Parameters that templates of this organisation add, see GET /templates/services; each is held to the schema of its template.")]
    JsonObject? Parameters = null);

/// <summary>What came of a generation: the artifact and, unless it was a preview, where it can be cloned.</summary>
/// <param name="Version">Names this artifact when the service is deployed; null for a preview.</param>
internal sealed record GeneratedService(string ServiceName, string? Version, Artifact Artifact, ClonedFrom? Repository);

/// <summary>A set of files named by the digest of their manifest.</summary>
/// <param name="Uri">Path of the zip on this host; null for a preview, which is not kept.</param>
internal sealed record Artifact(string? Uri, string Sha256, IReadOnlyList<ArtifactFile> Files);

/// <param name="Part">What the file is for: the service itself, its infrastructure, pipeline, manifests or docs.</param>
internal sealed record ArtifactFile(string Path, int Size, string Sha256, ServicePart Part);

/// <param name="Url">Where <c>git clone</c> reads the service on this machine.</param>
/// <param name="Branch"><c>main</c>, or a branch of its own where main already holds something else.</param>
internal sealed record ClonedFrom(string Url, string Branch, string Commit);
