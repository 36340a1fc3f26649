using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>What CodeGen offers to those who write templates.</summary>
internal sealed class TemplateOperations(TemplateCatalogue templates) : IOperationSource
{
    private const string Agent = "codegen";
    private const int MostFiles = 500;

    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<ValidateTemplate, ValidatedTemplates>("validate_template", Agent, Effect.Reads, Mode.Immediate,
            "Checks template folders before they are used: reports every error with file and line, runs the tests they bring together with the built-in templates, and keeps nothing.",
            (request, _, _) => Task.FromResult(Validate(request))) with
        {
            Route = Route.Post("/templates/services/validate"),
            Example = new ValidateTemplate(new Dictionary<string, string>
            {
                ["owners/template.yaml"] = "name: owners\nversion: 1.0.0\ndescription: Says who reviews the service.\nparameters:\n  type: object\n  required: [team]\n  properties:\n    team: { type: string, description: Team that owns the service., pattern: \"^[a-z-]+$\" }\nfiles:\n  - source: CODEOWNERS.liquid\ntests:\n  - name: names the team\n    parameters: { language: go, team: payments }\n    files: [CODEOWNERS]\n",
                ["owners/CODEOWNERS.liquid"] = "* @example/{{ team }}\n",
            }),
            MaxInputBytes = 16 * 1024 * 1024,
        },
        Operation.Define<Nothing, ServiceTemplates>("list_service_templates", Agent, Effect.Reads, Mode.Immediate,
            "Documents the templates services are made from: version, origin, when each takes part, the JSON schema of its parameters and the files it makes.",
            (_, _, cancellation) => List(cancellation)) with { Route = Route.Get("/templates/services") },
        Operation.Define<Nothing, RefreshedTemplates>("refresh_templates", Agent, Effect.Changes, Mode.Immediate,
            "Reads the organisation's template repository again now. Templates with an error are refused with every error, and those read before stay in use.",
            (_, _, cancellation) => templates.Refresh(cancellation)) with { Scope = Scope.Admin },
    ];

    private Outcome<ValidatedTemplates> Validate(ValidateTemplate request)
    {
        if (request.Files.Count is 0 or > MostFiles)
            return Refusal.Unprocessable($"Give 1 to {MostFiles} files.", [new MemberError("files", $"Give 1 to {MostFiles} files.")]);
        var errors = new List<TemplateError>();
        foreach (var path in request.Files.Keys)
        {
            if (ArtifactPath.Problem(path) is { } problem)
                errors.Add(new TemplateError(path, null, problem));
        }

        var texts = request.Files.Where(file => ArtifactPath.Problem(file.Key) is null)
            .ToDictionary(file => file.Key, file => file.Value.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal), StringComparer.Ordinal);
        var read = TemplateLibrary.Read(texts, "request", errors);
        if (read.Count == 0 && errors.Count == 0)
            errors.Add(new TemplateError("template.yaml", null, "there is none; a template is a folder with a template.yaml."));
        var library = templates.Local.With(read, errors);
        var tried = library is null || errors.Count > 0
            ? []
            : read.Select(template => new ValidatedTemplate(template.Manifest.Name, template.Manifest.Version, template.Folder, TemplateTrials.Run(template, library))).ToList();
        return new ValidatedTemplates(errors.Count == 0 && tried.TrueForAll(template => template.Tests.All(test => test.Passed)), TemplateError.Sorted(errors), tried);
    }

    private async Task<Outcome<ServiceTemplates>> List(CancellationToken cancellation)
    {
        // Where the organisation's cannot be had, the others are still documented, and the reason is said.
        var current = await templates.Current(cancellation).ConfigureAwait(false);
        var library = current.Value ?? templates.Local;
        var items = library.Templates.Select(template => new ServiceTemplate(
            template.Manifest.Name, template.Manifest.Version, template.Manifest.Description, template.Source, template.Manifest.When?.Text, template.Manifest.Extends,
            (System.Text.Json.Nodes.JsonObject)template.Manifest.Schema.DeepClone(), [.. template.Makes.Select(file => new MadeFile(file.Target, file.Part))], [.. template.Manifest.Tests.Select(test => test.Name)])).ToList();
        return new ServiceTemplates(items, [.. Answers.Known.Order(StringComparer.Ordinal)], templates.Source, current.Refusal?.Reason ?? templates.Problem);
    }
}
