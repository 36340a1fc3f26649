using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Terraform;

/// <summary>
/// One instance of a module: its variables, locals, calls and resources, each evaluated when first asked for. What is asked
/// for while it is being evaluated (a cycle) is unknown.
/// </summary>
internal sealed class TerraformModule : IHclNames
{
    private readonly TerraformSources sources;
    private readonly EvaluationBudget budget;
    private readonly List<NotChecked> notChecked;
    private readonly string address;
    private readonly int level;
    private readonly IReadOnlyDictionary<string, CloudValue>? inputs;
    private readonly IReadOnlyDictionary<string, CloudResource> inheritedProviders;
    private readonly Dictionary<string, HclExpression> locals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HclBlock> variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (HclBlock Block, HclFile File)> resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HclBlock> calls = new(StringComparer.Ordinal);
    private readonly List<HclBlock> outputs = [];
    private readonly Dictionary<string, CloudValue> assigned = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CloudValue?> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<CloudResource>?> expanded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<(string Key, TerraformModule Module)>?> children = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CloudResource> providers = new(StringComparer.Ordinal);

    public TerraformModule(
        TerraformSources sources,
        string directory,
        EvaluationBudget budget,
        List<NotChecked> notChecked,
        string address = "",
        int level = 0,
        IReadOnlyDictionary<string, CloudValue>? inputs = null,
        IReadOnlyDictionary<string, CloudResource>? inheritedProviders = null)
    {
        this.sources = sources;
        this.budget = budget;
        this.notChecked = notChecked;
        this.address = address;
        this.level = level;
        this.inputs = inputs;
        this.inheritedProviders = inheritedProviders ?? new Dictionary<string, CloudResource>(StringComparer.Ordinal);
        Directory = directory;
        Scope = new HclScope(this, budget);
        foreach (var file in sources.Module(directory))
        {
            Collect(file);
        }

        if (inputs is null)
        {
            ReadVariableFiles();
        }

        ReadProviders();
    }

    public string Directory { get; }

    private HclScope Scope { get; }

    private string Prefix => address.Length == 0 ? "" : address + ".";

    private void Collect(HclFile file)
    {
        foreach (var block in file.Body.Blocks)
        {
            switch (block.Type)
            {
                case "variable" when block.Labels.Count == 1:
                    variables.TryAdd(block.Labels[0], block);
                    break;
                case "locals":
                    foreach (var attribute in block.Body.Attributes)
                    {
                        locals[attribute.Name] = attribute.Value;
                    }

                    break;
                case "resource" or "data" when block.Labels.Count == 2 && !block.IsBroken:
                    resources[$"{block.Type}.{block.Labels[0]}.{block.Labels[1]}"] = (block, file);
                    break;
                case "module" when block.Labels.Count == 1:
                    calls[block.Labels[0]] = block;
                    break;
                case "output" when block.Labels.Count == 1:
                    outputs.Add(block);
                    break;
                case "provider" when block.Labels.Count == 1 && !block.IsBroken:
                    providerBlocks.Add((block, file));
                    break;
            }
        }
    }

    private readonly List<(HclBlock Block, HclFile File)> providerBlocks = [];

    private void ReadVariableFiles()
    {
        foreach (var (path, text) in sources.VariableFiles(Directory))
        {
            var file = path.EndsWith(".json", StringComparison.Ordinal) ? HclJsonReader.ReadVariables(path, text) : HclParser.Parse(path, text);
            foreach (var attribute in file.Body.Attributes)
            {
                assigned[attribute.Name] = HclEvaluation.Evaluate(attribute.Value, Scope);
            }
        }
    }

    private void ReadProviders()
    {
        foreach (var (name, inherited) in inheritedProviders)
        {
            providers[name] = inherited;
        }

        foreach (var (block, file) in providerBlocks)
        {
            var alias = block.Body.Expression("alias") is { } given ? HclEvaluation.Evaluate(given, Scope).AsText() : null;
            var name = alias is null ? block.Labels[0] : $"{block.Labels[0]}.{alias}";
            var body = HclBlockValues.Evaluate(block.Body, Scope, HclBlockValues.NoMeta);
            providers[name] = new CloudResource
            {
                Address = $"{Prefix}provider.{name}",
                Type = block.Labels[0],
                Name = alias ?? "default",
                Mode = CloudResourceMode.Provider,
                Module = address,
                Provider = name,
                Values = body,
                DefaultTags = body.At("default_tags.tags"),
                File = file.Path,
                Line = block.Span.Line,
                EndLine = block.Span.EndLine,
                LineOf = path => HclBlockValues.LineOf(block.Body, path),
            };
        }
    }

    /// <summary>Every resource of this module and of the modules it calls.</summary>
    public void AddTo(List<CloudResource> found)
    {
        found.AddRange(providers.Values.Where(provider => provider.Module == address && !inheritedProviders.Values.Contains(provider)));
        foreach (var key in resources.Keys)
        {
            found.AddRange(Instances(key));
        }

        foreach (var name in calls.Keys)
        {
            foreach (var (_, child) in Children(name))
            {
                child.AddTo(found);
            }
        }
    }

