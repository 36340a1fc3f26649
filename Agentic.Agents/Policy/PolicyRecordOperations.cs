using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy.Reports;

namespace Agentic.Agents.Policy;

/// <summary>What Policy remembers and agrees on: violations, exceptions, reports, explanations, rules and packs.</summary>
internal sealed class PolicyRecordOperations(
    PolicyBooks books, IPolicyRecords records, ComplianceReports reports, IPolicyArtifacts? artifacts, TimeProvider time, IOptions<PolicyOptions> options) : IOperationSource
{
    private const string Agent = "policy";

    public IEnumerable<Operation> Operations =>
    [
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
            "Reports compliance over a quarter: rates by framework, trend, exceptions and what was not checked, as JSON, SARIF or a readable HTML page. Its evidence is anchored in the audit chain. The report of a quarter is also made and kept when the quarter has ended.",
            Report) with { Route = Route.Get("/policy/reports/{quarter}") },
        Operation.Define<ExplainDecision, DecisionExplanation>("explain_decision", Agent, Effect.Reads, Mode.Immediate,
            "Explains from the record why a validation was blocked or let through: the mode, each violation, what was waived and by whom, and what was not checked.",
            Explain) with { Route = Route.Get("/policy/validations/{validationId}") },
        Operation.Define<ListNotices, NoticeList>("list_policy_events", Agent, Effect.Reads, Mode.Immediate,
            "Lists policy.validated and policy.violated events in order, after the number of the last one you have, so that nothing is missed between two calls.",
            Notices),
        Operation.Define<Nothing, RuleList>("list_policy_rules", Agent, Effect.Reads, Mode.Immediate,
            "Lists every loaded rule with severity, category, the ids other tools use, fix and framework controls, and rule packs that could not be loaded.",
            Rules) with { Route = Route.Get("/policy/rules"), IsTool = false },
        Operation.Define<TestPolicyPack, PackTestReport>("test_policy_pack", Agent, Effect.Reads, Mode.Immediate,
            "Reads a rule pack and runs the tests in it; names every mistake with its line, and the rules that no test covers.",
            (request, _, _) => Task.FromResult(Test(request.Pack))),
        Operation.Define<PublishPolicyPack, PublishedPack>("publish_policy_pack", Agent, Effect.Changes, Mode.Immediate,
            "Keeps a rule pack whose tests all pass as an artifact of this host. It takes effect where the settings name the artifact (Policy:PackArtifacts).",
            Publish) with { Scope = Scope.Approve },
    ];

    private async Task<Outcome<Page<ViolationLine>>> List(ListViolations request, Call call, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var rule = request.Rule is null ? null : books.Catalogue.Resolve(request.Rule) ?? request.Rule;
        var cursor = request.Cursor is null ? null : ViolationCursor.Read(request.Cursor);
        if (request.Cursor is not null && cursor is null)
        {
            return Refusal.Malformed("The cursor is none of ours.", [new MemberError("cursor", "Send the nextCursor of the page before, or none for the first page.")]);
        }

        var lines = new List<(ViolationLine Line, int Index)>();
        await foreach (var validation in records.Between(now.AddDays(-request.Days), cursor?.At.AddTicks(1) ?? now.AddSeconds(1), newestFirst: true, cancellation).ConfigureAwait(false))
        {
            var isAsked = (request.Environment is null || validation.Environment == request.Environment) && (request.Subject is null || validation.Subject == request.Subject);
            for (var index = cursor?.After(validation) ?? 0; isAsked && index < validation.Violations.Count && lines.Count <= request.Limit; index++)
            {
                var violation = validation.Violations[index];
                if ((request.Severity is null || violation.Severity == request.Severity) && (rule is null || violation.Rule == rule))
                {
                    lines.Add((new ViolationLine(validation.Id, validation.At, validation.Environment, validation.Subject, violation), index));
                }
            }

            if (lines.Count > request.Limit)
            {
                break;
            }
        }

        var next = lines.Count > request.Limit ? new ViolationCursor(lines[request.Limit - 1].Line.At, lines[request.Limit - 1].Line.ValidationId, lines[request.Limit - 1].Index).ToString() : null;
        return new Page<ViolationLine>([.. lines.Take(request.Limit).Select(each => each.Line)], next);
    }

    private async Task<Outcome<PolicyException>> Grant(AddException request, Call call, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var errors = new List<MemberError>();
        if (request.Rule != "*" && books.Catalogue.Resolve(request.Rule) is null && !request.Rule.Contains(':', StringComparison.Ordinal))
        {
            errors.Add(new MemberError("rule", $"There is no rule '{request.Rule}'. GET /policy/rules lists them all; a rule of another engine is written engine:id."));
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

        var id = "exc-" + PolicyJudge.Hex($"{call.Caller.Name}|{call.IdempotencyKey}|{(call.IdempotencyKey is null ? now.UtcTicks : 0)}|{request}")[..16];
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
        var made = await reports.Make(request.Quarter, call, cancellation).ConfigureAwait(false);
        return request.Format switch
        {
            "html" => new JsonObject { ["contentType"] = "text/html", ["content"] = ComplianceHtml.Write(made.Report) },
            "sarif" => SarifLog.Write(made.Violations, books.Catalogue),
            _ => made.Report.ToJson(),
        };
    }

    private async Task<Outcome<NoticeList>> Notices(ListNotices request, Call call, CancellationToken cancellation)
    {
        var notices = await records.Notices(request.After, request.Limit, cancellation).ConfigureAwait(false);
        return new NoticeList(notices, notices.Count == 0 ? request.After : notices[^1].Number);
    }

    private async Task<Outcome<RuleList>> Rules(Nothing request, Call call, CancellationToken cancellation)
    {
        var book = await books.Book([], cancellation).ConfigureAwait(false);
        return new RuleList(book.Catalogue.All, book.NotLoaded);
    }

    private static Outcome<PackTestReport> Test(string text)
    {
        var pack = RulePackReader.Read(text, "pack");
        if (pack.IsRefused)
        {
            return pack.Refusal;
        }

        var results = RulePackCheck.Test(pack.Value);
        var untested = pack.Value.Rules.Select(rule => rule.Description.Id).Except(results.Select(result => result.Rule), StringComparer.Ordinal).ToList();
        return new PackTestReport(pack.Value.Name, pack.Value.Version, pack.Value.Rules.Count, results.All(result => result.Passed), results, untested);
    }

    private async Task<Outcome<PublishedPack>> Publish(PublishPolicyPack request, Call call, CancellationToken cancellation)
    {
        var tested = Test(request.Pack);
        if (tested.IsRefused)
        {
            return tested.Refusal;
        }

        if (artifacts is null)
        {
            return Refusal.Unavailable("This host has no artifact store, so a pack cannot be kept.");
        }

        var report = tested.Value;
        if (!report.Passed || report.Untested.Count > 0)
        {
            var errors = report.Tests.Where(test => !test.Passed).Select(test => new MemberError("pack", $"{test.Name}: {test.Message}"))
                .Concat(report.Untested.Select(rule => new MemberError("pack", $"No test covers the rule {rule}."))).ToList();
            return Refusal.Unprocessable("Only a pack whose rules are all tested, and whose tests pass, is published.", errors);
        }

        var artifact = await artifacts.Keep(new Dictionary<string, string> { ["pack.yaml"] = request.Pack }, cancellation).ConfigureAwait(false);
        return new PublishedPack(report.Pack, report.Version, artifact, report.Rules);
    }
}
