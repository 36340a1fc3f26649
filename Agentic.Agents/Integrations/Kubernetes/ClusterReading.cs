using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Agentic.Agents.Deployment;

namespace Agentic.Agents.Integrations.Kubernetes;

/// <param name="Version">Where a watch goes on from, so that nothing in between is missed.</param>
internal sealed record Listed<T>(IReadOnlyList<T> Items, string? Version);

/// <summary>Reads what a cluster holds of one service: whole lists, page by page, and changes to them.</summary>
internal sealed class ClusterReading(IKubernetes cluster, KubernetesOptions options, TimeProvider time)
{
    private const int PageSize = 100;
    private const int Restarts = 2;

    public async Task<V1Service?> Service(ServiceKey key, CancellationToken cancellation)
    {
        try
        {
            return await cluster.CoreV1.ReadNamespacedServiceAsync(key.Service, Space(key), cancellationToken: cancellation).ConfigureAwait(false);
        }
        catch (HttpOperationException missing) when (missing.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public Task<Listed<V1Deployment>> Deployments(ServiceKey key, CancellationToken cancellation) => All(async more =>
    {
        var page = await cluster.AppsV1.ListNamespacedDeploymentAsync(Space(key), labelSelector: Selector(key), limit: PageSize, continueParameter: more, cancellationToken: cancellation).ConfigureAwait(false);
        return (page.Items, page.Metadata);
    });

    public Task<Listed<V1Pod>> Pods(ServiceKey key, string? revision, CancellationToken cancellation) => All(async more =>
    {
        var selector = revision is null ? Selector(key) : $"{Selector(key)},{KubernetesManifests.RevisionLabel}={revision}";
        var page = await cluster.CoreV1.ListNamespacedPodAsync(Space(key), labelSelector: selector, limit: PageSize, continueParameter: more, cancellationToken: cancellation).ConfigureAwait(false);
        return (page.Items, page.Metadata);
    });

    /// <summary>What the cluster warned of lately about one object; nothing where events may not be read.</summary>
    public async Task<IReadOnlyList<string>> Warnings(ServiceKey key, string name, CancellationToken cancellation)
    {
        try
        {
            var events = await cluster.CoreV1.ListNamespacedEventAsync(Space(key), fieldSelector: $"involvedObject.name={name},type=Warning", limit: PageSize, cancellationToken: cancellation).ConfigureAwait(false);
            return [.. events.Items.OrderBy(entry => entry.LastTimestamp ?? entry.EventTime ?? entry.Metadata?.CreationTimestamp).TakeLast(3).Select(entry => $"{entry.Reason}: {entry.Message}")];
        }
        catch (HttpOperationException no) when (no.Response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
        {
            return [];
        }
    }

    /// <summary>The last lines of a revision's youngest pods; null where there are none to read.</summary>
    public async Task<string?> Log(ServiceKey key, string revision, int characters, CancellationToken cancellation)
    {
        var pods = (await Pods(key, revision, cancellation).ConfigureAwait(false)).Items.OrderByDescending(pod => pod.Metadata.CreationTimestamp).Take(3).ToList();
        var parts = new List<string>();
        foreach (var pod in pods)
        {
            try
            {
                using var stream = await cluster.CoreV1.ReadNamespacedPodLogAsync(pod.Metadata.Name, Space(key), container: KubernetesManifests.ContainerName, tailLines: 200, limitBytes: Math.Max(1, characters), cancellationToken: cancellation).ConfigureAwait(false);
                using var reader = new StreamReader(stream);
                parts.Add($"{pod.Metadata.Name}:\n{await reader.ReadToEndAsync(cancellation).ConfigureAwait(false)}");
            }
            catch (HttpOperationException none) when (none.Response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
            {
                // A container that has not begun has no log yet, and some accounts may not read any.
            }
        }

        var text = string.Join('\n', parts);
        return parts.Count == 0 ? null : text.Length <= characters ? text : text[^characters..];
    }

    /// <summary>
    /// Returns when a Deployment or a pod of the service has changed since it was listed, or after a while. Where the account may not watch
    /// or the server forgot that far back, that is the time between two looks.
    /// </summary>
    public async Task Change(ServiceKey key, string? deployments, string? pods, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var limit = (int)Math.Max(1, options.WatchLimit.TotalSeconds);
        Task<bool>[] watches =
        [
            First(cluster.AppsV1.WatchListNamespacedDeploymentAsync(Space(key), allowWatchBookmarks: true, labelSelector: Selector(key), resourceVersion: deployments, timeoutSeconds: limit, cancellationToken: enough.Token), enough.Token),
            First(cluster.CoreV1.WatchListNamespacedPodAsync(Space(key), allowWatchBookmarks: true, labelSelector: Selector(key), resourceVersion: pods, timeoutSeconds: limit, cancellationToken: enough.Token), enough.Token),
        ];
        var over = await Task.WhenAny(watches).WaitAsync(cancellation).ConfigureAwait(false);
        if (!await over.ConfigureAwait(false))
        {
            // Half blind is blind: what this one would have shown is looked for after the usual pause.
            var (other, pause) = (watches[0] == over ? watches[1] : watches[0], Task.Delay(options.PollInterval, time, enough.Token));
            if (await Task.WhenAny(other, pause).ConfigureAwait(false) == other && !await other.ConfigureAwait(false))
            {
                await pause.ConfigureAwait(false);
            }
        }

        await enough.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(watches).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>True when something happened, false when nothing can be said.</summary>
    private static async Task<bool> First<T>(IAsyncEnumerable<(WatchEventType Type, T Item)> events, CancellationToken cancellation)
    {
        try
        {
            await foreach (var (type, _) in events.WithCancellation(cancellation).ConfigureAwait(false))
            {
                if (type != WatchEventType.Bookmark)
                {
                    return type != WatchEventType.Error;
                }
            }

            return false;
        }
        catch (Exception cannot) when (cannot is OperationCanceledException || ClusterRefusals.IsPassing(cannot, cancellation))
        {
            return false;
        }
    }

    private static async Task<Listed<T>> All<T>(Func<string?, Task<(IList<T> Items, V1ListMeta Metadata)>> read)
    {
        for (var restarts = 0; ; restarts++)
        {
            try
            {
                var found = new List<T>();
                var (items, about) = await read(null).ConfigureAwait(false);
                found.AddRange(items);

                // Of the first page: a watch from there may repeat what a later page shows, and misses nothing.
                var version = about?.ResourceVersion;
                while (!string.IsNullOrEmpty(about?.ContinueProperty))
                {
                    (items, about) = await read(about.ContinueProperty).ConfigureAwait(false);
                    found.AddRange(items);
                }

                return new Listed<T>(found, version);
            }
            catch (HttpOperationException expired) when (expired.Response.StatusCode == HttpStatusCode.Gone && restarts < Restarts)
            {
                // The pages are older than the server remembers, so the list begins again.
            }
        }
    }

    private string Space(ServiceKey key) => options.NamespaceOf(key.Environment);

    private static string Selector(ServiceKey key) => $"{KubernetesManifests.ServiceLabel}={key.Service}";
}
