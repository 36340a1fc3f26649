using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Terraform;

/// <summary>Type constraints of variables, as far as they change a value: defaults of optional object attributes.</summary>
internal static class HclTypes
{
    public static CloudValue Apply(CloudValue value, HclExpression? type, HclScope scope, int depth = 0)
    {
        if (type is not HclCall { Arguments.Count: > 0 } call || depth > 20)
        {
            return value;
        }

        switch (call.Function)
        {
            case "object" when value.Kind == CloudValueKind.Map && call.Arguments[0] is HclObject shape:
                var members = new Dictionary<string, CloudValue>(value.Members, StringComparer.Ordinal);
                foreach (var item in shape.Items)
                {
                    if (item.Key is HclText { Value: var name })
                    {
                        members[name] = Optional(value.Member(name), item.Value, scope, depth);
                    }
                }

                return CloudValue.Of(members, value.IsOpen).WithOrigins(value.Origins);
            case "list" or "set" when value.Kind == CloudValueKind.List:
                return CloudValue.Of([.. value.Items.Select(item => Apply(item, call.Arguments[0], scope, depth + 1))], value.IsOpen).WithOrigins(value.Origins);
            case "map" when value.Kind == CloudValueKind.Map:
                return CloudValue.Of(
                    value.Members.ToDictionary(member => member.Key, member => Apply(member.Value, call.Arguments[0], scope, depth + 1), StringComparer.Ordinal),
                    value.IsOpen).WithOrigins(value.Origins);
            default:
                return value;
        }
    }

    private static CloudValue Optional(CloudValue value, HclExpression type, HclScope scope, int depth)
    {
        if (type is not HclCall { Function: "optional" } optional || optional.Arguments.Count == 0)
        {
            return Apply(value, type, scope, depth + 1);
        }

        if (value.IsNull && optional.Arguments.Count > 1)
        {
            value = HclEvaluation.Evaluate(optional.Arguments[1], scope);
        }

        return Apply(value, optional.Arguments[0], scope, depth + 1);
    }
}
