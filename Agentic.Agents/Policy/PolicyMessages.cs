using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
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

internal sealed record ValidateImage(
    [property: Description("Container image to look into: a reference such as registry.example.org/shop/orders:1.4.2."), RegularExpression("^[a-zA-Z0-9][a-zA-Z0-9._/:@-]{0,399}$", ErrorMessage = "must be an image reference: letters, digits and . _ / : @ -.")] string Image,
    [property: Description("Environment it is meant for: dev is advisory, staging enforced, production strict. Advisory where left out."), StringLength(64)] string? Environment = null,
    [property: Description("Service it belongs to, for the records."), StringLength(200)] string? Subject = null);

internal sealed record ImportSarif(
    [property: Description("A SARIF 2.1.0 log as text, from any scanner."), StringLength(48000000, MinimumLength = 2)] string Sarif,
    [property: Description("Environment it is meant for: dev is advisory, staging enforced, production strict. Advisory where left out."), StringLength(64)] string? Environment = null,
    [property: Description("What it belongs to, for the records: a service, repository or pull request."), StringLength(200)] string? Subject = null,
    [property: Description("Fingerprints of violations that were there before; only others count."), Length(0, 20000)] IReadOnlyList<string>? Baseline = null);

internal sealed record ScanHistory(
    [property: Description("Name of a repository below Policy:RepositoryFolder; leave out when a bundle or log is sent."), StringLength(400)] string? Repository = null,
    [property: Description("A Git bundle, base64: git bundle create - --all | base64."), StringLength(48000000)] string? Bundle = null,
    [property: Description("The history as text: git log -p --all --unified=0 --format='commit %H'."), StringLength(48000000)] string? Log = null,
    [property: Description("How many commits to search, newest first, 1 to 100000."), Range(1, 100000)] int Commits = 10000,
    [property: Description("Environment it is meant for: dev is advisory, staging enforced, production strict. Advisory where left out."), StringLength(64)] string? Environment = null,
    [property: Description("What it belongs to, for the records."), StringLength(200)] string? Subject = null);

/// <summary>What the API server of a cluster sends (admission.k8s.io/v1), and the place in our path that says which environment it is.</summary>
internal sealed record ReviewAdmission(
    [property: Description("Environment the cluster belongs to; one of Policy:AdmissionEnvironments."), StringLength(64, MinimumLength = 1)] string Environment,
    [property: Description("The request of the AdmissionReview.")] JsonObject Request,
    [property: Description("admission.k8s.io/v1."), StringLength(100)] string? ApiVersion = null,
    [property: Description("AdmissionReview."), StringLength(100)] string? Kind = null,
    [property: Description("Added by the API server to the address; an answer takes milliseconds."), StringLength(20)] string? Timeout = null);

internal sealed record ReviewComments(
    [property: Description("The validation to show, pol-…; made with fixes it carries suggestions."), StringLength(80, MinimumLength = 4)] string ValidationId,
    [property: Description("Code host the payload is for: github or gitlab."), AllowedValues("github", "gitlab")] string Provider,
    [property: Description("Unified diff of the change; findings outside of it go to the summary. Where left out, every finding on a line gets a comment."), StringLength(20000000)] string? Diff = null,
    [property: Description("Commit the comments stand on (head)."), RegularExpression("^[0-9a-f]{7,64}$", ErrorMessage = "must be a commit id.")] string? Head = null,
    [property: Description("Commit the change branched from; GitLab wants it."), RegularExpression("^[0-9a-f]{7,64}$", ErrorMessage = "must be a commit id.")] string? Base = null,
    [property: Description("Head of the target branch when the change was made; GitLab wants it."), RegularExpression("^[0-9a-f]{7,64}$", ErrorMessage = "must be a commit id.")] string? Start = null);

internal sealed record PostReview(
    [property: Description("The validation to show, pol-…; made with fixes it carries suggestions."), StringLength(80, MinimumLength = 4)] string ValidationId,
    [property: Description("Code host of the change: github or gitlab."), AllowedValues("github", "gitlab")] string Provider,
    [property: Description("Repository: owner/name on GitHub, the path of the project on GitLab."), RegularExpression("^[A-Za-z0-9_.][A-Za-z0-9._-]*(/[A-Za-z0-9_.][A-Za-z0-9._-]*){1,9}$", ErrorMessage = "must be a path such as acme/shop.")] string Repository,
    [property: Description("Number of the pull request, or iid of the merge request."), Range(1, 2000000000)] int Number,
    [property: Description("Name of a configured connection to the host; the usual one where left out."), StringLength(200)] string? Connection = null,
    [property: Description("Commit the validation looked at; nothing is posted where the change has moved on since."), RegularExpression("^[0-9a-f]{7,64}$", ErrorMessage = "must be a commit id.")] string? Head = null);

internal sealed record ListNotices(
    [property: Description("Number of the last notice you have; 0 from the beginning."), Range(0, 9007199254740991)] long After = 0,
    [property: Description("How many at most, 1 to 500."), Range(1, 500)] int Limit = 100);

internal sealed record NoticeList(IReadOnlyList<PolicyNotice> Items, long After);

internal sealed record PublishPolicyPack(
    [property: Description("The rule pack, YAML as text. All of its tests must pass."), StringLength(1000000, MinimumLength = 1)] string Pack);

/// <param name="Artifact">Put it into Policy:PackArtifacts to have its rules looked with.</param>
internal sealed record PublishedPack(string Pack, string Version, string Artifact, int Rules);

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
