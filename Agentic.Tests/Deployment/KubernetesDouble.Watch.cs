using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Agentic.Tests.Deployment;

internal sealed partial class KubernetesDouble
{
    /// <summary>Done when something changes; then another takes its place.</summary>
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether controllers have something left to do that another look would bring on.</summary>
    private bool IsAtWork => _ending.Count > 0 || _objects.Any(entry => Text(entry.Value, "kind") is "Deployment" or "Rollout" && _looks.GetValueOrDefault(entry.Key) <= SeenAfter);

    /// <summary>Streams what changed since the version asked for, and what changes from now on; controllers work meanwhile.</summary>
    private async Task Watch(HttpContext http)
    {
        var parts = http.Request.Path.Value!.Trim('/').Split('/');
        var (space, kind) = (parts[^2], parts[^1]);
        var since = int.TryParse(http.Request.Query["resourceVersion"], CultureInfo.InvariantCulture, out var version) ? version : 0;
        var patience = TimeSpan.FromSeconds(int.TryParse(http.Request.Query["timeoutSeconds"], CultureInfo.InvariantCulture, out var seconds) ? seconds : 30);
        var began = TimeProvider.System.GetTimestamp();
        TimeSpan Left() => patience - TimeProvider.System.GetElapsedTime(began);
        http.Response.ContentType = "application/json";
        await http.Response.StartAsync();
        if (since < Forgotten)
        {
            await Line("ERROR", Status(410, "Expired", $"too old resource version: {since} ({Forgotten})").Item2);
            return;
        }

        for (var left = Left(); left > TimeSpan.Zero && !http.RequestAborted.IsCancellationRequested; left = Left())
        {
            List<(string Type, JsonObject Object)> told;
            Task next;
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
                next = IsAtWork ? Task.CompletedTask : _changed.Task;
            }

            foreach (var (type, found) in told)
            {
                await Line(type, found);
            }

            await next.WaitAsync(left, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
}
