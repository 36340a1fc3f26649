using System.Diagnostics;

namespace Agentic.Tests.Support;

/// <summary>Waits for something that another process or actor brings about, by looking again until it holds.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task Holds(Func<Task<bool>> condition)
    {
        var clock = Stopwatch.StartNew();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            if (clock.Elapsed > Patience)
                Assert.Fail($"It did not come about within {Patience.TotalSeconds:0} s.");
            await ticks.WaitForNextTickAsync();
        }
    }
}
