using Agentic.Tests.Support;

namespace Agentic.Tests.Host;

internal sealed class RateLimitTests
{
    [Test]
    public async Task Slows_a_caller_down_and_says_for_how_long()
    {
        await using var host = await AgenticHost.StartAsync(options => (options.Settings["RateLimit:RequestsPerSecond"], options.Settings["RateLimit:Burst"]) = ("1", "3"));
        for (var request = 0; request < 3; request++)
            Assert.That(await host.Client.GetAsync("/operations").Status(), Is.EqualTo(200));

        using var answer = await host.Client.GetAsync("/operations");

        await RestTests.Problem(answer, 429);
        Assert.That(answer.Headers.RetryAfter?.Delta, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)));
    }
}
