using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.CloudFormation;

/// <param name="Suffix">Tells a resource apart that a template writes inside another.</param>
internal sealed record MappedResource(string Type, CloudValue Values, string Suffix = "");

/// <summary>Which Terraform resource a CloudFormation type is, and where its properties are found.</summary>
internal static class CloudFormationTypes
{
    /// <summary>Plain renames: Terraform path of each attribute a rule reads, and the property it comes from.</summary>
    private static readonly Dictionary<string, (string Type, (string To, string From)[] Attributes)> Simple = new(StringComparer.Ordinal)
    {
        ["AWS::S3::BucketPolicy"] = ("aws_s3_bucket_policy", [("bucket", "Bucket"), ("policy", "PolicyDocument")]),
        ["AWS::EC2::Volume"] = ("aws_ebs_volume", [("encrypted", "Encrypted")]),
        ["AWS::EC2::VPC"] = ("aws_vpc", []),
        ["AWS::EC2::FlowLog"] = ("aws_flow_log", [("vpc_id", "ResourceId")]),
        ["AWS::EC2::Subnet"] = ("aws_subnet", [("map_public_ip_on_launch", "MapPublicIpOnLaunch")]),
        ["AWS::EC2::SecurityGroupIngress"] = ("aws_vpc_security_group_ingress_rule", [("cidr_ipv4", "CidrIp"), ("cidr_ipv6", "CidrIpv6"), ("from_port", "FromPort"), ("to_port", "ToPort"), ("ip_protocol", "IpProtocol"), ("description", "Description"), ("referenced_security_group_id", "SourceSecurityGroupId"), ("prefix_list_id", "SourcePrefixListId")]),
        ["AWS::EC2::SecurityGroupEgress"] = ("aws_vpc_security_group_egress_rule", [("cidr_ipv4", "CidrIp"), ("cidr_ipv6", "CidrIpv6"), ("from_port", "FromPort"), ("to_port", "ToPort"), ("ip_protocol", "IpProtocol"), ("description", "Description"), ("referenced_security_group_id", "DestinationSecurityGroupId"), ("prefix_list_id", "DestinationPrefixListId")]),
        ["AWS::EC2::NetworkAclEntry"] = ("aws_network_acl_rule", [("egress", "Egress"), ("rule_action", "RuleAction"), ("cidr_block", "CidrBlock"), ("ipv6_cidr_block", "Ipv6CidrBlock"), ("protocol", "Protocol"), ("from_port", "PortRange.From"), ("to_port", "PortRange.To"), ("rule_number", "RuleNumber")]),
        ["AWS::IAM::ManagedPolicy"] = ("aws_iam_policy", [("policy", "PolicyDocument")]),
        ["AWS::KMS::Key"] = ("aws_kms_key", [("enable_key_rotation", "EnableKeyRotation"), ("key_spec", "KeySpec"), ("policy", "KeyPolicy")]),
        ["AWS::CloudTrail::Trail"] = ("aws_cloudtrail", [("kms_key_id", "KMSKeyId"), ("enable_log_file_validation", "EnableLogFileValidation"), ("is_multi_region_trail", "IsMultiRegionTrail")]),
        ["AWS::Logs::LogGroup"] = ("aws_cloudwatch_log_group", [("kms_key_id", "KmsKeyId"), ("retention_in_days", "RetentionInDays")]),
        ["AWS::Logs::DeliverySource"] = ("aws_cloudwatch_log_delivery_source", [("name", "Name"), ("resource_arn", "ResourceArn")]),
        ["AWS::Logs::Delivery"] = ("aws_cloudwatch_log_delivery", [("delivery_source_name", "DeliverySourceName")]),
        ["AWS::SQS::Queue"] = ("aws_sqs_queue", [("kms_master_key_id", "KmsMasterKeyId"), ("sqs_managed_sse_enabled", "SqsManagedSseEnabled")]),
        ["AWS::SQS::QueuePolicy"] = ("aws_sqs_queue_policy", [("policy", "PolicyDocument")]),
        ["AWS::SNS::Topic"] = ("aws_sns_topic", [("kms_master_key_id", "KmsMasterKeyId")]),
        ["AWS::ECR::Repository"] = ("aws_ecr_repository", [("image_scanning_configuration.scan_on_push", "ImageScanningConfiguration.ScanOnPush"), ("image_tag_mutability", "ImageTagMutability")]),
        ["AWS::DynamoDB::Table"] = ("aws_dynamodb_table", [("point_in_time_recovery.enabled", "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"), ("server_side_encryption.enabled", "SSESpecification.SSEEnabled"), ("server_side_encryption.kms_key_arn", "SSESpecification.KMSMasterKeyId")]),
        ["AWS::ElastiCache::ReplicationGroup"] = ("aws_elasticache_replication_group", [("at_rest_encryption_enabled", "AtRestEncryptionEnabled"), ("transit_encryption_enabled", "TransitEncryptionEnabled"), ("node_type", "CacheNodeType")]),
        ["AWS::Redshift::Cluster"] = ("aws_redshift_cluster", [("encrypted", "Encrypted"), ("publicly_accessible", "PubliclyAccessible")]),
        ["AWS::EFS::FileSystem"] = ("aws_efs_file_system", [("encrypted", "Encrypted")]),
        ["AWS::ApiGateway::Stage"] = ("aws_api_gateway_stage", [("access_log_settings.destination_arn", "AccessLogSetting.DestinationArn")]),
        ["AWS::ApiGatewayV2::Stage"] = ("aws_apigatewayv2_stage", [("access_log_settings.destination_arn", "AccessLogSettings.DestinationArn")]),
        ["AWS::Lambda::Function"] = ("aws_lambda_function", [("tracing_config.mode", "TracingConfig.Mode"), ("environment.variables", "Environment.Variables")]),
        ["AWS::Lambda::Permission"] = ("aws_lambda_permission", [("principal", "Principal"), ("source_arn", "SourceArn"), ("source_account", "SourceAccount")]),
        ["AWS::SecretsManager::Secret"] = ("aws_secretsmanager_secret", [("kms_key_id", "KmsKeyId")]),
        ["AWS::EKS::Cluster"] = ("aws_eks_cluster", [("vpc_config.endpoint_public_access", "ResourcesVpcConfig.EndpointPublicAccess"), ("vpc_config.public_access_cidrs", "ResourcesVpcConfig.PublicAccessCidrs")]),
    };

