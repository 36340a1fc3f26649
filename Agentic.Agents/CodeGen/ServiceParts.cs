using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Agentic.Agents.Integrations.GitHub;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>Makes parts of a service on their own: infrastructure, pipeline, manifests, docs.</summary>
internal sealed class ServiceParts(TemplateCatalogue templates, IArtifactStore artifacts, RepositoryReader repositories)
{
    private static readonly string[] Stores = ["postgresql", "dynamodb", "redis"];
    private static readonly string[] Messagings = ["sqs", "sns", "eventbridge"];

    public Task<Outcome<GeneratedPart>> Infrastructure(GenerateInfrastructure request, CancellationToken cancellation)
    {
        var unknown = request.Resources.Where(resource => !Stores.Contains(resource) && !Messagings.Contains(resource)).Distinct().ToList();
        var (stores, messagings) = (Stores.Intersect(request.Resources).ToList(), Messagings.Intersect(request.Resources).ToList());
        var errors = new List<MemberError>();
        if (unknown.Count > 0)
            errors.Add(new MemberError("resources", $"{string.Join(", ", unknown)} cannot be described; choose from {string.Join(", ", Stores.Concat(Messagings))}."));
        if (stores.Count > 1)
            errors.Add(new MemberError("resources", $"One service has one store; {string.Join(" and ", stores)} are {stores.Count}. Ask once for each."));
        if (messagings.Count > 1)
            errors.Add(new MemberError("resources", $"One service has one messaging; {string.Join(" and ", messagings)} are {messagings.Count}. Ask once for each."));
        // The language matters to no resource.
        return errors.Count > 0
            ? Task.FromResult<Outcome<GeneratedPart>>(Refusal.Unprocessable(string.Join(' ', errors.Select(error => error.Message)), errors))
            : Make(new GenerateService(request.ServiceName, "python", "rest", stores.FirstOrDefault("none"), messagings.FirstOrDefault("none"), request.Environment, "both", request.Iac), ServicePart.Infrastructure, [], cancellation);
    }

    public async Task<Outcome<GeneratedPart>> Pipeline(GeneratePipeline request, CancellationToken cancellation)
    {
        if (ServiceName.Problem(request.ServiceName) is { } problem)
            return Refusal.Unprocessable(problem, [new MemberError("serviceName", problem)]);
        var files = request.Files;
        if (files is null)
        {
            var read = await repositories.Read(new RepositoryPlace(request.ServiceName, request.Connection, request.Repository, request.Branch), cancellation).ConfigureAwait(false);
            if (read.IsRefused)
                return read.Refusal;
            // What was made here knows its own answers; its pipeline is the one its templates make.
            if (read.Value.Find(Provenance.Path) is { } record && Provenance.Read(record.Content) is { IsRefused: false } provenance && await HasPipelines(cancellation).ConfigureAwait(false))
                return await Make(provenance.Value!.Answers with { Ci = request.Ci }, ServicePart.Pipeline, ["The repository says by .agentic/provenance.json what it was made of."], cancellation).ConfigureAwait(false);
            files = read.Value.Files.Where(file => Utf8.IsValid(file.Content)).ToDictionary(file => file.Path, file => Encoding.UTF8.GetString(file.Content), StringComparer.Ordinal);
        }

        var stack = DetectedStack.In(files);
        return stack.IsRefused ? stack.Refusal : await Detected(request, stack.Value, cancellation).ConfigureAwait(false);
    }

    private async Task<bool> HasPipelines(CancellationToken cancellation) =>
        (await templates.Current(cancellation).ConfigureAwait(false)).Value?.Templates.Any(template => template.Makes.Any(file => file.Part == ServicePart.Pipeline)) == true;

