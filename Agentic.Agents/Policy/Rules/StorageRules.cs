using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Rules;

/// <summary>S3: who can read a bucket, and whether what is in it is encrypted, versioned and logged.</summary>
internal static class StorageRules
{
    private const string Bucket = "aws_s3_bucket";
    private const string AccessBlock = "aws_s3_bucket_public_access_block";
    private const string EveryoneGroup = "/groups/global/AllUsers";
    private const string AuthenticatedGroup = "/groups/global/AuthenticatedUsers";

    private const string LogDeliveryGroup = "/groups/s3/LogDelivery";

    private static readonly string[] Identifiers = ["bucket", "id"];
    private static readonly string[] PublicAcls = ["public-read", "public-read-write", "website", "authenticated-read"];

    public static IEnumerable<ResourceRule> All =>
    [
        new("aws-s3-public-acl", [Bucket, "aws_s3_bucket_acl"], PublicAcl),
        AttributeRules.True("aws-s3-block-public-acls", AccessBlock, "block_public_acls", "does not block public ACLs (block_public_acls is not true)."),
        AttributeRules.True("aws-s3-block-public-policy", AccessBlock, "block_public_policy", "does not block public bucket policies (block_public_policy is not true)."),
        AttributeRules.True("aws-s3-ignore-public-acls", AccessBlock, "ignore_public_acls", "does not ignore public ACLs (ignore_public_acls is not true)."),
        AttributeRules.True("aws-s3-restrict-public-buckets", AccessBlock, "restrict_public_buckets", "does not restrict public buckets (restrict_public_buckets is not true)."),
        new("aws-s3-public-access-block", [Bucket], HasAccessBlock),
        new("aws-s3-encryption", [Bucket], IsEncrypted),
        new("aws-s3-kms-encryption", [Bucket], IsEncryptedWithKms),
        new("aws-s3-versioning", [Bucket], IsVersioned),
        new("aws-s3-access-logging", [Bucket], IsLogged),
    ];

    internal static Connections Attached(RuleContext context, CloudResource bucket, string type) =>
        context.Graph.PointingAt(bucket, type, "bucket", Identifiers);

    /// <summary>What is public is the bucket, also where its ACL is a resource of its own.</summary>
    private static IEnumerable<Breach> PublicAcl(CloudResource resource, RuleContext context) =>
        PublicAcl(resource).Select(breach => BucketOf(resource, context) is { } bucket
            ? breach with { About = bucket, Fact = $"{breach.Fact[..^1]} ({resource.Address})." }
            : breach);

    private static CloudResource? BucketOf(CloudResource resource, RuleContext context)
    {
        if (resource.Type == Bucket)
        {
            return null;
        }

        // Where buckets share a name and nothing refers to them, the label they share with the resource tells which is meant.
        var buckets = context.Graph.OfType(Bucket).Where(bucket => Attached(context, bucket, resource.Type).Found.Contains(resource)).ToList();
        return buckets.Count == 1 ? buckets[0] : buckets.Find(bucket => bucket.Name == resource.Name && bucket.Key == resource.Key && bucket.Module == resource.Module);
    }

    private static IEnumerable<Breach> PublicAcl(CloudResource resource)
    {
        if (resource.At("acl").AsText() is { } acl && PublicAcls.Contains(acl, StringComparer.Ordinal))
        {
            yield return new Breach($"has the ACL {acl}, which lets people outside the account in.", "acl", new Remedy("acl", "\"private\""));
            yield break;
        }

        var path = resource.Type == Bucket ? "grant" : "access_control_policy.grant";
        foreach (var grant in resource.At(path).Each())
        {
            var uri = grant.At(resource.Type == Bucket ? "uri" : "grantee.uri").KnownText;
            if (uri is not null && (uri.EndsWith(EveryoneGroup, StringComparison.Ordinal) || uri.EndsWith(AuthenticatedGroup, StringComparison.Ordinal)))
            {
                yield return new Breach($"grants {grant.At("permission").AsText() ?? "access"} to {uri[(uri.LastIndexOf('/') + 1)..]}.", path);
                yield break;
            }
        }
    }

    private static IEnumerable<Breach> HasAccessBlock(CloudResource bucket, RuleContext context)
    {
        var blocks = Attached(context, bucket, AccessBlock);
        if (blocks.AreNone)
        {
            yield return new Breach("has no public access block attached.");
        }
        else if (blocks.Found.Count > 0 && blocks.Found.All(block =>
            AttributeRules.IsNotTrue(block, "block_public_acls") || AttributeRules.IsNotTrue(block, "block_public_policy")))
        {
            yield return new Breach($"has a public access block ({blocks.Found[0].Address}) that does not block public ACLs and policies.");
        }
    }

