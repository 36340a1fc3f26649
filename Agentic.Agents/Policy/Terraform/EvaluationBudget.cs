namespace Agentic.Agents.Policy.Terraform;

/// <summary>Bounds the work of one evaluation; once spent, everything else is unknown and the report says so.</summary>
internal sealed class EvaluationBudget
{
    private int steps = 3_000_000;
    private int resources = 20_000;
    private long characters = 64_000_000;

    /// <summary>How deep expressions, references and modules may nest into one another.</summary>
    public const int Deepest = 220;

    public const int DeepestModule = 12;

    /// <summary>Items a single list, range or repetition may have.</summary>
    public const int LongestList = 20_000;

    public int Depth { get; set; }

    public bool IsSpent => steps <= 0 || resources <= 0 || characters <= 0;

    public bool Step() => --steps > 0;

    public bool Resource() => --resources > 0;

    public bool Characters(int count) => (characters -= count) > 0;
}
