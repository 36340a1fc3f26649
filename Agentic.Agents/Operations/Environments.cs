namespace Agentic.Agents.Operations;

/// <summary>How strictly policy binds in an environment (design.md 6).</summary>
internal enum PolicyMode
{
    Advisory,
    Enforced,
    Strict,
}

/// <summary>The environments work can aim at. An unknown name is treated as strictly as production.</summary>
internal static class Environments
{
    public const string Dev = "dev";
    public const string Staging = "staging";
    public const string Production = "production";

    public static IReadOnlyList<string> All { get; } = [Dev, Staging, Production];

    public static PolicyMode ModeOf(string? environment) => environment switch
    {
        null or Dev => PolicyMode.Advisory,
        Staging => PolicyMode.Enforced,
        _ => PolicyMode.Strict,
    };

    /// <summary>A change of this environment waits for a person.</summary>
    public static bool NeedsApproval(string? environment) => ModeOf(environment) == PolicyMode.Strict;
}
