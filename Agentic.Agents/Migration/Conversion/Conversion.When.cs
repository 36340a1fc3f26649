using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private Surroundings When(Call call, Closure when, Scope scope, Surroundings around)
    {
        Guard? all = null;
        foreach (var condition in Sections(when))
        {
            if (condition.StepName is "beforeAgent" or "beforeInput" or "beforeOptions")
            {
                Mark(condition.Span, Fate.Dropped, "a condition of a job is always asked before its runner is taken");
                continue;
            }

            var one = WhenCondition(condition, scope, around);
            all = all is null ? one : Guard.And(all, one);
        }

        foreach (var statement in when.Body.Where(statement => !_ledger.Knows(statement.Span) && statement is ExpressionStmt { Expression: not Call }))
            Mark(statement.Span, Fate.Manual, "not a condition this conversion knows");
        _ = call;
        return all is null ? around : around.With(all);
    }

    private Guard WhenCondition(Call condition, Scope scope, Surroundings around)
    {
        Guard Off(string why)
        {
            var guard = OffByDefault(condition, Quote(condition.Span));
            Mark(condition.Span, Fate.Manual, $"{why}: {Quote(condition.Span, 100)}; the stage is off until {guard.Expression.Split(' ')[0]} is true");
            return guard;
        }

        Guard Good(Guard guard, string? note = null)
        {
            if (note is null && condition is { StepName: "expression", Body: { } asked })
            {
                MarkCondition(condition.Span, new Unreadable(asked.Span), guard);
                return guard;
            }

            Mark(condition.Span, note is null ? Fate.Converted : Fate.Approximated, note ?? "if");
            return guard;
        }

        switch (condition.StepName)
        {
            case "allOf" or "anyOf" when condition.Body is { } group:
                Guard? joined = null;
                MarkWord(condition);
                foreach (var inner in Sections(group))
                {
                    var one = WhenCondition(inner, scope, around);
                    joined = joined is null ? one : condition.StepName == "allOf" ? Guard.And(joined, one) : Guard.Or(joined, one);
                }

                return joined ?? new Guard("true", false);
            case "not" when condition.Body is { } negated && Sections(negated).FirstOrDefault() is { } only:
                MarkWord(condition);
                return WhenCondition(only, scope, around).Negated();
            case "branch":
                return GivenText(condition, scope, around, "pattern") is { } branch && condition.Named("comparator") is not Text { Constant: "REGEXP" }
                    ? GlobPattern.OfBranch(branch) is { } glob ? Good(glob) : Off("this pattern has no equal")
                    : GivenText(condition, scope, around, "pattern") is { } expression && GroovyPattern.Simple(expression, new Guard("github.ref_name", false), whole: true) is { } regular ? Good(regular) : Off("this pattern has no equal");
            case "buildingTag": return Good(new Guard("github.ref_type == 'tag'", false));
            case "tag":
                if (condition.Arguments.Count == 0) return Good(new Guard("github.ref_type == 'tag'", false));
                var tag = GivenText(condition, scope, around, "pattern");
                var pattern = tag is null ? null : condition.Named("comparator") is Text { Constant: "REGEXP" } ? GroovyPattern.Simple(tag, new Guard("github.ref_name", false), whole: true) : GlobPattern.Of(tag, "github.ref_name");
                return pattern is null ? Off("this pattern has no equal") : Good(Guard.And(new Guard("github.ref_type == 'tag'", false), pattern));
            case "changeRequest":
                var change = new Guard("github.event_name == 'pull_request'", false);
                foreach (var argument in condition.Arguments)
                {
                    var field = argument.Name switch { "target" => "github.base_ref", "branch" => "github.head_ref", "author" => "github.event.pull_request.user.login", "title" => "github.event.pull_request.title", "id" => "github.event.number", _ => null };
                    var text = (Evaluate(argument.Value, scope, around) as Known)?.Text;
                    if (argument.Name == "comparator") continue;
                    var test = field is null || text is null ? null : condition.Named("comparator") is Text { Constant: "REGEXP" } ? GroovyPattern.Simple(text, new Guard(field, false), whole: true) : GlobPattern.Of(text, field);
                    if (test is null) return Off("this part of a change request has no equal");
                    change = Guard.And(change, test);
                }

                return Good(change);
            case "environment":
                var name = (GivenValue(condition, scope, around, "name") as Known)?.Text;
                var value = GivenValue(condition, scope, around, "value", 1);
                return name is not null && value is not null && Equal(new Composed([Piece.Env(EnvName(name))]), value) is Truth truth ? Good(truth.Guard) : Off("this comparison has no equal");
            case "equals":
                var expected = condition.Named("expected") is { } left ? Evaluate(left, scope, around) : Value.Null;
                var actual = condition.Named("actual") is { } right ? Evaluate(right, scope, around) : Value.Null;
                return (Result(expected, actual) ?? Equal(expected, actual)) switch { Truth equal => Good(equal.Guard), Known constant => Good(Constant(constant), "constant with the values in this file"), _ => Off("GitHub cannot compare these") };
            case "expression" when condition.Body is { } code: return ExpressionCondition(condition, code, scope, around, Good, Off);
            case "triggeredBy":
                var cause = GivenText(condition, scope, around, "cause") ?? (condition.Arguments.FirstOrDefault()?.Value as Text)?.Constant ?? "";
                return cause switch
                {
                    "TimerTrigger" or "TimerTriggerCause" or "hudson.triggers.TimerTrigger$TimerTriggerCause" => Good(new Guard("github.event_name == 'schedule'", false)),
                    "SCMTrigger" or "SCMTriggerCause" or "BranchEventCause" or "BranchIndexingCause" => Good(new Guard("github.event_name == 'push'", false)),
                    "UserIdCause" or "UserCause" => Good(condition.Named("detail") is { } detail && Evaluate(detail, scope, around) is Known who ? Guard.And(new Guard("github.event_name == 'workflow_dispatch'", false), new Guard($"github.actor == {Guard.Quote(who.Text)}", false)) : new Guard("github.event_name == 'workflow_dispatch'", false)),
                    "UpstreamCause" or "BuildUpstreamCause" => Good(new Guard("github.event_name == 'workflow_run'", false)),
                    _ => Off("this cause has no event"),
                };
            case "changeset" or "changelog": return ChangedFiles(condition, scope, around, Good, Off);
            case "isRestartedRun": return Good(new Guard("github.run_attempt > 1", false));
        }

        return Off("this condition is unknown here");
    }

    private string? GivenText(Call call, Scope scope, Surroundings around, string name) => (GivenValue(call, scope, around, name) as Known)?.Text;

    private static Guard Constant(Value value) => new(IsTrue(value) ? "github.run_id != ''" : "github.run_id == ''", false);

    private Guard ExpressionCondition(Call condition, Closure code, Scope scope, Surroundings around, Func<Guard, string?, Guard> good, Func<string, Guard> off)
    {
        _ran.Add(code);
        var statements = code.Body;
        if (statements.Count == 0) return good(Constant(Value.Null), "an empty expression is never true");
        var inner = new Scope(scope);
        var early = around with { Stages = around.Stages };
        var allocated = _allocation is not null;
        foreach (var statement in statements.Take(statements.Count - 1))
        {
            if (!allocated && statement is not Declaration) return off("the expression does more than compare");
            if (Execute(statement, inner, early) is { Left: true } or { When: not null }) return off("the expression returns early");
        }

        var last = statements[^1] switch { ExpressionStmt expression => expression.Expression, Return { Value: { } returned } => returned, _ => null };
        if (last is null) return off("GitHub cannot evaluate this");
        if (!allocated && HasSideEffects(last)) return off("it runs a command before there is a runner");
        return ConditionOf(last, inner, early) switch
        {
            Truth truth => good(truth.Guard, null),
            Known known => good(Constant(known), "constant with the values in this file"),
            _ => off("GitHub cannot evaluate this"),
        };
    }

    /// <summary>Which files changed is asked of git by a step of the job.</summary>
    private Guard ChangedFiles(Call condition, Scope scope, Surroundings around, Func<Guard, string?, Guard> good, Func<string, Guard> off)
    {
        if (GivenText(condition, scope, around, "pattern") is not { } pattern) return off("the pattern is not known");
        if (_allocation is null) return off("no runner is there to ask git");
        var (what, command) = condition.StepName == "changelog"
            ? ("log", $"git log --format=%B -n 20 | grep -Eq {ShellText.Quote(GroovyPattern.Posix(pattern.Replace(".*", ".*", StringComparison.Ordinal)))}")
            : ("files", $"git diff --name-only \"${{BASE_COMMIT:-HEAD~1}}\" HEAD | grep -Eq {ShellText.Quote(condition.Named("comparator") is Text { Constant: "REGEXP" } ? "^(" + GroovyPattern.Posix(pattern) + ")$" : "^" + GlobPattern.Regex(pattern) + "$")}");
        var step = new WorkflowStep { Name = "Look at the changed " + what, Run = $"if {command}; then echo \"changed=true\" >> \"$GITHUB_OUTPUT\"; else echo \"changed=false\" >> \"$GITHUB_OUTPUT\"; fi" };
        step.Env["BASE_COMMIT"] = "${{ github.event.pull_request.base.sha || github.event.before }}";
        if (_allocation.Windows) step.Shell = "bash";
        Emit(step, around, condition);
        var job = Job(around);
        foreach (var checkout in job.Steps.Where(earlier => earlier.Uses == "actions/checkout")) checkout.With["fetch-depth"] = "0";
        return good(new Guard($"steps.{StepId(job, step, "changed-" + what)}.outputs.changed == 'true'", true), $"a step asks git which {what} changed; Jenkins compared with the last build");
    }
}
