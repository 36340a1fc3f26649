using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Rules;

/// <summary>A policy document as its statements. Parts that are not known are left out, and never count as anything.</summary>
internal sealed record IamPolicy(IReadOnlyList<IamStatement> Statements, bool MayHoldMore)
{
    /// <summary>Reads JSON text (also with unknown pieces) or an object. Null where it is not known or not a policy.</summary>
    public static IamPolicy? Read(CloudValue value)
    {
        // Where a block was written in place of a text, the values hold a list of that one block.
        var single = value is { Kind: CloudValueKind.List, IsOpen: false, Items: [{ Kind: CloudValueKind.Map } only] } ? only : value;
        var document = single.Kind == CloudValueKind.Map ? single : value.KnownText is { } text ? JsonText.Read(text) : null;
        if (document is null || document.Kind != CloudValueKind.Map)
        {
            return null;
        }

        var statements = document.Member("Statement");
        return new IamPolicy(
            [.. statements.Each().Where(statement => statement.Kind == CloudValueKind.Map).Select(statement => new IamStatement(statement))],
            statements.MayHoldMore || document.IsOpen);
    }
}

internal sealed record IamStatement(CloudValue Value)
{
    private static readonly string[] CallerKeys =
    [
        "aws:sourcevpce", "aws:sourcevpc", "aws:vpceaccount", "aws:principalorgpaths", "aws:userid", "aws:principalarn",
        "aws:principalaccount", "aws:principalorgid", "aws:ec2instancesourcevpc", "ec2:sourceinstancearn",
        "lambda:sourcefunctionarn", "ssm:sourceinstancearn", "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceowner",
        "kms:calleraccount", "kms:viaservice",
    ];

    /// <summary>Allow is what a missing effect means in a policy document data source; an unknown one allows nothing.</summary>
    public bool Allows => Value.Member("Effect") is var effect && (effect.IsNull || effect.AsText() == "Allow");

    public bool Denies => Value.Member("Effect").AsText() == "Deny";

    public IEnumerable<string> Actions => Texts("Action");

    public IEnumerable<string> Resources => Texts("Resource");

    public bool HasCondition => !Value.Member("Condition").IsEmpty;

    private IEnumerable<string> Texts(string member) => Value.Member(member).Each().Select(item => item.KnownText).OfType<string>();

    /// <summary>Principals with their type; the bare <c>*</c> has the type <c>*</c>.</summary>
    public IEnumerable<(string Type, string Id)> Principals
    {
        get
        {
            var principal = Value.Member("Principal");
            if (principal.Kind != CloudValueKind.Map)
            {
                return principal.Each().Select(item => item.KnownText).OfType<string>().Select(id => ("*", id));
            }

            return principal.Members.SelectMany(member => member.Value.Each().Select(item => item.KnownText).OfType<string>().Select(id => (member.Key, id)));
        }
    }

    public bool AllowsAnyone => Allows && Principals.Any(principal => principal is { Type: "*" or "AWS", Id: "*" });

    /// <summary>
    /// A condition that ties the caller to an account, network or organisation; or one that is not known. Negated tests and
    /// patterns that match every ARN tie nobody.
    /// </summary>
    public bool RestrictsCaller
    {
        get
        {
            var condition = Value.Member("Condition");
            if (condition.MayHoldMore)
            {
                return true;
            }

            foreach (var (test, variables) in condition.Members)
            {
                var bare = test[(test.IndexOf(':', StringComparison.Ordinal) + 1)..];
                if (bare is "ArnNotEquals" or "ArnNotLike")
                {
                    return true;
                }

                if (bare.Contains("Not", StringComparison.Ordinal) || !(bare.StartsWith("Arn", StringComparison.Ordinal) || bare.StartsWith("String", StringComparison.Ordinal)))
                {
                    continue;
                }

                foreach (var (key, value) in variables.Members)
                {
                    if (CallerKeys.Contains(key, StringComparer.OrdinalIgnoreCase) && !value.Each().Any(MatchesEverything))
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }

    private static bool MatchesEverything(CloudValue value)
    {
        if (value.AsText() is not { } text)
        {
            return false;
        }

        var parts = text.Split(':');
        return text == "*" || (parts.Length > 4 && parts[0] == "arn" && parts[4].StartsWith('*'));
    }
}
