using System.Globalization;

namespace Agentic.Agents.Policy.Terraform;

/// <summary>
/// Reads HCL2 native syntax. It never throws: what cannot be read becomes a problem with its place, reading goes on at the
/// next line, and the block around it is marked broken.
/// </summary>
internal sealed class HclParser
{
    /// <summary>Deeper nesting than this is refused, so that hostile input cannot exhaust the stack.</summary>
    internal const int Deepest = 120;

    /// <summary>Operators in one chain (<c>a.b.c</c>, <c>a + b + c</c>): the tree leans left, and readers of it recurse.</summary>
    internal const int LongestChain = 400;

    private const int MostProblems = 50;

    private readonly string text;
    private readonly List<HclToken> tokens = [];
    private readonly List<HclProblem> problems;
    private readonly int level;
    private int index;
    private int depth;
    private int insideBrackets;
    private int problemCount;

    private HclParser(string text, int start, int end, int line, List<HclComment>? comments, List<HclProblem> problems, int level)
    {
        this.text = text;
        this.problems = problems;
        this.level = level;
        var lexer = new HclLexer(text, start, end, line, comments);
        HclToken token;
        do
        {
            token = lexer.Next();
            tokens.Add(token);
        }
        while (token.Kind != HclTokenKind.End);
    }

    public static HclFile Parse(string path, string text)
    {
        var comments = new List<HclComment>();
        var problems = new List<HclProblem>();
        var parser = new HclParser(text, 0, text.Length, 1, comments, problems, 0);
        var body = parser.Body(closes: false, openLine: 1);
        return new HclFile(path, text, body, problems, comments);
    }

    /// <summary>Reads one expression out of a range; used for the inside of templates and for <c>.tfvars</c> given on their own.</summary>
    internal static HclExpression ParseExpression(string text, int start, int end, int line, List<HclProblem> problems, int level)
    {
        if (level > HclLexer.DeepestString)
        {
            return new HclInvalid(new HclSpan(start, end, line, line));
        }

        var parser = new HclParser(text, start, end, line, null, problems, level) { insideBrackets = 1 };
        var expression = parser.Expression();
        if (parser.Peek().Kind != HclTokenKind.End)
        {
            parser.Problem(parser.Peek(), "Expected the end of the expression");
            return new HclInvalid(expression.Span);
        }

        return expression;
    }

    /// <summary>Reads <c>for k, v in source</c> of a template directive.</summary>
    internal static (string? Key, string Item, HclExpression Source)? ParseForClause(string text, int start, int end, int line, List<HclProblem> problems, int level)
    {
        var parser = new HclParser(text, start, end, line, null, problems, level) { insideBrackets = 1 };
        var clause = parser.ForClause();
        return clause is null ? null : (clause.Value.Key, clause.Value.Item, parser.Expression());
    }

    private HclToken Peek(int ahead = 0)
    {
        var at = index;
        while (true)
        {
            while (insideBrackets > 0 && tokens[at].Kind == HclTokenKind.Newline)
            {
                at++;
            }

            if (ahead-- == 0 || tokens[at].Kind == HclTokenKind.End)
            {
                return tokens[at];
            }

            at++;
        }
    }

    private HclToken Take()
    {
        while (insideBrackets > 0 && tokens[index].Kind == HclTokenKind.Newline)
        {
            index++;
        }

        var token = tokens[index];
        if (token.Kind != HclTokenKind.End)
        {
            index++;
        }

        return token;
    }

    private bool TakeIf(string symbol)
    {
        if (!Peek().Is(symbol))
        {
            return false;
        }

        Take();
        return true;
    }

    private void SkipNewlines()
    {
        while (tokens[index].Kind == HclTokenKind.Newline)
        {
            index++;
        }
    }

    private void Problem(HclToken at, string message)
    {
        problemCount++;
        if (problems.Count < MostProblems)
        {
            var lineStart = at.Span.Start == 0 ? 0 : text.LastIndexOf('\n', at.Span.Start - 1) + 1;
            problems.Add(new HclProblem(at.Span.Line, at.Span.Start - lineStart + 1, message + Found(at)));
        }
    }

    private static string Found(HclToken token) => token.Kind switch
    {
        HclTokenKind.End => ", found the end of the text.",
        HclTokenKind.Newline => ", found the end of the line.",
        HclTokenKind.Quote => ", found a string.",
        HclTokenKind.Heredoc => ", found a heredoc.",
        HclTokenKind.Invalid when token.Text.Length == 0 => ", found a string that is never closed.",
        _ => $", found '{token.Text}'.",
    };

