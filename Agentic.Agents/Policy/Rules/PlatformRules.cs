using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Rules;

/// <summary>Audit trails and logs, registries and clusters.</summary>
internal static class PlatformRules
{
    private static readonly string[] ControlPlaneLogs = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

    public static IEnumerable<ResourceRule> All =>
    [
        AttributeRules.Set("aws-cloudtrail-encryption", ["aws_cloudtrail"], "kms_key_id", "is not encrypted with a KMS key (kms_key_id is not set)."),
        AttributeRules.True("aws-cloudtrail-validation", "aws_cloudtrail", "enable_log_file_validation", "does not validate its log files (enable_log_file_validation is not true)."),
        AttributeRules.True("aws-cloudtrail-multi-region", "aws_cloudtrail", "is_multi_region_trail", "records one region only (is_multi_region_trail is not true)."),
        AttributeRules.Set("aws-cloudwatch-log-kms", ["aws_cloudwatch_log_group"], "kms_key_id", "is not encrypted with a KMS key (kms_key_id is not set)."),
        new("aws-cloudwatch-log-retention", ["aws_cloudwatch_log_group"], Retention),
        AttributeRules.Set("aws-apigw-logging", ["aws_api_gateway_stage", "aws_apigatewayv2_stage"], "access_log_settings.destination_arn", "writes no access logs (access_log_settings)."),
        new("aws-ecr-scan-on-push", ["aws_ecr_repository"], ScanOnPush),
        new("aws-ecr-immutable-tags", ["aws_ecr_repository"], ImmutableTags),
        new("aws-eks-public-endpoint", ["aws_eks_cluster"], PublicEndpoint),
        new("aws-eks-public-cidr", ["aws_eks_cluster"], PublicCidr),
        new("aws-eks-secrets-encryption", ["aws_eks_cluster"], SecretsEncryption),
        new("aws-eks-control-plane-logs", ["aws_eks_cluster"], Logs),
        new("aws-ecs-container-insights", ["aws_ecs_cluster"], ContainerInsights),
    ];

    private static IEnumerable<Breach> Retention(CloudResource group, RuleContext context)
    {
        var days = group.At("retention_in_days");
        if (!days.IsUnknown && !(days.AsNumber() > 0))
        {
            yield return new Breach("keeps its logs for ever (retention_in_days is not set).", "retention_in_days", new Remedy("retention_in_days", "365"));
        }
    }

    private static IEnumerable<Breach> ScanOnPush(CloudResource repository, RuleContext context)
    {
        if (AttributeRules.IsNotTrue(repository, "image_scanning_configuration.scan_on_push"))
        {
            yield return new Breach("does not scan images when they are pushed.", "image_scanning_configuration.scan_on_push", new Remedy("image_scanning_configuration.scan_on_push", "true"));
        }
    }

    private static IEnumerable<Breach> ImmutableTags(CloudResource repository, RuleContext context)
    {
        var mutability = repository.At("image_tag_mutability");
        if (!mutability.IsUnknown && mutability.AsText()?.StartsWith("IMMUTABLE", StringComparison.Ordinal) != true)
        {
            yield return new Breach("lets a tag be moved to another image (image_tag_mutability is not IMMUTABLE).", "image_tag_mutability", new Remedy("image_tag_mutability", "\"IMMUTABLE\""));
        }
    }

    private static IEnumerable<Breach> PublicEndpoint(CloudResource cluster, RuleContext context)
    {
        var access = cluster.At("vpc_config.endpoint_public_access");
        if (!access.IsUnknown && access.AsBool() != false)
        {
            yield return new Breach("has a public API endpoint (endpoint_public_access is not false).", "vpc_config.endpoint_public_access", new Remedy("vpc_config.endpoint_public_access", "false"));
        }
    }

    private static IEnumerable<Breach> PublicCidr(CloudResource cluster, RuleContext context)
    {
        var access = cluster.At("vpc_config.endpoint_public_access");
        var cidrs = cluster.At("vpc_config.public_access_cidrs");
        var open = cidrs.IsEmpty || cidrs.Each().Any(cidr => cidr.AsText() is "0.0.0.0/0" or "::/0");
        if (!access.IsUnknown && access.AsBool() != false && open)
        {
            yield return new Breach("lets the whole internet reach its API endpoint (public_access_cidrs).", "vpc_config.public_access_cidrs");
        }
    }

    private static IEnumerable<Breach> SecretsEncryption(CloudResource cluster, RuleContext context)
    {
        var configuration = cluster.At("encryption_config");
        var resources = configuration.Each().Where(item => !item.At("provider.key_arn").IsEmpty).SelectMany(item => item.Member("resources").Each()).ToList();
        if (configuration.MayHoldMore || configuration.Each().Any(item => item.Member("resources").MayHoldMore) || resources.Exists(item => item.AsText() == "secrets"))
        {
            yield break;
        }

        yield return new Breach("does not encrypt Kubernetes secrets (encryption_config).", "encryption_config");
    }

    private static IEnumerable<Breach> Logs(CloudResource cluster, RuleContext context)
    {
        var enabled = cluster.At("enabled_cluster_log_types");
        var missing = ControlPlaneLogs.Where(log => !enabled.Each().Any(item => item.AsText() == log)).ToList();
        if (!enabled.MayHoldMore && missing.Count > 0)
        {
            yield return new Breach($"does not log {string.Join(", ", missing)}.", "enabled_cluster_log_types", new Remedy("enabled_cluster_log_types", $"[{string.Join(", ", ControlPlaneLogs.Select(log => $"\"{log}\""))}]"));
        }
    }

    private static IEnumerable<Breach> ContainerInsights(CloudResource cluster, RuleContext context)
    {
        var settings = cluster.At("setting");
        var insights = settings.Each().FirstOrDefault(setting => setting.Member("name").AsText() == "containerInsights");
        var value = insights?.Member("value") ?? CloudValue.Null;
        if (settings.MayHoldMore && insights is null || value.IsUnknown || value.AsText() is "enabled" or "enhanced")
        {
            yield break;
        }

        yield return new Breach("does not collect container insights.", "setting");
    }
}
