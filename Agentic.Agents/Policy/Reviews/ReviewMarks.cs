using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Agentic.Agents.Policy.Reviews;

/// <summary>The marks that earlier reviews left in their comments, so that a finding is said once.</summary>
/// <remarks>Give it texts of our own account only: anybody can write a mark, and a forged one would silence a finding.</remarks>
internal sealed partial class ReviewMarks
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>The state the latest summary stands for; an older one no longer holds.</summary>
    private string? _latest;

    public void Add(string? text)
    {
        foreach (var match in Mark().EnumerateMatches(text))
        {
            _seen.Add(text.AsSpan(match.Index, match.Length)["<!-- agentic-policy ".Length..^" -->".Length].ToString());
        }
    }

    public void AddSummary(string? text)
    {
        if (text is not null && State().Match(text) is { Success: true } found)
        {
            _latest = found.Groups[1].Value;
        }
    }

    public bool Has(ReviewComment comment) => _seen.Contains(comment.Fingerprint);

    /// <summary>The last summary said exactly what this one would say.</summary>
    public bool HoldsState(ReviewText review) => _latest == StateOf(review);

    /// <summary>Equal for reviews that say the same, whichever validation they come from.</summary>
    public static string StateOf(ReviewText review)
    {
        var text = new StringBuilder(review.Blocks ? "blocked\n" : "open\n").AppendJoin('\n', review.Fingerprints.Order(StringComparer.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 12));
    }

    [GeneratedRegex("<!-- agentic-policy [^\n]{1,600}? -->", RegexOptions.NonBacktracking)]
    private static partial Regex Mark();

    [GeneratedRegex("<!-- agentic-policy-state ([0-9a-f]{24}) -->", RegexOptions.NonBacktracking)]
    private static partial Regex State();
}
