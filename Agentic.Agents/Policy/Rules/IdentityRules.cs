using System.Text.RegularExpressions;
using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Rules;

/// <summary>Who may do what: IAM policies, trust policies, and the policies of queues, keys and buckets.</summary>
internal static partial class IdentityRules
{
    private const string Document = "aws_iam_policy_document";

    private static readonly string[] Policies =
    [
        "aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy", "aws_ssoadmin_permission_set_inline_policy", "aws_iam_role",
    ];

    public static IEnumerable<ResourceRule> All =>
    [
        new("aws-iam-admin-policy", Policies, (resource, _) => Own(resource).SelectMany(Admin)),
        new("aws-iam-admin-policy", [Document], (resource, context) => Unused(resource, context).SelectMany(Admin)) { Mode = CloudResourceMode.Data },
        new("aws-iam-star-action", Policies, (resource, _) => Own(resource).SelectMany(StarAction)),
        new("aws-iam-star-action", [Document], (resource, context) => Unused(resource, context).SelectMany(StarAction)) { Mode = CloudResourceMode.Data },
        new("aws-iam-user-policy", ["aws_iam_user_policy", "aws_iam_user_policy_attachment", "aws_iam_policy_attachment", "aws_iam_user_policy_attachments_exclusive"], AttachedToUser),
        new("aws-iam-assume-any", ["aws_iam_role"], AssumeAny),
        new("aws-iam-assume-account", ["aws_iam_role"], AssumeAccount),
        new("aws-iam-password-length", ["aws_iam_account_password_policy"], (resource, _) =>
            AtLeast(resource, "minimum_password_length", 14, "allows passwords shorter than 14 characters.")),
        new("aws-iam-password-reuse", ["aws_iam_account_password_policy"], (resource, _) =>
            AtLeast(resource, "password_reuse_prevention", 24, "does not prevent the reuse of the last 24 passwords.")),
        new("aws-s3-policy-any-principal", ["aws_s3_bucket", "aws_s3_bucket_policy"], BucketAnyPrincipal),
        new("aws-s3-secure-transport", ["aws_s3_bucket", "aws_s3_bucket_policy"], SecureTransport),
        new("aws-sqs-policy-wildcard", ["aws_sqs_queue", "aws_sqs_queue_policy"], QueueWildcard),
        new("aws-kms-any-principal", ["aws_kms_key", "aws_kms_key_policy", "aws_kms_replica_key", "aws_kms_external_key"], KeyAnyPrincipal),
        new("aws-lambda-permission-source", ["aws_lambda_permission"], LambdaSource),
    ];

    private static IEnumerable<(IamPolicy Policy, string Path)> Own(CloudResource resource)
    {
        var path = resource.Type switch
        {
            "aws_ssoadmin_permission_set_inline_policy" => "inline_policy",
            "aws_iam_role" => "inline_policy",
            _ => "policy",
        };
        var values = resource.Type == "aws_iam_role" ? resource.At(path).Each().Select(inline => inline.Member("policy")) : [resource.At(path)];
        return values.Select(IamPolicy.Read).OfType<IamPolicy>().Select(policy => (policy, path));
    }

    /// <summary>The statements of a document no resource of the input uses; a used one is reported where it takes effect.</summary>
    private static IEnumerable<(IamPolicy Policy, string Path)> Unused(CloudResource document, RuleContext context)
    {
        var used = context.Graph.All.Any(other => other.Mode == CloudResourceMode.Managed
            && Policies.Contains(other.Type, StringComparer.Ordinal)
            && other.Type != "aws_iam_role"
            && Own(other).Any()
            && other.At(other.Type == "aws_ssoadmin_permission_set_inline_policy" ? "inline_policy" : "policy").Origins.Contains(document.Address, StringComparer.Ordinal));
        return used || IamPolicy.Read(Terraform.PolicyDocumentText.Write(document.Values)) is not { } policy ? [] : [(policy, "statement")];
    }

    private static IEnumerable<Breach> Admin((IamPolicy Policy, string Path) own)
    {
        if (own.Policy.Statements.Any(statement => statement.Allows && statement.Actions.Any(IsEverything) && statement.Resources.Contains("*")))
        {
            yield return new Breach("allows every action on every resource.", own.Path);
        }
    }

    private static IEnumerable<Breach> StarAction((IamPolicy Policy, string Path) own)
    {
        if (own.Policy.Statements.Any(statement => statement.Allows && statement.Actions.Any(IsEverything)))
        {
            yield return new Breach("has a statement that allows every action.", own.Path);
        }
    }

    private static bool IsEverything(string action) => action is "*" or "*:*";

    private static IEnumerable<Breach> AttachedToUser(CloudResource resource, RuleContext context)
    {
        var users = resource.At(resource.Type == "aws_iam_policy_attachment" ? "users" : "user");
        if (resource.Type != "aws_iam_policy_attachment" || users.Each().Count > 0)
        {
            yield return new Breach("attaches a policy to a user; attach it to a group or role.", resource.Type == "aws_iam_policy_attachment" ? "users" : "user");
        }
    }

