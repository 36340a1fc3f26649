namespace Agentic.Tests.Support;

/// <summary>The real time, plus what a test adds: timers run as they are, dates are as wanted.</summary>
internal sealed class MovableTime : TimeProvider
{
    private TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

    public void Move(TimeSpan by) => _ahead += by;
}
