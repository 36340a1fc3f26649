using System.Text;
using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Terraform;

/// <summary>
/// Evaluates expressions as Terraform would before anything exists. Whatever depends on something not known is unknown, but
/// remembers where it came from, so that a reference to a resource that does not exist yet still connects the two.
/// </summary>
internal static class HclEvaluation
{
    public static CloudValue Evaluate(HclExpression expression, HclScope scope)
    {
        var budget = scope.Budget;
        if (!budget.Step() || budget.Depth >= EvaluationBudget.Deepest)
        {
            return CloudValue.Unknown;
        }

        budget.Depth++;
        var value = expression switch
        {
            HclLiteral { Value: bool flag } => CloudValue.Of(flag),
            HclLiteral { Value: double number } => CloudValue.Of(number),
            HclLiteral => CloudValue.Null,
            HclText text => CloudValue.Of(text.Value),
            HclTemplate template => Template(template, scope),
            HclTemplateIf branch => TemplateIf(branch, scope),
            HclTemplateFor loop => TemplateFor(loop, scope),
            HclName name => scope.Find(name.Name) ?? CloudValue.Unknown,
            HclMember member => Member(member, scope),
            HclIndex index => Index(Evaluate(index.Target, scope), Evaluate(index.Key, scope)),
            HclSplat splat => Splat(splat, scope),
            HclSplatItem => scope.Find("*") ?? CloudValue.Unknown,
            HclCall call => HclFunctions.Call(call, scope),
            HclUnary unary => Unary(unary, scope),
            HclBinary binary => Binary(binary, scope),
            HclConditional conditional => Conditional(conditional, scope),
            HclTuple tuple => CloudValue.Of([.. tuple.Items.Select(item => Evaluate(item, scope))]),
            HclObject map => Object(map, scope),
            HclFor loop => For(loop, scope),
            _ => CloudValue.Unknown,
        };
        budget.Depth--;
        return value;
    }

    private static CloudValue Member(HclMember member, HclScope scope)
    {
        if (member.Target is HclName root && scope.Find(root.Name) is null)
        {
            switch (root.Name)
            {
                case "var":
                    return scope.Names.Variable(member.Name);
                case "local":
                    return scope.Names.Local(member.Name);
                case "module":
                    return scope.Names.ModuleCall(member.Name);
                case "path":
                    return member.Name == "module" ? CloudValue.Of(scope.Names.Directory)
                        : member.Name == "root" ? CloudValue.Of(".")
                        : CloudValue.Unknown;
                case "each" or "count" or "self" or "terraform" or "data":
                    return CloudValue.Unknown;
                default:
                    return scope.Names.Resource(false, root.Name, member.Name);
            }
        }

        if (member.Target is HclMember { Target: HclName { Name: "data" } } data && scope.Find("data") is null)
        {
            return scope.Names.Resource(true, data.Name, member.Name);
        }

        var target = Evaluate(member.Target, scope);
        return target.Kind == CloudValueKind.List && target.Items.Count != 1
            ? CloudValue.UnknownFrom(target.Origins)
            : target.Member(member.Name).WithOrigins(target.Origins);
    }

    internal static CloudValue Index(CloudValue target, CloudValue key)
    {
        if (target.IsUnknown || key.IsUnknown)
        {
            return CloudValue.UnknownFrom(OriginsOf(target));
        }

        if (target.Kind == CloudValueKind.Map)
        {
            return key.AsText() is { } name ? target.Member(name).WithOrigins(target.Origins) : CloudValue.Unknown;
        }

        if (target.Kind == CloudValueKind.List && key.AsNumber() is { } number)
        {
            return number >= 0 && number < target.Items.Count ? target.Items[(int)number]
                : target.IsOpen ? CloudValue.UnknownFrom(target.Origins)
                : CloudValue.Null;
        }

        // A single resource indexed with [0]: count was added or removed; the reference still means it.
        return key.AsNumber() == 0 ? target : CloudValue.UnknownFrom(target.Origins);
    }

