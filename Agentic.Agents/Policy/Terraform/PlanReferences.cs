using System.Text.Json;
using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Terraform;

/// <summary>One module of a plan's configuration, with the way up to the call that made it.</summary>
internal sealed record PlanModule(JsonElement Configuration, PlanModule? Parent, JsonElement Call, string Address);

/// <summary>
/// Follows the references of a plan's configuration (through variables and outputs of modules) to the addresses of the
/// resources they end at.
/// </summary>
internal sealed class PlanReferences
{
    private const int Deepest = 24;

    /// <summary>References one expression may lead through; a real one leads through a handful.</summary>
    private const int LongestWay = 2_000;

    private readonly ILookup<string, string> instances;
    private readonly Dictionary<string, PlanModule> modules = new(StringComparer.Ordinal);

    private readonly JsonElement variables;
    private readonly HashSet<string> moduleInstances = new(StringComparer.Ordinal);
    private readonly HashSet<string> expanded = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Module, string Variable), bool> knownInputs = [];
    private int way;

    /// <param name="configuration">The plan's configuration.</param>
    /// <param name="addresses">The resources and data sources there are.</param>
    /// <param name="variables">The values the root module's variables have; Terraform lists every one of them.</param>
    public PlanReferences(JsonElement configuration, IEnumerable<string> addresses, JsonElement variables = default)
    {
        this.variables = variables;
        addresses = [.. addresses];
        foreach (var address in addresses)
        {
            for (var close = address.IndexOf("].", StringComparison.Ordinal); close > 0; close = address.IndexOf("].", close + 1, StringComparison.Ordinal))
            {
                moduleInstances.Add(address[..(close + 1)]);
            }
        }

        instances = addresses.ToLookup(WithoutKeys, StringComparer.Ordinal);
        if (configuration.ValueKind == JsonValueKind.Object && configuration.TryGetProperty("root_module", out var root))
        {
            Collect(new PlanModule(root, null, default, ""), 0);
        }
    }

    public PlanModule? Module(string address) => modules.GetValueOrDefault(WithoutKeys(address));

    private void Collect(PlanModule module, int depth)
    {
        modules[module.Address] = module;
        if (depth > EvaluationBudget.DeepestModule || !Has(module.Configuration, "module_calls", out var calls))
        {
            return;
        }

        foreach (var call in calls.EnumerateObject())
        {
            if (Has(call.Value, "module", out var inner))
            {
                var prefix = module.Address.Length == 0 ? "" : module.Address + ".";
                Collect(new PlanModule(inner, module, call.Value, $"{prefix}module.{call.Name}"), depth + 1);
            }
        }
    }

    internal static bool Has(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value)
            && value.ValueKind is not JsonValueKind.Null and not JsonValueKind.Undefined;
    }

    public static string WithoutKeys(string address)
    {
        if (!address.Contains('[', StringComparison.Ordinal))
        {
            return address;
        }

        var result = new System.Text.StringBuilder(address.Length);
        var quoted = false;
        var depth = 0;
        foreach (var c in address)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && c is '[' or ']')
            {
                depth += c == '[' ? 1 : -1;
                continue;
            }

            if (depth == 0)
            {
                result.Append(c);
            }
        }

        return result.ToString();
    }

    /// <summary>The origins of what one configuration expression refers to, seen from an instance.</summary>
    public IReadOnlyList<string> Resolve(JsonElement expression, PlanModule module, string instanceModule, string key, JsonElement forEach = default)
    {
        var found = new List<string>();
        expanded.Clear();
        way = 0;
        Resolve(expression, module, instanceModule, key, forEach, found, 0);
        return found;
    }

    private void Resolve(JsonElement expression, PlanModule module, string at, string key, JsonElement forEach, List<string> found, int depth)
    {
        if (depth > Deepest || found.Count > 64 || ++way > LongestWay || !Has(expression, "references", out var references) || references.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var texts = references.EnumerateArray().Where(reference => reference.ValueKind == JsonValueKind.String).Select(reference => reference.GetString()!).ToList();
        foreach (var reference in texts)
        {
            // Terraform lists b["a"].id, b["a"] and b: the last two say nothing that the first does not say better.
            if (!texts.Exists(other => other.Length > reference.Length && other[reference.Length] is '[' or '.' && other.StartsWith(reference, StringComparison.Ordinal)))
            {
                Follow(reference, module, at, key, forEach, found, depth);
            }
        }
    }

    /// <summary>True where everything an expression is made of has its value when the plan is made.</summary>
    public bool IsKnownBeforeApply(JsonElement expression, PlanModule module, int depth = 0)
    {
        if (depth > Deepest || expression.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        if (expression.TryGetProperty("constant_value", out _))
        {
            return true;
        }

        return Has(expression, "references", out var found) && found.ValueKind == JsonValueKind.Array && found.GetArrayLength() > 0
            && found.EnumerateArray().All(reference => reference.ValueKind == JsonValueKind.String && IsKnownBeforeApply(PartsOf(reference.GetString()!), module, depth));
    }

    private bool IsKnownBeforeApply(List<string> reference, PlanModule module, int depth) => reference switch
    {
        ["count", "index"] or ["each", "key"] or ["path" or "terraform", ..] => true,
        ["var", var name, ..] when module.Parent is null => variables.ValueKind == JsonValueKind.Object && variables.TryGetProperty(WithoutKeys(name), out _),
        ["var", var name, ..] => IsKnownInput(WithoutKeys(name), module, depth),
        _ => false,
    };

    private bool IsKnownInput(string name, PlanModule module, int depth)
    {
        if (!knownInputs.TryGetValue((module.Address, name), out var known))
        {
            known = !(Has(module.Call, "expressions", out var inputs) && Has(inputs, name, out var input)) || IsKnownBeforeApply(input, module.Parent!, depth + 1);
            knownInputs[(module.Address, name)] = known;
        }

        return known;
    }

    /// <summary>Splits at the dots outside of instance keys.</summary>
    private static List<string> PartsOf(string reference)
    {
        var parts = new List<string>();
        var (start, depth, quoted) = (0, 0, false);
        for (var i = 0; i <= reference.Length; i++)
        {
            if (i == reference.Length || (reference[i] == '.' && depth == 0 && !quoted))
            {
                parts.Add(reference[start..i]);
                start = i + 1;
                continue;
            }

            quoted ^= reference[i] == '"' && (i == 0 || reference[i - 1] != '\\');
            depth += quoted ? 0 : reference[i] switch { '[' => 1, ']' => -1, _ => 0 };
        }

        return parts;
    }

    private void Follow(string reference, PlanModule module, string at, string key, JsonElement forEach, List<string> found, int depth)
    {
        var prefix = at.Length == 0 ? "" : at + ".";
        var parts = PartsOf(reference);
        switch (parts[0])
        {
            case "var" when parts.Count > 1 && module.Parent is null:
                Add(found, $"{prefix}var.{parts[1]}");
                break;
            case "var" when parts.Count > 1 && Has(module.Call, "expressions", out var inputs) && Has(inputs, parts[1], out var input):
                Resolve(input, module.Parent!, ParentOf(at), "", default, found, depth + 1);
                break;
            case "each":
                // The keys a variable gives say which instance is meant, not what a value is made of.
                if (Has(forEach, "references", out _))
                {
                    var repeated = new List<string>();
                    Resolve(forEach, module, at, key, default, repeated, depth + 1);
                    repeated.RemoveAll(origin => origin.StartsWith("var.", StringComparison.Ordinal) || origin.Contains(".var.", StringComparison.Ordinal));
                    repeated.ForEach(origin => Add(found, origin));
                }

                break;
            case "module" when parts.Count > 2:
                var callee = modules.GetValueOrDefault(WithoutKeys($"{prefix}module.{parts[1]}"));
                if (callee is not null && Has(callee.Configuration, "outputs", out var outputs)
                    && Has(outputs, WithoutKeys(parts[2]), out var output) && Has(output, "expression", out var value))
                {
                    Resolve(value, callee, $"{prefix}module.{parts[1]}", "", default, found, depth + 1);
                }

                break;
            case "module" when parts.Count == 2:
                // module.m[each.key].id is listed as module.m and each.key: which output is not said, so it may be any of them.
                var called = $"{prefix}module.{parts[1]}";
                var instance = !called.EndsWith(']') && key.Length > 0 && moduleInstances.Contains(called + key) ? called + key : called;
                if (expanded.Add(instance) && modules.GetValueOrDefault(WithoutKeys(called)) is { } repeatedModule && Has(repeatedModule.Configuration, "outputs", out var all))
                {
                    foreach (var one in all.EnumerateObject())
                    {
                        if (Has(one.Value, "expression", out var from))
                        {
                            Resolve(from, repeatedModule, instance, "", default, found, depth + 1);
                        }
                    }
                }

                break;
            case "local" or "count" or "path" or "terraform" or "self" or "module" or "var":
                break;
            default:
                var count = parts[0] == "data" ? 3 : 2;
                if (parts.Count >= count)
                {
                    Point($"{prefix}{string.Join('.', parts.Take(count))}", key, found);
                }

                break;
        }
    }

    /// <summary>The instances a reference means: the one it names, the one with the same key, or all.</summary>
    private void Point(string address, string key, List<string> found)
    {
        var candidates = instances[WithoutKeys(address)].Where(candidate => ModuleMatches(candidate, address)).ToList();
        var exact = candidates.FirstOrDefault(candidate => candidate == address)
            ?? (address.EndsWith(']') ? null : candidates.FirstOrDefault(candidate => key.Length > 0 && candidate.EndsWith(key, StringComparison.Ordinal)));
        if (exact is not null)
        {
            Add(found, exact);
            return;
        }

        foreach (var candidate in candidates.Take(64))
        {
            Add(found, candidate);
        }

        if (candidates.Count == 0)
        {
            Add(found, address);
        }
    }

    private static bool ModuleMatches(string candidate, string address)
    {
        var slash = address.LastIndexOf("module.", StringComparison.Ordinal);
        if (slash < 0 || !address.Contains('[', StringComparison.Ordinal))
        {
            return true;
        }

        var close = address.LastIndexOf("].", StringComparison.Ordinal);
        return close < 0 || candidate.StartsWith(address[..(close + 1)], StringComparison.Ordinal);
    }

    private static string ParentOf(string module)
    {
        var at = module.LastIndexOf(".module.", StringComparison.Ordinal);
        return at < 0 ? "" : module[..at];
    }

    private static void Add(List<string> found, string origin)
    {
        if (!found.Contains(origin))
        {
            found.Add(origin);
        }
    }
}
