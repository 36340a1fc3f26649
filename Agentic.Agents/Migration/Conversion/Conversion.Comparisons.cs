using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private Value Comparison(Binary comparison, Scope scope, Surroundings around)
    {
        var left = Evaluate(comparison.Left, scope, around);
        var right = Evaluate(comparison.Right, scope, around);
        if (Result(left, right) is { } status) return comparison.Operator == "==" ? status : status is Truth truth ? new Truth(truth.Guard.Negated()) : status;
        var equal = Equal(left, right);
        if (comparison.Operator == "==") return equal;
        return equal switch { Known known => new Known(!IsTrue(known)), Truth truth => new Truth(Guard.Equality(truth.Guard.Expression) is ({ } a, { } b) ? truth.Guard with { Expression = $"{a} != {b}" } : truth.Guard.Negated()), _ => equal };
    }

    /// <summary>Comparisons of the build's result are questions about the steps so far.</summary>
    private static Value? Result(Value left, Value right)
    {
        if (right is Composed { Pieces: [{ Variable: JobStatus }] }) (left, right) = (right, left);
        if (left is not Composed { Pieces: [{ Variable: JobStatus }] }) return null;
        return right switch
        {
            Known { Content: null or "SUCCESS" } => new Truth(new Guard("job.status == 'success'", true)),
            Known { Content: "FAILURE" } => new Truth(new Guard("job.status == 'failure'", true)),
            Known { Content: "ABORTED" } => new Truth(new Guard("job.status == 'cancelled'", true)),
            _ => null,
        };
    }

    private Value Equal(Value left, Value right)
    {
        if (left is Known a && right is Known b) return new Known(a.Text == b.Text && (a.Content is null) == (b.Content is null));
        if (left is Known && right is not Known) (left, right) = (right, left);
        if (left is Composed { Pieces: [{ Variable: { } variable, MissingLine: 0 }] })
        {
            if (right is Known { Content: null }) return Truthiness(left, new Name(default, variable)) is Truth truth ? new Truth(truth.Guard.Expression.EndsWith(" != ''", StringComparison.Ordinal) ? truth.Guard with { Expression = truth.Guard.Expression[..^6] + " == ''" } : truth.Guard.Negated()) : new Opaque(default, "condition");
            if (_booleans.TryGetValue(variable, out var flag) && right is Known { Content: bool or "true" or "false" } expected)
                return expected.Text == "true" ? new Truth(new Guard(flag, false)) : new Truth(new Guard(flag, false).Negated());
            if (variable is "BRANCH_NAME" or "GIT_BRANCH" && right is Known { Content: string branch })
            {
                var name = branch.StartsWith("origin/", StringComparison.Ordinal) ? branch["origin/".Length..] : branch;
                return name.StartsWith("PR-", StringComparison.Ordinal) ? new Opaque(default, "condition") : new Truth(new Guard($"github.ref == {Guard.Quote("refs/heads/" + name)}", false));
            }
        }

        if (left is Truth boolean && right is Known { Content: bool wanted }) return wanted ? boolean : new Truth(boolean.Guard.Negated());
        if (Side(left) is not { } first || Side(right) is not { } second) return new Opaque(default, "condition");
        return new Truth(new Guard($"{first.Expression} == {second.Expression}", first.OnlyInSteps || second.OnlyInSteps));
    }

    /// <summary>A text as an operand of a workflow expression.</summary>
    private Guard? Side(Value value)
    {
        switch (value)
        {
            case Known { Content: null }: return new Guard("''", false);
            case Known known: return new Guard(Guard.Quote(known.Text), false);
            case Composed { Pieces: [{ Variable: { } variable, MissingLine: 0 }] }:
                if (variable == JobStatus) return null;
                if (_catalogue.BuiltIns.TryGetValue(variable, out var builtIn) && !_environment.ContainsKey(variable))
                    return new Guard(builtIn.Contains(' ', StringComparison.Ordinal) ? $"({builtIn})" : builtIn, builtIn.Contains("runner.", StringComparison.Ordinal));
                if (_inputs.TryGetValue(variable, out var input)) return new Guard(input.Contains(' ', StringComparison.Ordinal) ? $"({input})" : input, false);
                return new Guard("env." + variable, true);
            case Composed composed when composed.Pieces.All(piece => piece.MissingLine == 0):
                var arguments = new List<string>();
                var format = string.Concat(composed.Pieces.Select(piece =>
                {
                    if (piece.Literal is { } literal) return literal.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
                    arguments.Add("env." + piece.Variable);
                    return "{" + Number(arguments.Count - 1) + "}";
                }));
                return new Guard($"format({Guard.Quote(format)}, {string.Join(", ", arguments)})", true);
            default: return null;
        }
    }

    private Guard? BranchSide(Value value) => value is Composed { Pieces: [{ Variable: "BRANCH_NAME" or "GIT_BRANCH" }] } ? new Guard("github.ref_name", false) : Side(value);

    /// <summary>Regular expressions that are a prefix, suffix, part or list of words have an equal; others are asked in a shell.</summary>
    private Value Pattern(Binary match, Scope scope, Surroundings around)
    {
        var subject = Evaluate(match.Left, scope, around);
        if (Evaluate(match.Right, scope, around) is not Known { Content: string pattern } || BranchSide(subject) is not { } side) return new Opaque(match.Span, "condition");
        if (GroovyPattern.Simple(pattern, side, match.Operator == "==~") is { } simple) return new Truth(simple);
        if (subject is not Composed composed) return new Opaque(match.Span, "condition");
        var anchored = match.Operator == "==~" ? $"^({pattern})$" : pattern;
        if (GroovyPattern.IsPerlOnly(pattern)) return new Opaque(match.Span, "condition");
        var step = new WorkflowStep
        {
            Name = Invariant($"Test the pattern of line {LineOf(match)}"),
            Run = $"if printf '%s' {ShellText.Word(composed.Pieces)} | grep -Eq {ShellText.Quote(GroovyPattern.Posix(anchored))}; then echo \"matches=true\" >> \"$GITHUB_OUTPUT\"; else echo \"matches=false\" >> \"$GITHUB_OUTPUT\"; fi",
        };
        if (_allocation?.Windows == true) step.Shell = "bash";
        Emit(step, around, match);
        return new Truth(new Guard($"steps.{StepId(Job(around), step, "pattern-" + Number(LineOf(match)))}.outputs.matches == 'true'", true));
    }
}
