using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

/// <summary>How a body ended: it ran on, it returned, or it returned when a condition held.</summary>
internal sealed record Completion(bool Left, Guard? When, Value? Value)
{
    public static readonly Completion Normal = new(false, null, null);
}

internal sealed partial class Conversion
{
    private const int MostRounds = 24;
    private const int MostRoundsTogether = 64;

    private int _rounds = 1;

    /// <summary>The expression that stands as a statement of its own, so that nobody uses its value.</summary>
    private Expr? _statement;

    private Completion ExecuteAll(IReadOnlyList<Stmt> statements, Scope scope, Surroundings around)
    {
        Value? last = null;
        Guard? left = null;
        for (var index = 0; index < statements.Count; index++)
        {
            var completion = Execute(statements[index], scope, around);
            last = completion.Value;
            if (completion.Left && completion.When is null)
            {
                Keep(completion.Value);
                foreach (var rest in statements.Skip(index + 1)) MarkTree(rest, Fate.Dropped, "never reached: the line above returns");
                return completion;
            }

            if (completion.When is { } when)
            {
                around = Condensed(around.With(when.Negated()), statements[index]);
                left = left is null ? when : Guard.Or(left, when);
            }
        }

        Keep(last);
        return new Completion(false, left, last);
    }

    private Completion Execute(Stmt statement, Scope scope, Surroundings around)
    {
        _frames.Push((scope, new HashSet<string>(StringComparer.Ordinal)));
        var completion = ExecuteOne(statement, scope, around);
        _frames.Pop();
        return completion;
    }

    private Completion ExecuteOne(Stmt statement, Scope scope, Surroundings around)
    {
        if (++_statements > MostStatements)
        {
            Mark(statement.Span, Fate.Manual, Invariant($"the conversion stops after {MostStatements} statements; convert the rest by hand"));
            return Completion.Normal;
        }

        switch (statement)
        {
            case ExpressionStmt expression:
                var marked = _ledger.Knows(expression.Span);
                _statement = expression.Expression;
                var value = Evaluate(expression.Expression, scope, around);
                if (!_ledger.Knows(expression.Span) && !marked) Account(expression.Expression, value);
                return new Completion(false, null, value);
            case Declaration declaration: return Declare(declaration, scope, around);
            case Block block: return ExecuteAll(block.Statements, new Scope(scope), around);
            case If conditional: return ExecuteIf(conditional, scope, around);
            case ForIn loop: return ExecuteLoop(loop, scope, around);
            case ForClassic loop: return ExecuteClassic(loop, scope, around);
            case While loop: return ExecuteWhile(loop, scope, around);
            case Switch choice: return ExecuteSwitch(choice, scope, around);
            case Try attempt: return ExecuteTry(attempt, scope, around);
            case Return returned:
                var result = returned.Value is null ? Value.Null : Evaluate(returned.Value, scope, around);
                if (!_ledger.Knows(returned.Span)) Mark(returned.Span, Fate.Converted, "ends the function or closure");
                return new Completion(true, null, result);
            case Throw thrown:
                Fail(MessageOf(thrown.Value, scope, around), around, statement);
                Mark(thrown.Span, Fate.Converted, "a step that fails");
                return Completion.Normal;
            case Assert assertion:
                ExecuteAssert(assertion, scope, around);
                return Completion.Normal;
            case Jump jump:
                if (around.Depth == 0 || jump.Keyword == "break") Mark(jump.Span, Fate.Approximated, $"{jump.Keyword} leaves the unrolled loop");
                else Mark(jump.Span, Fate.Manual, $"{jump.Keyword} under a condition: guard the steps after it by hand");
                return new Completion(true, null, null);
            case Import or Annotation: return Completion.Normal;
            case Method method:
                if (!_methods.ContainsKey(method.Name)) Define(method);
                return Completion.Normal;
            case ClassDeclaration declared:
                foreach (var member in declared.Members.DefaultIfEmpty(statement))
                    MarkTree(member, Fate.Manual, $"the class {declared.Name} is Groovy code; move what it computes into a script of the repository");
                Mark(new Span(declared.Span.Start, Math.Min(declared.Span.End, declared.Span.Start + 6 + declared.Name.Length)), Fate.Manual, $"the class {declared.Name} has no equal in a workflow");
                return Completion.Normal;
            default:
                Mark(statement.Span, Fate.Manual, "this could not be read as Groovy");
                return Completion.Normal;
        }
    }

