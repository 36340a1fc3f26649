using Agentic.Agents.CodeGen.Publishing;
using Agentic.Agents.CodeGen.Updating;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>What CodeGen offers: making services and parts of them from templates, updating and publishing them.</summary>
internal sealed class CodeGenOperations(
    TemplateCatalogue templates, IArtifactStore artifacts, IServiceRepositories repositories, ServicePreviews previews, ServiceParts parts, ServiceUpdates updates,
    ServicePublishing publishing, TimeProvider time) : IOperationSource
{
    private const string Agent = "codegen";
    private const int DigestInVersion = 12;

    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<GenerateService, GeneratedService>("generate_service", Agent, Effect.Changes, Mode.Durable,
            "Generates a complete service with tests, Dockerfile, compose file, pipelines and documentation, keeps it as an artifact and commits it to its own Git repository. With preview it keeps nothing.",
            Generate) with
        {
            Route = Route.Post("/generate"),
            Example = new GenerateService("user-service", "python", "rest", "postgresql", "none", "staging"),
            EstimatedDuration = TimeSpan.FromSeconds(5),
            Timeout = TimeSpan.FromMinutes(2),
        },
        Operation.Define<PreviewService, ServicePreview>("preview_service", Agent, Effect.Reads, Mode.Immediate,
            "Shows what generate_service would make: every file with its text, and the difference from an artifact or a repository. Nothing is written.",
            (request, call, cancellation) => previews.Preview(request, call.Caller, cancellation)) with
        {
            Route = Route.Post("/generate/preview"),
            Example = new PreviewService("user-service", "python", Content: false),
        },
        Durable<GenerateInfrastructure>("generate_infrastructure",
            "Describes cloud resources of a service as Terraform or CloudFormation: a store, a messaging and what they need. The files are kept as an artifact.",
            "/generate/infrastructure", parts.Infrastructure, new GenerateInfrastructure("user-service", ["postgresql", "sqs"])),
        Durable<GeneratePipeline>("generate_pipeline",
            "Writes the CI pipeline for an existing repository: the stack is detected from its files, and what was found and assumed is said. The files are kept as an artifact.",
            "/generate/pipeline", parts.Pipeline, new GeneratePipeline("user-service", "github", Files: new Dictionary<string, string> { ["go.mod"] = "module example.com/user\n\ngo 1.22\n" })),
        Durable<DescribedService>("generate_manifests",
            "Writes the Kubernetes manifests of a service; answers that are not given are those of its repository on this host. The files are kept as an artifact.",
            "/generate/manifests", (request, cancellation) => parts.Describe(request, ServicePart.Manifests, cancellation), new DescribedService("user-service", "python")),
        Durable<DescribedService>("generate_docs",
            "Writes the documentation of a service; answers that are not given are those of its repository on this host. The files are kept as an artifact.",
            "/generate/docs", (request, cancellation) => parts.Describe(request, ServicePart.Docs, cancellation), new DescribedService("user-service", "python")),
        Operation.Define<UpdateService, UpdatedService>("update_service", Agent, Effect.Changes, Mode.Durable,
            "Brings today's templates to a service that was made by older ones: a three-way merge on a branch of its own. Edits are never lost, deleted files stay deleted, and what both sides changed stands between conflict markers. With preview it writes nothing.",
            (request, _, cancellation) => updates.Update(request, cancellation)) with
        {
            Route = Route.Post("/services/{serviceName}/update"),
            EstimatedDuration = TimeSpan.FromSeconds(5),
        },
        Operation.Define<PublishService, PublishedService>("publish_service", Agent, Effect.Changes, Mode.Durable,
            "Publishes a service to a configured Git server, GitLab or GitHub: makes the repository, commits the files, or proposes them for review where it holds something else. Repeating it changes nothing.",
            (request, _, cancellation) => publishing.Publish(request, cancellation)) with
        {
            Route = Route.Post("/services/{serviceName}/publish"),
            EstimatedDuration = TimeSpan.FromSeconds(15),
            Timeout = TimeSpan.FromMinutes(15),
        },
    ];

    private static Operation Durable<TRequest>(
        string name, string summary, string route, Func<TRequest, CancellationToken, Task<Outcome<GeneratedPart>>> handle, TRequest example)
        where TRequest : notnull =>
        Operation.Define<TRequest, GeneratedPart>(name, Agent, Effect.Changes, Mode.Durable, summary, (request, _, cancellation) => handle(request, cancellation)) with
        {
            Route = Route.Post(route),
            Example = example,
            EstimatedDuration = TimeSpan.FromSeconds(2),
        };

    private async Task<Outcome<GeneratedService>> Generate(GenerateService request, Call call, CancellationToken cancellation)
    {
        var library = await templates.Current(cancellation).ConfigureAwait(false);
        if (library.IsRefused)
            return library.Refusal;
        var generated = ServiceGeneration.Generate(request, library.Value);
        if (generated.IsRefused)
            return generated.Refusal;
        var files = generated.Value;
        if (request.Preview)
            return new GeneratedService(request.ServiceName, null, files.Describe(null), null);

        // Each step finds its own earlier result, so that a second delivery of the same task changes nothing.
        var version = $"1.0.0-{files.Sha256[..DigestInVersion]}";
        await artifacts.Put(files, cancellation).ConfigureAwait(false);
        var repository = await repositories
            .Commit(request.ServiceName, files, $"Generate {request.ServiceName} {version}", time.GetUtcNow(), cancellation)
            .ConfigureAwait(false);
        await artifacts.Register(request.ServiceName, version, files.Sha256, cancellation).ConfigureAwait(false);
        return new GeneratedService(request.ServiceName, version, files.Describe($"/artifacts/{files.Sha256}"), repository);
    }
}