    private static CloudValue Splat(HclSplat splat, HclScope scope)
    {
        var source = Evaluate(splat.Target, scope);
        if (source.IsUnknown)
        {
            return CloudValue.UnknownFrom(source.Origins);
        }

        var items = source.Kind switch
        {
            CloudValueKind.List => source.Items,
            CloudValueKind.Null => [],
            _ => [source],
        };
        var results = new CloudValue[items.Count];
        for (var i = 0; i < items.Count; i++)
        {
            results[i] = Evaluate(splat.Each, scope.With("*", items[i]));
        }

        return CloudValue.Of(results, source.Kind == CloudValueKind.List && source.IsOpen);
    }

    private static CloudValue Template(HclTemplate template, HclScope scope)
    {
        // "${x}" alone is x itself, whatever its type.
        if (template.Parts is [not HclText and not HclTemplateIf and not HclTemplateFor])
        {
            return Evaluate(template.Parts[0], scope);
        }

        if (template.Parts.Count == 0)
        {
            return CloudValue.Of("");
        }

        var text = new StringBuilder();
        var known = true;
        IReadOnlyList<string> origins = [];
        foreach (var part in template.Parts)
        {
            var value = Evaluate(part, scope);
            origins = Union(origins, OriginsOf(value));
            var piece = value.IsNull ? "" : value.KnownText;
            known &= piece is not null && !value.IsUnknown;
            text.Append(piece ?? CloudValue.Hole.ToString());
            if (text.Length > 4_000_000 || !scope.Budget.Characters(piece?.Length ?? 1))
            {
                return CloudValue.Unknown;
            }
        }

        return (known ? CloudValue.Of(text.ToString()) : CloudValue.Partial(text.ToString())).WithOrigins(origins);
    }

    private static CloudValue TemplateIf(HclTemplateIf branch, HclScope scope) =>
        Evaluate(branch.Condition, scope).AsBool() switch
        {
            true => Evaluate(branch.Then, scope),
            false => Evaluate(branch.Else, scope),
            null => CloudValue.Unknown,
        };

    private static CloudValue TemplateFor(HclTemplateFor loop, HclScope scope)
    {
        var text = new StringBuilder();
        var source = Evaluate(loop.Source, scope);
        if (source.MayHoldMore)
        {
            return CloudValue.Unknown;
        }

        var known = true;
        foreach (var (key, item) in Pairs(source))
        {
            var value = Evaluate(loop.Body, Bind(scope, loop.Key, loop.Item, key, item));
            known &= !value.IsUnknown;
            text.Append(value.KnownText ?? CloudValue.Hole.ToString());
            if (!scope.Budget.Characters(text.Length))
            {
                return CloudValue.Unknown;
            }
        }

        return known ? CloudValue.Of(text.ToString()) : CloudValue.Partial(text.ToString());
    }

    private static CloudValue Unary(HclUnary unary, HclScope scope)
    {
        var operand = Evaluate(unary.Operand, scope);
        return unary.Operator == '!'
            ? operand.AsBool() is { } flag ? CloudValue.Of(!flag) : CloudValue.Unknown
            : operand.AsNumber() is { } number ? CloudValue.Of(-number) : CloudValue.Unknown;
    }

    private static CloudValue Binary(HclBinary binary, HclScope scope)
    {
        var left = Evaluate(binary.Left, scope);
        var right = Evaluate(binary.Right, scope);
        switch (binary.Operator)
        {
            case "&&":
                return left.AsBool() == false || right.AsBool() == false ? CloudValue.False
                    : left.AsBool() == true && right.AsBool() == true ? CloudValue.True
                    : CloudValue.Unknown;
            case "||":
                return left.AsBool() == true || right.AsBool() == true ? CloudValue.True
                    : left.AsBool() == false && right.AsBool() == false ? CloudValue.False
                    : CloudValue.Unknown;
            case "==":
                return CloudValue.AreEqual(left, right) is { } equal ? CloudValue.Of(equal) : CloudValue.Unknown;
            case "!=":
                return CloudValue.AreEqual(left, right) is { } same ? CloudValue.Of(!same) : CloudValue.Unknown;
        }

        if (left.AsNumber() is not { } a || right.AsNumber() is not { } b)
        {
            return CloudValue.Unknown;
        }

        return binary.Operator switch
        {
            "<" => CloudValue.Of(a < b),
            ">" => CloudValue.Of(a > b),
            "<=" => CloudValue.Of(a <= b),
            ">=" => CloudValue.Of(a >= b),
            "+" => CloudValue.Of(a + b),
            "-" => CloudValue.Of(a - b),
            "*" => CloudValue.Of(a * b),
            "/" when b != 0 => CloudValue.Of(a / b),
            "%" when b != 0 => CloudValue.Of(a % b),
            _ => CloudValue.Unknown,
        };
    }