    /// <summary>The account of an expression that no step claimed: plain computation, or something unknown.</summary>
    private void Account(Expr expression, Value value)
    {
        if (_ledger.Knows(expression.Span)) return;
        switch (expression)
        {
            case Call { Body: not null } call when _ledger.Knows(call.Head): break;
            case Assign assign:
                if (ContainsUnknown(value)) Mark(assign.Span, Fate.Manual, $"the value of {Quote(assign.Target.Span, 40)} is computed by Groovy the workflow cannot run; where it is used, it must be set");
                else Mark(assign.Span, Fate.Converted, "its value stands where it is used");
                break;
            case Literal or Text or Name: Mark(expression.Span, value is Opaque ? Fate.Manual : Fate.Converted, value is Opaque ? $"{Quote(expression.Span, 60)} has no equal in a workflow" : "a value; its use decides"); break;
            default:
                if (value is Opaque) Mark(expression.Span, Fate.Manual, $"{Quote(expression.Span, 60)} has no equal in a workflow");
                else Mark(expression.Span, Fate.Converted, "computed while converting");
                break;
        }
    }

    private static bool ContainsUnknown(Value value) => value switch
    {
        Opaque => true,
        Composed composed => composed.Pieces.Any(piece => piece.MissingLine > 0),
        Listed list => list.Items.Any(ContainsUnknown),
        Mapped map => map.Entries.Values.Any(ContainsUnknown),
        _ => false,
    };

    private Completion Declare(Declaration declaration, Scope scope, Surroundings around)
    {
        foreach (var variable in declaration.Variables)
        {
            var outer = _nameHint;
            _nameHint = variable.Name;
            _hintOfEnvironment = false;
            var value = variable.Value is null ? Value.Null : Evaluate(variable.Value, scope, around);
            _nameHint = outer;
            (declaration.Field ? scope.Outermost : scope).Declare(variable.Name, value, around.Depth);
            if (variable.Value is null || _ledger.Knows(variable.Value.Span) && _ledger.Knows(declaration.Span)) continue;
            if (ContainsUnknown(value)) Mark(variable.Span, Fate.Manual, $"{variable.Name} is computed by Groovy the workflow cannot run; set it where it is used");
        }

        if (!_ledger.Knows(declaration.Span)) Mark(declaration.Span, Fate.Converted, "its value stands where it is used");
        return Completion.Normal;
    }

    private Completion ExecuteIf(If conditional, Scope scope, Surroundings around)
    {
        if (conditional.Else is { } other) Mark(new Span(conditional.Then.Span.End, other.Span.Start), Fate.Converted, "the other branch follows");
        var condition = ConditionOf(conditional.Condition, scope, around);
        if (condition is Known known)
        {
            var taken = IsTrue(known);
            Mark(conditional.Head, Fate.Approximated, $"the condition is always {(taken ? "true" : "false")} with the values in this file");
            var (kept, dead) = taken ? (conditional.Then, conditional.Else) : (conditional.Else, conditional.Then);
            if (dead is not null) MarkTree(dead, Fate.Dropped, Invariant($"never runs: the condition of line {LineOf(conditional)} is always {(taken ? "true" : "false")}"));
            return kept is null ? Completion.Normal : Execute(kept, new Scope(scope), around);
        }

        Guard guard;
        if (condition is Truth truth)
        {
            guard = truth.Guard;
            MarkCondition(conditional.Head, conditional.Condition, guard);
        }
        else
        {
            guard = OffByDefault(conditional, Quote(conditional.Head));
            Mark(conditional.Head, Fate.Manual, $"GitHub cannot evaluate {Quote(conditional.Head)}; the steps are off until {guard.Expression.Split(' ')[0]} is true");
        }

        var headed = around with { Heads = around.Heads.Add(conditional.Head) };
        var then = Execute(conditional.Then, new Scope(scope), Condensed(headed.With(guard), conditional));
        var otherwise = Completion.Normal;
        if (conditional.Else is not null)
            otherwise = Execute(conditional.Else, new Scope(scope), Condensed(headed.With(condition is Truth ? guard.Negated() : OffByDefault(conditional.Else, "the other branch of " + Quote(conditional.Head))), conditional.Else));
        Guard? left = then.Left || then.When is not null ? then.When is null ? guard : Guard.And(guard, then.When) : null;
        if (otherwise.Left || otherwise.When is not null)
        {
            var second = otherwise.When is null ? guard.Negated() : Guard.And(guard.Negated(), otherwise.When);
            if (then.Left && then.When is null && otherwise.Left && otherwise.When is null) return new Completion(true, null, then.Value);
            left = left is null ? second : Guard.Or(left, second);
        }

        return new Completion(false, left, null);
    }

