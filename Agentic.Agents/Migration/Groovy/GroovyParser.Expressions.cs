namespace Agentic.Agents.Migration.Groovy;

internal sealed partial class GroovyParser
{
    /// <summary>Binary operators from the loosest to the tightest.</summary>
    private static readonly string[][] Levels =
    [
        ["||"], ["&&"], ["|"], ["^"], ["&"], ["=~", "==~"], ["==", "!=", "<=>", "===", "!=="], ["<", "<=", ">", ">=", "in", "instanceof", "as"],
        ["<<", ">>", "..", "..<"], ["+", "-"], ["*", "/", "%"], ["**"],
    ];

    private static readonly HashSet<string> Assignments = new(StringComparer.Ordinal) { "=", "|=", "&=", "^=", "+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", ">>>=" };

    /// <summary>An expression where a command such as <c>sh 'make'</c> may stand.</summary>
    private Expr WithCommand()
    {
        _commandAllowed = true;
        try
        {
            return Expression();
        }
        finally
        {
            _commandAllowed = false;
        }
    }

    /// <summary>An expression inside parentheses or brackets, where a command may not stand.</summary>
    private Expr Inner()
    {
        _commandAllowed = false;
        return Expression();
    }

    private Expr Expression()
    {
        if (++_depth > DeepestNesting)
        {
            _depth--;
            throw new Unexpected(Current.Span, $"nested deeper than {DeepestNesting} levels");
        }

        try
        {
            var command = _commandAllowed;
            var left = Conditional();
            if (Current.Kind != TokenKind.Operator || !Assignments.Contains(Current.Value)) return left;
            var op = Take().Value;
            SkipNewLines();
            _commandAllowed = command;
            var right = Expression();
            return new Assign(left.Span.To(right.Span), op, left, right);
        }
        finally
        {
            _depth--;
        }
    }

    private Expr Conditional()
    {
        var condition = BinaryAt(0);
        var mark = _at;
        SkipNewLines();
        if (Accept("?:"))
        {
            SkipNewLines();
            var fallback = Conditional();
            return new Binary(condition.Span.To(fallback.Span), "?:", condition, fallback);
        }

        if (!Accept("?"))
        {
            _at = mark;
            return condition;
        }

        SkipNewLines();
        var yes = Inner();
        SkipNewLines();
        Expect(":", "in a conditional expression");
        SkipNewLines();
        var no = Inner();
        return new Ternary(condition.Span.To(no.Span), condition, yes, no);
    }

    private Expr BinaryAt(int level)
    {
        if (level == Levels.Length) return Prefixed();
        var left = BinaryAt(level + 1);
        while (true)
        {
            var mark = _at;
            if (Current.Kind == TokenKind.NewLine && NextSignificant().Value is "&&" or "||" && Current.Kind == TokenKind.NewLine) SkipNewLines();
            var negatedIn = level == 7 && At("!") && Ahead(1) is { Kind: TokenKind.Word, Value: "in" } && Current.SpaceBefore;
            var op = negatedIn ? "!in" : Operator(level);
            if (op is null)
            {
                _at = mark;
                return left;
            }

            if (negatedIn) Take();
            Take();
            SkipNewLines();
            if (op is "as" or "instanceof")
            {
                var from = Current;
                var type = TypeName() ?? throw new Unexpected(Current.Span, $"expecting a type after {op}");
                left = op == "as" ? new Cast(left.Span.To(Since(from)), type, left) : new Binary(left.Span.To(Since(from)), op, left, new Name(Since(from), type));
                continue;
            }

            var right = BinaryAt(level + 1);
            left = new Binary(left.Span.To(right.Span), op, left, right);
        }
    }

    private string? Operator(int level)
    {
        if (Current.Kind is not (TokenKind.Operator or TokenKind.Word)) return null;
        var value = Current.Value;
        // The lexer leaves '<' and '>' single so that generics stay readable.
        if (level == 8 && value is "<" or ">" && level == 8 && Ahead(1).Value == value && Ahead(1).Span.Start == Current.Span.End)
        {
            Take();
            return value + value;
        }

        if (level == 7 && value is "<" or ">" && Ahead(1).Value == value && Ahead(1).Span.Start == Current.Span.End) return null;
        return Array.IndexOf(Levels[level], value) >= 0 ? value : null;
    }

