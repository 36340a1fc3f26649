using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Agentic.Tests.Deployment;

internal sealed partial class KubernetesDouble
{
    public void Scale(string deployment, int replicas)
    {
        lock (_lock)
        {
            var (key, found) = _objects.Single(entry => entry.Key.EndsWith($"/{deployment}", StringComparison.Ordinal) && entry.Key.StartsWith("deployments/", StringComparison.Ordinal));
            found["spec"]!["replicas"] = replicas;
            found["metadata"]!["generation"] = found["metadata"]!["generation"]!.GetValue<int>() + 1;
            _looks[key] = 0;
            Wake();
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
        Wake();
    }

    private void Wake()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
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

        if (StrictFields.Unknown(wanted, kindName) is { } unknown)
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
}
