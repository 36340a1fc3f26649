namespace Agentic.Agents.Migration.Groovy;

/// <summary>Something the parser read, with the exact characters it came from.</summary>
internal abstract record Node(Span Span);

internal abstract record Expr(Span Span) : Node(Span);

internal abstract record Stmt(Span Span) : Node(Span);

/// <summary>A constant that is not text: a number, true, false or null.</summary>
internal sealed record Literal(Span Span, object? Value) : Expr(Span);

/// <summary>Text in any quoting; a part is literal text or an interpolated expression.</summary>
internal sealed record Text(Span Span, IReadOnlyList<TextPart> Parts, bool Interpolates) : Expr(Span)
{
    /// <summary>The whole text when nothing is interpolated.</summary>
    public string? Constant => Parts.All(part => part.Expression is null) ? string.Concat(Parts.Select(part => part.Value)) : null;
}

internal sealed record TextPart(string? Value, Expr? Expression);

internal sealed record Name(Span Span, string Identifier) : Expr(Span);

internal sealed record Member(Span Span, Expr Target, string Identifier, bool Safe = false, bool Spread = false) : Expr(Span);

internal sealed record Subscript(Span Span, Expr Target, IReadOnlyList<Expr> Arguments) : Expr(Span);

/// <summary>A call, whether written with parentheses, as a command, or with a trailing closure.</summary>
internal sealed record Call(Span Span, Expr Callee, IReadOnlyList<Argument> Arguments, bool Parenthesised) : Expr(Span)
{
    public string? StepName => Callee switch
    {
        Name name => name.Identifier,
        Member { Target: Name { Identifier: "steps" or "script" or "this" or "pipeline" } } member => member.Identifier,
        _ => null,
    };

    /// <summary>The span up to the body, which is what a person calls the line of the step.</summary>
    public Span Head => Body is { } body ? new Span(Span.Start, Math.Max(Span.Start + 1, body.Span.Start)) : Span;

    public Closure? Body => Arguments.Count > 0 ? Arguments[^1].Value as Closure : null;

    public IEnumerable<Expr> Positional => Arguments.Where(argument => argument.Name is null && argument.Key is null).Select(argument => argument.Value);

    public Expr? Named(string name) => Arguments.FirstOrDefault(argument => argument.Name == name)?.Value;
}

/// <summary>One argument; <see cref="Key"/> holds a computed name.</summary>
internal sealed record Argument(string? Name, Expr Value, Expr? Key = null);

internal sealed record Closure(Span Span, IReadOnlyList<Parameter> Parameters, bool Explicit, IReadOnlyList<Stmt> Body) : Expr(Span);

internal sealed record Parameter(string Name, Expr? Default);

internal sealed record ListLiteral(Span Span, IReadOnlyList<Expr> Items) : Expr(Span);

internal sealed record MapLiteral(Span Span, IReadOnlyList<MapEntry> Entries) : Expr(Span);

internal sealed record MapEntry(string? Name, Expr? Key, Expr Value, Span Span);

internal sealed record Binary(Span Span, string Operator, Expr Left, Expr Right) : Expr(Span);

internal sealed record Unary(Span Span, string Operator, Expr Operand, bool Postfix = false) : Expr(Span);

internal sealed record Ternary(Span Span, Expr Condition, Expr WhenTrue, Expr WhenFalse) : Expr(Span);

internal sealed record Assign(Span Span, string Operator, Expr Target, Expr Value) : Expr(Span);

internal sealed record Cast(Span Span, string Type, Expr Operand) : Expr(Span);

internal sealed record New(Span Span, string Type, IReadOnlyList<Argument> Arguments) : Expr(Span);

/// <summary>Characters no rule could read; a diagnostic says why.</summary>
internal sealed record Unreadable(Span Span) : Expr(Span);

internal sealed record ExpressionStmt(Span Span, Expr Expression) : Stmt(Span);

internal sealed record Declaration(Span Span, string? Type, IReadOnlyList<Declared> Variables, bool Field) : Stmt(Span);

internal sealed record Declared(string Name, Expr? Value, Span Span);

internal sealed record If(Span Span, Span Head, Expr Condition, Stmt Then, Stmt? Else) : Stmt(Span);

internal sealed record ForIn(Span Span, Span Head, string Variable, Expr Collection, Stmt Body) : Stmt(Span);

internal sealed record ForClassic(Span Span, Span Head, IReadOnlyList<Stmt> Start, Expr? Condition, IReadOnlyList<Expr> Step, Stmt Body) : Stmt(Span);

internal sealed record While(Span Span, Span Head, Expr Condition, Stmt Body, bool TestsLast) : Stmt(Span);

internal sealed record Switch(Span Span, Span Head, Expr Subject, IReadOnlyList<SwitchCase> Cases) : Stmt(Span);

/// <summary>One label with its statements; no test means default.</summary>
internal sealed record SwitchCase(Span Span, Expr? Test, IReadOnlyList<Stmt> Body);

internal sealed record Try(Span Span, Span Head, Block Body, IReadOnlyList<Catch> Catches, Block? Finally) : Stmt(Span);

internal sealed record Catch(Span Span, Span Head, string Variable, Block Body);

internal sealed record Block(Span Span, IReadOnlyList<Stmt> Statements) : Stmt(Span);

internal sealed record Return(Span Span, Expr? Value) : Stmt(Span);

internal sealed record Throw(Span Span, Expr Value) : Stmt(Span);

internal sealed record Jump(Span Span, string Keyword) : Stmt(Span);

internal sealed record Assert(Span Span, Expr Condition, Expr? Message) : Stmt(Span);

internal sealed record Method(Span Span, Span Head, string Name, IReadOnlyList<Parameter> Parameters, Block Body, bool NonCps) : Stmt(Span);

internal sealed record ClassDeclaration(Span Span, string Name, IReadOnlyList<Stmt> Members) : Stmt(Span);

internal sealed record Import(Span Span, string Path) : Stmt(Span);

/// <summary>An annotation that stands for itself, such as <c>@Library('x') _</c>.</summary>
internal sealed record Annotation(Span Span, string Name, IReadOnlyList<Argument> Arguments) : Stmt(Span);

internal sealed record UnreadableStmt(Span Span) : Stmt(Span);

/// <summary>What a file holds, and what could not be read in it.</summary>
internal sealed record GroovyScript(SourceText Source, IReadOnlyList<Stmt> Statements, IReadOnlyList<Span> Comments, IReadOnlyList<SyntaxProblem> Problems);

internal sealed record SyntaxProblem(Span Span, string Message);
