using System.Collections.Immutable;
using System.Globalization;
using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

/// <summary>What is known, while converting, of a value the pipeline would have at run time.</summary>
internal abstract record Value
{
    public static readonly Value Null = new Known(null);

    /// <summary>The same text in the pieces the source wrote it in, where some of them were variables with a known value.</summary>
    public ImmutableArray<Piece> Made { get; init; }

    public static Value Of(string text) => new Known(text);
}

/// <summary>A constant: text, number, boolean or null.</summary>
internal sealed record Known(object? Content) : Value
{
    public string Text => Content switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Content.ToString() ?? "",
    };
}

internal sealed record Listed(List<Value> Items) : Value;

internal sealed record Mapped(OrderedDictionary<string, Value> Entries) : Value;

/// <summary>A closure, with the conditions that held where it was written.</summary>
internal sealed record Closed(Closure Closure, Scope Scope, ImmutableList<Guard> Guards) : Value;

/// <summary>Text put together at run time from literals and environment variables.</summary>
internal sealed record Composed(ImmutableArray<Piece> Pieces) : Value;

/// <summary>A container image of the docker global variable.</summary>
internal sealed record DockerImage(Value Name) : Value;

/// <summary>A value that cannot be known or computed by a workflow.</summary>
internal sealed record Opaque(Span Span, string Name) : Value;

/// <summary>A condition GitHub can evaluate, kept as its expression.</summary>
internal sealed record Truth(Guard Guard) : Value;

/// <summary>A literal, or the name of an environment variable, or a hole left by something not converted.</summary>
internal readonly record struct Piece(string? Literal, string? Variable, int MissingLine = 0)
{
    /// <summary>What the source calls the value that this literal is.</summary>
    public string? From { get; init; }

    /// <summary>What the source calls by that name, where it is itself put together.</summary>
    public Composed? Whole { get; init; }

    public static Piece Text(string text) => new(text, null);

    public static Piece Env(string name) => new(null, name);

    /// <summary>A hole that stops nothing: its own name stands where there is no value.</summary>
    public static Piece Soft(string name) => new(null, name, -1);

    public static Piece Hole(string name, int line) => new(null, name, line);
}

/// <summary>A workflow expression that must hold; some can only be asked inside a step.</summary>
internal sealed record Guard(string Expression, bool OnlyInSteps)
{
    public Guard Negated() => new(Negate(Expression), OnlyInSteps);

    public static string Negate(string expression) =>
        expression.StartsWith("!(", StringComparison.Ordinal) && Closing(expression, 1) == expression.Length - 1 ? expression[2..^1]
        : expression.StartsWith("github.", StringComparison.Ordinal) && Equality(expression) is ({ } left, { } right) ? $"{left} != {right}"
        : expression[0] == '(' && Closing(expression, 0) == expression.Length - 1 ? "!" + expression : $"!({expression})";

    /// <summary>The two sides of an expression that is one comparison and nothing else.</summary>
    public static (string Left, string Right)? Equality(string expression)
    {
        var depth = 0;
        var quoted = false;
        var at = -1;
        for (var i = 0; i < expression.Length; i++)
        {
            if (expression[i] == '\'') quoted = !quoted;
            if (quoted) continue;
            if (expression[i] == '(') depth++;
            if (expression[i] == ')') depth--;
            if (depth > 0) continue;
            if (expression[i] is '|' or '&' or '<' or '>' || expression[i] == '!') return null;
            if (expression[i] == '=' && i + 1 < expression.Length && expression[i + 1] == '=')
            {
                if (at >= 0) return null;
                at = i++;
            }
        }

        return at < 0 ? null : (expression[..at].TrimEnd(), expression[(at + 2)..].TrimStart());
    }

    public static Guard And(Guard a, Guard b) => new($"{Wrap(a.Expression)} && {Wrap(b.Expression)}", a.OnlyInSteps || b.OnlyInSteps);

    /// <summary>Without parentheses: "and" binds tighter anyway, and GitHub refuses expressions that nest too deep.</summary>
    public static Guard Or(Guard a, Guard b) => new($"{a.Expression} || {b.Expression}", a.OnlyInSteps || b.OnlyInSteps);

    /// <summary>Parentheses where a neighbour could bind tighter.</summary>
    public static string Wrap(string expression) => TopLevelOr(expression) ? $"({expression})" : expression;

    private static bool TopLevelOr(string expression)
    {
        var depth = 0;
        var quoted = false;
        for (var i = 0; i < expression.Length; i++)
        {
            if (expression[i] == '\'') quoted = !quoted;
            if (quoted) continue;
            if (expression[i] == '(') depth++;
            if (expression[i] == ')') depth--;
            if (depth == 0 && expression[i] == '|') return true;
        }

        return false;
    }

    private static int Closing(string expression, int open)
    {
        var depth = 0;
        var quoted = false;
        for (var i = open; i < expression.Length; i++)
        {
            if (expression[i] == '\'') quoted = !quoted;
            if (quoted) continue;
            if (expression[i] == '(') depth++;
            if (expression[i] == ')' && --depth == 0) return i;
        }

        return -1;
    }

