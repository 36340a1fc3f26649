namespace Agentic.Agents.Policy.Engines;

/// <summary>What the engines of others said about one input.</summary>
/// <param name="Names">Those that looked; a failed one is not among them.</param>
internal sealed record EngineAnswers(IReadOnlyList<Checked> Answers, IReadOnlyList<string> Names)
{
    public static EngineAnswers None { get; } = new([], []);
}
