namespace Agentic.Agents.Operations;

/// <summary>The circumstances of one request: who, through which door, and what it belongs to.</summary>
/// <param name="Door"><c>rest</c>, <c>mcp</c>, <c>chat</c>, <c>console</c>, <c>workflow</c>, <c>webhook</c> or <c>schedule</c>.</param>
internal sealed record Call(Caller Caller, string Door)
{
    public string? IdempotencyKey { get; init; }

    /// <summary>How long the caller is willing to wait for durable work, at most 25 s (<c>Prefer: wait=N</c>).</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>W3C traceparent, so that a trace runs on through the journal.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Set when an operation runs as a task of a workflow; null for an immediate call.</summary>
    public EffectKey? Effect { get; init; }

    /// <summary>A person has approved exactly this input of this task.</summary>
    public bool IsApproved { get; init; }

    /// <summary>1 for the first try; only for messages and logs, since an effect is the same across attempts.</summary>
    public int Attempt { get; init; } = 1;
}

/// <summary>
/// Names one effect for ever: equal across attempts, redeliveries and restarts. A handler that changes something outside looks up
/// what this key already made and adopts it before it makes it again.
/// </summary>
/// <param name="InputDigest">Hex SHA-256 of the canonical resolved input.</param>
internal sealed record EffectKey(string Workflow, string Task, string InputDigest)
{
    private const string UndoMark = "~undo";

    public bool IsUndo => Task.EndsWith(UndoMark, StringComparison.Ordinal);

    /// <summary>The effect of undoing a task, beside that of doing it.</summary>
    public static EffectKey Undoing(string workflow, string task, string inputDigest) => new(workflow, task + UndoMark, inputDigest);

    public override string ToString() => $"{Workflow}/{Task}/{InputDigest}";
}
