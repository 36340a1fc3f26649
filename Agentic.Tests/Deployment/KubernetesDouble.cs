using System.Globalization;
using System.Text.Json.Nodes;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.Deployment;

/// <summary>
/// The part of a Kubernetes API server that deployments need, strict and with a memory: server-side apply with field validation, immutable
/// selectors, generations, resourceVersion conflicts, paging by continue token, watches from a resourceVersion with bookmarks and 410, pods
/// that come up or crash after a while and go on for a moment after they were deleted.
/// </summary>
internal sealed partial class KubernetesDouble : IAsyncDisposable
{
    private const string Token = "cluster-token";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _looks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonObject> _ending = new(StringComparer.Ordinal);
    private readonly List<(int Version, string Type, string Key, JsonObject Object)> _log = [];
    private WebApplication _app = null!;
    private int _version = 1000;

    /// <summary>True: the cluster knows Rollouts, and a controller works on them.</summary>
    public bool HasArgoRollouts { get; set; }

    /// <summary>How often a page's token has expired before it is honoured again.</summary>
    public int ExpiredPages { get; set; }

    /// <summary>True forbids to watch, as a role without that verb does.</summary>
    public bool ForbidsWatching { get; set; }

    /// <summary>Changes before this one are forgotten: a watch from further back is told so.</summary>
    public int Forgotten { get; set; }

    public HashSet<string> MissingNamespaces { get; } = [];

    public string? RetryAfter { get; set; }

    /// <summary>How long every answer takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>What every answer says instead, with status 200: a proxy's page.</summary>
    public string? Page { get; set; }

    /// <summary>Statuses to answer the next requests with instead.</summary>
    public Queue<int> Failures { get; } = new();

    public List<string> Requests { get; } = [];

