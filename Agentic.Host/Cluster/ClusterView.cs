using System.Globalization;
using System.Text.Json.Nodes;
using Akka.Cluster;
using ClusterMember = Akka.Cluster.Member;

namespace Agentic.Host.Cluster;

/// <summary>The cluster as JSON in the shape of Akka Management, so that its tools and runbooks fit.</summary>
internal static class ClusterView
{
    public static JsonObject Of(Akka.Cluster.Cluster cluster)
    {
        var state = cluster.State;
        var oldestFirst = state.Members.Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving).OrderBy(member => member, ClusterMember.AgeOrdering).ToList();
        return new JsonObject
        {
            ["selfNode"] = cluster.SelfAddress.ToString(),
            ["leader"] = state.Leader?.ToString(),
            ["oldest"] = oldestFirst.FirstOrDefault()?.Address.ToString(),
            ["oldestPerRole"] = new JsonObject(oldestFirst.SelectMany(member => member.Roles).Distinct().Order(StringComparer.Ordinal)
                .Select(role => KeyValuePair.Create<string, JsonNode?>(role, oldestFirst.First(member => member.HasRole(role)).Address.ToString()))),
            ["members"] = new JsonArray([.. state.Members.Select(Of)]),
            ["unreachable"] = new JsonArray([.. state.Unreachable.Select(member => new JsonObject
            {
                ["node"] = member.Address.ToString(),
                ["observedBy"] = new JsonArray(),
            })]),
        };
    }

    public static JsonObject Of(ClusterMember member) => new()
    {
        ["node"] = member.Address.ToString(),
        ["nodeUid"] = member.UniqueAddress.Uid.ToString(CultureInfo.InvariantCulture),
        ["status"] = member.Status.ToString(),
        ["roles"] = new JsonArray([.. member.Roles.Order(StringComparer.Ordinal).Select(role => JsonValue.Create(role))]),
    };

    /// <summary>Only nodes that have joined can be joined to.</summary>
    public static JsonObject SeedNodes(Akka.Cluster.Cluster cluster) => new()
    {
        ["selfNode"] = cluster.SelfAddress.ToString(),
        ["seedNodes"] = new JsonArray([.. cluster.State.Members
            .Where(member => member.Status is MemberStatus.Up or MemberStatus.WeaklyUp or MemberStatus.Joining)
            .Take(5)
            .Select(Of)]),
    };

    /// <summary>By whole address or by <c>system@host:port</c>; null where no member has it.</summary>
    public static ClusterMember? Find(Akka.Cluster.Cluster cluster, string address) => cluster.State.Members.FirstOrDefault(member =>
        member.Address.ToString() == address || member.Address.HostPort() == address);
}