    public static bool TryMap(string type, out Func<string, CloudValue, IEnumerable<MappedResource>> map)
    {
        map = type switch
        {
            "AWS::S3::Bucket" => Bucket,
            "AWS::RDS::DBInstance" => Database,
            "AWS::RDS::DBCluster" => (_, properties) => [DatabaseCluster(properties)],
            "AWS::EC2::SecurityGroup" => (_, properties) => [SecurityGroup(properties)],
            "AWS::EC2::Instance" => (_, properties) => [Instance(properties, "aws_instance")],
            "AWS::EC2::LaunchTemplate" => (_, properties) => [Instance(properties.Member("LaunchTemplateData"), "aws_launch_template")],
            "AWS::AutoScaling::LaunchConfiguration" => (_, properties) => [Instance(properties, "aws_launch_configuration")],
            "AWS::IAM::Policy" => (_, properties) => Policy(properties),
            "AWS::IAM::User" => (_, properties) => Inline(properties, "aws_iam_user_policy"),
            "AWS::IAM::Group" => (_, properties) => Inline(properties, "aws_iam_group_policy"),
            "AWS::IAM::Role" => (_, properties) => [Role(properties)],
            "AWS::EKS::Cluster" => (_, properties) => [Cluster(properties)],
            "AWS::Elasticsearch::Domain" => (_, properties) => [Domain(properties, "aws_elasticsearch_domain")],
            "AWS::OpenSearchService::Domain" => (_, properties) => [Domain(properties, "aws_opensearch_domain")],
            "AWS::ECS::Cluster" => (_, properties) => [Ecs(properties)],
            "AWS::ElasticLoadBalancingV2::LoadBalancer" => (_, properties) => [Balancer(properties)],
            "AWS::ElasticLoadBalancingV2::Listener" => (_, properties) => [Listener(properties)],
            "AWS::CloudFront::Distribution" => (_, properties) => [Distribution(properties.Member("DistributionConfig"), properties)],
            _ => null!,
        };
        if (map is null && Simple.TryGetValue(type, out var simple))
        {
            map = (_, properties) => [new MappedResource(simple.Type, Shape(properties, simple.Attributes))];
        }

        return map is not null;
    }

