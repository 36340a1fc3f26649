using System.Globalization;
using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.CloudFormation;

/// <summary>Evaluates a template's functions: parameters with defaults, mappings, conditions, Sub, Join, Select; the rest is unknown.</summary>
internal sealed class TemplateValues(TemplateNode root)
{
    private const int Deepest = 80;

    private readonly Dictionary<string, bool?> conditions = new(StringComparer.Ordinal);
    private int steps = 1_000_000;

    public CloudValue Value(TemplateNode? node) => node is null ? CloudValue.Null : Value(node, 0);

    public bool? Condition(string name)
    {
        if (conditions.TryGetValue(name, out var known))
        {
            return known;
        }

        conditions[name] = null;
        var result = root.Member("Conditions")?.Member(name) is { } expression ? Value(expression, 1).AsBool() : null;
        conditions[name] = result;
        return result;
    }

    private CloudValue Value(TemplateNode node, int depth)
    {
        if (depth > Deepest || --steps < 0)
        {
            return CloudValue.Unknown;
        }

        if (node.Items is { } items)
        {
            return CloudValue.Of([.. items.Select(item => Value(item, depth + 1)).Where(item => !item.IsNull)]);
        }

        if (node.Members is { } members)
        {
            if (members.Count == 1 && members.First() is var (name, argument) && (name is "Ref" or "Condition" || name.StartsWith("Fn::", StringComparison.Ordinal)))
            {
                return name == "Condition" && argument.Text is null ? Map(members, depth) : Function(name, argument, depth + 1);
            }

            return Map(members, depth);
        }

        return Scalar(node);
    }

    private CloudValue Map(IReadOnlyDictionary<string, TemplateNode> members, int depth)
    {
        var values = new Dictionary<string, CloudValue>(StringComparer.Ordinal);
        foreach (var (name, member) in members)
        {
            if (Value(member, depth + 1) is { IsNull: false } value)
            {
                values[name] = value;
            }
        }

        return CloudValue.Of(values);
    }

    private static CloudValue Scalar(TemplateNode node)
    {
        var text = node.Text ?? "";
        if (!node.IsPlain)
        {
            return CloudValue.Of(text);
        }

        return text switch
        {
            "true" or "True" or "TRUE" or "yes" => CloudValue.True,
            "false" or "False" or "FALSE" or "no" => CloudValue.False,
            "" or "~" or "null" => CloudValue.Null,
            _ when text.Length < 16 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => CloudValue.Of(number),
            _ => CloudValue.Of(text),
        };
    }

    private CloudValue Function(string name, TemplateNode argument, int depth)
    {
        switch (name)
        {
            case "Ref":
                return Reference(argument.Text ?? "", depth);
            case "Condition":
                return Condition(argument.Text ?? "") is { } condition ? CloudValue.Of(condition) : CloudValue.Unknown;
            case "Fn::GetAtt":
                var target = argument.Text?.Split('.')[0] ?? argument.Items?.FirstOrDefault()?.Text ?? "";
                return CloudValue.UnknownFrom([target]);
            case "Fn::Sub":
                return Substitute(argument, depth);
            case "Fn::If" when argument.Items is [var test, var then, var otherwise]:
                return Condition(test.Text ?? "") switch
                {
                    true => Value(then, depth),
                    false => Value(otherwise, depth),
                    null => CloudValue.AreEqual(Value(then, depth), Value(otherwise, depth)) == true ? Value(then, depth) : CloudValue.Unknown,
                };
            case "Fn::Equals" when argument.Items is [var left, var right]:
                var (a, b) = (Value(left, depth), Value(right, depth));
                return a.AsText() is { } first && b.AsText() is { } second ? CloudValue.Of(first == second) : CloudValue.Unknown;
            case "Fn::Not" when argument.Items is [var operand]:
                return Value(operand, depth).AsBool() is { } flag ? CloudValue.Of(!flag) : CloudValue.Unknown;
            case "Fn::And" or "Fn::Or" when argument.Items is { } operands:
                var decisive = name == "Fn::Or";
                var answers = operands.Select(each => Value(each, depth).AsBool()).ToList();
                return answers.Contains(decisive) ? CloudValue.Of(decisive) : answers.Contains(null) ? CloudValue.Unknown : CloudValue.Of(!decisive);
            case "Fn::Join" when argument.Items is [var separator, var pieces]:
                return Join(separator.Text ?? "", Value(pieces, depth));
            case "Fn::Select" when argument.Items is [var index, var list]:
                return Value(index, depth).AsNumber() is { } at && Value(list, depth) is { Kind: CloudValueKind.List } choices && at >= 0 && at < choices.Items.Count
                    ? choices.Items[(int)at]
                    : CloudValue.Unknown;
            case "Fn::FindInMap" when argument.Items is { Count: 3 } keys && keys.Select(key => Value(key, depth).AsText()).ToList() is [{ } map, { } top, { } leaf]:
                return root.Member("Mappings")?.Member(map)?.Member(top)?.Member(leaf) is { } found ? Value(found, depth) : CloudValue.Unknown;
            case "Fn::Base64":
                return Value(argument, depth);
            default:
                return CloudValue.Unknown;
        }
    }

