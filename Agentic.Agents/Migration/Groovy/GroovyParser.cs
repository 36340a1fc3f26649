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

    private sealed class Unexpected(Span span, string message) : Exception(message)
    {
        public Span Span { get; } = span;
    }
}