    /// <summary>The encryption rules of a bucket, wherever they are written: their algorithm values, and whether there is any.</summary>
    private static (bool Exists, bool MayExist, List<CloudValue> Algorithms) Encryption(CloudResource bucket, RuleContext context)
    {
        const string algorithm = "apply_server_side_encryption_by_default.sse_algorithm";
        var inline = bucket.At("server_side_encryption_configuration");
        var attached = Attached(context, bucket, "aws_s3_bucket_server_side_encryption_configuration");
        var algorithms = inline.At("rule").Each().Select(rule => rule.At(algorithm)).ToList();
        algorithms.AddRange(attached.Found.SelectMany(configuration => configuration.At("rule").Each()).Select(rule => rule.At(algorithm)));
        var unknown = attached.MayExist || inline.MayHoldMore || inline.At("rule").MayHoldMore || attached.Found.Any(found => found.At("rule").MayHoldMore);
        return (!inline.IsEmpty || attached.Found.Count > 0, unknown, algorithms);
    }

    private static IEnumerable<Breach> IsEncrypted(CloudResource bucket, RuleContext context)
    {
        var (exists, mayExist, algorithms) = Encryption(bucket, context);
        if (exists && !mayExist && !algorithms.Exists(value => value.IsUnknown || value.AsText() is "AES256" or "aws:kms" or "aws:kms:dsse"))
        {
            yield return new Breach("has an encryption configuration that names no valid algorithm.", "server_side_encryption_configuration");
        }
    }

    private static IEnumerable<Breach> IsEncryptedWithKms(CloudResource bucket, RuleContext context)
    {
        var (_, mayExist, algorithms) = Encryption(bucket, context);
        // S3 delivers access logs only to buckets that encrypt with its own keys.
        if (!mayExist && !TakesLogs(bucket, context) && !algorithms.Exists(value => value.IsUnknown || value.AsText() is "aws:kms" or "aws:kms:dsse"))
        {
            yield return new Breach("is not encrypted with a KMS key by default.", "server_side_encryption_configuration");
        }
    }

    /// <summary>Access logs of other buckets are delivered here: its ACL or its policy lets the log service write.</summary>
    private static bool TakesLogs(CloudResource bucket, RuleContext context)
    {
        const string delivery = "log-delivery-write";
        if (bucket.At("acl").AsText() == delivery)
        {
            return true;
        }

        if (Attached(context, bucket, "aws_s3_bucket_acl").Found.Any(acl => acl.At("acl").AsText() == delivery
            || acl.At("access_control_policy.grant").Each().Any(grant => grant.At("grantee.uri").KnownText?.EndsWith(LogDeliveryGroup, StringComparison.Ordinal) == true)))
        {
            return true;
        }

        var policies = Attached(context, bucket, "aws_s3_bucket_policy").Found.Select(policy => policy.At("policy")).Append(bucket.At("policy"));
        return policies.Select(IamPolicy.Read).OfType<IamPolicy>()
            .Any(policy => policy.Statements.Any(statement => statement.Allows && statement.Principals.Any(principal => principal is { Type: "Service", Id: "logging.s3.amazonaws.com" })));
    }

    private static IEnumerable<Breach> IsVersioned(CloudResource bucket, RuleContext context)
    {
        var inline = bucket.At("versioning.enabled");
        var attached = Attached(context, bucket, "aws_s3_bucket_versioning");
        var statuses = attached.Found.Select(versioning => versioning.At("versioning_configuration.status")).ToList();
        if (inline.IsUnknown || inline.AsBool() == true || attached.MayExist
            || statuses.Exists(status => status.IsUnknown || string.Equals(status.AsText(), "Enabled", StringComparison.OrdinalIgnoreCase)))
        {
            yield break;
        }

        yield return new Breach("does not keep versions of its objects.", "versioning");
    }

    private static IEnumerable<Breach> IsLogged(CloudResource bucket, RuleContext context)
    {
        // A bucket that logs into itself, or into another that does, never comes to an end.
        if (bucket.At("logging").IsEmpty && Attached(context, bucket, "aws_s3_bucket_logging").AreNone && !TakesLogs(bucket, context))
        {
            yield return new Breach("does not log access.", "logging");
        }
    }
}
