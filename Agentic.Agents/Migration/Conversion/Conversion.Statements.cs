using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
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