    public static async Task<KubernetesDouble> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new KubernetesDouble { _app = builder.Build() };
        server._app.Run(server.Answer);
        await server._app.StartAsync();
        return server;
    }

    public Kubernetes Client(string token = Token, TimeSpan? limit = null) => new(new KubernetesClientConfiguration { Host = _app.Urls.First(), AccessToken = token, HttpClientTimeout = limit ?? TimeSpan.FromSeconds(30) });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>What the traffic follows: the pods the Service's selector matches, by revision.</summary>
    public IReadOnlyDictionary<string, int> PodsBehind(string service)
    {
        lock (_lock)
        {
            var selector = _objects.Values.Single(o => Text(o, "kind") == "Service" && Text(o["metadata"]!, "name") == service)["spec"]!["selector"]!.AsObject();
            return _objects.Values.Where(o => Text(o, "kind") is "Deployment" or "ReplicaSet")
                .Where(o => selector.All(wanted => o["spec"]!["template"]!["metadata"]!["labels"]![wanted.Key]?.GetValue<string>() == wanted.Value!.GetValue<string>()))
                .ToDictionary(o => Text(o["spec"]!["template"]!["metadata"]!["labels"]!, "agentic.dev/revision"), o => o["spec"]!["replicas"]!.GetValue<int>());
        }
    }

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private async Task Answer(HttpContext http)
    {
        var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
        int status;
        JsonObject answer;
        await Task.Delay(Delay);
        if (Page is not null)
        {
            http.Response.ContentType = "text/html";
            await http.Response.WriteAsync(Page);
            return;
        }

        var isWatch = http.Request.Query["watch"] == "true";
        lock (_lock)
        {
            Requests.Add($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}");
            (status, answer) = Failures.TryDequeue(out var failure) ? Status(failure, "InternalError", "told to fail")
                : http.Request.Headers.Authorization != $"Bearer {Token}" ? Status(401, "Unauthorized", "Unauthorized")
                : isWatch && ForbidsWatching ? Status(403, "Forbidden", "pods is forbidden: User \"agentic\" cannot watch resource \"pods\" in API group \"\" in the namespace \"dev\"")
                : isWatch ? (200, [])
                : Handle(http.Request, body);
        }

        if (isWatch && status == 200)
        {
            await Watch(http);
            return;
        }

        if (status == 429 && RetryAfter is not null)
        {
            http.Response.Headers.RetryAfter = RetryAfter;
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.ToJsonString());
    }

    private (int, JsonObject) Handle(HttpRequest request, string body)
    {
        var parts = request.Path.Value!.Trim('/').Split('/');
        if (parts is ["apis", "autoscaling" or "policy", _, "namespaces", _, var others, ..])
        {
            return Others(request, others, parts.Length > 6 ? parts[6] : null, body);
        }

        if (parts is ["apis", "argoproj.io", "v1alpha1", "namespaces", var place, "rollouts", ..])
        {
            return HasArgoRollouts ? ArgoRollouts(request, body, place, parts.Length > 6 ? parts[6] : null, parts.Length > 7) : Status(404, "NotFound", "the server could not find the requested resource");
        }

        var (group, rest) = parts is ["apis", "apps", "v1", ..] ? ("apps/v1", parts[3..]) : parts is ["api", "v1", ..] ? ("v1", parts[2..]) : ("", parts);
        if (rest is not ["namespaces", var space, var kind, ..] || (group, kind) is not (("apps/v1", "deployments" or "replicasets") or ("v1", "services") or ("v1", "pods") or ("v1", "events")))
        {
            return Status(404, "NotFound", "the server could not find the requested resource");
        }

        var name = rest.Length > 3 ? rest[3] : null;
        var key = $"{kind}/{space}/{name}";
        return (request.Method, name) switch
        {
            ("GET", null) => List(request, space, kind),
            ("GET", _) => _objects.TryGetValue(key, out var found) ? (200, Look(key, found)) : Status(404, "NotFound", $"{kind} \"{name}\" not found"),
            ("PATCH", not null) when MissingNamespaces.Contains(space) => Status(404, "NotFound", $"namespaces \"{space}\" not found"),
            ("PATCH", not null) when rest is [_, _, "deployments", _, "scale"] => Scale(request, body, key),
            ("PATCH", not null) when rest.Length == 4 => Apply(request, body, group, kind, space, name, key),
            ("DELETE", not null) => Delete(request, key),
            _ => Status(405, "MethodNotAllowed", "not allowed"),
        };
    }

    /// <summary>Autoscalers and disruption budgets by name, as their owners made them.</summary>
    public Dictionary<string, JsonObject> Autoscalers { get; } = [];

    public Dictionary<string, JsonObject> Budgets { get; } = [];

    private static bool Matches(JsonObject found, HttpRequest request) => ((string?)request.Query["labelSelector"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split('=')).All(wanted => found["metadata"]!["labels"]?[wanted[0]]?.GetValue<string>() == wanted[1]);

    private (int, JsonObject) List(HttpRequest request, string space, string kind)
    {
        if (kind == "events")
        {
            var about = ((string?)request.Query["fieldSelector"] ?? "").Split(',')[0].Split('=')[^1];
            return (200, new JsonObject { ["apiVersion"] = "v1", ["kind"] = "EventList", ["metadata"] = new JsonObject(), ["items"] = new JsonArray(new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = "e" }, ["involvedObject"] = new JsonObject { ["name"] = about }, ["type"] = "Warning", ["reason"] = "Unhealthy", ["message"] = "Readiness probe failed: connection refused", ["lastTimestamp"] = "2026-01-01T00:00:00Z",
            }) });
        }

        if (!string.IsNullOrEmpty(request.Query["continue"]) && ExpiredPages > 0)
        {
            ExpiredPages--;
            return Status(410, "Expired", "The provided continue parameter is too old to display a consistent list result.");
        }

        var all = kind == "pods" ? Pods(space) : _objects.Where(entry => entry.Key.StartsWith($"{kind}/{space}/", StringComparison.Ordinal)).OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => Look(entry.Key, entry.Value));
        var found = all.ToList().Where(o => Matches(o, request)).ToList();

        // Pages of two, however many are asked for, so that a client that forgets to page is found out.
        var from = int.TryParse(request.Query["continue"], CultureInfo.InvariantCulture, out var position) ? position : 0;
        var more = from + 2 < found.Count && !string.IsNullOrEmpty(request.Query["limit"]);
        var items = string.IsNullOrEmpty(request.Query["limit"]) ? found : [.. found.Skip(from).Take(2)];
        return (200, new JsonObject
        {
            ["apiVersion"] = kind is "deployments" or "replicasets" ? "apps/v1" : "v1",
            ["kind"] = kind switch { "deployments" => "DeploymentList", "replicasets" => "ReplicaSetList", "pods" => "PodList", _ => "ServiceList" },
            ["metadata"] = new JsonObject { ["resourceVersion"] = _version.ToString(CultureInfo.InvariantCulture), ["continue"] = more ? (from + 2).ToString(CultureInfo.InvariantCulture) : "" },
            ["items"] = new JsonArray([.. items]),
        });
    }

    private static (int, JsonObject) Status(int code, string reason, string message) => (code, new JsonObject
    {
        ["apiVersion"] = "v1", ["kind"] = "Status", ["status"] = code < 400 ? "Success" : "Failure", ["reason"] = reason, ["message"] = message, ["code"] = code,
    });
}
