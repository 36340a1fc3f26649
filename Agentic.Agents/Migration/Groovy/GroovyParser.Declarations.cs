namespace Agentic.Agents.Migration.Groovy;

internal sealed partial class GroovyParser
{
    private Import ImportStatement()
    {
        var first = Take();
        var from = Current.Span.Start;
        while (!EndsStatement()) Take();
        return new Import(Since(first), string.Concat(_tokens.Where(t => t.Span.Start >= from && t.Span.End <= Previous.End && t.Span.End > t.Span.Start).Select(t => t.Value)));
    }

    private ClassDeclaration ClassStatement()
    {
        var first = Take();
        var name = Take().Value;
        while (!At("{") && Current.Kind != TokenKind.End) Take();
        if (first.Value == "enum")
        {
            SkipBraces();
            return new ClassDeclaration(Since(first), name, []);
        }

        var outer = _class;
        _class = name;
        var body = BlockStatement();
        _class = outer;
        return new ClassDeclaration(Since(first), name, body.Statements);
    }

    private void SkipBraces()
    {
        var open = 0;
        do
        {
            if (At("{")) open++;
            if (At("}")) open--;
            Take();
        }
        while (open > 0 && Current.Kind != TokenKind.End);
        if (open > 0) throw new Unexpected(Previous, "expecting '}', found the end of the file");
    }

    private Stmt Annotated()
    {
        var first = Current;
        var names = new List<(string Name, List<Argument> Arguments)>();
        while (At("@"))
        {
            Take();
            var name = Take().Value;
            while (At(".") && Ahead(1).Kind == TokenKind.Word)
            {
                Take();
                name = Take().Value;
            }

            var arguments = new List<Argument>();
            if (At("(") && !Current.SpaceBefore)
            {
                Take();
                arguments = Arguments(")");
                Expect(")", "after the annotation");
            }

            names.Add((name, arguments));
            while (Current.Kind == TokenKind.NewLine && NextSignificant() is { } next && (next.Value == "@" || names[^1].Name != "Library")) _at++;
        }

        var main = names[0];
        if (main.Name is "Library" or "Grab")
        {
            if (Current is { Kind: TokenKind.Word, Value: "_" }) Take();
            else if (At("import")) ImportStatement();
            else if (At("def")) DeclarationLike();
            return new Annotation(Since(first), main.Name, main.Arguments);
        }

        SkipNewLines();
        var inner = Bare();
        return inner switch
        {
            Method method => method with { Span = Since(first), NonCps = names.Any(n => n.Name == "NonCPS") },
            Declaration declaration => declaration with { Span = Since(first), Field = names.Any(n => n.Name == "Field") },
            _ => inner,
        };
    }

    private Token NextSignificant()
    {
        for (var i = _at; i < _tokens.Count; i++)
            if (_tokens[i].Kind != TokenKind.NewLine) return _tokens[i];
        return _tokens[^1];
    }

    /// <summary>A variable or method declaration at this place, or nothing when it is an expression.</summary>
    private Stmt? DeclarationLike()
    {
        var mark = _at;
        var first = Current;
        var modified = false;
        while (Current.Kind == TokenKind.Word && Modifiers.Contains(Current.Value))
        {
            modified = true;
            Take();
        }

        string? type = null;
        if (modified && At("<")) SkipGenerics();
        if (modified && At("(")) return Destructured(first);
        if (Current.Kind == TokenKind.Word && !Reserved.Contains(Current.Value))
        {
            var from = _at;
            if (TypeName() is { } name && Current.Kind == TokenKind.Word && !Reserved.Contains(Current.Value) && Current.Span.Start > _tokens[_at - 1].Span.End)
            {
                var following = Ahead(1);
                var typeLike = Primitive.Contains(name) || char.IsUpper(name[name.LastIndexOf('.') + 1]) || modified;
                var declares = following.Value is "=" || (typeLike && (following.Kind is TokenKind.NewLine or TokenKind.End || following.Value is ";" or "," or "}" or "in" or ":"))
                    || (typeLike && following.Value == "(" && MethodFollows(_at + 1));
                if (declares) type = name;
                else _at = from;
            }
            else
            {
                _at = from;
            }
        }

        if (!modified && type is null)
        {
            _at = mark;
            return null;
        }

        if (Current.Kind is not (TokenKind.Word or TokenKind.Text) || (Current.Kind == TokenKind.Word && Reserved.Contains(Current.Value)))
            throw new Unexpected(Current.Span, $"expecting a name, found {Describe(Current)}");
        if (Ahead(1).Value == "(" && MethodFollows(_at + 1)) return MethodStatement(first);
        var variables = new List<Declared>();
        do
        {
            SkipNewLines();
            var variable = Take();
            Expr? value = null;
            if (Accept("="))
            {
                SkipNewLines();
                value = WithCommand();
            }

            variables.Add(new Declared(variable.Value, value, Since(variable)));
        }
        while (Accept(","));
        return new Declaration(Since(first), type, variables, Field: false);
    }