    private Expr Prefixed()
    {
        var first = Current;
        if (first.Kind == TokenKind.Operator && first.Value is "!" or "-" or "+" or "++" or "--" or "~" && first.Kind == TokenKind.Operator)
        {
            if (++_depth > DeepestNesting)
            {
                _depth--;
                throw new Unexpected(first.Span, $"nested deeper than {DeepestNesting} levels");
            }

            try
            {
                _commandAllowed = false;
                Take();
                var operand = Prefixed();
                return new Unary(Since(first), first.Value, operand);
            }
            finally
            {
                _depth--;
            }
        }

        if (first.Value == "(" && CastType() is { } type)
        {
            _commandAllowed = false;
            var operand = Prefixed();
            return new Cast(Since(first), type, operand);
        }

        var command = _commandAllowed;
        _commandAllowed = false;
        return Path(Primary(command), command);
    }

    private string? CastType()
    {
        var mark = _at;
        Take();
        var name = TypeName();
        if (name is not null && Accept(")") && (Primitive.Contains(name) || char.IsUpper(name[name.LastIndexOf('.') + 1]))
            && !(name.Contains('.', StringComparison.Ordinal) && char.IsLower(name[0]) && name.Count(c => c == '.') < 2)
            && (Current.Kind is TokenKind.Text or TokenKind.Number || (Current.Kind == TokenKind.Word && !(Current.Value is "in" or "instanceof" or "as")) || Current.Value is "(" or "["))
            return name;
        _at = mark;
        return null;
    }

    /// <summary>What follows a primary: members, subscripts, calls, trailing closures, command arguments.</summary>
    private Expr Path(Expr left, bool command)
    {
        while (true)
        {
            var mark = _at;
            if (Current.Kind == TokenKind.NewLine && NextSignificant().Value is "." or "?." or "*." && Current.Kind == TokenKind.NewLine) SkipNewLines();
            var token = Current;
            if (token.Kind == TokenKind.Operator)
                switch (token.Value)
                {
                    case "." or "?." or "*." or ".&" or ".@":
                        Take();
                        SkipNewLines();
                        Accept("@");
                        if (At("<")) SkipGenerics();
                        var name = Take();
                        if (name.Value == "(" && name.Kind == TokenKind.Operator)
                        {
                            var computed = Inner();
                            Expect(")", "after the computed name");
                            left = new Member(left.Span.To(Previous), left, "(" + computed.Span.Start + ")", token.Value == "?.", token.Value == "*.");
                            continue;
                        }

                        if (name.Kind is not (TokenKind.Word or TokenKind.Text)) throw new Unexpected(name.Span, $"expecting a member name, found {Describe(name)}");
                        var identifier = name.Kind == TokenKind.Text ? string.Concat(name.Parts!.Select(p => p.Value ?? "${}")) : name.Value;
                        left = new Member(left.Span.To(name.Span), left, identifier, token.Value == "?.", token.Value == "*.");
                        continue;
                    case "(" when !(token.SpaceBefore && left is Literal):
                        Take();
                        var arguments = Arguments(")");
                        if (!Accept(")")) throw new Unexpected(token.Span, $"expecting ')' to close this '(', found {Describe(Current)}");
                        left = TrailingClosures(new Call(left.Span.To(Previous), left, arguments, Parenthesised: true));
                        continue;
                    case "[" when !(command && token.SpaceBefore && left is Name && MapFollows()):
                        Take();
                        var items = new List<Expr>();
                        while (!At("]"))
                        {
                            items.Add(Inner());
                            if (!Accept(",")) break;
                        }

                        Expect("]", "after the subscript");
                        left = new Subscript(left.Span.To(Previous), left, items);
                        continue;
                    case "{" when left is Name or Member or Call:
                        var closure = ClosureLiteral();
                        left = left is Call call
                            ? call with { Span = call.Span.To(closure.Span), Arguments = [.. call.Arguments, new Argument(null, closure)] }
                            : new Call(left.Span.To(closure.Span), left, [new Argument(null, closure)], Parenthesised: false);
                        continue;
                    case "++" or "--":
                        Take();
                        left = new Unary(left.Span.To(token.Span), token.Value, left, Postfix: true);
                        continue;
                }

            if (command && left is Name or Member && command && BeginsCommandArgument())
            {
                var arguments = CommandArguments();
                left = new Call(left.Span.To(Previous), left, arguments, Parenthesised: false);
                // Chains such as "a b c d" read as a(b).c(d).
                if (Current.Kind == TokenKind.Word && !Reserved.Contains(Current.Value))
                {
                    var next = Take();
                    left = new Member(left.Span.To(next.Span), left, next.Value);
                    continue;
                }

                return left;
            }

            // Allman style: the brace of "stages" on the next line. Only a bare word or a call can own it.
            if (command && Current.Kind == TokenKind.NewLine && NextSignificant().Value == "{" && left is Name or Call { Parenthesised: true, Body: null } && command && Current.Kind == TokenKind.NewLine && NextSignificant().Value == "{")
            {
                SkipNewLines();
                continue;
            }

            _at = mark;
            return left;
        }
    }

