namespace Agentic.Agents.Operations;

/// <summary>Finds the word somebody meant, for "did you mean".</summary>
internal static class Nearness
{
    /// <summary>Levenshtein distance over at most the first 64 characters of each.</summary>
    public static int Distance(string a, string b)
    {
        if (a.Length > 64) a = a[..64];
        if (b.Length > 64) b = b[..64];
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }

    /// <summary>The candidate at most <paramref name="within"/> letters away; none where more than half of a short word would have to change.</summary>
    public static string? Closest(string word, IEnumerable<string> candidates, int within = 3) => candidates
        .Select(candidate => (candidate, Distance: Distance(candidate, word)))
        .Where(pair => pair.Distance <= Math.Min(within, word.Length / 2))
        .OrderBy(pair => pair.Distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
        .Select(pair => pair.candidate)
        .FirstOrDefault();
}
