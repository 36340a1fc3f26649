using System.Net;
using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Rules;

/// <summary>One rule of a security group or network ACL, whichever resource it is written in.</summary>
internal readonly record struct TrafficRule(CloudValue Value, string Path)
{
    /// <summary>The rules of one direction a resource holds.</summary>
    public static IEnumerable<TrafficRule> Of(CloudResource resource, string direction)
    {
        switch (resource.Type)
        {
            case "aws_security_group" or "aws_default_security_group":
                return resource.At(direction).Each().Where(rule => rule.Kind == CloudValueKind.Map).Select(rule => new TrafficRule(rule, direction));
            case "aws_security_group_rule":
                return resource.At("type").AsText() == direction ? [new TrafficRule(resource.Values, "cidr_blocks")] : [];
            default:
                return [new TrafficRule(resource.Values, "cidr_ipv4")];
        }
    }

    private string? Protocol => (Value.Member("protocol").AsText() ?? Value.Member("ip_protocol").AsText())?.ToUpperInvariant();

    private bool IsIcmp => Protocol is "ICMP" or "ICMPV6" or "1" or "58";

    /// <summary>Every port: protocol -1, which takes no port range of its own, or the range -1 to -1.</summary>
    public bool IsEverything
    {
        get
        {
            var from = Value.Member("from_port");
            var to = Value.Member("to_port");
            return Protocol is "-1" or "ALL"
                ? !from.IsUnknown && !to.IsUnknown && (from.AsNumber() ?? 0) <= 0 && (to.AsNumber() ?? 0) is <= 0 or >= 65535
                : !IsIcmp && from.AsNumber() == -1 && to.AsNumber() == -1;
        }
    }

    public bool IsFromAnywhere =>
        Value.Member("self").AsBool() != true
        && (NamesNoSource || Anywhere("cidr_blocks") || Anywhere("ipv6_cidr_blocks") || Anywhere("cidr_ipv4") || Anywhere("cidr_ipv6") || Anywhere("cidr_block") || Anywhere("ipv6_cidr_block"));

    public bool Covers(int port)
    {
        if (IsEverything)
        {
            return true;
        }

        if (IsIcmp)
        {
            return false;
        }

        var from = Value.Member("from_port").AsNumber();
        var to = Value.Member("to_port").AsNumber() ?? (Value.Member("to_port").IsNull ? from : null);
        // 0 to 0 is how "no limit" is written.
        return (from == 0 && to == 0) || (from <= port && port <= to);
    }

    /// <summary>A group rule that limits its source by nothing at all.</summary>
    private bool NamesNoSource
    {
        get
        {
            var value = Value;
            return value.Member("rule_no").IsNull && value.Member("rule_number").IsNull
                && Array.TrueForAll(Sources, source => value.Member(source).IsEmpty);
        }
    }

    private static readonly string[] Sources =
    [
        "cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6", "cidr_block", "ipv6_cidr_block", "security_groups",
        "source_security_group_id", "referenced_security_group_id", "prefix_list_ids", "prefix_list_id",
    ];

    private bool Anywhere(string member)
    {
        foreach (var item in Value.Member(member).Each())
        {
            if (item.AsText() is { } cidr && IsAnywhere(cidr))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAnywhere(string cidr) =>
        cidr is "0.0.0.0/0" or "::/0"
        || (cidr.EndsWith("/0", StringComparison.Ordinal) && IPAddress.TryParse(cidr.AsSpan(0, cidr.Length - 2), out _));
}