    /// <summary>A condition that no longer looks like the source is shown to the reader.</summary>
    private void MarkCondition(Span head, Expr condition, Guard guard)
    {
        var words = Words().Matches(_source.Slice(condition.Span)).Select(match => match.Value).Where(word => word.Length > 2 && word is not ("env" or "params" or "equals" or "null" or "true" or "false")).ToList();
        var same = words.Count > 0 && words.All(word => guard.Expression.Contains(word, StringComparison.OrdinalIgnoreCase));
        Mark(head, same ? Fate.Converted : Fate.Approximated, same ? "a condition of the steps" : $"asked as {guard.Expression}");
    }

    private Completion ExecuteLoop(ForIn loop, Scope scope, Surroundings around)
    {
        var collection = Evaluate(loop.Collection, scope, around);
        Repeat(collection, loop.Head, loop, around, (item, inside) =>
        {
            var inner = new Scope(scope);
            inner.Declare(loop.Variable, item, inside.Depth);
            return Execute(loop.Body, inner, inside);
        });
        return Completion.Normal;
    }

    /// <summary>Unrolls a loop over what is known; a loop over the unknown stays, once, and off.</summary>
    private void Repeat(Value collection, Span head, Node origin, Surroundings around, Func<Value, Surroundings, Completion> body)
    {
        var items = collection switch
        {
            Listed list => list.Items.ToList(),
            Mapped map => map.Entries.Select(entry => (Value)new Mapped(new OrderedDictionary<string, Value>(StringComparer.Ordinal) { ["key"] = Value.Of(entry.Key), ["value"] = entry.Value })).ToList(),
            _ => null,
        };
        if (items is null || items.Count > MostRounds || items.Count * _rounds > MostRoundsTogether)
        {
            var guard = OffByDefault(origin, "a loop over " + Quote(head));
            Mark(head, Fate.Manual, $"{(items is null ? $"the list of {Quote(head)} is not known before the run" : Invariant($"{items.Count} rounds are too many to write out, use a matrix"))}; its steps stand once and are off until {guard.Expression.Split(' ')[0]} is true");
            body(new Opaque(head, "item"), around.With(guard));
            return;
        }

        Mark(head, Fate.Approximated, Invariant($"unrolled: {items.Count} rounds, one after the other"));
        if (items.Count == 0) Mark(origin.Span, Fate.Dropped, "the list is empty, so the loop never runs");
        var rounds = _rounds;
        _rounds *= Math.Max(1, items.Count);
        foreach (var item in items)
        {
            var completion = body(item, around);
            if (completion.Left && completion.When is null && completion.Value is null) break;
        }

        _rounds = rounds;
    }

    private Completion ExecuteClassic(ForClassic loop, Scope scope, Surroundings around)
    {
        var inner = new Scope(scope);
        foreach (var start in loop.Start) Execute(start, inner, around);
        var rounds = 0;
        while (rounds <= MostRounds && loop.Condition is not null && ConditionOf(loop.Condition, inner, around) is Known known)
        {
            if (!IsTrue(known))
            {
                Mark(loop.Head, Fate.Approximated, Invariant($"unrolled: {rounds} rounds, one after the other"));
                if (rounds == 0) Mark(loop.Span, Fate.Dropped, "the loop never runs");
                return Completion.Normal;
            }

            rounds++;
            var completion = Execute(loop.Body, new Scope(inner), around);
            if (completion.Left && completion.When is null) break;
            foreach (var step in loop.Step) Evaluate(step, inner, around);
        }

        if (rounds == 0 || rounds > MostRounds)
        {
            foreach (var variable in loop.Start.OfType<Declaration>().SelectMany(declaration => declaration.Variables)) inner.Declare(variable.Name, new Opaque(variable.Span, variable.Name), around.Depth);
            Repeat(new Opaque(loop.Head, "item"), loop.Head, loop, around, (_, inside) => Execute(loop.Body, new Scope(inner), inside));
            return Completion.Normal;
        }

        Mark(loop.Head, Fate.Approximated, Invariant($"unrolled: {rounds} rounds, one after the other"));
        return Completion.Normal;
    }

    private Completion ExecuteWhile(While loop, Scope scope, Surroundings around)
    {
        var guard = OffByDefault(loop, "a loop " + Quote(loop.Head));
        Mark(loop.Head, Fate.Manual, $"a workflow has no loop like {Quote(loop.Head)}; its steps stand once and are off until {guard.Expression.Split(' ')[0]} is true");
        if (loop.TestsLast) Mark(loop.Condition.Span, Fate.Manual, "the condition of the loop has no equal in a workflow");
        Execute(loop.Body, new Scope(scope), around.With(guard));
        return Completion.Normal;
    }

