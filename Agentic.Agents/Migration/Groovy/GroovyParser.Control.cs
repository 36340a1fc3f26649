namespace Agentic.Agents.Migration.Groovy;

internal sealed partial class GroovyParser
{
    private Block BlockStatement()
    {
        var first = Current;
        Expect("{", "to open a block");
        var body = Statements(insideBraces: true);
        if (!Accept("}")) throw new Unexpected(first.Span, "expecting '}', found the end of the file: this '{' is never closed");
        return new Block(Since(first), body);
    }

    /// <summary>A block, or the one statement that stands for it.</summary>
    private Stmt Branch()
    {
        SkipNewLines();
        if (At(";"))
        {
            var empty = Take();
            return new Block(empty.Span, []);
        }

        return At("{") ? BlockStatement() : Statement();
    }

    private If IfStatement()
    {
        var first = Take();
        Expect("(", "after if");
        var condition = Inner();
        Expect(")", "after the condition");
        var head = Since(first);
        var then = Branch();
        Stmt? otherwise = null;
        var mark = _at;
        while (Current.Kind == TokenKind.NewLine || At(";")) _at++;
        if (Accept("else")) otherwise = Branch();
        else _at = mark;
        return new If(Since(first), head, condition, then, otherwise);
    }

    private Stmt ForStatement()
    {
        var first = Take();
        Expect("(", "after for");
        var mark = _at;
        while (Current.Kind == TokenKind.Word && (Modifiers.Contains(Current.Value) || (Ahead(1).Kind == TokenKind.Word && Ahead(1).Value != "in"))) Take();
        SkipGenerics();
        if (Current.Kind == TokenKind.Word && Ahead(1).Value is "in" or ":" && Current.Kind == TokenKind.Word)
        {
            var variable = Take().Value;
            Take();
            var collection = Inner();
            Expect(")", "after the collection");
            var head = Since(first);
            return new ForIn(default, head, variable, collection, Branch()) is var loop ? loop with { Span = Since(first) } : loop;
        }

        _at = mark;
        var start = new List<Stmt>();
        while (!At(";") && Current.Kind != TokenKind.End)
        {
            var from = Current;
            start.Add(DeclarationLike() ?? new ExpressionStmt(Since(from), Expression()));
            if (!Accept(",")) break;
        }

        Expect(";", "in the head of for");
        var condition = At(";") ? null : Inner();
        Expect(";", "in the head of for");
        var step = new List<Expr>();
        while (!At(")"))
        {
            step.Add(Expression());
            if (!Accept(",")) break;
        }

        Expect(")", "after the head of for");
        var classicHead = Since(first);
        var body = Branch();
        return new ForClassic(Since(first), classicHead, start, condition, step, body);
    }

    private While WhileStatement()
    {
        var first = Take();
        Expect("(", "after while");
        var condition = Inner();
        Expect(")", "after the condition");
        var head = Since(first);
        var body = Branch();
        return new While(Since(first), head, condition, body, TestsLast: false);
    }

    private While DoStatement()
    {
        var first = Take();
        var body = Branch();
        SkipNewLines();
        Expect("while", "after do");
        Expect("(", "after while");
        var condition = Inner();
        Expect(")", "after the condition");
        return new While(Since(first), first.Span, condition, body, TestsLast: true);
    }

    private Switch SwitchStatement()
    {
        var first = Take();
        Expect("(", "after switch");
        var subject = Inner();
        Expect(")", "after the subject");
        var head = Since(first);
        SkipNewLines();
        Expect("{", "after switch");
        var cases = new List<SwitchCase>();
        while (true)
        {
            while (Current.Kind == TokenKind.NewLine || At(";")) _at++;
            if (Accept("}")) break;
            var label = Current;
            Expr? test = null;
            if (Accept("case")) test = Inner();
            else if (!Accept("default")) throw new Unexpected(Current.Span, $"expecting case, default or '}}', found {Describe(Current)}");
            Expect(":", "after the label");
            cases.Add(new SwitchCase(Since(label), test, Statements(insideBraces: true)));
        }

        return new Switch(Since(first), head, subject, cases);
    }

    private Try TryStatement()
    {
        var first = Take();
        SkipNewLines();
        var body = BlockStatement();
        var catches = new List<Catch>();
        Block? final = null;
        while (true)
        {
            var mark = _at;
            SkipNewLines();
            var label = Current;
            if (Accept("catch"))
            {
                Expect("(", "after catch");
                var variable = "e";
                while (!At(")") && Current.Kind != TokenKind.End)
                    if (Take() is { Kind: TokenKind.Word } word) variable = word.Value;
                Expect(")", "after catch");
                var head = Since(label);
                SkipNewLines();
                var block = BlockStatement();
                catches.Add(new Catch(Since(label), head, variable, block));
            }
            else if (Accept("finally"))
            {
                SkipNewLines();
                final = BlockStatement();
            }
            else
            {
                _at = mark;
                break;
            }
        }

        if (catches.Count == 0 && final is null) throw new Unexpected(first.Span, "try needs a catch or a finally");
        return new Try(Since(first), first.Span, body, catches, final);
    }

    private Assert AssertStatement()
    {
        var first = Take();
        var condition = Inner();
        Expr? message = null;
        if (Accept(":") || Accept(",")) message = Inner();
        return new Assert(Since(first), condition, message);
    }
}
