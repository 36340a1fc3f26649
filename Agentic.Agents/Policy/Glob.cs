namespace Agentic.Agents.Policy;

/// <summary>Matches text against a pattern in which <c>*</c> stands for any run of characters; linear in both.</summary>
internal static class Glob
{
    public static bool Matches(string pattern, string? text)
    {
        if (text is null)
        {
            return pattern == "*";
        }

        var (at, star, mark) = (0, -1, 0);
        var p = 0;
        while (at < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = at;
            }
            else if (p < pattern.Length && pattern[p] == text[at])
            {
                p++;
                at++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                at = ++mark;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }
}