    private Stmt Destructured(Token first)
    {
        var declares = first.Value != "(";
        Take();
        var names = new List<Token>();
        while (!At(")") && Current.Kind != TokenKind.End)
        {
            if (Current.Kind == TokenKind.Word && Ahead(1).Value is "," or ")") names.Add(Current);
            Take();
        }

        Expect(")", "after the names");
        Expect("=", "after the names");
        SkipNewLines();
        var value = WithCommand();
        if (!declares)
            return new Block(Since(first), [.. names.Select((name, index) => new ExpressionStmt(Since(first), new Assign(Since(first), "=", new Name(name.Span, name.Value),
                new Subscript(value.Span, value, [new Literal(value.Span, (long)index)]))))]);
        var declared = names.Select((name, index) => new Declared(name.Value,
            new Subscript(value.Span, value, [new Literal(value.Span, (long)index)]), name.Span)).ToList();
        return new Declaration(Since(first), null, declared, Field: false);
    }

    private Method MethodStatement(Token first)
    {
        var name = Take();
        Expect("(", "after the method's name");
        var parameters = new List<Parameter>();
        while (!At(")"))
        {
            if (Current.Kind == TokenKind.End) throw new Unexpected(name.Span, "expecting ')' after the parameters");
            parameters.Add(ParameterDeclaration());
            if (!Accept(",")) break;
        }

        Expect(")", "after the parameters");
        var head = Since(first);
        if (Accept("throws"))
            while (!At("{") && Current.Kind != TokenKind.End) Take();
        SkipNewLines();
        var body = BlockStatement();
        var text = name.Kind == TokenKind.Text ? string.Concat(name.Parts!.Select(p => p.Value)) : name.Value;
        return new Method(Since(first), head, text, parameters, body, NonCps: false);
    }

    private Parameter ParameterDeclaration()
    {
        SkipNewLines();
        while (At("@"))
        {
            Take();
            Take();
        }

        string? last = null;
        while (Current.Kind == TokenKind.Word || At("<") || At("[") || At(".") || At("..") || At("*"))
        {
            if (At("<")) SkipGenerics();
            else if (At("["))
            {
                Take();
                Accept("]");
            }
            else if (Take() is { Kind: TokenKind.Word } word) last = word.Value;
        }

        if (last is null) throw new Unexpected(Current.Span, $"expecting a parameter, found {Describe(Current)}");
        SkipNewLines();
        Expr? value = null;
        if (Accept("="))
        {
            SkipNewLines();
            value = Inner();
        }

        SkipNewLines();
        return new Parameter(last, value);
    }

    /// <summary>Whether the parenthesis at this place belongs to a method declaration: a brace follows its end.</summary>
    private bool MethodFollows(int open)
    {
        var depth = 0;
        for (var i = open; i < _tokens.Count; i++)
        {
            var token = _tokens[i];
            if (token.Kind == TokenKind.End) return false;
            if (token.Kind != TokenKind.Operator) continue;
            if (token.Value is "(" or "[" or "{") depth++;
            if (token.Value is not (")" or "]" or "}")) continue;
            if (--depth > 0) continue;
            var next = i + 1;
            while (next < _tokens.Count && _tokens[next].Kind == TokenKind.NewLine) next++;
            return next < _tokens.Count && _tokens[next].Value is "{" or "throws";
        }

        return false;
    }

    private string? TypeName()
    {
        if (Current.Kind != TokenKind.Word) return null;
        var name = Take().Value;
        while (At(".") && Ahead(1).Kind == TokenKind.Word)
        {
            Take();
            name += "." + Take().Value;
        }

        if (At("<") && !SkipGenerics()) return null;
        while (At("[") && Ahead(1).Value == "]")
        {
            Take();
            Take();
            name += "[]";
        }

        return name;
    }

    private bool SkipGenerics()
    {
        if (!At("<")) return false;
        var mark = _at;
        var depth = 0;
        while (Current.Kind != TokenKind.End)
        {
            var token = Current;
            if (token.Kind == TokenKind.Operator && token.Value is "<") depth++;
            else if (token.Kind == TokenKind.Operator && token.Value is ">") depth--;
            else if (!(token.Kind == TokenKind.Word || token.Value is "," or "." or "?" or "[" or "]" or "&")) break;
            Take();
            if (depth == 0) return true;
        }

        _at = mark;
        return false;
    }
}
