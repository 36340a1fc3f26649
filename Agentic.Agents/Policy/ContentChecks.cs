using Agentic.Agents.Policy.CloudFormation;
using Agentic.Agents.Policy.Dependencies;
using Agentic.Agents.Policy.Dockerfiles;
using Agentic.Agents.Policy.Kubernetes;
using Agentic.Agents.Policy.Resources;
using Agentic.Agents.Policy.Rules;
using Agentic.Agents.Policy.Secrets;
using Agentic.Agents.Policy.Terraform;
using Agentic.Agents.Policy.Workflows;

namespace Agentic.Agents.Policy;

/// <summary>Gives each file to what understands it.</summary>
internal static class ContentChecks
{
    private const int MostUndecided = 100;

    /// <summary>Runs the built-in checks of one type, and looks for secrets in every file; a refusal is a sentence about input that cannot be what it says it is.</summary>
    public static (ContentResult? Result, string? Refusal) Run(PolicyContent content, OrganisationRules organisation)
    {
        var (result, refusal) = OfType(content, organisation);
        return result is null ? (null, refusal) : (ContentResult.Join([result, ContentResult.Of(Secrets(content), "secrets")]), null);
    }

    private static Checked Secrets(PolicyContent content) => Checked.Join(content.Files.Select(file => SecretPolicy.Check(file.Value, file.Key)));

    private static (ContentResult? Result, string? Refusal) OfType(PolicyContent content, OrganisationRules organisation)
    {
        switch (content.Type)
        {
            case "terraform":
                return Terraform(content.Files, organisation);
            case "terraform_plan":
                var (graph, refusal) = PlanReader.Read(content.Files.Values.First());
                return graph is null ? (null, refusal) : (Graph(graph, organisation, "terraform_plan"), null);
            case "cloudformation":
                return CloudFormation(content.Files, organisation);
            case "files":
                return (Everything(content, organisation), null);
            case "dependencies":
                return (ContentResult.Of(Dependencies(content.Files), "dependencies"), null);
            case "kubernetes":
                return (ContentResult.Of(KubernetesPolicy.Check([.. content.Files]), "kubernetes"), null);
            default:
                var results = content.Files.Select(file => ContentResult.Of(Text(content.Type, file.Key, file.Value), content.Type)).ToList();
                return (ContentResult.Join(results), null);
        }
    }

    private static readonly string[] Manifests =
    [
        "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "requirements.txt", "poetry.lock", "Pipfile.lock", "go.mod", "go.sum", "pom.xml", "Gemfile.lock", "Cargo.lock",
    ];

    private static Checked Dependencies(IReadOnlyDictionary<string, string> files)
    {
        var result = DependencyPolicy.Check(files, new DependencyOptions());
        var unread = files.Keys.Where(IsUnreadManifest).Select(path => new NotChecked(path, "This kind of lock file or manifest is not read here; use a scanner of dependencies beside this."));
        return result with { NotChecked = [.. result.NotChecked, .. unread] };
    }

    private static bool IsUnreadManifest(string path) => !DependencyReader.Knows(path) && Manifests.Contains(path[(path.LastIndexOf('/') + 1)..], StringComparer.Ordinal);

    private static Checked Text(string type, string path, string text) => type switch
    {
        "dockerfile" => DockerfilePolicy.Check(text, path),
        "workflow" => WorkflowPolicy.Check(text, path),
        _ => Checked.Unread(path, $"Nothing here reads the type {type}."),
    };

    private static (ContentResult? Result, string? Refusal) Terraform(IReadOnlyDictionary<string, string> files, OrganisationRules organisation)
    {
        var (graph, sources, bounds) = TerraformConfiguration.ReadWithBounds(files);
        if (graph.All.Count == 0 && sources.Files.All(file => file.Body.Blocks.All(block => block.IsBroken) && file.Body.Attributes.Count == 0) && sources.Files.Exists(file => file.Problems.Count > 0))
        {
            var first = sources.Files.First(file => file.Problems.Count > 0);
            return (null, $"{first.Path} is not HCL: line {first.Problems[0].Line}, column {first.Problems[0].Column}: {first.Problems[0].Message}");
        }

        return sources.Files.Count == 0
            ? (null, "There is no .tf file in what was sent.")
            : (Bounded(Graph(graph, organisation, "terraform"), bounds, organisation) with { Sources = sources }, null);
    }

