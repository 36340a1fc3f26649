using k8s;
using k8s.Autorest;
using k8s.Models;
using Agentic.Agents.Deployment;
using Agentic.Agents.Integrations.Kubernetes;

namespace Agentic.Tests.Deployment;

/// <summary>
/// The same promises against a real API server with its controllers: <c>AGENTIC_KUBERNETES</c> names a kubeconfig that may make namespaces.
/// It needs no nodes: a small kubelet of the test's own says which pods are ready. Without one there are no such tests: no package
/// brings an API server, so nothing can demand it.
/// </summary>
[NonParallelizable]
[TestFixtureSource(nameof(Clusters))]
public class KubernetesClusterTests(string config) : RolloutTargetConformance
{
    private static IEnumerable<string> Clusters => Environment.GetEnvironmentVariable("AGENTIC_KUBERNETES") is { Length: > 0 } config ? [config] : [];

    private string _space = "";
    private k8s.Kubernetes? _client;
    private KubernetesRolloutTarget _target = null!;
    private CancellationTokenSource _stop = null!;
    private Task _kubelet = Task.CompletedTask;

    private protected override IRolloutTarget Target => _target;

    private k8s.Kubernetes Client => _client!;

    [SetUp]
    public async Task Begin()
    {
        _client = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(config));
        _space = $"agentic-{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4))}";
        await Client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = _space } });
        _target = Make(_space);
        _stop = new CancellationTokenSource();
        _kubelet = Kubelet(_stop.Token);
    }

    [TearDown]
    public async Task End()
    {
        if (_client is null)
        {
            return;
        }

        await Client.CoreV1.DeleteNamespaceAsync(_space);
        await _stop.CancelAsync();
        await _kubelet;
        _stop.Dispose();
        _client.Dispose();
    }

    private protected override Revision Good(string version) => ARollout.Revision(version) with { Artifact = $"registry.local/tiny:{version}" };

    private protected override Revision Broken(string version) => ARollout.Revision(version) with { Artifact = $"registry.local/tiny:{version}-broken" };

    [Test]
    public async Task Has_the_service_select_the_pods_of_the_shares_and_no_others()
    {
        await _target.Prepare(Key, Good("1"), default);
        await _target.Shift(Key, [new(Good("1"), 100)], default);
        await _target.Prepare(Key, Good("2"), default);
        Assert.That(await Behind(), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 4 }));

        await _target.Shift(Key, [new(Good("1"), 80), new(Good("2"), 20)], default);
        Assert.That(await Behind(), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 4, [Good("2").Name] = 1 }));

        await _target.Shift(Key, [new(Good("1"), 100)], default);
        await _target.Retire(Key, Good("2"), default);
        Assert.That(await Behind(), Is.EqualTo(new Dictionary<string, int> { [Good("1").Name] = 4 }));
        Assert.That((await Client.CoreV1.ListNamespacedPodAsync(_space)).Items, Has.Count.EqualTo(4), "no pod is orphaned");
    }

    [Test]
    public async Task Brings_back_what_was_just_deleted()
    {
        await _target.Prepare(Key, Good("1"), default);
        await _target.Shift(Key, [new(Good("1"), 100)], default);
        await Client.AppsV1.DeleteNamespacedDeploymentAsync(KubernetesManifests.DeploymentName(Key, Good("1").Name), _space, propagationPolicy: "Foreground");

        Assert.That((await _target.Prepare(Key, Good("1"), default)).Succeeded);

        Assert.That((await _target.Observe(Key, default)).Find(Good("1"))!.Ready, Is.EqualTo(4));
    }

    [Test]
    public async Task Names_the_namespace_that_is_missing()
    {
        var outcome = await Make("nowhere").Prepare(Key, Good("1"), default);

        Assert.That(outcome.Reason, Does.Contain("namespaces \"nowhere\" not found").And.Contain("Kubernetes:Namespaces"));
        Assert.That(outcome.MayRetry, Is.False);
    }

    private KubernetesRolloutTarget Make(string space) => new(
        Client, new KubernetesOptions { Replicas = 4, ReadyLimit = TimeSpan.FromSeconds(40), Namespaces = { ["dev"] = space } }, TimeProvider.System);

    private async Task<Dictionary<string, int>> Behind()
    {
        var service = await Client.CoreV1.ReadNamespacedServiceAsync(Key.Service, _space);
        var pods = await Client.CoreV1.ListNamespacedPodAsync(_space, labelSelector: string.Join(',', service.Spec.Selector.Select(label => $"{label.Key}={label.Value}")));
        return pods.Items.Where(pod => pod.Metadata.DeletionTimestamp is null).GroupBy(pod => pod.Metadata.Labels[KubernetesManifests.RevisionLabel]).ToDictionary(group => group.Key, group => group.Count());
    }

    /// <summary>What a node would report: pods run and are ready, those of a broken image crash again and again.</summary>
    private async Task Kubelet(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                foreach (var pod in (await Client.CoreV1.ListNamespacedPodAsync(_space, cancellationToken: stop)).Items.Where(pod => pod.Status?.ContainerStatuses is null))
                {
                    var isBroken = pod.Spec.Containers[0].Image.EndsWith("broken", StringComparison.Ordinal);
                    var now = TimeProvider.System.GetUtcNow().UtcDateTime;
                    var status = new V1Pod
                    {
                        Status = new V1PodStatus
                        {
                            Phase = "Running",
                            Conditions = [new V1PodCondition { Type = "Ready", Status = isBroken ? "False" : "True", LastTransitionTime = now }],
                            ContainerStatuses =
                            [
                                new V1ContainerStatus
                                {
                                    Name = pod.Spec.Containers[0].Name, Image = pod.Spec.Containers[0].Image, ImageID = "x", Ready = !isBroken, RestartCount = isBroken ? 3 : 0,
                                    State = isBroken ? new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = "CrashLoopBackOff", Message = "back-off" } } : new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = now } },
                                },
                            ],
                        },
                    };
                    await Client.CoreV1.PatchNamespacedPodStatusAsync(new V1Patch(status, V1Patch.PatchType.MergePatch), pod.Metadata.Name, _space, cancellationToken: stop);
                }

                await Task.Delay(50, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (HttpOperationException)
            {
                // The pod went away between the two calls.
            }
        }
    }
}
