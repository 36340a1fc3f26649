using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private readonly List<AttemptedStep> _caught = [];

    private Value Caught(string name, Call call, Closure body, Scope scope, Surroundings around)
    {
        var result = (GivenValue(call, scope, around, "buildResult", 9) as Known)?.Text;
        var attempt = new Attempt(true, around.Attempt) { Around = around };
        Inside(body, scope, around with { Attempt = attempt });
        if (name == "catchError" && result is null or "FAILURE") _caught.AddRange(attempt.Steps.Where(entry => entry.Fails && !OnlySays(entry.Step) && entry.Step.Run != "true"));
        Mark(call.Head, Fate.Approximated, name == "catchError" && result is null or "FAILURE" ? "its steps may fail and the next ones run; the job fails at its end" : "its steps may fail and the job goes on; GitHub has no unstable result");
        return Value.Null;
    }

    /// <summary>
    /// What catchError caught still fails the run, as Jenkins would mark the build: at the end of its job, or, where other
    /// jobs go on behind it, in a job of its own.
    /// </summary>
    private void ReportCaught()
    {
        const string said = "echo \"::error::a step whose failure was caught has failed\"\nexit 1";
        var later = new List<string>();
        WorkflowJob? report = null;
        foreach (var group in _caught.GroupBy(entry => entry.Job).ToList())
        {
            var failed = StepCondition.AnyFailed([.. group.Select(entry => $"steps.{StepId(entry.Job, entry.Step, Topic(entry.Step))}.outcome").Distinct()]);
            if (_workflow.Jobs.All(job => !job.Needs.Contains(group.Key.Id)) && group.Key.Matrix is null)
            {
                Plumb(group.Key, new WorkflowStep { Name = "Report caught failures", If = $"always() && ({failed})", Run = said, Shell = _indirect.Contains(group.Key) || group.Key.DefaultShell is null ? "bash" : null });
                continue;
            }

            report ??= new WorkflowJob { Id = NewId(_jobIds, "caught-failures"), Name = "Caught failures", RunsOn = Yaml.Of("ubuntu-latest"), TimeoutMinutes = 5 };
            group.Key.Outputs["caught_failure"] = "${{ " + failed + " }}";
            report.Needs.Add(group.Key.Id);
            later.Add($"needs.{group.Key.Id}.outputs.caught_failure == 'true'");
        }

        _caught.Clear();
        if (report is null) return;
        report.If = $"always() && ({string.Join(" || ", later)})";
        report.Steps.Add(new WorkflowStep { Name = "Report caught failures", Run = said, Shell = "bash" });
        foreach (var step in report.Steps) _plumbing.Add(step);
        _workflow.Jobs.Add(report);
    }

    private Completion ExecuteTry(Try attempt, Scope scope, Surroundings around)
    {
        var rethrows = attempt.Catches.Count == 0 || attempt.Catches.All(handler => Rethrows(handler.Body.Statements));
        var inside = new Attempt(!rethrows, around.Attempt) { Around = around };
        Mark(attempt.Head, rethrows ? Fate.Converted : Fate.Approximated, rethrows ? "its steps; what follows asks whether they failed" : "its steps may fail without failing the job; what follows asks for their outcome");
        var begin = _inOrder.Count;
        if (attempt.Finally is { Statements.Count: > 0 } || rethrows && attempt.Catches.Any(handler => handler.Body.Statements.Count > 0)) Enter(inside, attempt.Body.Statements, around, attempt);
        var completion = Execute(attempt.Body, new Scope(scope), around with { Attempt = inside });
        foreach (var handler in attempt.Catches)
        {
            var inner = new Scope(scope);
            inner.Declare(handler.Variable, new Opaque(handler.Head, handler.Variable), around.Depth);
            Mark(handler.Head, Fate.Approximated, "runs when a step of the try body failed; the exception itself is not known");
            Execute(handler.Body, inner, Handler(AfterFailure(inside, around, rethrows, handler), inside.Steps.Select(entry => entry.Step)));
        }

        if (attempt.Finally is { } final)
        {
            Mark(new Span(final.Span.Start, final.Span.Start + 1), Fate.Converted, "runs whatever happened");
            var word = _source.Text.LastIndexOf("finally", final.Span.Start, StringComparison.Ordinal);
            if (word > attempt.Span.Start) Mark(new Span(word, word + 7), Fate.Converted, "always()");
            Execute(final, new Scope(scope), Handler(Always(inside, around), _inOrder.Skip(begin)));
        }

        return completion.Left && completion.When is null && attempt.Catches.Count > 0 ? completion : new Completion(false, completion.When, completion.Value);
    }

    /// <summary>
    /// What runs after a body "whatever happened" must not run when the body was never begun. Its first step tells, unless
    /// that step has a condition of its own; then a step that does nothing stands before it.
    /// </summary>
    private void Enter(Attempt attempt, IReadOnlyList<Stmt> body, Surroundings around, Node node)
    {
        if (FirstIsCertain(body) || _allocation is null || (_job is null || _job.Steps.All(_plumbing.Contains)) && around.Depth == 0 && around.Status is null) return;
        var step = Emit(new WorkflowStep { Name = Invariant($"Reach line {LineOf(node)}"), Run = "true", Shell = _allocation.Windows ? "bash" : null }, around with { Env = [], Directory = null, Retries = 1, TimeoutMinutes = null, Image = null }, node);
        if (_job is not null) attempt.Entry = (_job, step);
    }

    private static bool FirstIsCertain(IReadOnlyList<Stmt> body) => body.Count > 0 && body[0] switch
    {
        ExpressionStmt { Expression: Call { Body: { } inner, StepName: "script" or "dir" or "withEnv" or "timeout" or "timestamps" or "stage" or "steps" } } => FirstIsCertain(inner.Body),
        ExpressionStmt { Expression: Call { StepName: "sh" or "echo" or "bat" or "powershell" or "pwsh" or "checkout" or "git" or "unstash" or "stash" or "error" or "archiveArtifacts" or "junit" } } => true,
        Declaration { Variables: [{ Value: Call { StepName: "sh" } or Call { Callee: Member { Target: Call { StepName: "sh" } } } }] } => true,
        _ => false,
    };

    private Guard? Begun(Attempt attempt, Surroundings around)
    {
        if (_job is null) return null;
        if (attempt.Entry is { } entry) return ReferenceEquals(entry.Job, _job) ? new Guard($"steps.{StepId(_job, entry.Step, Topic(entry.Step))}.outcome == 'success'", true) : null;
        var first = attempt.Steps.FirstOrDefault(step => ReferenceEquals(step.Job, _job))?.Step;
        return first is null || _depthOf[first] > around.Depth ? null : new Guard($"steps.{StepId(_job, first, Topic(first))}.outcome != 'skipped'", true);
    }

    private static bool Rethrows(IReadOnlyList<Stmt> statements) => statements.Any(statement => statement is Throw
        || statement is ExpressionStmt { Expression: Call { Callee: Name { Identifier: "error" } } }
        || statement is ExpressionStmt { Expression: Assign { Target: Member { Target: Name { Identifier: "currentBuild" }, Identifier: "result" }, Value: Text { Constant: "FAILURE" } } });

    /// <summary>Steps that run because, or although, others failed: they do not wait for those, but for each other.</summary>
    private static Surroundings Handler(Surroundings around, IEnumerable<WorkflowStep> failing)
    {
        around = around with { Despite = around.Despite.Union(failing) };
        return around.Status is null ? around : around with { Attempt = new Attempt(false, around.Attempt) { Around = around, Handles = true } };
    }

    private Surroundings AfterFailure(Attempt attempt, Surroundings around, bool rethrows, Catch handler)
    {
        var here = attempt.Steps.Where(entry => ReferenceEquals(entry.Job, _job)).Select(entry => entry.Step).ToList();
        if (attempt.Steps.Count == 0) return Unknowable(handler, around);
        if (here.Count == 0 || here.Count < attempt.Steps.Count)
        {
            EndJob();
            foreach (var job in attempt.Steps.Select(entry => entry.Job).Distinct()) if (!_frontier.Contains(job)) _frontier.Add(job);
            return around.With(new Guard("contains(needs.*.result, 'failure')", true)) with { Status = "always()" };
        }

        // Where something has failed already, or nothing can fail the job, failure() says nothing of this body.
        if (rethrows && around.Status is null && !Swallowed(around))
        {
            var failing = around with { Status = "failure()" };
            return Begun(attempt, around) is { } begun ? failing.With(begun) : failing;
        }

        here = [.. attempt.Steps.Where(entry => ReferenceEquals(entry.Job, _job) && entry.Fails && !OnlySays(entry.Step) && entry.Step.Run != "true").Select(entry => entry.Step)];
        if (here.Count == 0) return Unknowable(handler, around);
        return around.With(new Guard(StepCondition.AnyFailed([.. here.Select(step => $"steps.{StepId(_job!, step, Topic(step))}.outcome")]), true));
    }

    private static bool Swallowed(Surroundings around)
    {
        for (var attempt = around.Attempt; attempt is not null; attempt = attempt.Outer) if (attempt.Swallows) return true;
        return false;
    }

    /// <summary>No step of the body can fail, so what Jenkins caught was thrown by Groovy that does not run here.</summary>
    private Surroundings Unknowable(Catch handler, Surroundings around)
    {
        var guard = OffByDefault(handler.Body, Quote(handler.Head));
        Mark(handler.Head, Fate.Manual, $"no step of the try body can fail here; what handles it is off until {guard.Expression.Split(' ')[0]} is true");
        return around.With(guard);
    }

    private Surroundings Always(Attempt attempt, Surroundings around)
    {
        var here = attempt.Steps.Where(entry => ReferenceEquals(entry.Job, _job)).Select(entry => entry.Step).ToList();
        var always = around with { Status = "always()" };
        if (here.Count != attempt.Steps.Count && attempt.Steps.Count > 0) EndJob();
        return Begun(attempt, around) is { } begun ? always.With(begun) : always;
    }
}
