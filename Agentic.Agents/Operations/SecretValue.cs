using System.Text.RegularExpressions;

namespace Agentic.Agents.Operations;

/// <summary>Finds the value that follows a secret's name in free text, and tells it from a mere reference to one.</summary>
internal static partial class SecretValue
{
    private const int LongestQuoted = 16 * 1024;
    private const int ShortestInProse = 6;
    private const int ShortestAssigned = 4;

    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "string", "number", "boolean", "object", "required", "optional", "missing", "invalid", "expired", "unknown", "null", "none", "undefined", "inherit",
    };

    /// <summary>Where the value stands; null where there is none worth hiding.</summary>
    /// <param name="start">Just after the <c>=</c> or <c>:</c>.</param>
    /// <param name="isTight">True after <c>=</c>, where even a short value is one; after a colon it may be prose.</param>
    public static (int Start, int Length)? Find(string text, int start, bool isTight)
    {
        while (start < text.Length && text[start] is ' ' or '\t')
            start++;
        if (start >= text.Length || text.AsSpan(start).TrimStart("\"'`").StartsWith(Redactor.Mark))
            return null;
        var isEscaped = text[start] == '\\' && start + 1 < text.Length;
        var quote = text[isEscaped ? start + 1 : start];
        var isQuoted = quote is '"' or '\'' or '`';
        if (isQuoted)
            start += isEscaped ? 2 : 1;
        var end = isQuoted ? QuotedEnd(text, start, quote, isEscaped) : BareEnd(text, start);
        var value = text[start..end];
        var shortest = isQuoted || isTight ? ShortestAssigned : ShortestInProse;
        return value.Length < shortest || IsReference(value) || (!isQuoted && IsCode(value)) ? null : (start, end - start);
    }

    /// <summary>True for what names a secret instead of being one.</summary>
    public static bool IsReference(string value) => Words.Contains(value) || value == Redactor.Mark || Reference().IsMatch(value);

    private static bool IsCode(string value) => Code().IsMatch(value);

    private static int QuotedEnd(string text, int start, char quote, bool isEscaped)
    {
        var limit = Math.Min(text.Length, start + LongestQuoted);
        for (var at = start; at < limit; at++)
        {
            if (text[at] == '\\' && !isEscaped)
                at++;
            else if (text[at] == quote && !isEscaped)
                return at;
            else if (text[at] == '\\' && at + 1 < limit && text[at + 1] == quote)
                return at;
        }

        return limit;
    }

    private static int BareEnd(string text, int start)
    {
        var end = start;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('"' or '\'' or ';' or '&' or '<' or '`'))
            end++;
        // What closes the sentence or the list around the value is not part of it.
        while (end > start && text[end - 1] is ',' or '.' or ')' or ']' or '}' or '\\')
            end--;
        return end;
    }

    [GeneratedRegex(@"^(\$\{.*|\$\(.*|\$[A-Za-z_][A-Za-z0-9_]*|\{\{.*|<.*|%[A-Za-z0-9_]+%|\*+|•+|@.*\(.*|(secrets|env|vars|var|local|data|process\.env|os\.environ|os\.getenv|System\.getenv)[.\[(].*|(vault|ssm|secretsmanager|arn:aws|aws/|file|op)[:/].*|credentials\(.*|/[A-Za-z0-9_./-]*)$", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Reference();

    // A call, an index or a chain of plain names; a password that looks like that would be a strange one.
    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*([(\[].*|(\.[A-Za-z_]+)+([(\[].*)?)$", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Code();
}
