using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy.Reports;

namespace Agentic.Agents.Policy;

/// <summary>What Policy offers: judging content and artifacts, and showing what was judged.</summary>
internal sealed class PolicyOperations(PolicyBooks books, IPolicyRecords records, IPolicyArtifacts? artifacts, TimeProvider time, IOptions<PolicyOptions> options) : IOperationSource
{
    private const string Agent = "policy";

    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<ValidatePolicy, PolicyValidation>("validate_policy", Agent, Effect.Reads, Mode.Immediate,
            "Checks Terraform, plans, CloudFormation, Kubernetes, Dockerfiles, workflows, dependencies or a whole repository against the rules, and says what it found, what it decided and what it did not check. Advisory blocks nothing; enforced and strict block from severity medium on, strict also when something could not be checked; low and info never block.",
            Validate) with
        {
            Route = Route.Post("/policy/validate"),
            MaxInputBytes = 48L * 1024 * 1024,
            Example = new ValidatePolicy("dockerfile", "FROM alpine:3.20\nUSER app\n", "plain", "dev"),
        },
        Operation.Define<ValidateArtifact, PolicyValidation>("validate_artifact", Agent, Effect.Reads, Mode.Immediate,
            "Gates a generated artifact: checks all of its files for an environment, and is refused where policy blocks it there, so that a workflow stops before anything is deployed.",
            Gate),
        Operation.Define<ListViolations, Page<ViolationLine>>("list_violations", Agent, Effect.Reads, Mode.Immediate,
            "Lists violations that validations found, newest first, by severity, rule, environment or subject.",
            List) with { Route = Route.Get("/policy/violations") },
        Operation.Define<AddException, PolicyException>("add_exception", Agent, Effect.Changes, Mode.Immediate,
            "Grants a departure from a rule for a scope and a time, with an owner and a reason. The caller is on record as the approver.",
            Grant) with { Route = Route.Post("/policy/exceptions"), Scope = Scope.Approve },
        Operation.Define<ListExceptions, ExceptionList>("list_exceptions", Agent, Effect.Reads, Mode.Immediate,
            "Lists the exceptions in force with owner, reason, approver and end; expired ones too when asked.",
            Exceptions) with { Route = Route.Get("/policy/exceptions") },
        Operation.Define<GetComplianceReport, JsonObject>("compliance_report", Agent, Effect.Reads, Mode.Immediate,
            "Reports compliance over a quarter: rates by framework, trend, exceptions and what was not checked, as JSON, SARIF or a readable HTML page.",
            Report) with { Route = Route.Get("/policy/reports/{quarter}") },
        Operation.Define<ExplainDecision, DecisionExplanation>("explain_decision", Agent, Effect.Reads, Mode.Immediate,
            "Explains from the record why a validation was blocked or let through: the mode, each violation, what was waived and by whom, and what was not checked.",
            Explain) with { Route = Route.Get("/policy/validations/{validationId}") },
        Operation.Define<Nothing, RuleList>("list_policy_rules", Agent, Effect.Reads, Mode.Immediate,
            "Lists every loaded rule with severity, category, the ids other tools use, fix and framework controls, and rule packs that could not be loaded.",
            (_, _, _) => Task.FromResult<Outcome<RuleList>>(new RuleList(books.Catalogue.All, books.NotLoaded))) with { Route = Route.Get("/policy/rules"), IsTool = false },
        Operation.Define<TestPolicyPack, PackTestReport>("test_policy_pack", Agent, Effect.Reads, Mode.Immediate,
            "Reads a rule pack and runs the tests in it; names every mistake with its line, and the rules that no test covers.",
            (request, _, _) => Task.FromResult(TestPack(request))),
    ];

    private async Task<Outcome<PolicyValidation>> Validate(ValidatePolicy request, Call call, CancellationToken cancellation)
    {
        var content = PolicyContent.Read(request.Type, request.Content, request.Encoding);
        if (content.IsRefused)
        {
            return content.Refusal;
        }

        var baseline = request.Baseline is null ? null : request.Baseline.ToHashSet(StringComparer.Ordinal);
        return await Judge(content.Value, request.Environment, request.Subject, baseline, request.Fixes, Digest(Encoding.UTF8.GetBytes(request.Content)), call, cancellation).ConfigureAwait(false);
    }

    private async Task<Outcome<PolicyValidation>> Judge(
        PolicyContent content, string? environment, string? subject, HashSet<string>? baseline, bool fixes, string digest, Call call, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var exceptions = await records.Exceptions(cancellation).ConfigureAwait(false);
        var outcome = PolicyEvaluation.Evaluate(content, environment, books.With(exceptions), now, baseline, fixes);
        if (outcome.IsRefused)
        {
            return outcome.Refusal;
        }

        var verdict = outcome.Value;
        var id = "pol-" + Digest(Encoding.UTF8.GetBytes($"{call.Effect?.ToString() ?? call.Caller.Name}|{call.IdempotencyKey}|{now.UtcTicks}|{digest}|{environment}"))[..20];
        var record = new ValidationRecord(
            id, now, call.Caller.Name, content.Type, environment, subject, digest, verdict.Valid, verdict.Blocked, verdict.Mode, verdict.Decision,
            verdict.Violations, verdict.Waived, verdict.Engines, verdict.Rules, verdict.NotChecked);
        await records.Save(record, cancellation).ConfigureAwait(false);
        return new PolicyValidation(id, verdict.Valid, verdict.Mode, verdict.Blocked, verdict.Decision, verdict.Violations, verdict.Waived, new PolicyCoverage(verdict.Engines, verdict.Rules, verdict.NotChecked));
    }

    private async Task<Outcome<PolicyValidation>> Gate(ValidateArtifact request, Call call, CancellationToken cancellation)
    {
        if (artifacts is null)
        {
            return Refusal.Unavailable("This host has no artifact store, so there is nothing to validate.");
        }

        if (await artifacts.Read(request.Artifact, cancellation).ConfigureAwait(false) is not { } files)
        {
            return Refusal.NotFound($"There is no artifact '{request.Artifact}'.");
        }

        var digest = Digest(Encoding.UTF8.GetBytes(string.Join('\n', files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => file.Key + "\0" + file.Value))));
        var outcome = await Judge(new PolicyContent("files", files, []), request.Environment, request.Subject, null, false, digest, call, cancellation).ConfigureAwait(false);
        if (outcome.IsRefused || !outcome.Value.Blocked)
        {
            return outcome;
        }

        return Refusal.Unprocessable(
            $"{outcome.Value.Decision} explain_decision {outcome.Value.ValidationId} shows everything.",
            [.. outcome.Value.Violations.Take(20).Select(violation => new MemberError(violation.File ?? violation.Resource ?? "artifact", $"{violation.Rule}: {violation.Message}"))]);
    }

    private async Task<Outcome<Page<ViolationLine>>> List(ListViolations request, Call call, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var rule = request.Rule is null ? null : books.Catalogue.Resolve(request.Rule) ?? request.Rule;
        var validations = await records.Between(now.AddDays(-request.Days), now.AddSeconds(1), cancellation).ConfigureAwait(false);
        var skip = int.TryParse(request.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
        var lines = validations.Reverse()
            .Where(validation => (request.Environment is null || validation.Environment == request.Environment) && (request.Subject is null || validation.Subject == request.Subject))
            .SelectMany(validation => validation.Violations.Select(violation => new ViolationLine(validation.Id, validation.At, validation.Environment, validation.Subject, violation)))
            .Where(line => (request.Severity is null || line.Violation.Severity == request.Severity) && (rule is null || line.Violation.Rule == rule))
            .Skip(skip).Take(request.Limit + 1).ToList();
        var next = lines.Count > request.Limit ? (skip + request.Limit).ToString(CultureInfo.InvariantCulture) : null;
        return new Page<ViolationLine>([.. lines.Take(request.Limit)], next);
    }

    private async Task<Outcome<PolicyException>> Grant(AddException request, Call call, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var errors = new List<MemberError>();
        if (request.Rule != "*" && books.Catalogue.Resolve(request.Rule) is null)
        {
            errors.Add(new MemberError("rule", $"There is no rule '{request.Rule}'. GET /policy/rules lists them all."));
        }

        if (request.ExpiresAt <= now)
        {
            errors.Add(new MemberError("expiresAt", "The end must lie in the future."));
        }
        else if (request.ExpiresAt > now.AddDays(options.Value.LongestExceptionDays))
        {
            errors.Add(new MemberError("expiresAt", $"An exception lasts at most {options.Value.LongestExceptionDays} days; renew it when it ends."));
        }

        if (errors.Count > 0)
        {
            return Refusal.Unprocessable(errors[0].Message, errors);
        }

        var id = "exc-" + Digest(Encoding.UTF8.GetBytes($"{call.Caller.Name}|{call.IdempotencyKey}|{(call.IdempotencyKey is null ? now.UtcTicks : 0)}|{request}"))[..16];
        var exception = new PolicyException(
            id, books.Catalogue.Resolve(request.Rule) ?? request.Rule, request.Scope, request.Environment, request.Owner, request.Reason, call.Caller.Name, now, request.ExpiresAt);
        await records.Grant(exception, cancellation).ConfigureAwait(false);
        return exception;
    }

    private async Task<Outcome<ExceptionList>> Exceptions(ListExceptions request, Call call, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var all = await records.Exceptions(cancellation).ConfigureAwait(false);
        return new ExceptionList([.. all.Where(exception => request.Expired || !exception.IsExpired(now)).OrderBy(exception => exception.ExpiresAt)]);
    }

    private async Task<Outcome<DecisionExplanation>> Explain(ExplainDecision request, Call call, CancellationToken cancellation) =>
        await records.Find(request.ValidationId, cancellation).ConfigureAwait(false) is { } record
            ? new DecisionExplanation(record.Id, PolicyExplanation.Of(record), record)
            : Refusal.NotFound($"There is no validation '{request.ValidationId}' on record.");

    private async Task<Outcome<JsonObject>> Report(GetComplianceReport request, Call call, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var period = ReportPeriod.Of(request.Quarter, now);
        var current = await records.Between(period.From, period.To, cancellation).ConfigureAwait(false);
        var previous = await records.Between(period.Before, period.From, cancellation).ConfigureAwait(false);
        var exceptions = await records.Exceptions(cancellation).ConfigureAwait(false);
        var report = ComplianceReport.Of(period, current, previous, exceptions, books.Catalogue, now);
        return request.Format switch
        {
            "html" => new JsonObject { ["contentType"] = "text/html", ["content"] = ComplianceHtml.Write(report) },
            "sarif" => SarifLog.Write([.. current.SelectMany(validation => validation.Violations)], books.Catalogue),
            _ => report.ToJson(),
        };
    }

    private static Outcome<PackTestReport> TestPack(TestPolicyPack request)
    {
        var pack = RulePackReader.Read(request.Pack, "pack");
        if (pack.IsRefused)
        {
            return pack.Refusal;
        }

        var results = RulePackCheck.Test(pack.Value);
        var untested = pack.Value.Rules.Select(rule => rule.Description.Id).Except(results.Select(result => result.Rule), StringComparer.Ordinal).ToList();
        return new PackTestReport(pack.Value.Name, pack.Value.Version, pack.Value.Rules.Count, results.All(result => result.Passed), results, untested);
    }

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
