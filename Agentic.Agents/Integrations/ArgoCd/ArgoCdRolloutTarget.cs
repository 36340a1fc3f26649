using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using Agentic.Agents.Deployment;
using Agentic.Agents.Integrations.Kubernetes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.ArgoCd;

/// <summary>Deploys by writing to Git and having Argo CD bring it about: an application for each revision, and one for the traffic.</summary>
internal sealed class ArgoCdRolloutTarget(ArgoCdOptions options, KubernetesOptions cluster, ArgoCdClient argo, GitOpsRepository git, TimeProvider time, IChangeRequests? requests = null) : IRolloutTarget
{
    private const string ServiceLabel = "agentic.dev/service";
    private const string EnvironmentLabel = "agentic.dev/environment";

    public string Name => "argocd";

    public string Link(ServiceKey key) => $"{options.Url.TrimEnd('/')}/applications/{TrafficName(key)}";

    public Task<Refusal?> Objection(ServiceKey key, Revision revision, CancellationToken cancellation) => Task.FromResult(KubernetesManifests.Objection(revision, Name));

    public string Declaration(ServiceKey key, Revision revision) => KubernetesManifests.Declaration(key, revision, cluster);

    public async Task<TargetView> Observe(ServiceKey key, CancellationToken cancellation)
    {
        var applications = await argo.List($"{ServiceLabel}={key.Service},{EnvironmentLabel}={key.Environment}", cancellation);
        var shares = Shares(applications.FirstOrDefault(application => application?["metadata"]?["name"]?.GetValue<string>() == TrafficName(key)));
        var revisions = applications
            .Where(application => application?["metadata"]?["labels"]?[KubernetesManifests.RevisionLabel] is not null && application["metadata"]!["deletionTimestamp"] is null)
            .Select(application =>
            {
                var name = application!["metadata"]!["labels"]![KubernetesManifests.RevisionLabel]!.GetValue<string>();
                var health = Health(application);
                return new RunningRevision(name, shares.GetValueOrDefault(name), health.Status == "Healthy" ? 1 : 0, 1, health.Status == "Degraded" ? $"Argo CD calls it degraded: {health.Message}" : null);
            })
            .OrderBy(running => running.Name, StringComparer.Ordinal)
            .ToList();
        return new TargetView(revisions, shares.Count == 0 ? null : $"http://{key.Service}.{cluster.NamespaceOf(key.Environment)}.svc/", Link(key));
    }

    public Task<TargetOutcome> Prepare(ServiceKey key, Revision revision, CancellationToken cancellation) => Asking(async () =>
    {
        // A version that Argo CD knows was let in before; bringing it back asks nobody.
        var there = await argo.Find(RevisionName(key, revision), cancellation);
        var files = new Dictionary<string, string?> { [DeploymentPath(key, revision)] = Manifest(key, revision, cluster.Replicas) };
        var message = $"Prepare {key.Service} {revision.Version} in {key.Environment}";
        var commit = requests is null || there is not null ? await git.Write(files, message, cancellation) : await Requested(requests, key, revision, files, message, cancellation);
        if (commit.IsRefused)
        {
            return commit.Refusal.Kind == RefusalKind.Unavailable ? TargetOutcome.Unavailable(commit.Refusal.Reason) : TargetOutcome.Broken(commit.Refusal.Reason);
        }

        await argo.Upsert(Application(RevisionName(key, revision), key, $"{FolderOf(key)}/{revision.Name}", new() { [KubernetesManifests.RevisionLabel] = revision.Name }, []), cancellation);
        return await Sync(RevisionName(key, revision), commit.Value, cancellation);
    }, cancellation);

