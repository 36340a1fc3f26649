using System.Text.Json.Nodes;

namespace Agentic.Tests.Policy.Kubernetes;

/// <summary>A workload that passes every rule, to break in one place.</summary>
internal static class HardenedWorkload
{
    public static readonly string[] Kinds =
        ["Pod", "Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "PodTemplate", "Rollout", "DeploymentConfig"];

    public static JsonObject PodSpec()
    {
        var web = Container("web");
        web["livenessProbe"] = JsonNode.Parse("""{"tcpSocket": {"port": 8080}}""");
        web["readinessProbe"] = JsonNode.Parse("""{"tcpSocket": {"port": 8080}}""");
        return new JsonObject
        {
            ["automountServiceAccountToken"] = false,
            ["securityContext"] = JsonNode.Parse("""{"runAsNonRoot": true, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}}"""),
            ["containers"] = new JsonArray(web),
            ["initContainers"] = new JsonArray(Container("migrate")),
            ["volumes"] = JsonNode.Parse("""[{"name": "tmp", "emptyDir": {}}]"""),
        };
    }

    /// <summary>The object of the kind that makes this pod, as the JSON text of a manifest.</summary>
    public static string Of(string kind, JsonObject spec, JsonObject? podMetadata = null)
    {
        var labels = """{"labels": {"app.kubernetes.io/name": "web"}}""";
        var metadata = (JsonObject)JsonNode.Parse("""{"name": "web", "namespace": "shop"}""")!;
        var template = new JsonObject { ["metadata"] = podMetadata ?? JsonNode.Parse(labels), ["spec"] = spec };
        var root = new JsonObject { ["apiVersion"] = "any/v1", ["kind"] = kind, ["metadata"] = metadata };

        switch (kind)
        {
            case "Pod":
                foreach (var (key, value) in ((JsonObject)template["metadata"]!.DeepClone()).ToList())
                {
                    metadata[key] = value?.DeepClone();
                }

                root["spec"] = spec.DeepClone();
                break;
            case "PodTemplate":
                root["template"] = template;
                break;
            case "CronJob":
                root["spec"] = new JsonObject { ["jobTemplate"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = template } } };
                break;
            default:
                root["spec"] = new JsonObject { ["template"] = template };
                break;
        }

        return root.ToJsonString();
    }

    private static JsonObject Container(string name)
    {
        var container = (JsonObject)JsonNode.Parse("""
            {
              "image": "registry.example.com:5000/shop/web:1.4.2",
              "ports": [{"containerPort": 8080}],
              "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}},
              "securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}},
              "env": [{"name": "MODE", "value": "live"}]
            }
            """)!;
        container["name"] = name;
        return container;
    }
}
