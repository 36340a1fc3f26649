namespace Agentic.Agents.Migration.Groovy;

/// <summary>Visits every node of a script, parents before children, without recursion.</summary>
internal static class SyntaxWalk
{
    public static IEnumerable<Node> All(IEnumerable<Stmt> statements)
    {
        var open = new Stack<Node>(statements.Reverse());
        while (open.TryPop(out var node))
        {
            yield return node;
            foreach (var child in Children(node).Reverse()) open.Push(child);
        }
    }

    private static IEnumerable<Node> Children(Node node) => node switch
    {
        Text text => text.Parts.Select(part => part.Expression).OfType<Node>(),
        Member member => [member.Target],
        Subscript subscript => [subscript.Target, .. subscript.Arguments],
        Call call => [call.Callee, .. call.Arguments.SelectMany(argument => argument.Key is { } key ? [key, argument.Value] : (IEnumerable<Node>)[argument.Value])],
        Closure closure => closure.Body,
        ListLiteral list => list.Items,
        MapLiteral map => map.Entries.SelectMany(entry => entry.Key is { } key ? [key, entry.Value] : (IEnumerable<Node>)[entry.Value]),
        Binary binary => [binary.Left, binary.Right],
        Unary unary => [unary.Operand],
        Ternary ternary => [ternary.Condition, ternary.WhenTrue, ternary.WhenFalse],
        Assign assign => [assign.Target, assign.Value],
        Cast cast => [cast.Operand],
        New created => created.Arguments.Select(argument => argument.Value),
        ExpressionStmt statement => [statement.Expression],
        Declaration declaration => declaration.Variables.Select(variable => variable.Value).OfType<Node>(),
        If conditional => conditional.Else is { } otherwise ? [conditional.Condition, conditional.Then, otherwise] : [conditional.Condition, conditional.Then],
        ForIn loop => [loop.Collection, loop.Body],
        ForClassic loop => [.. loop.Start, .. loop.Condition is { } condition ? (IEnumerable<Node>)[condition] : [], .. loop.Step, loop.Body],
        While loop => [loop.Condition, loop.Body],
        Switch choice => [choice.Subject, .. choice.Cases.SelectMany(option => option.Test is { } test ? [test, .. option.Body] : (IEnumerable<Node>)option.Body)],
        Try attempt => [attempt.Body, .. attempt.Catches.Select(handler => handler.Body), .. attempt.Finally is { } final ? (IEnumerable<Node>)[final] : []],
        Block block => block.Statements,
        Return { Value: { } value } => [value],
        Throw thrown => [thrown.Value],
        Assert assertion => assertion.Message is { } message ? [assertion.Condition, message] : [assertion.Condition],
        Method method => [method.Body],
        ClassDeclaration declared => declared.Members,
        Annotation annotation => annotation.Arguments.Select(argument => argument.Value),
        _ => [],
    };
}
