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
/// selectors, generations, resourceVersion conflicts, paging by continue token, watches from a resourceVersion with bookmarks and 410, pods
/// that come up or crash after a while and go on for a moment after they were deleted.
/// </summary>
internal sealed class KubernetesDouble : IAsyncDisposable
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

    private (int, JsonObject) Scale(HttpRequest request, string body, string key)
    {
        if (request.ContentType?.Split(';')[0] != "application/merge-patch+json")
        {
            return Status(415, "UnsupportedMediaType", "only merge patches here");
        }

        if (!_objects.TryGetValue(key, out var found))
        {
            return Status(404, "NotFound", $"{key} not found");
        }

        Scale(key.Split('/')[2], JsonNode.Parse(body)!["spec"]!["replicas"]!.GetValue<int>());
        return (200, new JsonObject { ["apiVersion"] = "autoscaling/v1", ["kind"] = "Scale", ["metadata"] = found["metadata"]!.DeepClone(), ["spec"] = new JsonObject { ["replicas"] = found["spec"]!["replicas"]!.DeepClone() } });
    }

    private (int, JsonObject) Delete(HttpRequest request, string key)
    {
        if (!_objects.Remove(key, out var found))
        {
            return Status(404, "NotFound", $"{key} not found");
        }

        if (request.Query["propagationPolicy"] is not [("Background" or "Foreground")])
        {
            return Status(422, "Invalid", "what a Deployment owns would be orphaned");
        }

        // The garbage collector takes the pods a little later.
        _ending[key] = found;
        _looks[key] = 0;
        Record("DELETED", key, found);
        return Status(200, "", "");
    }

    private void Record(string type, string key, JsonObject found)
    {
        found["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        _log.Add((_version, type, key, found.DeepClone().AsObject()));
    }

    /// <summary>Streams what changed since the version asked for, and what changes from now on; controllers work meanwhile.</summary>
    private async Task Watch(HttpContext http)
    {
        var parts = http.Request.Path.Value!.Trim('/').Split('/');
        var (space, kind) = (parts[^2], parts[^1]);
        var since = int.TryParse(http.Request.Query["resourceVersion"], CultureInfo.InvariantCulture, out var version) ? version : 0;
        var patience = TimeSpan.FromSeconds(int.TryParse(http.Request.Query["timeoutSeconds"], CultureInfo.InvariantCulture, out var seconds) ? seconds : 30);
        var began = TimeProvider.System.GetTimestamp();
        http.Response.ContentType = "application/json";
        await http.Response.StartAsync();
        if (since < Forgotten)
        {
            await Line("ERROR", Status(410, "Expired", $"too old resource version: {since} ({Forgotten})").Item2);
            return;
        }

        while (!http.RequestAborted.IsCancellationRequested && TimeProvider.System.GetElapsedTime(began) < patience)
        {
            List<(string Type, JsonObject Object)> told;
            lock (_lock)
            {
                foreach (var (key, found) in _objects.ToList())
                {
                    Progress(key, found);
                }

                foreach (var key in _ending.Keys.ToList())
                {
                    End(key);
                }

                told = [.. _log.Where(entry => entry.Version > since && (kind == "pods" ? OwnsPods(entry.Key, space) : entry.Key.StartsWith($"{kind}/{space}/", StringComparison.Ordinal))).SelectMany(entry => kind == "pods" ? PodsOf(entry.Key, entry.Object).Select(pod => (entry.Type, pod)) : [(entry.Type, entry.Object.DeepClone().AsObject())])
                    .Where(entry => Matches(entry.Item2, http.Request))];
                since = _version;
            }

            foreach (var (type, found) in told)
            {
                await Line(type, found);
            }

            await Task.Delay(2);
        }

        if (http.Request.Query["allowWatchBookmarks"] == "true")
        {
            await Line("BOOKMARK", new JsonObject { ["apiVersion"] = kind == "pods" ? "v1" : "apps/v1", ["kind"] = kind == "pods" ? "Pod" : "Deployment", ["metadata"] = new JsonObject { ["resourceVersion"] = since.ToString(CultureInfo.InvariantCulture) } });
        }

        async Task Line(string type, JsonObject what)
        {
            await http.Response.WriteAsync(new JsonObject { ["type"] = type, ["object"] = what.DeepClone() }.ToJsonString() + "\n");
            await http.Response.Body.FlushAsync();
        }
    }

    private void End(string key)
    {
        if ((_looks[key] = _looks.GetValueOrDefault(key) + 1) > 3 && _ending.Remove(key, out var gone))
        {
            Record("DELETED", key, gone);
        }
    }

    private static bool Matches(JsonObject found, HttpRequest request) => ((string?)request.Query["labelSelector"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split('=')).All(wanted => found["metadata"]!["labels"]?[wanted[0]]?.GetValue<string>() == wanted[1]);

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
        kept["status"] = existing?["status"]?.DeepClone() ?? new JsonObject();
        _objects[key] = kept;
        Record(existing is null ? "ADDED" : "MODIFIED", key, kept);
        if (changed)
        {
            _looks[key] = 0;
        }

        return (existing is null ? 201 : 200, kept.DeepClone().AsObject());
    }

    private (int, JsonObject) ArgoRollouts(HttpRequest request, string body, string space, string? name, bool isStatus)
    {
        var key = $"rollouts/{space}/{name}";
        var type = request.ContentType?.Split(';')[0];
        switch (request.Method, name)
        {
            case ("GET", null):
                return (200, new JsonObject { ["apiVersion"] = "argoproj.io/v1alpha1", ["kind"] = "RolloutList", ["metadata"] = new JsonObject(), ["items"] = new JsonArray() });
            case ("PATCH", not null) when type == "application/apply-patch+yaml" && !isStatus:
                var wanted = JsonNode.Parse(body)!.AsObject();
                if (wanted["metadata"]?["name"]?.GetValue<string>() != name || Text(wanted, "kind") != "Rollout" || string.IsNullOrEmpty(request.Query["fieldManager"]))
                {
                    return Status(400, "BadRequest", "name, kind and fieldManager must be given");
                }

                if (wanted["spec"]!.AsObject().Select(field => field.Key).Except(["replicas", "progressDeadlineSeconds", "selector", "template", "strategy"]).FirstOrDefault() is { } unknown)
                {
                    return Status(400, "BadRequest", $"strict decoding error: unknown field \"spec.{unknown}\"");
                }

                var weight = wanted["spec"]!["strategy"]!["canary"]!["steps"]![0]!["setWeight"]!.GetValue<int>();
                if (weight is < 0 or > 100)
                {
                    return Status(422, "Invalid", "spec.strategy.canary.steps[0].setWeight: must be 0 to 100");
                }

                var isNew = !_objects.TryGetValue(key, out var old);
                wanted["metadata"]!["namespace"] = space;
                wanted["status"] = old?["status"]?.DeepClone() ?? new JsonObject();
                _objects[key] = wanted;
                _looks[key] = 0;
                Record(isNew ? "ADDED" : "MODIFIED", key, wanted);
                return (isNew ? 201 : 200, wanted.DeepClone().AsObject());
            case ("PATCH", not null) when type == "application/merge-patch+json" && _objects.TryGetValue(key, out var found):
                var patch = JsonNode.Parse(body)!.AsObject();

                // As with every subresource: what is sent to the one does nothing to the other.
                Merge(found, new JsonObject { [isStatus ? "status" : "spec"] = patch[isStatus ? "status" : "spec"]?.DeepClone() });
                _looks[key] = 0;
                Record("MODIFIED", key, found);
                return (200, found.DeepClone().AsObject());
            case ("GET", not null) when _objects.TryGetValue(key, out var kept):
                return (200, Look(key, kept));
            case ("DELETE", not null):
                foreach (var set in _objects.Keys.Where(other => other.StartsWith($"replicasets/{space}/{name}-", StringComparison.Ordinal)).ToList())
                {
                    Delete(request, set);
                }

                return Delete(request, key);
            default:
                return Status(404, "NotFound", $"rollouts.argoproj.io \"{name}\" not found");
        }
    }

    private static void Merge(JsonObject into, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                into.Remove(name);
            }
            else if (value is JsonObject inner && into[name] is JsonObject there)
            {
                Merge(there, inner);
            }
            else
            {
                into[name] = value.DeepClone();
            }
        }
    }

    /// <summary>The controller of Argo Rollouts without a traffic router: a basic canary by numbers of pods.</summary>
    private void Reconcile(string key, JsonObject rollout)
    {
        var (space, name) = (key.Split('/')[1], key.Split('/')[2]);
        var (spec, status) = (rollout["spec"]!, rollout["status"]!.AsObject());
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(spec["template"]!.ToJsonString())))[..8];
        var stable = status["stableRS"]?.GetValue<string>() ?? hash;
        if (status["promoteFull"]?.GetValue<bool>() == true)
        {
            stable = hash;
            status.Remove("promoteFull");
        }

        if (stable == hash)
        {
            status.Remove("abort");
        }

        var isAborted = status["abort"]?.GetValue<bool>() == true;
        var all = spec["replicas"]!.GetValue<int>();
        var canary = stable == hash || isAborted ? 0 : (int)Math.Round(all * spec["strategy"]!["canary"]!["steps"]![0]!["setWeight"]!.GetValue<int>() / 100.0);
        var wanted = new Dictionary<string, int> { [stable] = all - canary };
        if (stable != hash)
        {
            wanted[hash] = canary;
        }

        foreach (var (set, replicas) in wanted)
        {
            var at = $"replicasets/{space}/{name}-{set}";
            if (!_objects.TryGetValue(at, out var owned))
            {
                var template = spec["template"]!.DeepClone();
                template["metadata"]!["labels"]!["rollouts-pod-template-hash"] = set;
                owned = new JsonObject
                {
                    ["apiVersion"] = "apps/v1", ["kind"] = "ReplicaSet", ["metadata"] = new JsonObject { ["name"] = $"{name}-{set}", ["labels"] = template["metadata"]!["labels"]!.DeepClone() },
                    ["spec"] = new JsonObject { ["replicas"] = -1, ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["rollouts-pod-template-hash"] = set } }, ["template"] = template },
                };
                _objects[at] = owned;
            }

            if (owned["spec"]!["replicas"]!.GetValue<int>() != replicas)
            {
                owned["spec"]!["replicas"] = replicas;
                Record("MODIFIED", at, owned);
            }
        }

        foreach (var (at, owned) in _objects.Where(entry => entry.Key.StartsWith($"replicasets/{space}/{name}-", StringComparison.Ordinal) && !wanted.Keys.Any(set => entry.Key.EndsWith(set, StringComparison.Ordinal))).ToList())
        {
            _objects.Remove(at);
            Record("DELETED", at, owned);
        }

        status["stableRS"] = stable;
        status["currentPodHash"] = hash;
        status["phase"] = isAborted ? "Degraded" : stable == hash ? "Healthy" : "Paused";
        status["message"] = isAborted ? "RolloutAborted: Rollout aborted" : stable == hash ? "" : "CanaryPauseStep";
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

    /// <summary>The controller's work goes on a little with every look: first it has seen the change, then the pods are ready.</summary>
    private JsonObject Look(string key, JsonObject found)
    {
        Progress(key, found);
        return found.DeepClone().AsObject();
    }

    private static bool OwnsPods(string key, string space) => key.StartsWith($"deployments/{space}/", StringComparison.Ordinal) || key.StartsWith($"replicasets/{space}/", StringComparison.Ordinal);

    private void Progress(string key, JsonObject found)
    {
        if (Text(found, "kind") == "Rollout" && (_looks[key] = _looks.GetValueOrDefault(key) + 1) > 2)
        {
            Reconcile(key, found);
        }

        if (found["kind"]!.GetValue<string>() != "Deployment" || (_looks[key] = _looks.GetValueOrDefault(key) + 1) <= 2)
        {
            return;
        }

        var replicas = found["spec"]!["replicas"]!.GetValue<int>();
        var status = new JsonObject
        {
            ["observedGeneration"] = found["metadata"]!["generation"]!.GetValue<int>(), ["replicas"] = replicas, ["updatedReplicas"] = replicas, ["readyReplicas"] = IsBroken(found) ? 0 : replicas,
        };
        if (!JsonNode.DeepEquals(found["status"], status))
        {
            found["status"] = status;
            Record("MODIFIED", key, found);
        }
    }

    private static bool IsBroken(JsonObject deployment) => deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>().Contains("broken", StringComparison.Ordinal);

    private IEnumerable<JsonObject> Pods(string space)
    {
        foreach (var key in _ending.Keys.ToList())
        {
            End(key);
        }

        return _objects.Concat(_ending).Where(entry => OwnsPods(entry.Key, space)).SelectMany(entry => PodsOf(entry.Key, entry.Value));
    }

    private static IEnumerable<JsonObject> PodsOf(string key, JsonObject deployment) => Enumerable.Range(0, deployment["spec"]!["replicas"]!.GetValue<int>()).Select(i => new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = $"{key.Split('/')[2]}-{i}", ["labels"] = deployment["spec"]!["template"]!["metadata"]!["labels"]!.DeepClone() },
        ["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = IsBroken(deployment) ? "False" : "True" }),
            ["containerStatuses"] = new JsonArray(new JsonObject
            {
                ["name"] = "service", ["image"] = "x", ["imageID"] = "x", ["ready"] = !IsBroken(deployment), ["restartCount"] = IsBroken(deployment) ? 4 : 0,
                ["state"] = IsBroken(deployment) ? new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "CrashLoopBackOff", ["message"] = "back-off 10s restarting failed container" } } : new JsonObject { ["running"] = new JsonObject() },
                ["lastState"] = IsBroken(deployment) ? new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = 1 } } : new JsonObject(),
            }),
        },
    });

    private static (int, JsonObject) Status(int code, string reason, string message) => (code, new JsonObject
    {
        ["apiVersion"] = "v1", ["kind"] = "Status", ["status"] = code < 400 ? "Success" : "Failure", ["reason"] = reason, ["message"] = message, ["code"] = code,
    });
}