    public Task<TargetOutcome> Shift(ServiceKey key, IReadOnlyList<Share> shares, CancellationToken cancellation) => Asking(async () =>
    {
        var view = await Observe(key, cancellation);
        if (shares.FirstOrDefault(share => view.Find(share.Revision) is not { Ready: > 0 }) is { Revision: { } missing })
        {
            return TargetOutcome.Unavailable($"{missing.Version} is not healthy in Argo CD, so it gets no traffic");
        }

        var files = KubernetesManifests.Replicas(shares, cluster.Replicas).ToDictionary(entry => DeploymentPath(key, entry.Revision), entry => (string?)Manifest(key, entry.Revision, entry.Replicas), StringComparer.Ordinal);
        var service = KubernetesManifests.Service(key, shares, cluster);
        files[$"{FolderOf(key)}/traffic/service.yaml"] = KubernetesYaml.Serialize(service);
        var commit = await git.Write(files, $"Shift {key.Service} in {key.Environment}: {string.Join(", ", shares.Select(share => string.Create(CultureInfo.InvariantCulture, $"{share.Revision.Version} {share.Weight} %")))}", cancellation);
        if (commit.IsRefused)
        {
            return TargetOutcome.Unavailable(commit.Refusal.Reason);
        }

        // All to one: the selector first. To two: the pods first, lest the share overshoot.
        string[] order = [.. shares.Select(share => RevisionName(key, share.Revision))];
        order = shares.Count < 2 ? [TrafficName(key), .. order] : [.. order, TrafficName(key)];

        // What was in force stays on record until something else is seen to be.
        var known = (await argo.Find(TrafficName(key), cancellation))?["metadata"]?["annotations"]?[KubernetesManifests.SharesAnnotation]?.DeepClone();
        await argo.Upsert(Application(TrafficName(key), key, $"{FolderOf(key)}/traffic", [], known is null ? [] : new JsonObject { [KubernetesManifests.SharesAnnotation] = known }), cancellation);
        foreach (var application in order)
        {
            var outcome = await Sync(application, commit.Value, cancellation);
            if (!outcome.Succeeded)
            {
                return outcome;
            }
        }

        // Written last: what this says has been seen to be in force.
        var annotations = new JsonObject { [KubernetesManifests.SharesAnnotation] = service.Metadata.Annotations[KubernetesManifests.SharesAnnotation] };
        await argo.Upsert(Application(TrafficName(key), key, $"{FolderOf(key)}/traffic", [], annotations), cancellation);
        return TargetOutcome.Done with { Reference = commit.Value };
    }, cancellation);

    public async Task<ProbeOutcome> Probe(ServiceKey key, Revision revision, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        try
        {
            var application = await argo.Find(RevisionName(key, revision), cancellation);
            var health = Health(application);
            return new ProbeOutcome(health.Status == "Healthy", time.GetElapsedTime(began), application is null ? $"{revision.Version} has no application" : $"Argo CD says {health.Status} {health.Message}".TrimEnd());
        }
        catch (Exception unreachable) when (unreachable is ArgoCdException or HttpRequestException)
        {
            return new ProbeOutcome(false, time.GetElapsedTime(began), unreachable.Message);
        }
    }

    public Task<TargetOutcome> Retire(ServiceKey key, Revision revision, CancellationToken cancellation) => Asking(async () =>
    {
        var view = await Observe(key, cancellation);
        if (view.Find(revision) is { Weight: > 0 })
        {
            return TargetOutcome.Broken($"{revision.Version} still has traffic");
        }

        var commit = await git.Write(new Dictionary<string, string?> { [DeploymentPath(key, revision)] = null }, $"Remove {key.Service} {revision.Version} from {key.Environment}", cancellation);
        if (commit.IsRefused)
        {
            return TargetOutcome.Unavailable(commit.Refusal.Reason);
        }

        await argo.Delete(RevisionName(key, revision), cancellation);
        var began = time.GetTimestamp();
        while (await argo.Find(RevisionName(key, revision), cancellation) is not null)
        {
            if (time.GetElapsedTime(began) > options.SyncLimit)
            {
                return TargetOutcome.Unavailable($"Argo CD has not removed {revision.Version} yet");
            }

            await Task.Delay(options.PollInterval, time, cancellation);
        }

        return TargetOutcome.Done;
    }, cancellation);

    /// <summary>Opens a request for a new version and waits until its files are seen on the branch, however they were merged.</summary>
    private async Task<Outcome<string>> Requested(IChangeRequests requests, ServiceKey key, Revision revision, Dictionary<string, string?> files, string title, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var url = "";
        while (true)
        {
            var merged = await git.Holding(files, cancellation);
            if (merged.IsRefused || merged.Value is not null)
            {
                return merged.IsRefused ? merged.Refusal : merged.Value!;
            }

            if (url.Length == 0)
            {
                var branch = $"agentic/{RevisionName(key, revision)}";
                var proposed = await git.Propose(files, title, branch, cancellation);
                var opened = proposed.IsRefused ? proposed.Refusal
                    : await requests.Open(branch, options.Branch, title, $"Version {revision.Version} of {key.Service} for {key.Environment}, artifact `{revision.BareDigest}`. Merging it lets the deployment begin; it gets traffic only as its gates pass.", cancellation);
                if (opened.IsRefused)
                {
                    return opened.Refusal;
                }

                url = opened.Value;
            }

            if (time.GetElapsedTime(began) > options.Request.Limit)
            {
                return Refusal.Conflict(string.Create(CultureInfo.InvariantCulture, $"{url} was not merged within {options.Request.Limit.TotalSeconds:0} s. Merge it and deploy again; the same request is found."));
            }

            await Task.Delay(options.PollInterval, time, cancellation);
        }
    }

