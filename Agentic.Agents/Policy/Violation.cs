using System.ComponentModel;

namespace Agentic.Agents.Policy;

/// <summary>A finding with everything a person needs to act on it.</summary>
internal sealed record Violation(
    string Severity,
    string Rule,
    IReadOnlyList<string> Aliases,
    string Category,
    string? Resource,
    string? File,
    int? Line,
    string Message,
    string Fix,
    IReadOnlyList<string> Frameworks,
    string Fingerprint)
{
    public int? EndLine { get; init; }

    /// <summary>The engine of someone else that saw it; null where a built-in rule or a pack did.</summary>
    public string? Engine { get; init; }

    /// <summary>A change that cures it, checked by running the rules on the result; null where none is certain.</summary>
    public FixPatch? Patch { get; init; }
}

/// <param name="File">The file it applies to.</param>
/// <param name="Diff">Unified diff against what was sent.</param>
/// <param name="StartLine">First line that is replaced, 1-based.</param>
/// <param name="EndLine">Last line that is replaced; one less than the start for a pure insertion.</param>
/// <param name="Replacement">The lines that come in their place.</param>
internal sealed record FixPatch(string File, string Diff, int StartLine, int EndLine, string Replacement);

/// <summary>A violation that does not count, and why.</summary>
/// <param name="Kind"><c>exception</c>, <c>suppression</c> or <c>baseline</c>.</param>
/// <param name="Reason">The reason on record; for a baseline, that it was known before.</param>
internal sealed record WaivedViolation(Violation Violation, string Kind, string Reason, string? ExceptionId = null, DateTimeOffset? ExpiresAt = null);

/// <summary>An agreed departure from a rule, for a time.</summary>
/// <param name="Rule">A rule id or another tool's id for it; <c>*</c> for every rule.</param>
/// <param name="Scope">What it covers: a resource address, file or service; <c>*</c> matches any run of characters.</param>
internal sealed record PolicyException(
    string Id,
    string Rule,
    string Scope,
    string? Environment,
    string Owner,
    string Reason,
    string Approver,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt)
{
    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;

    /// <summary>The same in HCL and plan, since both give a resource the same address.</summary>
    public bool Covers(Violation violation, string? environment, PolicyCatalogue catalogue) =>
        (Rule == "*" || (catalogue.Resolve(Rule) ?? Rule) == violation.Rule)
        && (Environment is null || Environment == environment)
        && (Glob.Matches(Scope, violation.Resource) || Glob.Matches(Scope, violation.File));
}
