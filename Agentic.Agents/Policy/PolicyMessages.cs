using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Policy;

internal sealed record ValidatePolicy(
    [property: Description("What the content is: terraform_plan, terraform, cloudformation, kubernetes, dockerfile, workflow, files (a zip, or a JSON object of path to text) or dependencies."), AllowedValues("terraform_plan", "terraform", "cloudformation", "kubernetes", "dockerfile", "workflow", "files", "dependencies")] string Type,
    [property: Description("The content, base64 unless encoding says plain. A zip archive where the type takes several files.")] string Content,
    [property: Description("base64 (default) or plain."), AllowedValues("base64", "plain", null)] string? Encoding = null,
    [property: Description("Environment it is meant for: dev is advisory, staging enforced, production strict. Advisory where left out."), StringLength(64)] string? Environment = null,
    [property: Description("What it belongs to, for the records: a service, repository or pull request."), StringLength(200)] string? Subject = null,
    [property: Description("Fingerprints of violations that were there before; only others count."), Length(0, 20000)] IReadOnlyList<string>? Baseline = null,
    [property: Description("True adds a checked patch to each violation that has a certain cure.")] bool Fixes = false);

internal sealed record PolicyValidation(
    string ValidationId,
    bool Valid,
    PolicyMode Mode,
    bool Blocked,
    string Decision,
    IReadOnlyList<Violation> Violations,
    IReadOnlyList<WaivedViolation> Waived,
    PolicyCoverage Checked);

internal sealed record PolicyCoverage(IReadOnlyList<string> Engines, int Rules, IReadOnlyList<NotChecked> NotChecked);

internal sealed record ValidateArtifact(
    [property: Description("Artifact to gate: its id, digest or uri as generate_service returned it."), StringLength(400, MinimumLength = 1)] string Artifact,
    [property: Description("Environment it is going to: dev is advisory, staging enforced, production strict."), StringLength(64)] string? Environment = null,
    [property: Description("Service it belongs to, for the records."), StringLength(200)] string? Subject = null);

internal sealed record ListViolations(
    [property: Description("Only this severity: info, low, medium, high or critical."), AllowedValues("info", "low", "medium", "high", "critical", null)] string? Severity = null,
    [property: Description("Only this rule; another tool's id for it works too."), StringLength(100)] string? Rule = null,
    [property: Description("Only validations for this environment."), StringLength(64)] string? Environment = null,
    [property: Description("Only validations of this service, repository or pull request."), StringLength(200)] string? Subject = null,
    [property: Description("How many days to look back, 1 to 400."), Range(1, 400)] int Days = 30,
    [property: Description("Items per page, 1 to 200."), Range(1, 200)] int Limit = 50,
    [property: Description("nextCursor of the page before."), StringLength(400)] string? Cursor = null);

/// <summary>A violation with the validation it was seen in.</summary>
internal sealed record ViolationLine(string ValidationId, DateTimeOffset At, string? Environment, string? Subject, Violation Violation);

internal sealed record AddException(
    [property: Description("Rule it departs from: our id or another tool's."), StringLength(100, MinimumLength = 1)] string Rule,
    [property: Description("What it covers: a resource address or a file path; * stands for any run of characters."), StringLength(400, MinimumLength = 1)] string Scope,
    [property: Description("Who owns the risk and will end it."), StringLength(200, MinimumLength = 1)] string Owner,
    [property: Description("Why the departure is acceptable."), StringLength(2000, MinimumLength = 10)] string Reason,
    [property: Description("When it ends, ISO 8601 UTC.")] DateTimeOffset ExpiresAt,
    [property: Description("Only in this environment; everywhere where left out."), StringLength(64)] string? Environment = null);

internal sealed record ListExceptions(
    [property: Description("True lists expired ones too.")] bool Expired = false);

internal sealed record ExplainDecision(
    [property: Description("The validation to explain, pol-…"), StringLength(80, MinimumLength = 4)] string ValidationId);

/// <param name="Answer">Readable on its own: what was judged, what was decided and why.</param>
internal sealed record DecisionExplanation(
    string ValidationId,
    string Answer,
    ValidationRecord Record);

internal sealed record GetComplianceReport(
    [property: Description("A quarter such as 2026-Q3, or 'current' for the last 90 days."), RegularExpression("^([0-9]{4}-[Qq][1-4]|current)$", ErrorMessage = "must be a quarter such as 2026-Q3, or current.")] string Quarter,
    [property: Description("json (default), html or sarif."), AllowedValues("json", "html", "sarif", null)] string? Format = null);

internal sealed record TestPolicyPack(
    [property: Description("The rule pack, YAML as text."), StringLength(1000000, MinimumLength = 1)] string Pack);

internal sealed record PackTestReport(string Pack, string Version, int Rules, bool Passed, IReadOnlyList<PackTestResult> Tests, IReadOnlyList<string> Untested);

internal sealed record RuleList(IReadOnlyList<RuleDescription> Items, IReadOnlyList<NotChecked> NotLoaded);

internal sealed record ExceptionList(IReadOnlyList<PolicyException> Items);
