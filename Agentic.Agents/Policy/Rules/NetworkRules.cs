using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Rules;

/// <summary>What the network lets in and out: security groups, network ACLs, VPCs and subnets.</summary>
internal static class NetworkRules
{
    private static readonly string[] Ingress = ["aws_security_group", "aws_default_security_group", "aws_security_group_rule", "aws_vpc_security_group_ingress_rule"];
    private static readonly string[] Egress = ["aws_security_group", "aws_security_group_rule", "aws_vpc_security_group_egress_rule"];
    private static readonly string[] Acls = ["aws_network_acl", "aws_default_network_acl", "aws_network_acl_rule"];

    private static readonly string[] Described =
    [
        "aws_security_group", "aws_security_group_rule", "aws_db_security_group", "aws_elasticache_security_group",
        "aws_redshift_security_group", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule",
    ];

    public static IEnumerable<ResourceRule> All =>
    [
        OpenPort("aws-sg-ssh-open", 22),
        OpenPort("aws-sg-rdp-open", 3389),
        OpenPort("aws-sg-http-open", 80),
        new("aws-sg-all-ports-open", Ingress, (resource, _) =>
            TrafficRule.Of(resource, "ingress").Where(rule => rule.IsFromAnywhere && rule.IsEverything).Take(1)
                .Select(rule => new Breach("lets the whole internet in on every port.", rule.Path))),
        new("aws-sg-egress-any", Egress, (resource, _) =>
            TrafficRule.Of(resource, "egress").Where(rule => rule.IsFromAnywhere && rule.IsEverything).Take(1)
                .Select(rule => new Breach("lets traffic out to anywhere on every port.", rule.Path))),
        new("aws-sg-description", Described, HasDescription),
        OpenAcl("aws-nacl-ssh-open", 22),
        OpenAcl("aws-nacl-rdp-open", 3389),
        new("aws-default-sg-restricted", ["aws_vpc"], DefaultGroup),
        new("aws-default-sg-restricted", ["aws_default_security_group"], DefaultGroupAlone),
        new("aws-vpc-flow-logs", ["aws_vpc"], (vpc, context) =>
            context.Graph.PointingAt(vpc, "aws_flow_log", "vpc_id", "id").AreNone ? [new Breach("has no flow logs.")] : []),
        AttributeRules.NotTrue("aws-subnet-public-ip", ["aws_subnet", "aws_default_subnet"], "map_public_ip_on_launch", "gives its instances public addresses (map_public_ip_on_launch is true)."),
    ];

    private static ResourceRule OpenPort(string id, int port) => new(id, Ingress, (resource, _) =>
        TrafficRule.Of(resource, "ingress").Where(rule => rule.IsFromAnywhere && rule.Covers(port)).Take(1)
            .Select(rule => new Breach($"lets the whole internet in on port {port}.", rule.Path)));

    private static IEnumerable<Breach> HasDescription(CloudResource resource, RuleContext context)
    {
        if (IsBlank(resource.At("description")))
        {
            yield return new Breach("has no description.", "description");
            yield break;
        }

        if (resource.Type is not "aws_security_group")
        {
            yield break;
        }

        foreach (var direction in (string[])["ingress", "egress"])
        {
            if (resource.At(direction).Each().Any(rule => rule.Kind == CloudValueKind.Map && IsBlank(rule.Member("description"))))
            {
                yield return new Breach($"has an {direction} rule without a description.", direction);
                yield break;
            }
        }
    }

    /// <summary>The provider writes "Managed by Terraform" where nothing was given; plans show it as if it had been.</summary>
    private static bool IsBlank(CloudValue description) =>
        description.IsEmpty || description.AsText() is { } text && (string.IsNullOrWhiteSpace(text) || text == "Managed by Terraform");

    private static ResourceRule OpenAcl(string id, int port) => new(id, Acls, (resource, _) =>
    {
        var isRule = resource.Type == "aws_network_acl_rule";
        if (isRule && resource.At("egress").AsBool() != false && !resource.At("egress").IsNull)
        {
            return [];
        }

        var entries = isRule ? [resource.Values] : resource.At("ingress").Each();
        foreach (var entry in entries.Where(entry => entry.Kind == CloudValueKind.Map).OrderBy(entry => entry.Member("rule_no").AsNumber() ?? 0))
        {
            var rule = new TrafficRule(entry, isRule ? "cidr_block" : "ingress");
            if (!rule.IsFromAnywhere || !rule.Covers(port))
            {
                continue;
            }

            var action = (entry.Member("action").AsText() ?? entry.Member("rule_action").AsText())?.ToUpperInvariant();
            if (action == "ALLOW")
            {
                return [new Breach($"lets the whole internet in on port {port}.", rule.Path)];
            }

            // Entries apply in the order of their numbers: what is denied first is not let in later.
            if (action == "DENY")
            {
                return [];
            }
        }

        return [];
    });

    private static IEnumerable<Breach> DefaultGroup(CloudResource vpc, RuleContext context)
    {
        var groups = context.Graph.PointingAt(vpc, "aws_default_security_group", "vpc_id", "id");
        if (groups.AreNone)
        {
            yield return new Breach("leaves its default security group as it is, open between its members.");
        }
        else if (groups.Found.FirstOrDefault(group => HasTraffic(group, context)) is { } open)
        {
            yield return new Breach($"has a default security group ({open.Address}) that allows traffic.");
        }
    }

    private static IEnumerable<Breach> DefaultGroupAlone(CloudResource group, RuleContext context)
    {
        var vpc = group.At("vpc_id");
        var reported = context.Graph.OfType("aws_vpc").Any(candidate => vpc.Origins.Contains(candidate.Address, StringComparer.Ordinal));
        if (!reported && HasTraffic(group, context))
        {
            yield return new Breach("allows traffic; the default group of a VPC should have no rules.", group.At("ingress").Each().Count > 0 ? "ingress" : "egress");
        }
    }

    private static bool HasTraffic(CloudResource group, RuleContext context) =>
        group.At("ingress").Each().Count > 0
        || group.At("egress").Each().Count > 0
        || ((string[])["aws_security_group_rule", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"])
            .Any(type => context.Graph.PointingAt(group, type, "security_group_id", "id").Found.Count > 0);
}
