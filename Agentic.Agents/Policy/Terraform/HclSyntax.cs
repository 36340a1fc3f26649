namespace Agentic.Agents.Policy.Terraform;

/// <summary>Where a piece of source stands: offsets for patches, 1-based lines for people.</summary>
internal readonly record struct HclSpan(int Start, int End, int Line, int EndLine);

/// <summary>Something in a file that is not HCL, with the place and what was expected there.</summary>
internal sealed record HclProblem(int Line, int Column, string Message);

/// <summary>A comment as written, kept because suppressions live in comments.</summary>
internal sealed record HclComment(int Line, string Text);

/// <summary>One parsed file; problems do not stop the rest of it from being read.</summary>
internal sealed record HclFile(
    string Path,
    string Text,
    HclBody Body,
    IReadOnlyList<HclProblem> Problems,
    IReadOnlyList<HclComment> Comments);

internal sealed record HclBody(IReadOnlyList<HclAttribute> Attributes, IReadOnlyList<HclBlock> Blocks, HclSpan Span)
{
    public HclAttribute? Attribute(string name)
    {
        foreach (var attribute in Attributes)
        {
            if (attribute.Name == name)
            {
                return attribute;
            }
        }

        return null;
    }

    public HclExpression? Expression(string name) => Attribute(name)?.Value;

    public IEnumerable<HclBlock> BlocksOf(string type) => Blocks.Where(block => block.Type == type);
}

internal sealed record HclAttribute(string Name, HclExpression Value, HclSpan Span);

/// <param name="IsBroken">Part of the block could not be read, so the absence of something in it proves nothing.</param>
internal sealed record HclBlock(string Type, IReadOnlyList<string> Labels, HclBody Body, HclSpan Span, bool IsBroken);

internal abstract record HclExpression(HclSpan Span);

/// <summary>A number, boolean or null; strings are templates.</summary>
internal sealed record HclLiteral(object? Value, HclSpan Span) : HclExpression(Span);

internal sealed record HclTemplate(IReadOnlyList<HclExpression> Parts, HclSpan Span) : HclExpression(Span);

/// <summary>Literal text inside a template.</summary>
internal sealed record HclText(string Value, HclSpan Span) : HclExpression(Span);

/// <summary><c>%{ if }</c> inside a template.</summary>
internal sealed record HclTemplateIf(HclExpression Condition, HclTemplate Then, HclTemplate Else, HclSpan Span) : HclExpression(Span);

/// <summary><c>%{ for }</c> inside a template.</summary>
internal sealed record HclTemplateFor(string? Key, string Item, HclExpression Source, HclTemplate Body, HclSpan Span) : HclExpression(Span);

internal sealed record HclName(string Name, HclSpan Span) : HclExpression(Span);

internal sealed record HclMember(HclExpression Target, string Name, HclSpan Span) : HclExpression(Span);

internal sealed record HclIndex(HclExpression Target, HclExpression Key, HclSpan Span) : HclExpression(Span);

/// <summary><c>target[*].rest</c> or <c>target.*.rest</c>; <paramref name="Each"/> is what is taken of every element.</summary>
internal sealed record HclSplat(HclExpression Target, HclExpression Each, HclSpan Span) : HclExpression(Span);

/// <summary>The element a splat stands on.</summary>
internal sealed record HclSplatItem(HclSpan Span) : HclExpression(Span);

internal sealed record HclCall(string Function, IReadOnlyList<HclExpression> Arguments, bool Expands, HclSpan Span) : HclExpression(Span);

internal sealed record HclUnary(char Operator, HclExpression Operand, HclSpan Span) : HclExpression(Span);

internal sealed record HclBinary(string Operator, HclExpression Left, HclExpression Right, HclSpan Span) : HclExpression(Span);

internal sealed record HclConditional(HclExpression Condition, HclExpression Then, HclExpression Else, HclSpan Span) : HclExpression(Span);

internal sealed record HclTuple(IReadOnlyList<HclExpression> Items, HclSpan Span) : HclExpression(Span);

internal sealed record HclObject(IReadOnlyList<HclObjectItem> Items, HclSpan Span) : HclExpression(Span);

internal sealed record HclObjectItem(HclExpression Key, HclExpression Value);

/// <summary><c>[for k, v in source : value if condition]</c>, and the object form where <paramref name="ResultKey"/> is set.</summary>
internal sealed record HclFor(
    string? Key,
    string Item,
    HclExpression Source,
    HclExpression? ResultKey,
    HclExpression Result,
    HclExpression? Condition,
    bool Groups,
    HclSpan Span) : HclExpression(Span);

/// <summary>An expression that could not be read; its value is unknown.</summary>
internal sealed record HclInvalid(HclSpan Span) : HclExpression(Span);
