namespace Agentic.Agents.Migration.Groovy;

/// <summary>
/// Reads the Groovy that Jenkinsfiles are written in, by recursive descent. A statement it cannot read becomes
/// <see cref="UnreadableStmt"/> with a problem and reading goes on after it. Nothing is ever run.
/// </summary>
internal sealed partial class GroovyParser
{
    /// <summary>Deeper nesting is refused: real pipelines stay under thirty levels, and the stack is finite.</summary>
    public const int DeepestNesting = 160;

    private static readonly HashSet<string> Primitive = new(StringComparer.Ordinal) { "void", "boolean", "int", "long", "float", "double", "char", "byte", "short" };
    private static readonly HashSet<string> Modifiers = new(StringComparer.Ordinal) { "def", "final", "static", "public", "private", "protected", "abstract", "synchronized", "transient", "volatile" };
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "if", "else", "for", "while", "do", "switch", "case", "default", "try", "catch", "finally", "return", "throw", "break", "continue",
        "import", "package", "class", "interface", "enum", "assert", "new", "in", "instanceof", "as", "def", "true", "false", "null", "this", "super",
    };

    private readonly List<SyntaxProblem> _problems;
    private IReadOnlyList<Token> _tokens;
    private int _at;
    private int _depth;
    private bool _commandAllowed;
    private string? _class;

    private GroovyParser(IReadOnlyList<Token> tokens, List<SyntaxProblem> problems)
    {
        _tokens = tokens;
        _problems = problems;
    }

    public static GroovyScript Parse(string text)
    {
        var lexer = new GroovyLexer(text);
        var tokens = lexer.Run();
        var problems = lexer.Problems.ToList();
        var parser = new GroovyParser(tokens, problems);
        var statements = parser.Statements(insideBraces: false);
        problems.Sort((a, b) => a.Span.Start.CompareTo(b.Span.Start));
        return new GroovyScript(new SourceText(text), statements, lexer.Comments, problems);
    }

    private Token Current => _tokens[_at];

    private Token Ahead(int count) => _tokens[Math.Min(_at + count, _tokens.Count - 1)];

    private Span Previous => _at > 0 ? _tokens[_at - 1].Span : new Span(0, 0);

    private Token Take()
    {
        var token = Current;
        if (token.Kind != TokenKind.End) _at++;
        return token;
    }

    private bool At(string value) => Current.Value == value && Current.Kind is TokenKind.Operator or TokenKind.Word && Current.Value == value;

    private bool Accept(string value)
    {
        if (!At(value)) return false;
        _at++;
        return true;
    }

    private void Expect(string value, string where)
    {
        if (!Accept(value)) throw new Unexpected(Current.Span, $"expecting '{value}' {where}, found {Describe(Current)}");
    }

    private void SkipNewLines()
    {
        while (Current.Kind == TokenKind.NewLine) _at++;
    }

    private static string Describe(Token token) => token.Kind switch
    {
        TokenKind.End => "the end of the file",
        TokenKind.NewLine => "the end of the line",
        _ => $"'{(token.Value.Length > 40 ? token.Value[..40] + "..." : token.Value)}'",
    };

    private Span Since(Token first) => new(first.Span.Start, Math.Max(first.Span.End, Previous.End));

    private List<Stmt> Statements(bool insideBraces)
    {
        var list = new List<Stmt>();
        while (true)
        {
            while (Current.Kind == TokenKind.NewLine || At(";")) _at++;
            if (Current.Kind == TokenKind.End) break;
            if (At("}"))
            {
                if (insideBraces) break;
                _problems.Add(new SyntaxProblem(Current.Span, "unexpected '}': nothing is open here"));
                list.Add(new UnreadableStmt(Take().Span));
                continue;
            }

            if (insideBraces && (At("case") || At("default") && Ahead(1).Value == ":")) break;
            list.Add(Statement());
        }

        return list;
    }

    private Stmt Statement()
    {
        var first = _at;
        if (++_depth > DeepestNesting)
        {
            _depth--;
            _problems.Add(new SyntaxProblem(Current.Span, $"nested deeper than {DeepestNesting} levels"));
            return Recover(first);
        }

        try
        {
            var statement = Bare();
            if (Current.Kind is not (TokenKind.NewLine or TokenKind.End) && !At(";") && !At("}"))
                throw new Unexpected(Current.Span, $"unexpected {Describe(Current)}");
            return statement;
        }
        catch (Unexpected unexpected)
        {
            _problems.Add(new SyntaxProblem(unexpected.Span, unexpected.Message));
            return Recover(first);
        }
        finally
        {
            _depth--;
        }
    }

    /// <summary>Skips to the end of the line or block the bad statement is in, braces balanced.</summary>
    private UnreadableStmt Recover(int first)
    {
        _commandAllowed = false;
        if (_at <= first) _at = first;
        var braces = 0;
        while (Current.Kind != TokenKind.End)
        {
            if (At("{") || At("(") || At("[")) braces++;
            if (At("}") || At(")") || At("]"))
            {
                if (braces == 0 && At("}")) break;
                braces = Math.Max(0, braces - 1);
            }

            if (Current.Kind == TokenKind.NewLine && braces == 0 && _at > first) break;
            _at++;
        }

        if (_at == first) _at++;
        return new UnreadableStmt(new Span(_tokens[first].Span.Start, Math.Max(Previous.End, _tokens[first].Span.End)));
    }

    private Stmt Bare()
    {
        var first = Current;
        if (first.Kind == TokenKind.Operator && first.Value == "@") return Annotated();
        if (first.Kind == TokenKind.Operator && first.Value == "{" && !BeginsClosureParameters()) return BlockStatement();
        if (first.Kind == TokenKind.Word)
            switch (first.Value)
            {
                case "if": return IfStatement();
                case "for": return ForStatement();
                case "while": return WhileStatement();
                case "do": return DoStatement();
                case "switch": return SwitchStatement();
                case "try": return TryStatement();
                case "return":
                    Take();
                    return EndsStatement() ? new Return(first.Span, null) : new Return(Since(first), WithCommand());
                case "throw":
                    Take();
                    return new Throw(Since(first), WithCommand()) is var thrown ? thrown with { Span = Since(first) } : thrown;
                case "break" or "continue" when Ahead(1).Value is not ("(" or "."):
                    Take();
                    if (Current.Kind == TokenKind.Word) Take();
                    return new Jump(Since(first), first.Value);
                case "assert":
                    return AssertStatement();
                case "import" or "package":
                    return ImportStatement();
                case "class" or "interface" or "enum" or "trait" when Ahead(1).Kind == TokenKind.Word:
                    return ClassStatement();
                case var constructor when constructor == _class && Ahead(1).Value == "(" && MethodFollows(_at + 1):
                    return MethodStatement(first);
                default:
                    if (Modifiers.Contains(first.Value) && ClassBehindModifiers()) return ClassStatement();
                    if (DeclarationLike() is { } declared) return declared;
                    if (Ahead(1).Value == ":" && Ahead(2).Value is "for" or "while" or "{" && Ahead(1).Value == ":" && !Reserved.Contains(first.Value))
                    {
                        Take();
                        Take();
                        return Bare();
                    }

                    break;
            }

        if (first.Value == "(" && DestructuringFollows()) return Destructured(first);
        var expression = WithCommand();
        return new ExpressionStmt(Since(first), expression);
    }

    /// <summary>Steps over <c>public final</c> and the like when a class follows.</summary>
    private bool ClassBehindModifiers()
    {
        var ahead = 0;
        while (Ahead(ahead).Kind == TokenKind.Word && Modifiers.Contains(Ahead(ahead).Value)) ahead++;
        if (Ahead(ahead).Value is not ("class" or "interface" or "enum" or "trait")) return false;
        _at += ahead;
        return true;
    }

    /// <summary>Whether <c>(a, b) = value</c> stands here.</summary>
    private bool DestructuringFollows()
    {
        var ahead = 1;
        while (Ahead(ahead).Kind == TokenKind.Word && Ahead(ahead + 1).Value == ",") ahead += 2;
        return ahead > 1 && Ahead(ahead).Kind == TokenKind.Word && Ahead(ahead + 1).Value == ")" && Ahead(ahead + 2).Value == "=";
    }

    private bool EndsStatement() => Current.Kind is TokenKind.NewLine or TokenKind.End || At(";") || At("}");

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

    private sealed class Unexpected(Span span, string message) : Exception(message)
    {
        public Span Span { get; } = span;
    }
}
