namespace Agentic.Agents.Policy.Terraform;

/// <summary>How a dynamic block is read whose number cannot be known.</summary>
internal enum UnknownBlocks
{
    /// <summary>More may exist than are listed: what depends on their number is unknown.</summary>
    Open,

    Absent,

    Once,
}

/// <summary>Bounds the work of one evaluation; once spent, everything else is unknown and the report says so.</summary>
internal sealed class EvaluationBudget(UnknownBlocks unknownBlocks = UnknownBlocks.Open)
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

    public UnknownBlocks UnknownBlocks { get; } = unknownBlocks;

    /// <summary>A dynamic block was met whose number cannot be known.</summary>
    public bool HasUnknownBlocks { get; set; }

    public bool IsSpent => steps <= 0 || resources <= 0 || characters <= 0;

    public bool Step() => --steps > 0;

    public bool Resource() => --resources > 0;

    public bool Characters(int count) => (characters -= count) > 0;
}
