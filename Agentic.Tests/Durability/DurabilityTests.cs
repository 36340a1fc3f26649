using Agentic.Tests.Support;

namespace Agentic.Tests.Durability;

/// <summary>A sample of the proof that <c>dotnet run --project Agentic.Tests -- durability</c> gives in full.</summary>
public sealed class DurabilityTests
{
    [Test]
    public async Task Ends_equal_to_the_undisturbed_run_wherever_the_host_is_killed_on_sqlite()
    {
        var report = await DurabilityProof.Prove(null, point => point % 9 == 4, TestContext.Out.WriteLine);

        Assert.That(report.Killed, Is.GreaterThanOrEqualTo(3));
        Assert.That(report.Differences, Is.Empty);
    }

    [Test]
    public async Task Ends_equal_to_the_undisturbed_run_wherever_the_host_is_killed_on_postgresql()
    {
        await using var server = await PostgresServer.StartAsync();
        var report = await DurabilityProof.Prove(server, point => point % 12 == 8, TestContext.Out.WriteLine);

        Assert.That(report.Killed, Is.GreaterThanOrEqualTo(2));
        Assert.That(report.Differences, Is.Empty);
    }
}