    public IEnumerable<Guard> Parts()
    {
        var parts = new List<string>();
        var (depth, quoted, from) = (0, false, 0);
        for (var i = 0; i < Expression.Length; i++)
        {
            if (Expression[i] == '\'') quoted = !quoted;
            if (quoted) continue;
            if (Expression[i] == '(') depth++;
            if (Expression[i] == ')') depth--;
            if (depth > 0) continue;
            if (Expression[i] == '|') return [this];
            if (Expression[i] != '&') continue;
            parts.Add(Expression[from..i].Trim());
            from = ++i + 1;
        }

        if (parts.Count == 0) return [this];
        parts.Add(Expression[from..].Trim());
        return parts.Select(part => new Guard(part, OnlyInSteps && InsideSteps.Any(context => part.Contains(context, StringComparison.Ordinal))));
    }

    /// <summary>What a condition of a job cannot ask.</summary>
    private static readonly string[] InsideSteps = ["env.", "steps.", "job.", "runner.", "needs.", "failure()", "success()", "cancelled()", "always()"];

    public static string Quote(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}

/// <summary>A Groovy variable: its value, and how many conditions held where it was declared.</summary>
internal sealed class Slot(Value value, int guards)
{
    public Value Value { get; set; } = value;

    public int Guards { get; } = guards;

    /// <summary>The environment variable that carries it once its value depends on the run.</summary>
    public string? Variable { get; set; }
}

internal sealed class Scope(Scope? parent)
{
    public Scope? Parent => parent;

    public IEnumerable<Slot> Slots => _slots.Values;

    private readonly Dictionary<string, Slot> _slots = new(StringComparer.Ordinal);

    public Slot? Find(string name) => _slots.TryGetValue(name, out var slot) ? slot : parent?.Find(name);

    public Slot Declare(string name, Value value, int guards) => _slots[name] = new Slot(value, guards);

    public Scope Outermost => parent?.Outermost ?? this;
}

/// <summary>Everything that surrounds a step: conditions, directory, variables, limits. Never changed, only copied.</summary>
internal sealed record Surroundings
{
    public ImmutableList<Guard> Guards { get; init; } = [];

    /// <summary>A status function such as <c>always()</c>; null means that everything before must have succeeded.</summary>
    public string? Status { get; init; }

    public ImmutableList<KeyValuePair<string, string>> Env { get; init; } = [];

    public string? Directory { get; init; }

    public int? TimeoutMinutes { get; init; }

    public int Retries { get; init; } = 1;

    public bool Tolerant { get; init; }

    public Attempt? Attempt { get; init; }

    /// <summary>Steps whose failure is what this place is for, so that it does not wait for them to go well.</summary>
    public ImmutableHashSet<Workflows.WorkflowStep> Despite { get; init; } = [];

    public ImmutableList<string> Stages { get; init; } = [];

    /// <summary>The image whose shell runs the commands, when it is not the job's own container.</summary>
    public string? Image { get; init; }

    /// <summary>How many conditions hold here, also when a step has put them together into one.</summary>
    public int Depth { get; init; }

    public bool Condensed { get; init; }

    /// <summary>The conditions of the source that hold here and are not yet asked under another name.</summary>
    public ImmutableList<Span> Heads { get; init; } = [];

    public int Length => Guards.Sum(guard => guard.Expression.Length);

    public Surroundings With(Guard guard)
    {
        // Each part of an "and" stands for itself: a job may ask some of them though only a step can ask the others.
        var guards = Guards;
        foreach (var part in guard.Parts()) if (!guards.Contains(part)) guards = guards.Add(part);
        return this with { Guards = guards, Depth = Depth + 1 };
    }

    public Surroundings WithEnv(string name, string value) => this with { Env = Env.RemoveAll(pair => pair.Key == name).Add(new(name, value)) };
}

/// <summary>The steps of a try body (or of a stage), for those who must know later whether they failed.</summary>
internal sealed class Attempt(bool swallows, Attempt? outer)
{
    /// <summary>A handler runs although something failed, so each of its steps asks those before it.</summary>
    public bool Handles { get; init; }

    public bool Swallows { get; } = swallows;

    public Attempt? Outer { get; } = outer;

    public required Surroundings Around { get; init; }

    public List<AttemptedStep> Steps { get; } = [];

    /// <summary>A step that runs exactly when the attempt is begun; null where the first of its own steps tells as much.</summary>
    public (Workflows.WorkflowJob Job, Workflows.WorkflowStep Step)? Entry { get; set; }
}

/// <summary>A step of an attempt: whether its failure fails the attempt, and whether it runs whenever the attempt gets to it.</summary>
internal sealed record AttemptedStep(Workflows.WorkflowJob Job, Workflows.WorkflowStep Step, bool Fails, bool Certain);
