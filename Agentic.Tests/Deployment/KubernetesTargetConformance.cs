using Agentic.Agents.Deployment;
using Agentic.Agents.Integrations.Kubernetes;

namespace Agentic.Tests.Deployment;

/// <summary>The Kubernetes target before a double of an API server, whichever workloads its cluster knows.</summary>
public abstract class KubernetesTargetConformance : RolloutTargetConformance
{
    private protected KubernetesDouble Server { get; private set; } = null!;

    private protected k8s.Kubernetes Client { get; private set; } = null!;

    private protected override IRolloutTarget Target => _target;

    private KubernetesRolloutTarget _target = null!;

    [SetUp]
    public async Task Begin()
    {
        Server = await KubernetesDouble.Start();
        Client = Server.Client();
        _target = Over(Client);
    }

    [TearDown]
    public async Task End()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }

    private protected static KubernetesRolloutTarget Over(k8s.Kubernetes client, TimeSpan? poll = null) =>
        new(client, new KubernetesOptions { Replicas = 4, PollInterval = poll ?? TimeSpan.FromMilliseconds(5), ReadyLimit = TimeSpan.FromSeconds(30) }, TimeProvider.System);

    private protected override Revision Good(string version) => ARollout.Revision(version) with { Artifact = $"registry.local/tiny:{version}" };

    private protected override Revision Broken(string version) => ARollout.Revision(version) with { Artifact = $"registry.local/tiny:{version}-broken" };
}