    private Completion ExecuteSwitch(Switch choice, Scope scope, Surroundings around)
    {
        var subject = Evaluate(choice.Subject, scope, around);
        Guard? earlier = null;
        Guard? pending = null;
        var sure = false;
        var unknown = false;
        Mark(choice.Head, Fate.Approximated, "every case asks for itself; one that is settled by the values in this file asks nothing");
        foreach (var option in choice.Cases)
        {
            Value test;
            if (option.Test is null) test = earlier is null ? new Known(true) : new Truth(earlier.Negated());
            else
            {
                var wanted = Evaluate(option.Test, scope, around);
                test = wanted is Listed list ? Any(list.Items.Select(item => Equal(subject, item)), option.Test) : Equal(subject, wanted);
            }

            if (sure || (test is Known never && !IsTrue(never)))
            {
                foreach (var statement in option.Body) MarkTree(statement, Fate.Dropped, "never runs: another case of the switch is always taken");
                Mark(option.Span, Fate.Dropped, "never taken with the values in this file");
                continue;
            }

            var guard = test is Truth truth ? truth.Guard : null;
            if (test is Known) sure = pending is null;
            if (test is Opaque || unknown && option.Test is null)
            {
                guard = OffByDefault(option.Test ?? (Node)choice, Quote(choice.Head));
                Mark(option.Span, Fate.Manual, $"GitHub cannot compare here; the steps are off until {guard.Expression.Split(' ')[0]} is true");
                unknown = true;
            }
            else
            {
                Mark(option.Span, Fate.Converted, "a condition of the steps");
            }

            if (pending is not null && guard is not null) guard = Guard.Or(pending, guard);
            if (guard is not null) earlier = earlier is null ? guard : Guard.Or(earlier, guard);
            var falls = option.Body.Count == 0;
            pending = falls ? guard : null;
            if (falls) continue;
            ExecuteAll([.. option.Body.Where(statement => statement is not Jump { Keyword: "break" })], new Scope(scope), guard is null ? around : around.With(guard));
            foreach (var jump in option.Body.OfType<Jump>()) Mark(jump.Span, Fate.Converted, "ends the case");
        }

        return Completion.Normal;
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
        return around.With(new Guard(AnyFailed([.. here.Select(step => $"steps.{StepId(_job!, step, Topic(step))}.outcome")]), true));
    }

    /// <summary>Whether one of these steps failed; many are asked as one text, since expressions may not nest deep.</summary>
    private static string AnyFailed(List<string> outcomes)
    {
        if (outcomes.Count <= 8) return string.Join(" || ", outcomes.Select(outcome => outcome + " == 'failure'"));
        return $"contains(format('{string.Join(' ', Enumerable.Range(0, outcomes.Count).Select(index => "{" + Number(index) + "}"))}', {string.Join(", ", outcomes)}), 'failure')";
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

    private void ExecuteAssert(Assert assertion, Scope scope, Surroundings around)
    {
        var condition = ConditionOf(assertion.Condition, scope, around);
        var message = assertion.Message is null ? Value.Of("assertion failed: " + Quote(assertion.Condition.Span, 80)) : Evaluate(assertion.Message, scope, around);
        if (condition is Known known && IsTrue(known))
        {
            Mark(assertion.Span, Fate.Converted, "always holds with the values in this file");
            return;
        }

        if (condition is Truth truth)
        {
            Fail(message, around.With(truth.Guard.Negated()), assertion);
            Mark(assertion.Span, Fate.Converted, "a step that fails when the condition does not hold");
            return;
        }

        Mark(assertion.Span, Fate.Manual, $"GitHub cannot evaluate {Quote(assertion.Condition.Span, 60)}; check it in a script");
    }

    private Value MessageOf(Expr thrown, Scope scope, Surroundings around) => thrown switch
    {
        New { Arguments: [var first, ..] } => Evaluate(first.Value, scope, around),
        Text text => Evaluate(text, scope, around),
        _ => Value.Of("the step before failed"),
    };

    /// <summary>A step that fails with a message, as <c>error</c> and <c>throw</c> do.</summary>
    private WorkflowStep Fail(Value message, Surroundings around, Node origin)
    {
        var pieces = message is Opaque ? [Piece.Text(Invariant($"Stopped by line {LineOf(origin)} of the Jenkinsfile"))] : PiecesOf(message, origin);
        return Emit(new WorkflowStep { Run = $"echo {ShellText.Word([Piece.Text("::error::"), .. pieces])}\nexit 1", Shell = _allocation?.Windows == true ? "bash" : null }, around, origin, "fail");
    }
}
