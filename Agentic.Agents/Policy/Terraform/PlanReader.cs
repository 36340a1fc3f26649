using System.Text.Json;
using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Terraform;

/// <summary>Reads <c>terraform show -json</c> (plans of format 0.x and 1.x, and states) into the resources it describes.</summary>
internal sealed class PlanReader
{
    private const int MostResources = 50_000;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 200 };

    private readonly JsonElement root;
    private readonly List<NotChecked> notChecked = [];
    private readonly Dictionary<string, JsonElement> changes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> configured = new(StringComparer.Ordinal);
    private readonly List<(JsonElement Resource, string Module)> planned = [];
    private PlanReferences references = null!;

    private PlanReader(JsonElement root) => this.root = root;

    /// <summary>The graph, or a sentence saying why the text is not a plan.</summary>
    public static (ResourceGraph? Graph, string? Refusal) Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return new PlanReader(document.RootElement).Read();
        }
        catch (JsonException broken)
        {
            return (null, $"The plan is not JSON: line {broken.LineNumber + 1}, byte {broken.BytePositionInLine}. Make it with `terraform show -json <plan file>`.");
        }
    }

    private (ResourceGraph? Graph, string? Refusal) Read()
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return (null, "The plan is not a JSON object. Make it with `terraform show -json <plan file>`.");
        }

        var version = PlanReferences.Has(root, "format_version", out var given) ? given.ToString() : null;
        if (version is not null && version.Split('.')[0] is not ("0" or "1"))
        {
            return (null, $"The plan has format_version {version}; 0.x and 1.x are read.");
        }

        var hasValues = PlanReferences.Has(root, "planned_values", out var values) || PlanReferences.Has(root, "values", out values);
        var hasChanges = PlanReferences.Has(root, "resource_changes", out var resourceChanges) && resourceChanges.ValueKind == JsonValueKind.Array;
        if (!hasValues && !hasChanges)
        {
            return (null, "The JSON has neither planned_values nor resource_changes, so it is not a plan. Make it with `terraform show -json <plan file>`.");
        }

        if (PlanReferences.Has(root, "errored", out var errored) && errored.ValueKind == JsonValueKind.True)
        {
            notChecked.Add(new NotChecked("terraform_plan", "The plan says it ended with an error; what it does not contain was not checked."));
        }

        if (hasChanges)
        {
            foreach (var change in resourceChanges.EnumerateArray())
            {
                if (PlanReferences.Has(change, "address", out var address) && address.ValueKind == JsonValueKind.String && PlanReferences.Has(change, "change", out var inner))
                {
                    // A deposed object shares the address of the one that replaces it.
                    if (!PlanReferences.Has(change, "deposed", out _))
                    {
                        changes[address.GetString()!] = inner;
                    }
                }
            }
        }

        if (hasValues && PlanReferences.Has(values, "root_module", out var module))
        {
            Collect(module, 0);
        }

        if (!hasValues || planned.Count == 0)
        {
            CollectChanges(resourceChanges);
        }

        var known = planned.Select(entry => Text(entry.Resource, "address")).ToHashSet(StringComparer.Ordinal);
        if (PlanReferences.Has(root, "prior_state", out var prior) && PlanReferences.Has(prior, "values", out var state) && PlanReferences.Has(state, "root_module", out var old))
        {
            var before = planned.Count;
            Collect(old, 0);
            var data = planned.Skip(before).Where(entry => Text(entry.Resource, "mode") == "data" && known.Add(Text(entry.Resource, "address"))).ToList();
            planned.RemoveRange(before, planned.Count - before);
            planned.AddRange(data);
        }

        CollectDeferredData(resourceChanges, known);
        PlanReferences.Has(root, "configuration", out var configuration);
        references = new PlanReferences(configuration, known, PlanReferences.Has(root, "variables", out var variables) ? variables : default);
        CollectConfiguration(configuration);
        var resources = planned.Select(Resource).OfType<CloudResource>().ToList();
        resources = FillPolicies(resources);
        var providers = Providers(configuration).ToList();
        var defaultTags = providers.DistinctBy(provider => provider.Provider).ToDictionary(provider => provider.Provider, provider => provider.At("default_tags.tags"), StringComparer.Ordinal);
        resources = [.. providers, .. resources.Select(resource => defaultTags.TryGetValue(resource.Provider, out var tags) && !tags.IsNull ? resource with { DefaultTags = tags } : resource)];
        return (new ResourceGraph(resources, notChecked), null);
    }

    private void Collect(JsonElement module, int depth)
    {
        var address = Text(module, "address");
        if (PlanReferences.Has(module, "resources", out var resources) && resources.ValueKind == JsonValueKind.Array)
        {
            foreach (var resource in resources.EnumerateArray())
            {
                if (planned.Count >= MostResources)
                {
                    notChecked.Add(new NotChecked("terraform_plan", $"The plan has more than {MostResources} resources; the rest was not checked."));
                    return;
                }

                planned.Add((resource, address));
            }
        }

        if (depth < 60 && PlanReferences.Has(module, "child_modules", out var children) && children.ValueKind == JsonValueKind.Array)
        {
            foreach (var child in children.EnumerateArray())
            {
                Collect(child, depth + 1);
            }
        }
    }

    private void CollectChanges(JsonElement resourceChanges)
    {
        if (resourceChanges.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var change in resourceChanges.EnumerateArray().Take(MostResources))
        {
            if (PlanReferences.Has(change, "change", out var inner) && PlanReferences.Has(inner, "after", out _) && !PlanReferences.Has(change, "deposed", out _))
            {
                planned.Add((change, Text(change, "module_address")));
            }
        }
    }

    /// <summary>Data sources that are read during apply are only among the changes.</summary>
    private void CollectDeferredData(JsonElement resourceChanges, HashSet<string> known)
    {
        if (resourceChanges.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var change in resourceChanges.EnumerateArray())
        {
            if (Text(change, "mode") == "data" && known.Add(Text(change, "address")))
            {
                planned.Add((change, Text(change, "module_address")));
            }
        }
    }

    private void CollectConfiguration(JsonElement configuration)
    {
        void Walk(PlanModule module, int depth)
        {
            if (PlanReferences.Has(module.Configuration, "resources", out var resources) && resources.ValueKind == JsonValueKind.Array)
            {
                foreach (var resource in resources.EnumerateArray())
                {
                    configured[(module.Address.Length == 0 ? "" : module.Address + ".") + Text(resource, "address")] = resource;
                }
            }

            if (depth < EvaluationBudget.DeepestModule && PlanReferences.Has(module.Configuration, "module_calls", out var calls))
            {
                foreach (var call in calls.EnumerateObject())
                {
                    if (references.Module((module.Address.Length == 0 ? "" : module.Address + ".") + "module." + call.Name) is { } child)
                    {
                        Walk(child, depth + 1);
                    }
                }
            }
        }

        if (configuration.ValueKind == JsonValueKind.Object && references.Module("") is { } top)
        {
            Walk(top, 0);
        }
    }

    private static string Text(JsonElement element, string name) =>
        PlanReferences.Has(element, name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private CloudResource? Resource((JsonElement Resource, string Module) entry)
    {
        var (resource, module) = entry;
        var address = Text(resource, "address");
        var type = Text(resource, "type");
        if (address.Length == 0 || type.Length == 0)
        {
            return null;
        }

        changes.TryGetValue(address, out var change);
        PlanReferences.Has(change, "after_unknown", out var unknown);
        if (!PlanReferences.Has(resource, "values", out var values))
        {
            PlanReferences.Has(change, "after", out values);
        }

        var key = KeyOf(resource, address);
        // Terraform leaves the expressions out where a resource sets nothing at all.
        var isConfigured = configured.TryGetValue(PlanReferences.WithoutKeys(address), out var configuration);
        PlanReferences.Has(configuration, "expressions", out var expressions);
        PlanReferences.Has(configuration, "for_each_expression", out var forEach);
        var site = new Site(references.Module(module), module, key, forEach);
        var merged = Merge(values, unknown, expressions, isConfigured, site, 0);
        return new CloudResource
        {
            Address = address,
            Type = type,
            Name = Text(resource, "name"),
            Mode = Text(resource, "mode") == "data" ? CloudResourceMode.Data : CloudResourceMode.Managed,
            Module = module,
            Key = key,
            Values = merged.Kind == CloudValueKind.Map ? merged : CloudValue.EmptyMap,
            Provider = Text(configuration, "provider_config_key"),
        };
    }

    private static string KeyOf(JsonElement resource, string address) =>
        PlanReferences.Has(resource, "index", out var index)
            ? index.ValueKind == JsonValueKind.Number ? $"[{index.GetRawText()}]" : $"[\"{index}\"]"
            : address.EndsWith(']') ? address[address.LastIndexOf('[')..] : "";

    /// <summary>Where an expression stands: what its references are resolved from.</summary>
    private readonly record struct Site(PlanModule? Module, string Address, string Key, JsonElement ForEach);

    /// <summary>
    /// Joins planned values with what is unknown until apply. An unknown attribute that the configuration does not set is the
    /// provider's default, which for the rules is the same as not set.
    /// </summary>
    private CloudValue Merge(JsonElement value, JsonElement unknown, JsonElement expression, bool hasConfiguration, Site site, int depth)
    {
        if (unknown.ValueKind == JsonValueKind.True)
        {
            // What is made of nothing but known values and still is not known was null: the provider fills it in.
            var isSet = expression.ValueKind == JsonValueKind.Array
                || (expression.ValueKind == JsonValueKind.Object && !(site.Module is { } module && references.IsKnownBeforeApply(expression, module)));
            return hasConfiguration && !isSet ? CloudValue.Null : CloudValue.UnknownFrom(OriginsOf(expression, site));
        }

        if (depth > 60)
        {
            return CloudValue.Unknown;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
            case JsonValueKind.Undefined or JsonValueKind.Null when unknown.ValueKind == JsonValueKind.Object && unknown.EnumerateObject().Any():
                return MergeMembers(value, unknown, expression, hasConfiguration, site, depth);
            case JsonValueKind.Array:
            case JsonValueKind.Undefined or JsonValueKind.Null when unknown.ValueKind == JsonValueKind.Array && unknown.GetArrayLength() > 0:
                return MergeItems(value, unknown, expression, hasConfiguration, site, depth);
            case JsonValueKind.Undefined:
                return CloudValue.Null;
            default:
                return JsonText.Read(IsHash(value) && Child(expression, "constant_value") is { ValueKind: JsonValueKind.String } written ? written : value).WithOrigins(OriginsOf(expression, site));
        }
    }

    /// <summary>Providers keep a SHA-1 in place of a long text such as user data; the configuration has the text itself.</summary>
    private static bool IsHash(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: 40 } text && text.All(char.IsAsciiHexDigitLower);

    private CloudValue MergeMembers(JsonElement value, JsonElement unknown, JsonElement expression, bool hasConfiguration, Site site, int depth)
    {
        var members = new Dictionary<string, CloudValue>(StringComparer.Ordinal);
        var isBlock = depth == 0 || (expression.ValueKind == JsonValueKind.Object && !IsExpression(expression));
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
            {
                members[property.Name] = Merge(property.Value, Child(unknown, property.Name), isBlock ? Child(expression, property.Name) : expression, hasConfiguration, site, depth + 1);
            }
        }

        if (unknown.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in unknown.EnumerateObject())
            {
                if (!members.ContainsKey(property.Name))
                {
                    members[property.Name] = Merge(default, property.Value, isBlock ? Child(expression, property.Name) : expression, hasConfiguration, site, depth + 1);
                }
            }
        }

        // A plan of terraform says of every attribute what it is or that it is unknown; one made by something else may say neither.
        if (isBlock && expression.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in expression.EnumerateObject().Where(property => !members.ContainsKey(property.Name)))
            {
                members[property.Name] = Configured(property.Value, site, depth + 1);
            }
        }

        return CloudValue.Of(members);
    }

    private CloudValue Configured(JsonElement expression, Site site, int depth) => expression.ValueKind switch
    {
        JsonValueKind.Array when depth < 60 => CloudValue.Of([.. expression.EnumerateArray().Select(item => Configured(item, site, depth + 1))]),
        JsonValueKind.Object when expression.TryGetProperty("constant_value", out var constant) => JsonText.Read(constant),
        JsonValueKind.Object when !IsExpression(expression) && depth < 60 =>
            CloudValue.Of(expression.EnumerateObject().ToDictionary(property => property.Name, property => Configured(property.Value, site, depth + 1), StringComparer.Ordinal)),
        _ => CloudValue.UnknownFrom(OriginsOf(expression, site)),
    };

    private CloudValue MergeItems(JsonElement value, JsonElement unknown, JsonElement expression, bool hasConfiguration, Site site, int depth)
    {
        var known = value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : 0;
        var items = new List<CloudValue>();
        var count = Math.Max(known, unknown.ValueKind == JsonValueKind.Array ? unknown.GetArrayLength() : 0);
        var expressions = expression.ValueKind == JsonValueKind.Array ? expression.GetArrayLength() : -1;

        // Blocks of a dynamic block are not in the configuration, so nothing can be said about which of their attributes are set.
        var blocksMatch = expressions == count;
        using var values = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;
        using var unknowns = unknown.ValueKind == JsonValueKind.Array ? unknown.EnumerateArray() : default;
        using var blocks = blocksMatch ? expression.EnumerateArray() : default;
        for (var i = 0; i < count; i++)
        {
            var item = i < known && values.MoveNext() ? values.Current : default;
            var isUnknown = unknown.ValueKind == JsonValueKind.Array && unknowns.MoveNext() ? unknowns.Current : default;
            var block = blocksMatch && blocks.MoveNext() ? blocks.Current : expressions >= 0 ? default : expression;
            items.Add(Merge(item, isUnknown, block, hasConfiguration && blocksMatch, site, depth + 1));
        }

        return CloudValue.Of(items).WithOrigins(expressions >= 0 ? [] : OriginsOf(expression, site));
    }

    private static bool IsExpression(JsonElement expression) => expression.TryGetProperty("references", out _) || expression.TryGetProperty("constant_value", out _) || !expression.EnumerateObject().Any();

    private static JsonElement Child(JsonElement element, string name) => PlanReferences.Has(element, name, out var child) ? child : default;

    private IReadOnlyList<string> OriginsOf(JsonElement expression, Site site) =>
        site.Module is null ? [] : references.Resolve(expression, site.Module, site.Address, site.Key, site.ForEach);

    /// <summary>A policy that waits for apply because it names something new is still known through its document.</summary>
    private static List<CloudResource> FillPolicies(List<CloudResource> resources)
    {
        var documents = resources.Where(resource => resource is { Mode: CloudResourceMode.Data, Type: "aws_iam_policy_document" })
            .DistinctBy(resource => resource.Address).ToDictionary(resource => resource.Address, StringComparer.Ordinal);
        if (documents.Count == 0)
        {
            return resources;
        }

        return [.. resources.Select(resource =>
        {
            if (!resource.Values.Members.Values.Any(value => value.IsUnknown && value.Origins is [var only] && documents.ContainsKey(only)))
            {
                return resource;
            }

            var members = resource.Values.Members.ToDictionary(
                member => member.Key,
                member => member.Value.IsUnknown && member.Value.Origins is [var only] && documents.TryGetValue(only, out var document)
                    ? PolicyDocumentText.Write(document.Values).WithOrigins([only])
                    : member.Value,
                StringComparer.Ordinal);
            return resource with { Values = CloudValue.Of(members) };
        })];
    }

    private IEnumerable<CloudResource> Providers(JsonElement configuration)
    {
        if (!PlanReferences.Has(configuration, "provider_config", out var providers))
        {
            yield break;
        }

        foreach (var provider in providers.EnumerateObject())
        {
            var name = Text(provider.Value, "name");
            var alias = Text(provider.Value, "alias");
            var module = Text(provider.Value, "module_address");
            var full = alias.Length == 0 ? name : $"{name}.{alias}";
            yield return new CloudResource
            {
                Address = $"{(module.Length == 0 ? "" : module + ".")}provider.{full}",
                Type = name,
                Name = alias.Length == 0 ? "default" : alias,
                Mode = CloudResourceMode.Provider,
                Module = module,
                Provider = full,
                Values = PlanReferences.Has(provider.Value, "expressions", out var expressions) ? Constants(expressions, 0) : CloudValue.EmptyMap,
            };
        }
    }

    private CloudValue Constants(JsonElement expression, int depth)
    {
        if (depth > 20)
        {
            return CloudValue.Unknown;
        }

        if (expression.ValueKind == JsonValueKind.Array)
        {
            return CloudValue.Of([.. expression.EnumerateArray().Select(item => Constants(item, depth + 1))]);
        }

        if (expression.ValueKind != JsonValueKind.Object)
        {
            return CloudValue.Unknown;
        }

        if (expression.TryGetProperty("constant_value", out var constant))
        {
            return JsonText.Read(constant);
        }

        if (PlanReferences.Has(expression, "references", out var names))
        {
            return names.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.String } first
                && first.GetString()!.Split('.') is ["var", var variable]
                && names.GetArrayLength() == 1
                && PlanReferences.Has(root, "variables", out var variables)
                && PlanReferences.Has(variables, variable, out var given)
                && PlanReferences.Has(given, "value", out var value)
                    ? JsonText.Read(value)
                    : CloudValue.Unknown;
        }

        return CloudValue.Of(expression.EnumerateObject().ToDictionary(property => property.Name, property => Constants(property.Value, depth + 1), StringComparer.Ordinal));
    }
}