    /// <summary>Builds nested maps from dotted paths; a property that is not set stays away.</summary>
    private static CloudValue Shape(CloudValue properties, params (string To, string From)[] attributes)
    {
        if (properties.IsUnknown)
        {
            return CloudValue.Of(new Dictionary<string, CloudValue>(StringComparer.Ordinal), open: true);
        }

        var root = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (to, from) in attributes.Append(("tags", "Tags")))
        {
            var value = properties.At(from);
            if (value.IsNull)
            {
                continue;
            }

            var at = root;
            var steps = to.Split('.');
            foreach (var step in steps[..^1])
            {
                at = (Dictionary<string, object>)(at.TryGetValue(step, out var next) ? next : at[step] = new Dictionary<string, object>(StringComparer.Ordinal));
            }

            at[steps[^1]] = to == "tags" ? Tags(value) : value;
        }

        return Freeze(root);
    }

    private static CloudValue Freeze(Dictionary<string, object> map) => CloudValue.Of(map.ToDictionary(
        member => member.Key,
        member => member.Value as CloudValue ?? Freeze((Dictionary<string, object>)member.Value),
        StringComparer.Ordinal));

    private static CloudValue Tags(CloudValue tags)
    {
        if (tags.Kind != CloudValueKind.List)
        {
            return tags;
        }

        var members = new Dictionary<string, CloudValue>(StringComparer.Ordinal);
        foreach (var tag in tags.Items)
        {
            if (tag.Member("Key").AsText() is { } key)
            {
                members[key] = tag.Member("Value");
            }
        }

        return CloudValue.Of(members, tags.MayHoldMore);
    }

    private static CloudValue With(CloudValue values, params (string Name, CloudValue Value)[] added)
    {
        var members = new Dictionary<string, CloudValue>(values.Members, StringComparer.Ordinal);
        foreach (var (name, value) in added)
        {
            if (!value.IsNull)
            {
                members[name] = value;
            }
        }

        return CloudValue.Of(members, values.IsOpen);
    }

    private static CloudValue Each(CloudValue list, Func<CloudValue, CloudValue> map) =>
        list.IsUnknown || list.IsNull ? list : CloudValue.Of([.. list.Each().Where(item => item.IsUnknown || item.Kind == CloudValueKind.Map).Select(item => item.IsUnknown ? item : map(item))], list.IsOpen);

    private static IEnumerable<MappedResource> Bucket(string name, CloudValue properties)
    {
        var acl = properties.Member("AccessControl") is { Kind: CloudValueKind.Text } given
            ? CloudValue.Of(string.Concat(given.Text.Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}")))
            : properties.Member("AccessControl");
        var status = properties.At("VersioningConfiguration.Status");
        var encryption = properties.At("BucketEncryption.ServerSideEncryptionConfiguration");
        yield return new MappedResource("aws_s3_bucket", With(
            Shape(properties, ("bucket", "BucketName"), ("logging", "LoggingConfiguration")),
            ("acl", acl),
            ("versioning", status.IsNull ? status : CloudValue.Of(new Dictionary<string, CloudValue>(StringComparer.Ordinal) { ["enabled"] = status.IsUnknown ? status : CloudValue.Of(status.AsText() == "Enabled") })),
            ("server_side_encryption_configuration", encryption.IsNull ? encryption : CloudValue.Of(new Dictionary<string, CloudValue>(StringComparer.Ordinal)
            {
                ["rule"] = Each(encryption, rule => Shape(rule, ("apply_server_side_encryption_by_default.sse_algorithm", "ServerSideEncryptionByDefault.SSEAlgorithm"))),
            }))));
        var block = properties.Member("PublicAccessBlockConfiguration");
        if (!block.IsNull)
        {
            yield return new MappedResource("aws_s3_bucket_public_access_block", With(
                Shape(block, ("block_public_acls", "BlockPublicAcls"), ("block_public_policy", "BlockPublicPolicy"), ("ignore_public_acls", "IgnorePublicAcls"), ("restrict_public_buckets", "RestrictPublicBuckets")),
                ("bucket", CloudValue.UnknownFrom([name]))), "PublicAccessBlockConfiguration");
        }
    }

    private static IEnumerable<MappedResource> Database(string name, CloudValue properties)
    {
        // What belongs to a cluster is stored, encrypted and backed up by the cluster.
        var member = !properties.Member("DBClusterIdentifier").IsNull || properties.Member("Engine").AsText()?.StartsWith("aurora", StringComparison.OrdinalIgnoreCase) == true;
        yield return new MappedResource(member ? "aws_rds_cluster_instance" : "aws_db_instance", Shape(
            properties, ("storage_encrypted", "StorageEncrypted"), ("publicly_accessible", "PubliclyAccessible"), ("deletion_protection", "DeletionProtection"),
            ("backup_retention_period", "BackupRetentionPeriod"), ("multi_az", "MultiAZ"), ("replicate_source_db", "SourceDBInstanceIdentifier"), ("instance_class", "DBInstanceClass")));
    }

    /// <summary>A cluster made from another or from a snapshot is encrypted as that is.</summary>
    private static MappedResource DatabaseCluster(CloudValue properties)
    {
        var inherits = properties.Member("StorageEncrypted").IsNull && !(properties.Member("SnapshotIdentifier").IsNull && properties.Member("SourceDBClusterIdentifier").IsNull);
        return new MappedResource("aws_rds_cluster", With(
            Shape(properties, ("storage_encrypted", "StorageEncrypted"), ("engine_mode", "EngineMode"), ("backup_retention_period", "BackupRetentionPeriod")),
            ("storage_encrypted", inherits ? CloudValue.Unknown : CloudValue.Null)));
    }

    private static MappedResource SecurityGroup(CloudValue properties)
    {
        CloudValue Rule(CloudValue rule) => Shape(rule,
            ("cidr_blocks", "CidrIp"), ("ipv6_cidr_blocks", "CidrIpv6"), ("from_port", "FromPort"), ("to_port", "ToPort"), ("protocol", "IpProtocol"),
            ("description", "Description"), ("security_groups", "SourceSecurityGroupId"), ("source_security_group_id", "DestinationSecurityGroupId"), ("prefix_list_ids", "SourcePrefixListId"));
        return new MappedResource("aws_security_group", With(
            Shape(properties, ("description", "GroupDescription")),
            ("ingress", Each(properties.Member("SecurityGroupIngress"), Rule)),
            ("egress", Each(properties.Member("SecurityGroupEgress"), Rule))));
    }

    private static MappedResource Instance(CloudValue properties, string type)
    {
        var devices = properties.Member("BlockDeviceMappings");
        var ebs = devices.IsUnknown ? devices : CloudValue.Of([.. devices.Each().Where(device => !device.Member("Ebs").IsNull).Select(device => Shape(device, ("encrypted", "Ebs.Encrypted"), ("snapshot_id", "Ebs.SnapshotId")))]);
        return new MappedResource(type, With(
            Shape(properties, ("instance_type", "InstanceType"), ("user_data", "UserData"), ("associate_public_ip_address", "AssociatePublicIpAddress"),
                ("metadata_options.http_tokens", "MetadataOptions.HttpTokens"), ("metadata_options.http_endpoint", "MetadataOptions.HttpEndpoint")),
            ("root_block_device", ebs.IsEmpty ? CloudValue.Null : ebs),
            ("network_interfaces", Each(properties.Member("NetworkInterfaces"), network => Shape(network, ("associate_public_ip_address", "AssociatePublicIpAddress"))))));
    }

    private static IEnumerable<MappedResource> Policy(CloudValue properties)
    {
        yield return new MappedResource("aws_iam_policy", Shape(properties, ("policy", "PolicyDocument")));
        if (!properties.Member("Users").IsEmpty)
        {
            yield return new MappedResource("aws_iam_policy_attachment", Shape(properties, ("users", "Users")), "Users");
        }
    }

    private static IEnumerable<MappedResource> Inline(CloudValue properties, string type) =>
        properties.Member("Policies").Each().Select((policy, index) => new MappedResource(type, Shape(policy, ("policy", "PolicyDocument")), $"Policies[{index}]"));

    private static MappedResource Role(CloudValue properties) => new("aws_iam_role", With(
        Shape(properties, ("assume_role_policy", "AssumeRolePolicyDocument")),
        ("inline_policy", Each(properties.Member("Policies"), policy => Shape(policy, ("policy", "PolicyDocument"))))));

    private static MappedResource Cluster(CloudValue properties)
    {
        var logs = properties.At("Logging.ClusterLogging.EnabledTypes");
        return new MappedResource("aws_eks_cluster", With(
            Shape(properties, Simple["AWS::EKS::Cluster"].Attributes),
            ("enabled_cluster_log_types", Each(logs, log => log.Member("Type"))),
            ("encryption_config", Each(properties.Member("EncryptionConfig"), item => Shape(item, ("resources", "Resources"), ("provider.key_arn", "Provider.KeyArn"))))));
    }

    /// <summary>A template that does not mention HTTPS gets a domain that does not enforce it.</summary>
    private static MappedResource Domain(CloudValue properties, string type) => new(type, With(
        Shape(properties, ("encrypt_at_rest.enabled", "EncryptionAtRestOptions.Enabled"), ("domain_endpoint_options.enforce_https", "DomainEndpointOptions.EnforceHTTPS")),
        ("domain_endpoint_options", properties.At("DomainEndpointOptions.EnforceHTTPS").IsNull
            ? CloudValue.Of(new Dictionary<string, CloudValue>(StringComparer.Ordinal) { ["enforce_https"] = CloudValue.False })
            : CloudValue.Null)));

    private static MappedResource Ecs(CloudValue properties) => new("aws_ecs_cluster", With(
        Shape(properties), ("setting", Each(properties.Member("ClusterSettings"), setting => Shape(setting, ("name", "Name"), ("value", "Value"))))));

    private static MappedResource Balancer(CloudValue properties)
    {
        CloudValue Attribute(string key)
        {
            var attributes = properties.Member("LoadBalancerAttributes");
            var found = attributes.Each().FirstOrDefault(attribute => attribute.Member("Key").AsText() == key);
            return found?.Member("Value") ?? (attributes.MayHoldMore ? CloudValue.Unknown : CloudValue.Null);
        }

        var logs = Attribute("access_logs.s3.enabled");
        return new MappedResource("aws_lb", With(
            Shape(properties, ("load_balancer_type", "Type")),
            ("drop_invalid_header_fields", Attribute("routing.http.drop_invalid_header_fields.enabled")),
            ("access_logs", logs.IsNull ? logs : CloudValue.Of(new Dictionary<string, CloudValue>(StringComparer.Ordinal) { ["enabled"] = logs }))));
    }

    private static MappedResource Listener(CloudValue properties) => new("aws_lb_listener", With(
        Shape(properties, ("protocol", "Protocol"), ("port", "Port"), ("ssl_policy", "SslPolicy"), ("load_balancer_arn", "LoadBalancerArn")),
        ("default_action", Each(properties.Member("DefaultActions"), action => Shape(action, ("type", "Type"), ("redirect.protocol", "RedirectConfig.Protocol"))))));

    private static MappedResource Distribution(CloudValue configuration, CloudValue properties)
    {
        CloudValue Behavior(CloudValue behavior) => Shape(behavior, ("viewer_protocol_policy", "ViewerProtocolPolicy"));
        return new MappedResource("aws_cloudfront_distribution", With(
            Shape(configuration, ("logging_config.bucket", "Logging.Bucket"), ("web_acl_id", "WebACLId"),
                ("viewer_certificate.cloudfront_default_certificate", "ViewerCertificate.CloudFrontDefaultCertificate"),
                ("viewer_certificate.minimum_protocol_version", "ViewerCertificate.MinimumProtocolVersion")),
            ("default_cache_behavior", configuration.Member("DefaultCacheBehavior") is { IsNull: false, IsUnknown: false } behavior ? Behavior(behavior) : CloudValue.Null),
            ("ordered_cache_behavior", Each(configuration.Member("CacheBehaviors"), Behavior)),
            ("tags", Tags(properties.Member("Tags")))));
    }
}
