using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>What CodeGen offers: making services from templates.</summary>
internal sealed class CodeGenOperations(TemplateLibrary library, IArtifactStore artifacts, IServiceRepositories repositories, TimeProvider time) : IOperationSource
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
    ];

    private async Task<Outcome<GeneratedService>> Generate(GenerateService request, Call call, CancellationToken cancellation)
    {
        var generated = ServiceGeneration.Generate(request, library);
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