    private Call TrailingClosures(Call call)
    {
        while (At("{"))
        {
            var closure = ClosureLiteral();
            call = call with { Span = call.Span.To(closure.Span), Arguments = [.. call.Arguments, new Argument(null, closure)] };
        }

        return call;
    }

    private bool BeginsCommandArgument() => Current.Kind switch
    {
        TokenKind.Text or TokenKind.Number => true,
        TokenKind.Word => !(Current.Value is "in" or "instanceof" or "as" or "else" or "catch" or "finally"),
        TokenKind.Operator => Current.SpaceBefore && (Current.Value == "[" || (Current.Value is "-" or "!" or "~" && !Ahead(1).SpaceBefore && Current.Value == "!")),
        _ => false,
    };

    private bool MapFollows()
    {
        var next = Ahead(1);
        return next.Value is ":" or "[" or "]" || next.Kind == TokenKind.Text || Ahead(2).Value == ":" || next.Kind == TokenKind.Word && Ahead(2).Value is "(" or ",";
    }

    private List<Argument> CommandArguments()
    {
        var list = new List<Argument>();
        do
        {
            SkipNewLines();
            list.Add(OneArgument());
        }
        while (Accept(","));
        return list;
    }

    private List<Argument> Arguments(string close)
    {
        var list = new List<Argument>();
        SkipNewLines();
        while (!At(close) && Current.Kind != TokenKind.End)
        {
            list.Add(OneArgument());
            SkipNewLines();
            if (!Accept(",")) break;
            SkipNewLines();
            // Groovy overlooks a comma too many.
            while (Accept(",")) SkipNewLines();
        }

        return list;
    }

    private Argument OneArgument()
    {
        if (Current.Value == "*" && Current.Kind == TokenKind.Operator)
        {
            Take();
            Accept(":");
        }

        if (Current.Kind == TokenKind.Word && Ahead(1).Value == ":" && Ahead(1).Kind == TokenKind.Operator)
        {
            var name = Take().Value;
            Take();
            SkipNewLines();
            return new Argument(name, Inner());
        }

        var value = Inner();
        if (!At(":")) return new Argument(null, value);
        Take();
        SkipNewLines();
        var named = Inner();
        return value is Text { Constant: { } constant } ? new Argument(constant, named) : new Argument(null, named, value);
    }

    private Expr Primary(bool command)
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                Take();
                return new Literal(token.Span, token.Number);
            case TokenKind.Text:
                Take();
                return TextOf(token);
            case TokenKind.Word:
                Take();
                return token.Value switch
                {
                    "true" => new Literal(token.Span, true),
                    "false" => new Literal(token.Span, false),
                    "null" => new Literal(token.Span, null),
                    "new" => Construction(token),
                    _ when Reserved.Contains(token.Value) && token.Value is not ("this" or "super" or "default" or "in" or "as" or "enum" or "interface" or "import" or "package" or "class") => throw new Unexpected(token.Span, $"unexpected '{token.Value}'"),
                    _ => new Name(token.Span, token.Value),
                };
            case TokenKind.Operator:
                switch (token.Value)
                {
                    case "(":
                        Take();
                        SkipNewLines();
                        var inner = Inner();
                        SkipNewLines();
                        if (!Accept(")")) throw new Unexpected(token.Span, $"expecting ')' to close this '(', found {Describe(Current)}");
                        return inner;
                    case "[":
                        return Bracketed();
                    case "{":
                        return ClosureLiteral();
                }

