namespace Agentic.Agents.Migration.Conversion;

/// <summary>How a body ended: it ran on, it returned, or it returned when a condition held.</summary>
internal sealed record Completion(bool Left, Guard? When, Value? Value)
{
    public static readonly Completion Normal = new(false, null, null);
}
