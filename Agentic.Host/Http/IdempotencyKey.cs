using Agentic.Agents.Operations;
using Microsoft.Extensions.Primitives;

namespace Agentic.Host.Http;

/// <summary>The caller's own name for a request, so that sending it twice has one effect.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";
    private const int Longest = 255;

    /// <summary>Empty where the header is not sent. Quoted, as the IETF draft has it, or bare, as most clients do.</summary>
    public static Outcome<string> Of(StringValues header)
    {
        if (header.Count == 0)
            return "";
        var key = header.ToString().Trim();
        if (key.Length >= 2 && key[0] == '"' && key[^1] == '"')
            key = key[1..^1];
        return header.Count == 1 && key.Length is > 0 and <= Longest && key.All(letter => letter is >= ' ' and <= '~')
            ? key
            : Refusal.Malformed(
                $"The header {Header} must hold one key of 1 to {Longest} printable ASCII characters.",
                [new MemberError(Header, "Send a fresh UUID per request, and the same one when you repeat it.")]);
    }
}
