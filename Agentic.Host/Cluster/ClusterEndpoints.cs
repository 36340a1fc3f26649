using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Host.Http;
using Agentic.Host.Listening;
using Agentic.Host.Security;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Scope = Agentic.Agents.Operations.Scope;

namespace Agentic.Host.Cluster;

/// <summary>The management port: who is in the cluster, letting nodes go, and the probes of an orchestrator.</summary>
internal static class ClusterEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void MapCluster(this IEndpointRouteBuilder routes)
    {
        var probes = routes.MapGroup("").WithMetadata(ManagementEndpoint.Instance).AllowAnonymous();
        probes.MapMethods("/alive", ["GET", "HEAD"], Alive);
        probes.MapMethods("/ready", ["GET", "HEAD"], Ready);

        var cluster = routes.MapGroup("").WithMetadata(ManagementEndpoint.Instance, new RequiredScope(Scope.Admin));
        cluster.MapGet("/cluster/members", http => WithCluster(http, found => JsonAnswer.Write(http, ClusterView.Of(found))));
        cluster.MapGet("/cluster/members/{**address}", http => WithMember(http, (_, member) => JsonAnswer.Write(http, ClusterView.Of(member))));
        cluster.MapPut("/cluster/members/{**address}", Change);
        cluster.MapDelete("/cluster/members/{**address}", http => WithMember(http, (found, member) => Leave(http, found, member)));
        cluster.MapGet("/cluster/shards/{region}", Shards);
        cluster.MapGet("/bootstrap/seed-nodes", http => WithCluster(http, found => JsonAnswer.Write(http, ClusterView.SeedNodes(found))));
    }

    private static Task Alive(HttpContext http) => System(http) is { WhenTerminated.IsCompleted: true }
        ? Probe(http, StatusCodes.Status503ServiceUnavailable, "The actor system has ended; restart this process.")
        : Probe(http, StatusCodes.Status200OK, "OK");

    private static Task Ready(HttpContext http)
    {
        var life = http.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        var waitsFor = life.ApplicationStopping.IsCancellationRequested ? "This node is draining."
            : !life.ApplicationStarted.IsCancellationRequested ? "This node is still starting."
            : Find(http) is not { } cluster ? "There is no cluster here yet."
            : cluster.SelfMember.Status is not (MemberStatus.Up or MemberStatus.WeaklyUp) ? $"This node is {cluster.SelfMember.Status}, not Up."
            : null;
        return waitsFor is null ? Probe(http, StatusCodes.Status200OK, "OK") : Probe(http, StatusCodes.Status503ServiceUnavailable, waitsFor);
    }

    private static Task Probe(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.WriteAsync(text, http.RequestAborted);
    }

    // Akka Management's clients send a form; people who write JSON by hand are understood too.
    private static Task Change(HttpContext http) => WithMember(http, async (cluster, member) =>
    {
        var wanted = http.Request.HasFormContentType ? (await http.Request.ReadFormAsync(http.RequestAborted))["operation"].ToString()
            : http.Request.Query["operation"].ToString();
        switch (wanted.ToUpperInvariant())
        {
            case "DOWN":
                await Audit(http, "cluster_down", member);
                cluster.Down(member.Address);
                await JsonAnswer.Write(http, new JsonObject { ["message"] = $"Downing {member.Address}" });
                break;
            case "LEAVE":
                await Leave(http, cluster, member);
                break;
            default:
                await RefusalProblems.Write(http, Refusal.Malformed("Say which operation as a form: operation=Leave or operation=Down."));
                break;
        }
    });

    private static async Task Leave(HttpContext http, Akka.Cluster.Cluster cluster, Member member)
    {
        await Audit(http, "cluster_leave", member);
        cluster.Leave(member.Address);
        await JsonAnswer.Write(http, new JsonObject { ["message"] = $"Leaving {member.Address}" });
    }

    private static Task Shards(HttpContext http) => WithCluster(http, async cluster =>
    {
        var name = (string)http.Request.RouteValues["region"]!;
        var sharding = ClusterSharding.Get(cluster.System);
        if (!sharding.ShardTypeNames.Contains(name))
        {
            await RefusalProblems.Write(http, Refusal.NotFound($"There is no shard region '{name}' on this node. There are: {string.Join(", ", sharding.ShardTypeNames.Order(StringComparer.Ordinal))}."));
            return;
        }

        var state = await sharding.ShardRegion(name).Ask<CurrentShardRegionState>(GetShardRegionState.Instance, Patience, http.RequestAborted);
        await JsonAnswer.Write(http, new JsonObject
        {
            ["regions"] = new JsonArray([.. state.Shards.OrderBy(shard => shard.ShardId, StringComparer.Ordinal).Select(shard => new JsonObject
            {
                ["shardId"] = shard.ShardId,
                ["numEntities"] = shard.EntityIds.Count,
            })]),
        });
    });

    private static Task WithMember(HttpContext http, Func<Akka.Cluster.Cluster, Member, Task> answer) => WithCluster(http, cluster =>
    {
        // The address holds slashes and may come escaped, which routing leaves as it is.
        var address = Uri.UnescapeDataString((string?)http.Request.RouteValues["address"] ?? "");
        return ClusterView.Find(cluster, address) is { } member
            ? answer(cluster, member)
            : RefusalProblems.Write(http, Refusal.NotFound($"Member [{address}] not found. GET /cluster/members lists them."));
    });

    private static Task WithCluster(HttpContext http, Func<Akka.Cluster.Cluster, Task> answer) => Find(http) is { } cluster
        ? answer(cluster)
        : RefusalProblems.Write(http, Refusal.Unavailable("The cluster has not started on this node."));

    private static Akka.Cluster.Cluster? Find(HttpContext http) =>
        System(http) is ExtendedActorSystem { Provider: IClusterActorRefProvider } system ? Akka.Cluster.Cluster.Get(system) : null;

    private static ActorSystem? System(HttpContext http) => http.RequestServices.GetService<ActorSystem>();

    private static Task Audit(HttpContext http, string operation, Member member) =>
        http.RequestServices.GetRequiredService<IAuditTrail>().Append(
            new AuditRecord(
                http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), "command", http.Caller().Name, "management", operation, null,
                member.Address.ToString(), null, "accepted", null),
            http.RequestAborted);
}