    private HclBody Body(bool closes, int openLine)
    {
        var attributes = new List<HclAttribute>();
        var blocks = new List<HclBlock>();
        var first = tokens[index].Span;
        while (true)
        {
            SkipNewlines();
            var token = Peek();
            if (token.Kind == HclTokenKind.End)
            {
                if (closes)
                {
                    Problem(token, $"Expected '}}' for the block opened on line {openLine}");
                }

                break;
            }

            if (token.Is("}"))
            {
                if (closes)
                {
                    break;
                }

                Problem(token, "Expected an attribute or a block");
                Take();
            }
            else if (token.Kind == HclTokenKind.Name)
            {
                Item(attributes, blocks);
            }
            else
            {
                Problem(token, "Expected an attribute or a block");
                SkipLine();
            }
        }

        var last = tokens[index].Span;
        return new HclBody(attributes, blocks, new HclSpan(first.Start, last.Start, first.Line, last.Line));
    }

    private void Item(List<HclAttribute> attributes, List<HclBlock> blocks)
    {
        var before = problemCount;
        var name = Take();
        if (Peek().Is("="))
        {
            Take();
            var value = Expression();
            attributes.Add(new HclAttribute(name.Text, value, Join(name.Span, value.Span)));
            var next = Peek();
            if (next.Kind is HclTokenKind.Newline or HclTokenKind.End || next.Is("}"))
            {
                return;
            }

            if (problemCount == before)
            {
                Problem(next, "Expected the end of the line after the value");
            }

            SkipLine();
            return;
        }

        var labels = new List<string>();
        while (Peek().Kind is HclTokenKind.Quote or HclTokenKind.Name)
        {
            var label = Take();
            labels.Add(label.Kind == HclTokenKind.Name ? label.Text : text[(label.Span.Start + 1)..(label.Span.End - 1)]);
        }

        if (!Peek().Is("{"))
        {
            Problem(Peek(), $"Expected '=' or '{{' after '{name.Text}'");
            SkipLine();
            return;
        }

        var open = Take();
        if (depth >= Deepest)
        {
            Problem(open, "Blocks nest too deeply");
            index = tokens.Count - 1;
            return;
        }

        depth++;
        var body = Body(closes: true, open.Span.Line);
        depth--;
        var close = Take();
        blocks.Add(new HclBlock(name.Text, labels, body, Join(name.Span, close.Span), problemCount > before));
    }

    /// <summary>Moves to the end of the line, past brackets that open on it, and never out of the body it is in.</summary>
    private void SkipLine()
    {
        var open = 0;
        while (tokens[index].Kind != HclTokenKind.End)
        {
            var token = tokens[index];
            if (token.Kind == HclTokenKind.Newline && open == 0)
            {
                return;
            }

            if (token.Is("{") || token.Is("[") || token.Is("("))
            {
                open++;
            }
            else if (token.Is("}") || token.Is("]") || token.Is(")"))
            {
                if (open == 0 && token.Is("}"))
                {
                    return;
                }

                open = Math.Max(0, open - 1);
            }

            index++;
        }
    }

    private static HclSpan Join(HclSpan from, HclSpan to) => new(from.Start, Math.Max(from.End, to.End), from.Line, Math.Max(from.Line, to.EndLine));

    private HclExpression Expression()
    {
        if (++depth > Deepest)
        {
            var at = Peek();
            Problem(at, "Expressions nest too deeply");
            index = tokens.Count - 1;
            depth--;
            return new HclInvalid(at.Span);
        }

        var condition = Binary(0);
        var result = condition;
        if (TakeIf("?"))
        {
            var then = Expression();
            if (TakeIf(":"))
            {
                var otherwise = Expression();
                result = new HclConditional(condition, then, otherwise, Join(condition.Span, otherwise.Span));
            }
            else
            {
                Problem(Peek(), "Expected ':' of the conditional");
                result = new HclInvalid(condition.Span);
            }
        }

        depth--;
        return result;
    }

    private static readonly string[][] Levels = [["||"], ["&&"], ["==", "!="], ["<", ">", "<=", ">="], ["+", "-"], ["*", "/", "%"]];

    private HclExpression Binary(int precedence)
    {
        if (precedence == Levels.Length)
        {
            return Unary();
        }

        var left = Binary(precedence + 1);
        var count = 0;
        while (Peek() is { Kind: HclTokenKind.Symbol } token && Array.IndexOf(Levels[precedence], token.Text) >= 0)
        {
            Take();
            var right = Binary(precedence + 1);
            left = new HclBinary(token.Text, left, right, Join(left.Span, right.Span));
            if (++count > LongestChain)
            {
                return TooLong(token);
            }
        }

        return left;
    }