    private static CloudValue Conditional(HclConditional conditional, HclScope scope)
    {
        var condition = Evaluate(conditional.Condition, scope).AsBool();
        if (condition is { } known)
        {
            return Evaluate(known ? conditional.Then : conditional.Else, scope);
        }

        var then = Evaluate(conditional.Then, scope);
        var otherwise = Evaluate(conditional.Else, scope);
        return CloudValue.AreEqual(then, otherwise) == true
            ? then
            : CloudValue.UnknownFrom(Union(OriginsOf(then), OriginsOf(otherwise)));
    }

    private static CloudValue Object(HclObject map, HclScope scope)
    {
        var members = new Dictionary<string, CloudValue>(StringComparer.Ordinal);
        var open = false;
        foreach (var item in map.Items)
        {
            if (Evaluate(item.Key, scope).AsText() is { } key)
            {
                members[key] = Evaluate(item.Value, scope);
            }
            else
            {
                open = true;
            }
        }

        return CloudValue.Of(members, open);
    }

    private static CloudValue For(HclFor loop, HclScope scope)
    {
        var source = Evaluate(loop.Source, scope);
        if (source.IsUnknown)
        {
            return CloudValue.UnknownFrom(source.Origins);
        }

        var open = source.IsOpen;
        var items = new List<CloudValue>();
        var members = new Dictionary<string, CloudValue>(StringComparer.Ordinal);
        foreach (var (key, item) in Pairs(source))
        {
            var inner = Bind(scope, loop.Key, loop.Item, key, item);
            var included = loop.Condition is null ? true : Evaluate(loop.Condition, inner).AsBool();
            if (included != true)
            {
                open |= included is null;
                continue;
            }

            var value = Evaluate(loop.Result, inner);
            if (loop.ResultKey is null)
            {
                items.Add(value);
            }
            else if (Evaluate(loop.ResultKey, inner).AsText() is not { } name)
            {
                open = true;
            }
            else if (loop.Groups)
            {
                members[name] = CloudValue.Of([.. members.TryGetValue(name, out var group) ? group.Items : [], value]);
            }
            else
            {
                members[name] = value;
            }
        }

        return loop.ResultKey is null ? CloudValue.Of(items, open) : CloudValue.Of(members, open);
    }

    private static HclScope Bind(HclScope scope, string? keyName, string itemName, CloudValue key, CloudValue item)
    {
        var inner = scope.With(itemName, item);
        return keyName is null ? inner : inner.With(keyName, key);
    }

    /// <summary>What a loop over a value goes through: index and item, or key and member in key order.</summary>
    internal static IEnumerable<(CloudValue Key, CloudValue Item)> Pairs(CloudValue source) => source.Kind switch
    {
        CloudValueKind.List => source.Items.Take(EvaluationBudget.LongestList).Select((item, i) => (CloudValue.Of(i), item)),
        CloudValueKind.Map => source.Members.OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => (CloudValue.Of(member.Key), member.Value)),
        _ => [],
    };

    internal static IReadOnlyList<string> OriginsOf(CloudValue value) => value.Origins;

    internal static IReadOnlyList<string> Union(IReadOnlyList<string> left, IReadOnlyList<string> right) =>
        left.Count == 0 ? right
        : right.Count == 0 ? left
        : [.. left.Union(right, StringComparer.Ordinal).Take(64)];
}