    private static IEnumerable<Breach> AssumeAny(CloudResource role, RuleContext context)
    {
        var policy = IamPolicy.Read(role.At("assume_role_policy"));
        if (policy is not null && policy.Statements.Any(statement =>
            statement.Allows && !statement.RestrictsCaller && statement.Principals.Any(principal => principal is { Id: "*", Type: "*" or "AWS" or "Service" })))
        {
            yield return new Breach("can be assumed by any principal.", "assume_role_policy");
        }
    }

    private static IEnumerable<Breach> AssumeAccount(CloudResource role, RuleContext context)
    {
        var policy = IamPolicy.Read(role.At("assume_role_policy"));
        if (policy is not null && policy.Statements.Any(statement => statement.Allows && !statement.RestrictsCaller && statement.Principals.Any(IsWholeAccount)))
        {
            yield return new Breach("can be assumed by a whole account.", "assume_role_policy");
        }
    }

    private static bool IsWholeAccount((string Type, string Id) principal) =>
        principal.Type is "AWS" or "*" && (principal.Id == "*" || WholeAccount().IsMatch(principal.Id));

    [GeneratedRegex(@"^(?:\d{12}|arn:[\w-]+:iam::(?:\d{12}|\uE000):root)$", RegexOptions.NonBacktracking)]
    private static partial Regex WholeAccount();

    private static IEnumerable<Breach> AtLeast(CloudResource resource, string path, int least, string fact)
    {
        var value = resource.At(path);
        if (!value.IsUnknown && !(value.AsNumber() >= least))
        {
            yield return new Breach(fact, path, new Remedy(path, least.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    private static IEnumerable<Breach> BucketAnyPrincipal(CloudResource resource, RuleContext context)
    {
        var policy = IamPolicy.Read(resource.At("policy"));
        if (policy is not null && policy.Statements.Any(statement => statement.AllowsAnyone && !statement.RestrictsCaller))
        {
            yield return new Breach("allows actions to every principal.", "policy");
        }
    }

    private static IEnumerable<Breach> SecureTransport(CloudResource resource, RuleContext context)
    {
        var policy = IamPolicy.Read(resource.At("policy"));
        if (policy is null || policy.MayHoldMore || policy.Statements.Count == 0 || policy.Statements.Any(DemandsTls))
        {
            yield break;
        }

        yield return new Breach("does not demand TLS (no aws:SecureTransport condition).", "policy");
    }

    /// <summary>Denies what comes without TLS (or with an old version of it), or allows only what comes with it.</summary>
    private static bool DemandsTls(IamStatement statement)
    {
        var condition = statement.Value.Member("Condition");
        if (condition.MayHoldMore || statement.Value.Member("Effect").IsUnknown)
        {
            return true;
        }

        foreach (var (test, variables) in condition.Members)
        {
            foreach (var (key, value) in variables.Members)
            {
                if (key.Equals("s3:TlsVersion", StringComparison.OrdinalIgnoreCase) && statement.Denies)
                {
                    return true;
                }

                if (key.Equals("aws:SecureTransport", StringComparison.OrdinalIgnoreCase)
                    && test.StartsWith("Bool", StringComparison.OrdinalIgnoreCase)
                    && (value.MayHoldMore || value.Each().Any(item => item.AsBool() == statement.Allows)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static IEnumerable<Breach> QueueWildcard(CloudResource resource, RuleContext context)
    {
        var policy = IamPolicy.Read(resource.At("policy"));
        if (policy is null)
        {
            yield break;
        }

        if (policy.Statements.Any(statement => !statement.RestrictsCaller
            && (statement.AllowsAnyone || (statement.Allows && statement.Principals.Any(principal => principal.Id.StartsWith("arn:aws:iam::*:", StringComparison.Ordinal))))))
        {
            yield return new Breach("lets every principal use the queue.", "policy");
        }
        else if (policy.Statements.Any(statement => statement.Allows && statement.Actions.Any(action => action is "*" or "sqs:*" or "SQS:*")))
        {
            yield return new Breach("allows every action on the queue.", "policy");
        }
    }

    private static IEnumerable<Breach> KeyAnyPrincipal(CloudResource key, RuleContext context)
    {
        var policy = IamPolicy.Read(key.At("policy"));
        if (policy is not null && policy.Statements.Any(statement => statement.AllowsAnyone && !statement.HasCondition))
        {
            yield return new Breach("has a key policy that lets every principal in.", "policy");
        }
    }

    private static IEnumerable<Breach> LambdaSource(CloudResource permission, RuleContext context)
    {
        if (permission.At("principal").AsText() is { } principal
            && principal.Contains(".amazonaws.com", StringComparison.Ordinal)
            && permission.At("source_arn").IsEmpty
            && permission.At("source_account").IsEmpty)
        {
            yield return new Breach($"lets {principal} invoke the function on behalf of anyone (neither source_arn nor source_account is set).", "principal");
        }
    }
}