    private HclInvalid TooLong(HclToken at)
    {
        Problem(at, "Expected a shorter expression");
        return new HclInvalid(at.Span);
    }

    private HclExpression Unary()
    {
        var token = Peek();
        if (!token.Is("!") && !token.Is("-"))
        {
            return Postfix(Primary());
        }

        Take();
        if (++depth > Deepest)
        {
            depth--;
            return TooLong(token);
        }

        var operand = Unary();
        depth--;
        return new HclUnary(token.Text[0], operand, Join(token.Span, operand.Span));
    }

    private HclExpression Postfix(HclExpression target)
    {
        for (var count = 0; ; count++)
        {
            var token = Peek();
            if (count > LongestChain)
            {
                return TooLong(token);
            }

            if (token.Is("."))
            {
                Take();
                if (Peek().Is("*"))
                {
                    Take();
                    target = Splat(target, token, full: false);
                    continue;
                }

                if (Access(target) is not { } accessed)
                {
                    return new HclInvalid(target.Span);
                }

                target = accessed;
            }
            else if (token.Is("[") && Peek(1).Is("*") && Peek(2).Is("]"))
            {
                Take();
                Take();
                Take();
                target = Splat(target, token, full: true);
            }
            else if (token.Is("["))
            {
                target = Index(target);
            }
            else
            {
                return target;
            }
        }
    }

    private HclExpression? Access(HclExpression target)
    {
        var token = Peek();
        if (token.Kind == HclTokenKind.Name)
        {
            Take();
            return new HclMember(target, token.Text, Join(target.Span, token.Span));
        }

        if (token.Kind == HclTokenKind.Number)
        {
            Take();
            foreach (var digits in token.Text.Split('.'))
            {
                target = new HclIndex(target, Number(digits, token.Span), Join(target.Span, token.Span));
            }

            return target;
        }

        Problem(token, "Expected a name after '.'");
        return null;
    }

    private HclIndex Index(HclExpression target)
    {
        Take();
        insideBrackets++;
        var key = Expression();
        insideBrackets--;
        var close = PeekInside();
        if (close.Is("]"))
        {
            TakeInside();
        }
        else
        {
            Problem(close, "Expected ']'");
        }

        return new HclIndex(target, key, Join(target.Span, close.Span));
    }

    private HclSplat Splat(HclExpression target, HclToken at, bool full)
    {
        HclExpression each = new HclSplatItem(at.Span);
        for (var count = 0; count < LongestChain; count++)
        {
            if (Peek().Is(".") && Peek(1).Kind is HclTokenKind.Name or HclTokenKind.Number && Peek().Is("."))
            {
                Take();
                each = Access(each) ?? each;
            }
            else if (full && Peek().Is("[") && !Peek(1).Is("*"))
            {
                each = Index(each);
            }
            else
            {
                break;
            }
        }

        return new HclSplat(target, each, Join(target.Span, each.Span));
    }

    private HclToken PeekInside()
    {
        insideBrackets++;
        var token = Peek();
        insideBrackets--;
        return token;
    }

    private HclToken TakeInside()
    {
        insideBrackets++;
        var token = Take();
        insideBrackets--;
        return token;
    }

    private HclExpression Primary()
    {
        var token = Peek();
        switch (token.Kind)
        {
            case HclTokenKind.Number:
                Take();
                return Number(token.Text, token.Span);
            case HclTokenKind.Quote:
                Take();
                return HclTemplateReader.Read(text, token.Span.Start + 1, token.Span.End - 1, token.Span, isHeredoc: false, problems, level);
            case HclTokenKind.Heredoc:
                Take();
                return HclTemplateReader.ReadHeredoc(text, token.Span, problems, level);
            case HclTokenKind.Name:
                Take();
                return Peek().Is("(") ? Call(token) : Named(token);
            case HclTokenKind.Symbol when token.Text is "(" or "[" or "{":
                return Bracketed(token);
            default:
                Problem(token, "Expected a value");
                return new HclInvalid(token.Span);
        }
    }

    private HclExpression Bracketed(HclToken open)
    {
        if (depth >= Deepest)
        {
            Problem(open, "Expressions nest too deeply");
            index = tokens.Count - 1;
            return new HclInvalid(open.Span);
        }

        depth++;
        var result = open.Text switch { "(" => Parenthesised(), "[" => Tuple(), _ => Object() };
        depth--;
        return result;
    }

