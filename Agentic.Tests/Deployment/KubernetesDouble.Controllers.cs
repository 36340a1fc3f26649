using System.Text.Json.Nodes;

namespace Agentic.Tests.Deployment;

internal sealed partial class KubernetesDouble
{
    /// <summary>How many looks it takes until a controller has seen a change.</summary>
    private const int SeenAfter = 2;

    private void End(string key)
    {
        if ((_looks[key] = _looks.GetValueOrDefault(key) + 1) > 3 && _ending.Remove(key, out var gone))
        {
            Record("DELETED", key, gone);
        }
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
        if (Text(found, "kind") == "Rollout" && (_looks[key] = _looks.GetValueOrDefault(key) + 1) > SeenAfter)
        {
            Reconcile(key, found);
        }

        if (found["kind"]!.GetValue<string>() != "Deployment" || (_looks[key] = _looks.GetValueOrDefault(key) + 1) <= SeenAfter)
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
}
