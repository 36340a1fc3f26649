using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Rules;

/// <summary>Databases, caches, queues, file systems and keys: encrypted, private, recoverable.</summary>
internal static class DataStoreRules
{
    private static readonly string[] Domains = ["aws_elasticsearch_domain", "aws_opensearch_domain"];

    public static IEnumerable<ResourceRule> All =>
    [
        new("aws-rds-encryption", ["aws_db_instance"], InstanceEncryption),
        new("aws-rds-cluster-encryption", ["aws_rds_cluster"], ClusterEncryption),
        AttributeRules.NotTrue("aws-rds-public", ["aws_db_instance", "aws_rds_cluster_instance"], "publicly_accessible", "can be reached from the internet (publicly_accessible is true)."),
        AttributeRules.True("aws-rds-deletion-protection", "aws_db_instance", "deletion_protection", "can be deleted by accident (deletion_protection is not true)."),
        new("aws-rds-backup-retention", ["aws_db_instance", "aws_rds_cluster"], BackupRetention),
        AttributeRules.True("aws-rds-multi-az", "aws_db_instance", "multi_az", "runs in one availability zone (multi_az is not true)."),
        AttributeRules.True("aws-dynamodb-pitr", "aws_dynamodb_table", "point_in_time_recovery.enabled", "has no point-in-time recovery."),
        new("aws-dynamodb-cmk", ["aws_dynamodb_table"], TableKey),
        AttributeRules.True("aws-elasticache-at-rest", "aws_elasticache_replication_group", "at_rest_encryption_enabled", "is not encrypted at rest (at_rest_encryption_enabled is not true)."),
        AttributeRules.True("aws-elasticache-in-transit", "aws_elasticache_replication_group", "transit_encryption_enabled", "is not encrypted in transit (transit_encryption_enabled is not true)."),
        AttributeRules.True("aws-redshift-encryption", "aws_redshift_cluster", "encrypted", "is not encrypted (encrypted is not true)."),
        AttributeRules.False("aws-redshift-public", "aws_redshift_cluster", "publicly_accessible", "can be reached from the internet (publicly_accessible is not false)."),
        AttributeRules.True("aws-efs-encryption", "aws_efs_file_system", "encrypted", "is not encrypted (encrypted is not true)."),
        AttributeRules.True("aws-es-encryption", Domains, "encrypt_at_rest.enabled", "is not encrypted at rest (encrypt_at_rest.enabled is not true)."),
        new("aws-es-https", Domains, DomainHttps),
        new("aws-sqs-encryption", ["aws_sqs_queue"], QueueEncryption),
        AttributeRules.Set("aws-sns-encryption", ["aws_sns_topic"], "kms_master_key_id", "is not encrypted (kms_master_key_id is not set)."),
        new("aws-kms-rotation", ["aws_kms_key"], KeyRotation),
        new("aws-secretsmanager-cmk", ["aws_secretsmanager_secret"], SecretKey),
    ];

    private static IEnumerable<Breach> InstanceEncryption(CloudResource instance, RuleContext context)
    {
        // A replica is encrypted as its source is.
        var inherits = instance.At("storage_encrypted").IsNull && !instance.At("replicate_source_db").IsEmpty;
        if (!inherits && AttributeRules.IsNotTrue(instance, "storage_encrypted"))
        {
            yield return new Breach("does not encrypt its storage (storage_encrypted is not true).", "storage_encrypted", new Remedy("storage_encrypted", "true"));
        }
    }

    private static IEnumerable<Breach> ClusterEncryption(CloudResource cluster, RuleContext context)
    {
        // Aurora Serverless v1 is always encrypted.
        var mode = cluster.At("engine_mode");
        if (mode.IsUnknown || mode.AsText() == "serverless" || !AttributeRules.IsNotTrue(cluster, "storage_encrypted"))
        {
            yield break;
        }

        yield return new Breach("does not encrypt its storage (storage_encrypted is not true).", "storage_encrypted", new Remedy("storage_encrypted", "true"));
    }

    private static IEnumerable<Breach> BackupRetention(CloudResource database, RuleContext context)
    {
        var days = database.At("backup_retention_period");
        // A cluster keeps one day where nothing is said, an instance none; a replica takes its backups from its source.
        if (days.IsUnknown || days.AsNumber() is > 0 and <= 35
            || (days.IsNull && (database.Type == "aws_rds_cluster" || !database.At("replicate_source_db").IsEmpty)))
        {
            yield break;
        }

        yield return new Breach("keeps no backups (backup_retention_period is 0 or not set).", "backup_retention_period", new Remedy("backup_retention_period", "7"));
    }

    private static IEnumerable<Breach> TableKey(CloudResource table, RuleContext context)
    {
        var enabled = table.At("server_side_encryption.enabled");
        var key = table.At("server_side_encryption.kms_key_arn");
        if (enabled.IsUnknown || (enabled.AsBool() == true && !key.IsEmpty && !AwsManagedKey.Is(key, context)))
        {
            yield break;
        }

        yield return new Breach("is not encrypted with a customer key (server_side_encryption with kms_key_arn).", "server_side_encryption");
    }

    private static IEnumerable<Breach> DomainHttps(CloudResource domain, RuleContext context)
    {
        if (!domain.At("domain_endpoint_options").IsEmpty && domain.At("domain_endpoint_options.enforce_https").AsBool() == false)
        {
            yield return new Breach("answers plain HTTP (enforce_https is false).", "domain_endpoint_options.enforce_https", new Remedy("domain_endpoint_options.enforce_https", "true"));
        }
    }

    private static IEnumerable<Breach> QueueEncryption(CloudResource queue, RuleContext context)
    {
        var managed = queue.At("sqs_managed_sse_enabled");
        if (managed.IsUnknown || managed.AsBool() == true || !queue.At("kms_master_key_id").IsEmpty)
        {
            yield break;
        }

        yield return new Breach("is not encrypted (neither kms_master_key_id nor sqs_managed_sse_enabled).", "kms_master_key_id", new Remedy("sqs_managed_sse_enabled", "true"));
    }

    private static IEnumerable<Breach> KeyRotation(CloudResource key, RuleContext context)
    {
        // Only symmetric keys can be rotated.
        var spec = key.At("customer_master_key_spec") is { IsNull: false } old ? old : key.At("key_spec");
        var usage = key.At("key_usage");
        if (spec.IsUnknown || usage.IsUnknown || usage.AsText() is "SIGN_VERIFY" or "GENERATE_VERIFY_MAC" or "KEY_AGREEMENT" || (spec.AsText() is { Length: > 0 } text && text != "SYMMETRIC_DEFAULT" && !text.StartsWith("HMAC", StringComparison.Ordinal))
            || !AttributeRules.IsNotTrue(key, "enable_key_rotation"))
        {
            yield break;
        }

        yield return new Breach("is never rotated (enable_key_rotation is not true).", "enable_key_rotation", new Remedy("enable_key_rotation", "true"));
    }

    private static IEnumerable<Breach> SecretKey(CloudResource secret, RuleContext context)
    {
        var key = secret.At("kms_key_id");
        if (key.IsEmpty || AwsManagedKey.Is(key, context))
        {
            yield return new Breach("is not encrypted with a customer key (kms_key_id).", "kms_key_id");
        }
    }
}