    public CloudValue Variable(string name) => Once("var." + name, () =>
    {
        variables.TryGetValue(name, out var block);
        var type = block?.Body.Expression("type");
        var origin = $"{Prefix}var.{name}";
        if ((inputs ?? assigned).TryGetValue(name, out var given)
            && !(given.IsNull && block?.Body.Expression("nullable") is HclLiteral { Value: false }))
        {
            return HclTypes.Apply(given, type, Scope);
        }

        return block?.Body.Expression("default") is { } fallback
            ? HclTypes.Apply(HclEvaluation.Evaluate(fallback, Scope), type, Scope)
            : CloudValue.UnknownFrom([origin]);
    });

    public CloudValue Local(string name) => Once("local." + name, () =>
        locals.TryGetValue(name, out var expression) ? HclEvaluation.Evaluate(expression, Scope) : CloudValue.Unknown);

    public CloudValue ModuleCall(string name) => Once("module." + name, () =>
    {
        if (!calls.ContainsKey(name))
        {
            return CloudValue.Unknown;
        }

        var instances = Children(name);
        if (instances.Count == 0)
        {
            return HasRepetition(calls[name].Body) ? CloudValue.EmptyList : CloudValue.UnknownFrom([$"{Prefix}module.{name}"]);
        }

        return Gather(instances.Select(instance => (instance.Key, instance.Module.Outputs())).ToList(), calls[name].Body);
    });

    private CloudValue Outputs() => CloudValue.Of(outputs
        .GroupBy(output => output.Labels[0], StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key,
            group => group.First().Body.Expression("value") is { } value ? HclEvaluation.Evaluate(value, Scope) : CloudValue.Unknown,
            StringComparer.Ordinal));

    public CloudValue Resource(bool isData, string type, string name)
    {
        var key = $"{(isData ? "data" : "resource")}.{type}.{name}";
        if (!resources.TryGetValue(key, out var declared))
        {
            return CloudValue.UnknownFrom([$"{Prefix}{(isData ? "data." : "")}{type}.{name}"]);
        }

        return Once(key, () =>
        {
            var instances = Instances(key);
            if (instances.Count == 0)
            {
                return CloudValue.EmptyList;
            }

            return Gather(instances.Select(instance => (instance.Key, Referenced(instance))).ToList(), declared.Block.Body);
        });
    }

    private static CloudValue Referenced(CloudResource instance)
    {
        var members = new Dictionary<string, CloudValue>(instance.Values.Members, StringComparer.Ordinal);
        if (instance is { Mode: CloudResourceMode.Data, Type: "aws_iam_policy_document" })
        {
            members["json"] = PolicyDocumentText.Write(instance.Values);
        }

        return CloudValue.Of(members, open: true).WithOrigins([instance.Address]);
    }

    private static CloudValue Gather(List<(string Key, CloudValue Value)> instances, HclBody body)
    {
        if (!HasRepetition(body) || instances is [{ Key: "" }])
        {
            return instances[0].Value;
        }

        return body.Expression("count") is not null
            ? CloudValue.Of([.. instances.Select(instance => instance.Value)])
            : CloudValue.Of(instances.ToDictionary(instance => instance.Key[2..^2], instance => instance.Value, StringComparer.Ordinal));
    }

    private static bool HasRepetition(HclBody body) => body.Expression("count") is not null || body.Expression("for_each") is not null;

    private CloudValue Once(string key, Func<CloudValue> evaluate)
    {
        if (values.TryGetValue(key, out var known))
        {
            return known ?? CloudValue.Unknown;
        }

        if (budget.Depth >= EvaluationBudget.Deepest)
        {
            return CloudValue.Unknown;
        }

        values[key] = null;
        budget.Depth += 2;
        var value = evaluate();
        budget.Depth -= 2;
        values[key] = value;
        return value;
    }

    private IReadOnlyList<CloudResource> Instances(string key)
    {
        if (expanded.TryGetValue(key, out var known))
        {
            return known ?? [];
        }

        expanded[key] = null;
        var (block, file) = resources[key];
        var instances = new List<CloudResource>();
        foreach (var (instanceKey, scope) in Repeat(block, $"{Prefix}{block.Labels[0]}.{block.Labels[1]}"))
        {
            if (!budget.Resource())
            {
                break;
            }

            instances.Add(Resource(block, file, instanceKey, scope));
        }

        expanded[key] = instances;
        return instances;
    }