    private CloudValue Reference(string name, int depth)
    {
        if (name == "AWS::NoValue")
        {
            return CloudValue.Null;
        }

        if (root.Member("Parameters")?.Member(name) is { } parameter)
        {
            return parameter.Member("Default") is { } fallback
                ? Default(fallback, parameter.Member("Type")?.Text ?? "String", depth)
                : CloudValue.UnknownFrom(["parameter " + name]);
        }

        return CloudValue.UnknownFrom(name.StartsWith("AWS::", StringComparison.Ordinal) ? [] : [name]);
    }

    private CloudValue Default(TemplateNode node, string type, int depth)
    {
        var value = Value(node, depth);
        return type.Contains("List", StringComparison.Ordinal) && value.AsText() is { } text
            ? CloudValue.Of([.. text.Split(',', StringSplitOptions.TrimEntries).Select(CloudValue.Of)])
            : value;
    }

    private CloudValue Substitute(TemplateNode argument, int depth)
    {
        var text = argument.Text ?? argument.Items?.FirstOrDefault()?.Text;
        if (text is null)
        {
            return CloudValue.Unknown;
        }

        var own = argument.Items is [_, var bindings] ? bindings : null;
        var result = new System.Text.StringBuilder();
        var origins = new List<string>();
        var known = true;
        var at = 0;
        while (at < text.Length)
        {
            var open = text.IndexOf("${", at, StringComparison.Ordinal);
            var close = open < 0 ? -1 : text.IndexOf('}', open);
            if (close < 0)
            {
                break;
            }

            result.Append(text, at, open - at);
            var name = text[(open + 2)..close];
            at = close + 1;
            if (name.StartsWith('!'))
            {
                result.Append("${").Append(name, 1, name.Length - 1).Append('}');
                continue;
            }

            var value = own?.Member(name) is { } bound ? Value(bound, depth) : Reference(name.Split('.')[0], depth);
            known &= !value.IsUnknown && value.AsText() is not null;
            origins.AddRange(value.Origins);
            result.Append(value.KnownText ?? CloudValue.Hole.ToString());
        }

        result.Append(text, at, text.Length - at);
        return (known ? CloudValue.Of(result.ToString()) : CloudValue.Partial(result.ToString())).WithOrigins(origins);
    }

    private static CloudValue Join(string separator, CloudValue pieces)
    {
        if (pieces.IsUnknown)
        {
            return CloudValue.Unknown;
        }

        var text = string.Join(separator, pieces.Each().Select(piece => piece.KnownText ?? CloudValue.Hole.ToString()));
        var result = pieces.Each().Any(piece => piece.IsUnknown) ? CloudValue.Partial(text) : CloudValue.Of(text);
        return result.WithOrigins([.. pieces.Each().SelectMany(piece => piece.Origins).Distinct(StringComparer.Ordinal)]);
    }
}
