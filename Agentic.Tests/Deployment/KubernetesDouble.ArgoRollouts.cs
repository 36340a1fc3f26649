using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Agentic.Tests.Deployment;

internal sealed partial class KubernetesDouble
{
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
}
