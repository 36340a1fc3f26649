namespace Agentic.Agents.Policy.Terraform;

internal enum HclTokenKind
{
    End,
    Newline,
    Name,
    Number,
    Quote,
    Heredoc,
    Symbol,
    Invalid,
}

/// <summary>One token; <paramref name="Text"/> is a name, a symbol or the digits of a number, empty for strings, whose range is enough.</summary>
internal readonly record struct HclToken(HclTokenKind Kind, string Text, HclSpan Span)
{
    public bool Is(string symbol) => Kind == HclTokenKind.Symbol && Text == symbol;
}
