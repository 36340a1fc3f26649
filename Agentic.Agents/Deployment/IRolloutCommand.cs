using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Agents.Deployment;

/// <summary>Something asked of, or reported to, one rollout.</summary>
internal interface IRolloutCommand
{
    string Id { get; }
}

internal sealed record ApproveRollout(string Id, string Digest, string By) : IRolloutCommand;

internal sealed record RejectRollout(string Id, string By, string Reason) : IRolloutCommand;

/// <summary>Takes the next step without waiting for the clock; a person may overrule "inconclusive" but never "fail".</summary>
internal sealed record PromoteRollout(string Id, string By) : IRolloutCommand;

internal sealed record PauseRollout(string Id, string By, string Reason) : IRolloutCommand;

internal sealed record ResumeRollout(string Id, string By) : IRolloutCommand;

internal sealed record AbortRollout(string Id, string By, string Reason) : IRolloutCommand;

/// <summary>Sets the candidate's share by hand and holds there.</summary>
internal sealed record SetWeight(string Id, int Weight, string By) : IRolloutCommand;

/// <summary>Time went by.</summary>
internal sealed record Tick(string Id) : IRolloutCommand;

/// <summary>What came of the effect with this run number; a report with an older number is stale and changes nothing.</summary>
internal sealed record ReportDone(string Id, int Run, string? Reference = null) : IRolloutCommand;

internal sealed record ReportFailure(string Id, int Run, string Reason, bool MayRetry) : IRolloutCommand;

internal sealed record ReportMeasured(string Id, int Run, Measurement Measurement) : IRolloutCommand;