    /// <summary>Healthy counts only for this commit: right after a push Argo CD still reports the health of the one before.</summary>
    private async Task<TargetOutcome> Sync(string name, string commit, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var asked = false;
        while (true)
        {
            var application = await argo.Find(name, cancellation);
            var isAutomated = application?["spec"]?["syncPolicy"]?["automated"] is not null;
            if (!asked && !isAutomated && application?["operation"] is null)
            {
                // With automatic sync Argo CD refuses to be told a revision; it finds the commit by itself.
                try
                {
                    await argo.Sync(name, commit, cancellation);
                    asked = true;
                }
                catch (ArgoCdException busy) when ((int)busy.Status is 409 || busy.Message.Contains("another operation is already in progress", StringComparison.Ordinal))
                {
                    asked = false;
                }
            }
            else if (application is not null)
            {
                var state = application["status"]?["operationState"];
                var isOurs = state?["syncResult"]?["revision"]?.GetValue<string>() == commit;
                var phase = state?["phase"]?.GetValue<string>();
                if (isOurs && phase is "Failed" or "Error")
                {
                    return TargetOutcome.Broken($"Argo CD could not sync {name}: {state?["message"]?.GetValue<string>()}");
                }

                var health = Health(application);
                if (isOurs && phase == "Succeeded" && application["status"]?["sync"]?["status"]?.GetValue<string>() == "Synced" && application["status"]?["sync"]?["revision"]?.GetValue<string>() == commit)
                {
                    if (health.Status == "Healthy")
                    {
                        return TargetOutcome.Done;
                    }

                    if (health.Status == "Degraded")
                    {
                        return TargetOutcome.Broken($"Argo CD calls {name} degraded: {health.Message}");
                    }
                }
            }

            if (time.GetElapsedTime(began) > options.SyncLimit)
            {
                return TargetOutcome.Unavailable(string.Create(CultureInfo.InvariantCulture, $"{name} was not synced and healthy at {commit[..8]} within {options.SyncLimit.TotalSeconds:0} s"));
            }

            await Task.Delay(options.PollInterval, time, cancellation);
        }
    }

    private static (string Status, string Message) Health(JsonNode? application) =>
        (application?["status"]?["health"]?["status"]?.GetValue<string>() ?? "Unknown", application?["status"]?["health"]?["message"]?.GetValue<string>() ?? "");

    private static IReadOnlyDictionary<string, int> Shares(JsonNode? traffic) => KubernetesManifests.Shares(new k8s.Models.V1Service
    {
        Metadata = new k8s.Models.V1ObjectMeta
        {
            Annotations = new Dictionary<string, string> { [KubernetesManifests.SharesAnnotation] = traffic?["metadata"]?["annotations"]?[KubernetesManifests.SharesAnnotation]?.GetValue<string>() ?? "" },
        },
    });

    private JsonObject Application(string name, ServiceKey key, string path, Dictionary<string, string> labels, JsonObject annotations)
    {
        var all = new JsonObject { [ServiceLabel] = key.Service, [EnvironmentLabel] = key.Environment };
        foreach (var (label, value) in labels)
        {
            all[label] = value;
        }

        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = all, ["annotations"] = annotations, ["finalizers"] = new JsonArray("resources-finalizer.argocd.argoproj.io") },
            ["spec"] = new JsonObject
            {
                ["project"] = options.Project,
                ["source"] = new JsonObject { ["repoURL"] = options.RepositoryForArgoCd.Length > 0 ? options.RepositoryForArgoCd : options.Repository, ["path"] = path, ["targetRevision"] = options.Branch },
                ["destination"] = new JsonObject { ["server"] = options.Server, ["namespace"] = cluster.NamespaceOf(key.Environment) },
            },
        };
    }

    private string FolderOf(ServiceKey key) => $"{options.Path.Trim('/')}/{key.Environment}/{key.Service}";

    private string DeploymentPath(ServiceKey key, Revision revision) => $"{FolderOf(key)}/{revision.Name}/deployment.yaml";

    private static string TrafficName(ServiceKey key) => $"{key.Environment}-{key.Service}";

    private static string RevisionName(ServiceKey key, Revision revision) => $"{key.Environment}-{KubernetesManifests.DeploymentName(key, revision.Name)}";

    private string Manifest(ServiceKey key, Revision revision, int replicas) => KubernetesYaml.Serialize(KubernetesManifests.Deployment(key, revision, replicas, cluster));

    private static async Task<TargetOutcome> Asking(Func<Task<TargetOutcome>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask();
        }
        catch (ArgoCdException refused)
        {
            return (int)refused.Status is 409 or 408 or 429 or >= 500 ? TargetOutcome.Unavailable(refused.Message) : TargetOutcome.Broken(refused.Message);
        }
        catch (HttpRequestException unreachable)
        {
            return TargetOutcome.Unavailable($"Argo CD cannot be reached: {unreachable.Message}");
        }
        catch (JsonException garbled)
        {
            return TargetOutcome.Unavailable($"Argo CD answered no JSON: {garbled.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return TargetOutcome.Unavailable("Argo CD did not answer in time");
        }
    }
}