    /// <summary>Adds what fails with and without the blocks of unknown number.</summary>
    private static ContentResult Bounded(ContentResult result, (ResourceGraph Absent, ResourceGraph Once)? bounds, OrganisationRules organisation)
    {
        if (bounds is not { } both)
        {
            return result;
        }

        var known = result.Findings.Select(finding => (finding.Rule, finding.Resource)).ToHashSet();
        var once = TerraformRules.Check(both.Once, organisation).Select(found => (found.Finding.Rule, found.Finding.Resource)).ToHashSet();
        var certain = TerraformRules.Check(both.Absent, organisation).Where(found => once.Contains((found.Finding.Rule, found.Finding.Resource)) && known.Add((found.Finding.Rule, found.Finding.Resource))).ToList();
        return certain.Count == 0 ? result : result with
        {
            Findings = [.. result.Findings, .. certain.Select(found => found.Finding)],
            Resources = [.. result.Resources, .. certain],
        };
    }

    private static (ContentResult? Result, string? Refusal) CloudFormation(IReadOnlyDictionary<string, string> files, OrganisationRules organisation)
    {
        var results = new List<ContentResult>();
        foreach (var (path, text) in files)
        {
            var (graph, refusal) = CloudFormationReader.Read(text, path);
            if (graph is null && files.Count == 1)
            {
                return (null, refusal);
            }

            results.Add(graph is null
                ? ContentResult.Of(Checked.Unread(path, refusal!), "cloudformation")
                : Graph(graph, organisation, "cloudformation"));
        }

        return (ContentResult.Join(results), null);
    }

    private static ContentResult Graph(ResourceGraph graph, OrganisationRules organisation, string engine)
    {
        var (findings, undecided) = TerraformRules.Judge(graph, organisation);
        return new ContentResult([.. findings.Select(found => found.Finding)], [.. graph.NotChecked, .. Undecided(undecided, engine)], [engine]) { Graph = graph, Resources = findings };
    }

    /// <summary>One line for each resource: which rules kept silent because of what. It is no fault of the input, so it blocks nothing.</summary>
    private static IEnumerable<NotChecked> Undecided(IReadOnlyList<UndecidedRule> undecided, string engine)
    {
        var when = engine == "terraform_plan" ? "known only after apply" : engine == "terraform" ? "not known from what was sent; a plan of it tells more" : "not known from what was sent";
        var resources = undecided.GroupBy(each => each.Resource.Address, StringComparer.Ordinal).ToList();
        foreach (var resource in resources.Take(MostUndecided))
        {
            var (rules, unknown) = (resource.Select(each => each.Rule).Distinct(StringComparer.Ordinal).ToList(), resource.SelectMany(each => each.Unknown).Distinct(StringComparer.Ordinal).ToList());
            yield return new NotChecked(resource.Key, $"{string.Join(", ", rules)}: not decided, since {string.Join(", ", unknown)} {(unknown.Count == 1 ? "is" : "are")} {when}.") { IsLimit = true, IsUndecided = true };
        }

        if (resources.Count > MostUndecided)
        {
            yield return new NotChecked("other resources", $"Rules were not decided for {resources.Count - MostUndecided} more resources, since values they need are {when}.") { IsLimit = true, IsUndecided = true };
        }
    }

    private static ContentResult Everything(PolicyContent content, OrganisationRules organisation)
    {
        var results = new List<ContentResult>();
        var configuration = content.Files.Where(file => IsTerraform(file.Key)).ToDictionary(file => file.Key, file => file.Value, StringComparer.Ordinal);
        ContentResult? declared = null;
        if (configuration.Count > 0)
        {
            // Templates and policies a configuration reads with file() are files of the input too.
            (declared, var refusal) = Terraform(content.Files, organisation);
            results.Add(declared ?? ContentResult.Of(Checked.Unread("terraform", refusal!), "terraform"));
        }

        if (content.Files.Keys.Any(path => DependencyReader.Knows(path) || IsUnreadManifest(path)))
        {
            results.Add(ContentResult.Of(Dependencies(content.Files), "dependencies"));
        }

        var manifests = new List<KeyValuePair<string, string>>();
        foreach (var (path, text) in content.Files)
        {
            if (One(path, text, organisation) is { } result)
            {
                results.Add(declared is not null && result.Engines is ["terraform_plan"] ? Placed(result, declared) : result);
            }
            else if (IsYaml(path) && KubernetesPolicy.Recognises(text))
            {
                manifests.Add(new(path, text));
            }
        }

        if (manifests.Count > 0)
        {
            results.Add(ContentResult.Of(KubernetesPolicy.Check(manifests), "kubernetes"));
        }

        return ContentResult.Join(results);
    }