    private static HclLiteral Number(string digits, HclSpan span) =>
        new(double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture), span);

    private static HclExpression Named(HclToken token) => token.Text switch
    {
        // Capitalised booleans are not Terraform's, but people who come from Python write them and mean them.
        "true" or "True" => new HclLiteral(true, token.Span),
        "false" or "False" => new HclLiteral(false, token.Span),
        "null" => new HclLiteral(null, token.Span),
        _ => new HclName(token.Text, token.Span),
    };

    private HclExpression Parenthesised()
    {
        Take();
        insideBrackets++;
        var inner = Expression();
        insideBrackets--;
        Close(")", "Expected ')'");
        return inner;
    }

    private HclToken Close(string symbol, string message)
    {
        var token = PeekInside();
        if (token.Is(symbol))
        {
            return TakeInside();
        }

        Problem(token, message);
        return token;
    }

    private HclCall Call(HclToken name)
    {
        Take();
        insideBrackets++;
        var arguments = new List<HclExpression>();
        var expands = false;
        while (!Peek().Is(")") && Peek().Kind != HclTokenKind.End)
        {
            var before = index;
            arguments.Add(Expression());
            expands |= TakeIf("...");
            if (!TakeIf(",") || index == before)
            {
                break;
            }
        }

        insideBrackets--;
        var close = Close(")", $"Expected ')' of the call of {name.Text}");
        return new HclCall(name.Text, arguments, expands, Join(name.Span, close.Span));
    }

    private HclExpression Tuple()
    {
        var open = Take();
        insideBrackets++;
        if (Peek() is { Kind: HclTokenKind.Name, Text: "for" } && Peek(1).Kind == HclTokenKind.Name)
        {
            return For(open, "]");
        }

        var items = new List<HclExpression>();
        while (!Peek().Is("]") && Peek().Kind != HclTokenKind.End)
        {
            items.Add(Expression());
            if (!TakeIf(","))
            {
                break;
            }
        }

        insideBrackets--;
        return new HclTuple(items, Join(open.Span, Close("]", "Expected ',' or ']' in the list").Span));
    }

    private HclExpression Object()
    {
        var open = Take();
        insideBrackets++;
        if (Peek() is { Kind: HclTokenKind.Name, Text: "for" } && Peek(1).Kind == HclTokenKind.Name)
        {
            return For(open, "}");
        }

        var items = new List<HclObjectItem>();
        while (!Peek().Is("}") && Peek().Kind != HclTokenKind.End)
        {
            var key = Binary(0);
            if (key is HclName name)
            {
                key = new HclText(name.Name, name.Span);
            }

            if (!TakeIf("=") && !TakeIf(":"))
            {
                Problem(Peek(), "Expected '=' after the key");
                break;
            }

            insideBrackets--;
            SkipNewlines();
            var saved = insideBrackets;
            insideBrackets = 0;
            var value = Expression();
            insideBrackets = saved;
            items.Add(new HclObjectItem(key, value));
            var separated = tokens[index].Kind == HclTokenKind.Newline || tokens[index].Is(",");
            insideBrackets++;
            TakeIf(",");
            if (!separated)
            {
                break;
            }
        }

        insideBrackets--;
        return new HclObject(items, Join(open.Span, Close("}", "Expected a new line, ',' or '}' in the object").Span));
    }

    private (string? Key, string Item)? ForClause()
    {
        Take();
        var first = Take();
        HclToken? second = TakeIf(",") ? Take() : null;
        var keyword = Take();
        if (first.Kind != HclTokenKind.Name || keyword.Text != "in" || second is { Kind: not HclTokenKind.Name })
        {
            Problem(keyword, "Expected 'in' of the for expression");
            return null;
        }

        return second is null ? (null, first.Text) : (first.Text, second.Value.Text);
    }

    private HclExpression For(HclToken open, string close)
    {
        var clause = ForClause();
        if (clause is null)
        {
            insideBrackets--;
            return new HclInvalid(open.Span);
        }

        var source = Expression();
        if (!TakeIf(":"))
        {
            Problem(Peek(), "Expected ':' of the for expression");
        }

        var result = Expression();
        HclExpression? key = null;
        if (close == "}")
        {
            key = result;
            if (!TakeIf("=>"))
            {
                Problem(Peek(), "Expected '=>' of the for expression");
            }

            result = Expression();
        }

        var groups = TakeIf("...");
        HclExpression? condition = null;
        if (Peek() is { Kind: HclTokenKind.Name, Text: "if" })
        {
            Take();
            condition = Expression();
        }

        insideBrackets--;
        var end = Close(close, $"Expected '{close}' of the for expression");
        return new HclFor(clause.Value.Key, clause.Value.Item, source, key, result, condition, groups, Join(open.Span, end.Span));
    }
}
