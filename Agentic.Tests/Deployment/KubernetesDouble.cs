using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.Deployment;

/// <summary>
/// The part of a Kubernetes API server that deployments need, strict and with a memory: server-side apply with field validation, immutable
/// selectors, generations, resourceVersion conflicts, paging by continue token, pods that come up or crash after a while.
/// </summary>
internal sealed class KubernetesDouble : IAsyncDisposable
{
    private const string Token = "cluster-token";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _looks = new(StringComparer.Ordinal);
    private WebApplication _app = null!;
    private int _version = 1000;

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

    public Kubernetes Client(string token = Token) => new(new KubernetesClientConfiguration { Host = _app.Urls.First(), AccessToken = token });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>What the traffic follows: the pods the Service's selector matches, by revision.</summary>
    public IReadOnlyDictionary<string, int> PodsBehind(string service)
    {
        lock (_lock)
        {
            var selector = _objects.Values.Single(o => Text(o, "kind") == "Service" && Text(o["metadata"]!, "name") == service)["spec"]!["selector"]!.AsObject();
            return _objects.Values.Where(o => Text(o, "kind") == "Deployment")
                .Where(o => selector.All(wanted => o["spec"]!["template"]!["metadata"]!["labels"]![wanted.Key]?.GetValue<string>() == wanted.Value!.GetValue<string>()))
                .ToDictionary(o => Text(o["metadata"]!["labels"]!, "agentic.dev/revision"), o => o["spec"]!["replicas"]!.GetValue<int>());
        }
    }

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private async Task Answer(HttpContext http)
    {
        var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
        int status;
        JsonObject answer;
        lock (_lock)
        {
            Requests.Add($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}");
            (status, answer) = Failures.TryDequeue(out var failure) ? Status(failure, "InternalError", "told to fail")
                : http.Request.Headers.Authorization != $"Bearer {Token}" ? Status(401, "Unauthorized", "Unauthorized")
                : Handle(http.Request, body);
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

        var (group, rest) = parts is ["apis", "apps", "v1", ..] ? ("apps/v1", parts[3..]) : parts is ["api", "v1", ..] ? ("v1", parts[2..]) : ("", parts);
        if (rest is not ["namespaces", var space, var kind, ..] || (group, kind) is not (("apps/v1", "deployments") or ("v1", "services") or ("v1", "pods")))
        {
            return Status(404, "NotFound", "the server could not find the requested resource");
        }

        var name = rest.Length > 3 ? rest[3] : null;
        var key = $"{kind}/{space}/{name}";
        return (request.Method, name) switch
        {
            ("GET", null) => List(request, space, kind),
            ("GET", _) => _objects.TryGetValue(key, out var found) ? (200, Look(key, found)) : Status(404, "NotFound", $"{kind} \"{name}\" not found"),
            ("PATCH", not null) => Apply(request, body, group, kind, space, name, key),
            ("DELETE", not null) => _objects.Remove(key) ? Status(200, "", "") : Status(404, "NotFound", $"{kind} \"{name}\" not found"),
            _ => Status(405, "MethodNotAllowed", "not allowed"),
        };
    }

    /// <summary>Autoscalers and disruption budgets by name, as their owners made them.</summary>
    public Dictionary<string, JsonObject> Autoscalers { get; } = [];

    public Dictionary<string, JsonObject> Budgets { get; } = [];

    public void Scale(string deployment, int replicas)
    {
        lock (_lock)
        {
            var (key, found) = _objects.Single(entry => entry.Key.EndsWith($"/{deployment}", StringComparison.Ordinal) && entry.Key.StartsWith("deployments/", StringComparison.Ordinal));
            found["spec"]!["replicas"] = replicas;
            found["metadata"]!["generation"] = found["metadata"]!["generation"]!.GetValue<int>() + 1;
            _looks[key] = 0;
        }
    }

    private (int, JsonObject) Others(HttpRequest request, string kind, string? name, string body)
    {
        var all = kind == "horizontalpodautoscalers" ? Autoscalers : Budgets;
        if (request.Method == "PATCH" && name is not null && all.TryGetValue(name, out var found))
        {
            if (request.ContentType?.Split(';')[0] != "application/merge-patch+json")
            {
                return Status(415, "UnsupportedMediaType", "only merge patches here");
            }

            found["spec"]!["scaleTargetRef"] = JsonNode.Parse(body)!["spec"]!["scaleTargetRef"]!.DeepClone();
            return (200, found.DeepClone().AsObject());
        }

        return request.Method == "GET" && name is null
            ? (200, new JsonObject { ["kind"] = "List", ["metadata"] = new JsonObject(), ["items"] = new JsonArray([.. all.Values.Select(item => item.DeepClone())]) })
            : Status(404, "NotFound", $"{kind} \"{name}\" not found");
    }

    private (int, JsonObject) Apply(HttpRequest request, string body, string group, string kind, string space, string name, string key)
    {
        if (request.ContentType?.Split(';')[0] != "application/apply-patch+yaml")
        {
            return Status(415, "UnsupportedMediaType", $"content type {request.ContentType} is not supported");
        }

        if (string.IsNullOrEmpty(request.Query["fieldManager"]))
        {
            return Status(422, "Invalid", "fieldManager is required for apply patch");
        }

        var wanted = JsonNode.Parse(body)!.AsObject();
        var kindName = kind == "deployments" ? "Deployment" : "Service";
        if (wanted["apiVersion"]?.GetValue<string>() != group || wanted["kind"]?.GetValue<string>() != kindName || wanted["metadata"]?["name"]?.GetValue<string>() != name)
        {
            return Status(400, "BadRequest", "apiVersion, kind and name must be those of the address");
        }

        if (Unknown(wanted, kindName) is { } unknown)
        {
            return Status(400, "BadRequest", $"strict decoding error: unknown field \"{unknown}\"");
        }

        if (name.Length > 63 || !System.Text.RegularExpressions.Regex.IsMatch(name, "^[a-z]([a-z0-9-]*[a-z0-9])?$"))
        {
            return Status(422, "Invalid", $"metadata.name: Invalid value: \"{name}\"");
        }

        _objects.TryGetValue(key, out var existing);
        if (wanted["metadata"]!["resourceVersion"]?.GetValue<string>() is { } version && version != existing?["metadata"]!["resourceVersion"]!.GetValue<string>())
        {
            return Status(409, "Conflict", "the object has been modified; please apply your changes to the latest version and try again");
        }

        if (kindName == "Deployment")
        {
            var selector = wanted["spec"]!["selector"]!["matchLabels"]!.AsObject();
            if (selector.Any(label => wanted["spec"]!["template"]!["metadata"]!["labels"]![label.Key]?.GetValue<string>() != label.Value!.GetValue<string>()))
            {
                return Status(422, "Invalid", "spec.template.metadata.labels: Invalid value: `selector` does not match template `labels`");
            }

            if (existing is not null && !JsonNode.DeepEquals(existing["spec"]!["selector"], wanted["spec"]!["selector"]))
            {
                return Status(422, "Invalid", "spec.selector: Invalid value: field is immutable");
            }
        }

        var changed = existing is null || !JsonNode.DeepEquals(existing["spec"], wanted["spec"]);
        var kept = wanted.DeepClone().AsObject();
        kept["metadata"]!["namespace"] = space;
        kept["metadata"]!["generation"] = (existing?["metadata"]!["generation"]!.GetValue<int>() ?? 0) + (changed ? 1 : 0);
        kept["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        kept["status"] = existing?["status"]?.DeepClone() ?? new JsonObject();
        _objects[key] = kept;
        if (changed)
        {
            _looks[key] = 0;
        }

        return (existing is null ? 201 : 200, kept.DeepClone().AsObject());
    }

    /// <summary>Fields the client library's own model of the API does not know.</summary>
    private static string? Unknown(JsonObject wanted, string kind)
    {
        var known = JsonNode.Parse(kind == "Deployment" ? KubernetesJson.Serialize(KubernetesJson.Deserialize<V1Deployment>(wanted.ToJsonString())) : KubernetesJson.Serialize(KubernetesJson.Deserialize<V1Service>(wanted.ToJsonString())))!;
        return Missing(wanted, known, "");
    }

    private static string? Missing(JsonNode? sent, JsonNode? known, string path) => sent switch
    {
        JsonObject members => members.Where(member => member.Value is not null)
            .Select(member => known?[member.Key] is { } same ? Missing(member.Value, same, $"{path}.{member.Key}") : $"{path}.{member.Key}".TrimStart('.'))
            .FirstOrDefault(missing => missing is not null),
        JsonArray items => items.Select((item, i) => Missing(item, known?[i], $"{path}[{i}]")).FirstOrDefault(missing => missing is not null),
        _ => null,
    };

    private (int, JsonObject) List(HttpRequest request, string space, string kind)
    {
        var selector = ((string?)request.Query["labelSelector"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=')).ToList();
        var all = kind == "pods" ? Pods(space) : _objects.Where(entry => entry.Key.StartsWith($"{kind}/{space}/", StringComparison.Ordinal)).OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => Look(entry.Key, entry.Value));
        var found = all.Where(o => selector.All(wanted => o["metadata"]!["labels"]?[wanted[0]]?.GetValue<string>() == wanted[1])).ToList();

        // Pages of two, however many are asked for, so that a client that forgets to page is found out.
        var from = int.TryParse(request.Query["continue"], CultureInfo.InvariantCulture, out var position) ? position : 0;
        var more = from + 2 < found.Count && !string.IsNullOrEmpty(request.Query["limit"]);
        var items = string.IsNullOrEmpty(request.Query["limit"]) ? found : [.. found.Skip(from).Take(2)];
        return (200, new JsonObject
        {
            ["apiVersion"] = kind == "deployments" ? "apps/v1" : "v1",
            ["kind"] = kind == "deployments" ? "DeploymentList" : kind == "pods" ? "PodList" : "ServiceList",
            ["metadata"] = new JsonObject { ["resourceVersion"] = _version.ToString(CultureInfo.InvariantCulture), ["continue"] = more ? (from + 2).ToString(CultureInfo.InvariantCulture) : "" },
            ["items"] = new JsonArray([.. items]),
        });
    }

    /// <summary>The controller's work goes on a little with every look: first it has seen the change, then the pods are ready.</summary>
    private JsonObject Look(string key, JsonObject found)
    {
        if (found["kind"]!.GetValue<string>() == "Deployment")
        {
            var looks = _looks[key] = _looks.GetValueOrDefault(key) + 1;
            var replicas = found["spec"]!["replicas"]!.GetValue<int>();
            if (looks > 2)
            {
                found["status"] = new JsonObject
                {
                    ["observedGeneration"] = found["metadata"]!["generation"]!.GetValue<int>(), ["replicas"] = replicas, ["updatedReplicas"] = replicas, ["readyReplicas"] = IsBroken(found) ? 0 : replicas,
                };
            }
        }

        return found.DeepClone().AsObject();
    }

    private static bool IsBroken(JsonObject deployment) => deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>().Contains("broken", StringComparison.Ordinal);

    private IEnumerable<JsonObject> Pods(string space) => _objects.Where(entry => entry.Key.StartsWith($"deployments/{space}/", StringComparison.Ordinal))
        .SelectMany(entry => Enumerable.Range(0, entry.Value["spec"]!["replicas"]!.GetValue<int>()).Select(i => new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"{entry.Key.Split('/')[2]}-{i}", ["labels"] = entry.Value["spec"]!["template"]!["metadata"]!["labels"]!.DeepClone() },
            ["status"] = new JsonObject
            {
                ["phase"] = "Running",
                ["containerStatuses"] = new JsonArray(new JsonObject
                {
                    ["name"] = "service", ["image"] = "x", ["imageID"] = "x", ["ready"] = !IsBroken(entry.Value), ["restartCount"] = IsBroken(entry.Value) ? 4 : 0,
                    ["state"] = IsBroken(entry.Value) ? new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "CrashLoopBackOff", ["message"] = "back-off 10s restarting failed container" } } : new JsonObject { ["running"] = new JsonObject() },
                    ["lastState"] = IsBroken(entry.Value) ? new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = 1 } } : new JsonObject(),
                }),
            },
        }));

    private static (int, JsonObject) Status(int code, string reason, string message) => (code, new JsonObject
    {
        ["apiVersion"] = "v1", ["kind"] = "Status", ["status"] = code < 400 ? "Success" : "Failure", ["reason"] = reason, ["message"] = message, ["code"] = code,
    });
}