                break;
        }

        throw new Unexpected(token.Span, token.Kind == TokenKind.End ? "unexpected end of the file" : $"unexpected {Describe(token)}");
    }

    private New Construction(Token first)
    {
        var type = TypeName() ?? throw new Unexpected(Current.Span, "expecting a type after new");
        var arguments = new List<Argument>();
        if (Accept("("))
        {
            arguments = Arguments(")");
            Expect(")", "after the arguments");
            if (At("{")) ClosureLiteral();
        }
        else if (Accept("["))
        {
            if (!At("]")) arguments.Add(new Argument(null, Inner()));
            Expect("]", "after the size");
        }

        return new New(Since(first), type, arguments);
    }

    private Expr Bracketed()
    {
        var first = Take();
        SkipNewLines();
        if (At(":") && Ahead(1).Value == "]")
        {
            Take();
            Take();
            return new MapLiteral(Since(first), []);
        }

        var items = new List<Expr>();
        var entries = new List<MapEntry>();
        while (!At("]") && Current.Kind != TokenKind.End)
        {
            var from = Current;
            if (At("*"))
            {
                Take();
                if (Accept(":"))
                {
                    entries.Add(new MapEntry("*", null, Inner(), Since(from)));
                    if (!Accept(",")) break;
                    continue;
                }
            }

            if (Current.Kind == TokenKind.Word && Ahead(1).Value == ":" && Ahead(1).Kind == TokenKind.Operator)
            {
                var key = Take().Value;
                Take();
                SkipNewLines();
                var value = Inner();
                entries.Add(new MapEntry(key, null, value, Since(from)));
            }
            else
            {
                var item = Inner();
                if (Accept(":"))
                {
                    SkipNewLines();
                    var value = Inner();
                    entries.Add(item is Text { Constant: { } constant } ? new MapEntry(constant, null, value, Since(from)) : new MapEntry(null, item, value, Since(from)));
                }
                else
                {
                    items.Add(item);
                }
            }

            SkipNewLines();
            if (!Accept(",")) break;
            SkipNewLines();
        }

        if (!Accept("]")) throw new Unexpected(first.Span, $"expecting ']' to close this '[', found {Describe(Current)}");
        return entries.Count > 0 ? new MapLiteral(Since(first), entries) : new ListLiteral(Since(first), items);
    }

    private bool BeginsClosureParameters()
    {
        var depth = 0;
        for (var i = _at + 1; i < _tokens.Count && i < _at + 60; i++)
        {
            var token = _tokens[i];
            if (token.Value == "->" && token.Kind == TokenKind.Operator) return depth == 0;
            if (token.Kind == TokenKind.Operator && token.Value is "(" or "[" or "<" && token.Kind == TokenKind.Operator) depth++;
            else if (token.Kind == TokenKind.Operator && token.Value is ")" or "]" or ">" && token.Kind == TokenKind.Operator) depth--;
            else if (token.Kind is TokenKind.Word or TokenKind.Number or TokenKind.Text or TokenKind.NewLine) continue;
            else if (token.Value is not ("," or "=" or "." or ":" or "?")) return false;
            if (depth < 0) return false;
        }

        return false;
    }

    private Closure ClosureLiteral()
    {
        var first = Current;
        if (++_depth > DeepestNesting)
        {
            _depth--;
            throw new Unexpected(first.Span, $"nested deeper than {DeepestNesting} levels");
        }

        try
        {
            var explicitParameters = BeginsClosureParameters();
            Expect("{", "to open a closure");
            var parameters = new List<Parameter>();
            if (explicitParameters)
            {
                SkipNewLines();
                while (!At("->"))
                {
                    parameters.Add(ParameterDeclaration());
                    SkipNewLines();
                    if (!Accept(",")) break;
                }

                SkipNewLines();
                Expect("->", "after the closure's parameters");
            }

            var body = Statements(insideBraces: true);
            if (!Accept("}")) throw new Unexpected(first.Span, "expecting '}', found the end of the file: this '{' is never closed");
            return new Closure(Since(first), parameters, explicitParameters, body);
        }
        finally
        {
            _depth--;
        }
    }

    private Text TextOf(Token token)
    {
        var parts = new List<TextPart>();
        foreach (var part in token.Parts!)
        {
            if (part.Tokens is null)
            {
                parts.Add(new TextPart(part.Value, null));
                continue;
            }

            parts.Add(new TextPart(null, Nested(part.Tokens)));
        }

        return new Text(token.Span, parts, token.Interpolates);
    }

    /// <summary>Reads the tokens of an interpolation with the same parser state, then comes back.</summary>
    private Expr Nested(IReadOnlyList<Token> tokens)
    {
        var (outer, at) = (_tokens, _at);
        (_tokens, _at) = (tokens, 0);
        try
        {
            if (++_depth > DeepestNesting) throw new Unexpected(Current.Span, $"nested deeper than {DeepestNesting} levels");
            SkipNewLines();
            if (Current.Kind == TokenKind.End) return new Literal(Current.Span, "");
            var expression = WithCommand();
            SkipNewLines();
            if (Current.Kind == TokenKind.End) return expression;
            // Several statements in one ${...}: the last value counts in Groovy; here the whole stays visible as unread.
            return new Unreadable(expression.Span.To(tokens[^1].Span));
        }
        finally
        {
            _depth--;
            (_tokens, _at) = (outer, at);
        }
    }
}
