using Agentic.Agents.Operations;

namespace Agentic.Agents.Policy;

/// <summary>
/// What Policy remembers. Who keeps it also sends the events of <see cref="PolicyEvents"/> for every validation it saves.
/// </summary>
internal interface IPolicyRecords
{
    Task Save(ValidationRecord validation, CancellationToken cancellation);

    Task<ValidationRecord?> Find(string id, CancellationToken cancellation);

    /// <summary>Validations in a span of time (its end excluded) one after the other, oldest first unless asked otherwise; those of one moment by id.</summary>
    IAsyncEnumerable<ValidationRecord> Between(DateTimeOffset from, DateTimeOffset to, bool newestFirst, CancellationToken cancellation);

    Task Grant(PolicyException exception, CancellationToken cancellation);

    /// <summary>Every exception ever granted, expired ones included.</summary>
    Task<IReadOnlyList<PolicyException>> Exceptions(CancellationToken cancellation);

    /// <summary>Keeps where the report of a quarter lies; the first one stays.</summary>
    Task Keep(KeptReport report, CancellationToken cancellation);

    /// <summary>The report that was kept when the quarter (2026-Q3) had ended.</summary>
    Task<KeptReport?> Report(string quarter, CancellationToken cancellation);

    /// <summary>What others are told, in the order it happened, after a number that was handed out before (0 from the beginning).</summary>
    Task<IReadOnlyList<PolicyNotice>> Notices(long after, int limit, CancellationToken cancellation);
}

/// <summary>The compliance report of a quarter as it was made when the quarter had ended.</summary>
/// <param name="Artifact">Digest of the artifact with report.json, report.html and report.sarif.</param>
/// <param name="Evidence">End of the hash chain over the validations it was made from.</param>
internal sealed record KeptReport(string Quarter, DateTimeOffset At, string Artifact, string Evidence);

/// <summary>The artifacts of this host: what is gated, and where rule packs are kept.</summary>
internal interface IPolicyArtifacts
{
    /// <summary>The files of an artifact; null where it is not known.</summary>
    Task<IReadOnlyDictionary<string, string>?> Read(string artifact, CancellationToken cancellation);

    /// <summary>Keeps files under their digest, which it answers; the same files again change nothing.</summary>
    Task<string> Keep(IReadOnlyDictionary<string, string> files, CancellationToken cancellation);
}

/// <summary>One validation as it is kept: what was found and decided, never what was sent.</summary>
/// <param name="Id"><c>pol-…</c></param>
/// <param name="Digest">Hex SHA-256 of the content, so that it can be shown what was judged.</param>
internal sealed record ValidationRecord(
    string Id,
    DateTimeOffset At,
    string Caller,
    string Type,
    string? Environment,
    string? Subject,
    string Digest,
    bool Valid,
    bool Blocked,
    PolicyMode Mode,
    string Decision,
    IReadOnlyList<Violation> Violations,
    IReadOnlyList<WaivedViolation> Waived,
    IReadOnlyList<string> Engines,
    int Rules,
    IReadOnlyList<NotChecked> NotChecked);