    private CloudResource Resource(HclBlock block, HclFile file, string key, HclScope scope)
    {
        var isData = block.Type == "data";
        var provider = block.Body.Expression("provider") switch
        {
            HclMember { Target: HclName { Name: var type }, Name: var alias } => $"{type}.{alias}",
            HclName { Name: var type } => type,
            HclTemplate { Parts: [HclText { Value: var text }] } => text,
            _ => block.Labels[0].Split('_')[0],
        };
        return new CloudResource
        {
            Address = $"{Prefix}{(isData ? "data." : "")}{block.Labels[0]}.{block.Labels[1]}{key}",
            Type = block.Labels[0],
            Name = block.Labels[1],
            Mode = isData ? CloudResourceMode.Data : CloudResourceMode.Managed,
            Module = address,
            Key = key,
            Values = HclBlockValues.Evaluate(block.Body, scope, HclBlockValues.ResourceMeta),
            Provider = provider,
            DefaultTags = providers.TryGetValue(provider, out var configured) ? configured.DefaultTags : CloudValue.Null,
            File = file.Path,
            Line = block.Span.Line,
            EndLine = block.Span.EndLine,
            LineOf = path => HclBlockValues.LineOf(block.Body, path),
        };
    }

    /// <summary>The instances of a block with <c>count</c> or <c>for_each</c>; one without a key where their number is unknown.</summary>
    private IEnumerable<(string Key, HclScope Scope)> Repeat(HclBlock block, string what)
    {
        if (block.Body.Expression("count") is { } count)
        {
            var number = HclEvaluation.Evaluate(count, Scope).AsNumber();
            if (number is null)
            {
                return [("", Scope)];
            }

            const int most = 1000;
            if (number > most)
            {
                notChecked.Add(new NotChecked(what, $"It has {number} instances; the first {most} were checked."));
            }

            return Enumerable.Range(0, (int)Math.Clamp(number.Value, 0, most)).Select(index =>
                ($"[{index}]", Scope.With("count", CloudValue.Of(new Dictionary<string, CloudValue>(StringComparer.Ordinal) { ["index"] = CloudValue.Of(index) }))));
        }

        if (block.Body.Expression("for_each") is { } each)
        {
            var source = HclEvaluation.Evaluate(each, Scope);
            return source.MayHoldMore && source.Members.Count == 0 ? [("", Scope)] : Keyed(source);
        }

        return [("", Scope)];
    }

    private IEnumerable<(string Key, HclScope Scope)> Keyed(CloudValue source)
    {
        var isMap = source.Kind == CloudValueKind.Map;
        foreach (var (key, item) in HclEvaluation.Pairs(source))
        {
            var name = isMap ? key.Text : item.AsText();
            if (name is not null)
            {
                var each = new Dictionary<string, CloudValue>(StringComparer.Ordinal) { ["key"] = CloudValue.Of(name), ["value"] = item };
                yield return ($"[\"{name}\"]", Scope.With("each", CloudValue.Of(each)));
            }
        }
    }

    private IReadOnlyList<(string Key, TerraformModule Module)> Children(string name)
    {
        if (children.TryGetValue(name, out var known))
        {
            return known ?? [];
        }

        children[name] = null;
        var call = calls[name];
        var instances = new List<(string, TerraformModule)>();
        var target = TerraformSources.LocalSource(call) is { } source ? TerraformSources.Normalise($"{Directory}/{source}") : null;
        if (target is null || !sources.HasModule(target) || level >= EvaluationBudget.DeepestModule)
        {
            notChecked.Add(new NotChecked($"{Prefix}module.{name}", "Its source is not part of what was sent, so its resources were not checked."));
        }
        else
        {
            foreach (var (key, scope) in Repeat(call, $"{Prefix}module.{name}"))
            {
                if (!budget.Resource())
                {
                    break;
                }

                var given = call.Body.Attributes
                    .Where(attribute => attribute.Name is not ("source" or "version" or "count" or "for_each" or "providers" or "depends_on"))
                    .GroupBy(attribute => attribute.Name, StringComparer.Ordinal)
                    .ToDictionary(group => group.Key, group => HclEvaluation.Evaluate(group.First().Value, scope), StringComparer.Ordinal);
                var child = new TerraformModule(sources, target, budget, notChecked, $"{Prefix}module.{name}{key}", level + 1, given, ProvidersFor(call));
                instances.Add((key, child));
            }
        }

        children[name] = instances;
        return instances;
    }

    private Dictionary<string, CloudResource> ProvidersFor(HclBlock call)
    {
        var passed = providers.Where(provider => !provider.Key.Contains('.', StringComparison.Ordinal))
            .ToDictionary(provider => provider.Key, provider => provider.Value, StringComparer.Ordinal);
        if (call.Body.Expression("providers") is HclObject map)
        {
            foreach (var item in map.Items)
            {
                if (ProviderName(item.Key) is { } inner && ProviderName(item.Value) is { } outer && providers.TryGetValue(outer, out var provider))
                {
                    passed[inner] = provider;
                }
            }
        }

        return passed;
    }

    private static string? ProviderName(HclExpression expression) => expression switch
    {
        HclName name => name.Name,
        HclText text => text.Value,
        HclMember { Target: HclName root } member => $"{root.Name}.{member.Name}",
        _ => null,
    };

    public string? FileText(string path) =>
        sources.Text(path) ?? sources.Text($"{Directory}/{path}");
}