    /// <summary>What a plan shows of a configuration that was sent with it is found once, and stands where the configuration has it.</summary>
    private static ContentResult Placed(ContentResult plan, ContentResult declared)
    {
        var known = declared.Findings.Select(finding => (finding.Rule, finding.Resource)).ToHashSet();
        var places = (declared.Graph?.All ?? []).Where(resource => resource.File is not null).DistinctBy(resource => resource.Address).ToDictionary(resource => resource.Address, StringComparer.Ordinal);
        Finding Place(Finding finding) => finding.File is null && finding.Resource is not null && places.TryGetValue(finding.Resource, out var place)
            ? finding with { File = place.File, Line = place.Line, EndLine = place.EndLine }
            : finding;
        return plan with
        {
            Findings = [.. plan.Findings.Where(finding => !known.Contains((finding.Rule, finding.Resource))).Select(Place)],
            Resources = [.. plan.Resources.Where(found => !known.Contains((found.Finding.Rule, found.Finding.Resource))).Select(found => found with { Finding = Place(found.Finding) })],
        };
    }

    private static ContentResult? One(string path, string text, OrganisationRules organisation)
    {
        if (DockerfilePolicy.IsDockerfileName(path))
        {
            return ContentResult.Of(DockerfilePolicy.Check(text, path), "dockerfile");
        }

        var isJson = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        var isYaml = IsYaml(path);
        if (isJson && text.Contains("\"format_version\"", StringComparison.Ordinal) && text.Contains("\"planned_values\"", StringComparison.Ordinal))
        {
            var (graph, refusal) = PlanReader.Read(text);
            return graph is null ? ContentResult.Of(Checked.Unread(path, refusal!), "terraform_plan") : Graph(graph, organisation, "terraform_plan");
        }

        if ((isJson || isYaml || path.EndsWith(".template", StringComparison.OrdinalIgnoreCase)) && CloudFormationReader.Recognises(text))
        {
            var (graph, refusal) = CloudFormationReader.Read(text, path);
            return graph is null ? ContentResult.Of(Checked.Unread(path, refusal!), "cloudformation") : Graph(graph, organisation, "cloudformation");
        }

        return WorkflowPolicy.IsWorkflowPath(path) ? ContentResult.Of(WorkflowPolicy.Check(text, path), "workflow") : null;
    }

    private static bool IsYaml(string path) => path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    private static bool IsTerraform(string path) => TerraformSources.IsConfiguration(path);
}

/// <summary>What the checks of one input saw, before anything is decided about it.</summary>
internal sealed record ContentResult(IReadOnlyList<Finding> Findings, IReadOnlyList<NotChecked> NotChecked, IReadOnlyList<string> Engines)
{
    /// <summary>The resources behind the findings, where there are any: packs look at them, suppressions need their lines.</summary>
    public ResourceGraph? Graph { get; init; }

    public IReadOnlyList<ResourceFinding> Resources { get; init; } = [];

    public TerraformSources? Sources { get; init; }

    public static ContentResult Of(Checked part, string engine) => new(part.Findings, part.NotChecked, [engine]);

    public static ContentResult Join(IReadOnlyList<ContentResult> parts) => parts.Count == 1 ? parts[0] : new ContentResult(
        [.. parts.SelectMany(part => part.Findings)],
        [.. parts.SelectMany(part => part.NotChecked)],
        [.. parts.SelectMany(part => part.Engines).Distinct(StringComparer.Ordinal)])
    {
        Resources = [.. parts.SelectMany(part => part.Resources)],
        Graph = parts.Count(part => part.Graph is not null) switch
        {
            0 => null,
            1 => parts.First(part => part.Graph is not null).Graph,
            _ => new ResourceGraph([.. parts.SelectMany(part => part.Graph?.All ?? [])], []),
        },
        Sources = parts.Select(part => part.Sources).FirstOrDefault(sources => sources is not null),
    };
}
