using Agentic.Tests.Benchmarks;

namespace Agentic.Tests.Deployment;

/// <summary>A small run of the simulation, so that a change of the statistics shows at once. The full figures come from the benchmark.</summary>
public class CanarySimulationTests
{
    [TestCase(1.0 / 60)]
    [TestCase(1.0)]
    [TestCase(20.0)]
    public void Promotes_no_bad_version_and_aborts_no_healthy_one(double perSecond)
    {
        var healthy = DeploymentCanarySimulation.Many(40, perSecond, 0.001, seed: 3);
        var bad = DeploymentCanarySimulation.Many(40, perSecond, 0.05, seed: 4);

        Assert.That(healthy.Aborted, Is.LessThanOrEqualTo(1));
        Assert.That(bad.Promoted, Is.LessThanOrEqualTo(1));
    }

    [Test]
    public void Reaches_a_verdict_at_one_request_a_second()
    {
        Assert.That(DeploymentCanarySimulation.Many(40, 1, 0.001, seed: 5).Inconclusive, Is.LessThanOrEqualTo(4));
        Assert.That(DeploymentCanarySimulation.Many(40, 1, 0.05, seed: 6).Inconclusive, Is.LessThanOrEqualTo(4));
    }
}
