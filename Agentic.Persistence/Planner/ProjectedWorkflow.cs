using Agentic.Agents.Planner;

namespace Agentic.Persistence.Planner;

/// <summary>A workflow as its row shows it.</summary>
/// <param name="HadDeadLetters">Its rows may hold dead letters already.</param>
internal sealed record ProjectedWorkflow(WorkflowRecord Record, bool IsEnded, bool HadDeadLetters)
{
    /// <summary>What a cancelled workflow left failed is nobody's to replay.</summary>
    public IReadOnlyList<DeadLetter> DeadLetters { get; } = Record.Status == "cancelled" ? [] :
    [
        .. Record.Tasks
            .Where(task => task.Status == "failed" && task.Error is not null)
            .Select(task => new DeadLetter(
                $"{Record.WorkflowId}:{task.TaskId}", Record.WorkflowId, task.TaskId, task.Operation, task.Attempts, task.Error!, task.CompletedAt ?? Record.CreatedAt)),
    ];
}