    private async Task<Outcome<GeneratedPart>> Detected(GeneratePipeline request, DetectedStack stack, CancellationToken cancellation)
    {
        var answers = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["service"] = request.ServiceName, ["service_snake"] = ServiceName.Of(request.ServiceName).Snake, ["branch"] = request.Branch, ["language"] = stack.Language, ["version"] = stack.Version, ["image"] = stack.Image,
            ["install"] = stack.Install, ["test"] = stack.Test, ["check"] = stack.Check ?? "", ["cache"] = stack.Cache, ["store"] = stack.Store,
            ["dockerfile"] = stack.HasDockerfile ? "true" : "false", ["actions"] = PinnedActions.Uses,
        };
        var made = new List<GeneratedFile>();
        foreach (var (kind, path) in (ReadOnlySpan<(string, string)>)[("github", ".github/workflows/ci.yml"), ("gitlab", ".gitlab-ci.yml")])
        {
            if (request.Ci != kind && request.Ci != "both")
                continue;
            var rendered = LiquidText.Parse($"{kind}.yml", TemplateLibrary.Text(typeof(ServiceParts).Assembly, $"CodeGen/Data/pipelines/{kind}.yml.liquid")).Then(text => text.Render(answers));
            if (rendered.IsRefused)
                return rendered.Refusal;
            made.Add(new GeneratedFile(path, Encoding.UTF8.GetBytes(rendered.Value)) { Part = ServicePart.Pipeline });
        }

        var found = new JsonObject { ["serviceName"] = request.ServiceName, ["language"] = stack.Language, ["database"] = stack.Store, ["ci"] = request.Ci, ["install"] = stack.Install, ["test"] = stack.Test };
        return await Keep(request.ServiceName, ServicePart.Pipeline, new GeneratedFiles(made), found, [$"Detected {stack.Language} by {string.Join(", ", stack.Evidence)}.", .. stack.Notes], cancellation).ConfigureAwait(false);
    }

    /// <summary>Manifests or docs; answers that were not given are those of the service's own repository.</summary>
    public async Task<Outcome<GeneratedPart>> Describe(DescribedService asked, ServicePart part, CancellationToken cancellation)
    {
        if (asked.Language is not null)
            return await Make(
                new GenerateService(asked.ServiceName, asked.Language, asked.ApiType ?? "rest", asked.Database ?? "postgresql", asked.Messaging ?? "none", asked.Environment ?? "dev") { Parameters = asked.Parameters },
                part, [], cancellation).ConfigureAwait(false);
        var read = await repositories.Read(new RepositoryPlace(asked.ServiceName, null, null, "main"), cancellation).ConfigureAwait(false);
        if (read.IsRefused)
            return read.Refusal.Kind == RefusalKind.NotFound
                ? Refusal.Unprocessable($"This host has no repository of {asked.ServiceName} to take the answers from; give language, apiType, database and messaging.", [new MemberError("language", "Give the language of the service.")])
                : read.Refusal;
        if (read.Value.Find(Provenance.Path) is not { } record)
            return Refusal.Unprocessable($"The repository of {asked.ServiceName} does not say what it was made of; give language, apiType, database and messaging.", [new MemberError("language", "Give the language of the service.")]);
        var provenance = Provenance.Read(record.Content);
        if (provenance.IsRefused)
            return provenance.Refusal;
        var known = provenance.Value.Answers;
        return await Make(
            known with
            {
                ApiType = asked.ApiType ?? known.ApiType, Database = asked.Database ?? known.Database, Messaging = asked.Messaging ?? known.Messaging,
                Environment = asked.Environment ?? known.Environment, Parameters = asked.Parameters ?? known.Parameters,
            },
            part, ["Answers that were not given are those of the service's repository."], cancellation).ConfigureAwait(false);
    }

    private async Task<Outcome<GeneratedPart>> Make(GenerateService request, ServicePart part, IReadOnlyList<string> notes, CancellationToken cancellation)
    {
        var library = await templates.Current(cancellation).ConfigureAwait(false);
        if (library.IsRefused)
            return library.Refusal;
        var made = ServiceGeneration.Generate(request, library.Value, part);
        if (made.IsRefused)
            return made.Refusal;
        if (made.Value.Files.Count == 0)
            return Refusal.Unprocessable($"No template makes files of the part {part.Word()} for these answers. GET /templates/services lists what each makes.");
        var answers = JsonSerializer.SerializeToNode<GenerateService>(request with { Preview = false }, AgenticJson.Options)!.AsObject();
        return await Keep(request.ServiceName, part, made.Value, answers, notes, cancellation).ConfigureAwait(false);
    }

    private async Task<Outcome<GeneratedPart>> Keep(string service, ServicePart part, GeneratedFiles files, JsonObject answers, IReadOnlyList<string> notes, CancellationToken cancellation)
    {
        await artifacts.Put(files, cancellation).ConfigureAwait(false);
        return new GeneratedPart(service, part, files.Describe($"/artifacts/{files.Sha256}"), answers, notes);
    }
}
